"""What a producer may apply for, and what an application still lacks."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from catalog.models import Product
from ratings import scoring, states
from ratings.models import Basis, Certificate, CriteriaSet, Desk, Dossier, DossierKind, RuleVersion
from ratings.selectors import criteria
from ratings.selectors.sheet import Row, Sheet
from ratings.states import OPEN


@dataclass(frozen=True)
class Obstacle:
    """Why no dossier can be opened for a product, with the remedy. ``field``: what lacks."""

    field: str
    text: str


@dataclass(frozen=True)
class Candidate:
    """A product of the producer, and what stands in its way if anything does."""

    product: Product
    held: Certificate | None
    sets: list[CriteriaSet]
    open_dossier: Dossier | None
    obstacle: Obstacle | None

    @property
    def is_possible(self) -> bool:
        return self.obstacle is None and self.open_dossier is None

    @property
    def version(self) -> RuleVersion:
        """Of the sets to choose from: they are all of the newest one."""
        return self.sets[0].version

    @property
    def kinds(self) -> list[tuple[str, Any]]:
        """Kinds of dossier that fit what the product holds."""
        if self.held is None:
            return [(DossierKind.FIRST.value, DossierKind.FIRST.label)]
        kinds = [DossierKind.RENEWAL]
        if (self.held.stars or 0) < scoring.NATIONAL:
            kinds.append(DossierKind.UPGRADE)
        return [(kind.value, kind.label) for kind in kinds]


@dataclass(frozen=True)
class Missing:
    """One criterion that keeps a dossier from being handed in. True where it lacks."""

    row: Row
    answer: bool
    evidence: bool

    @property
    def words(self) -> list[str]:
        words = [_("chưa chọn mức điểm")] if self.answer else []
        return words + ([_("chưa có minh chứng")] if self.evidence else [])


def held(product: Product) -> Certificate | None:
    """The recognition in force or run out, not taken away: what "again" and "higher" refer to."""
    return _in_line([product]).get(product.pk)


def obstacle(product: Product, sets: list[CriteriaSet]) -> Obstacle | None:
    """The first thing that an application of this product lacks, in the order to mend it.

    ``sets`` are those that ``selectors.criteria`` finds usable for it.
    """
    if product.commune_id is None:
        return Obstacle(
            "commune",
            _("Chưa ghi xã sản xuất. Mở sản phẩm, mục “Nơi sản xuất”, chọn tỉnh và xã rồi lưu."),
        )
    if product.product_set_id is None:
        return Obstacle(
            "product_set",
            _("Chưa chọn bộ sản phẩm. Mở sản phẩm, chọn bộ sản phẩm hợp với mặt hàng rồi lưu."),
        )
    if not sets:
        return Obstacle(
            "criteria_set",
            _(
                "Bộ “%s” chưa có bộ tiêu chí đủ điểm. Văn phòng OCOP cấp tỉnh phải nhập bộ tiêu chí "
                "trước; hãy báo cho cán bộ tỉnh."
            )
            % product.product_set,
        )
    return None


def candidates(user: Any) -> list[Candidate]:
    """Every product that the user works for; possible ones first, then by name. Six queries."""
    products = list(
        Product.objects.owned_by(user)
        .select_related("commune", "product_set", "producer")
        .order_by("name", "pk")
    )
    sets, line = criteria.usable(products), _in_line(products)
    begun = {row.product_id: row for row in Dossier.objects.filter(product__in=products, status__in=OPEN)}
    found = [
        Candidate(
            product=product,
            held=line.get(product.pk),
            sets=sets[product.pk],
            open_dossier=begun.get(product.pk),
            obstacle=obstacle(product, sets[product.pk]),
        )
        for product in products
    ]
    return sorted(found, key=lambda candidate: not candidate.is_possible)


def missing(filled: Sheet) -> list[Missing]:
    """Criteria without the producer's answer, or without a paper where one is asked for."""
    unanswered = {row.criterion.pk for row in filled.missing(Desk.SELF)}
    found = [
        Missing(row, row.criterion.pk in unanswered, bool(row.criterion.evidence_asked and not row.evidence))
        for row in filled.rows
    ]
    return [item for item in found if item.answer or item.evidence]


def _in_line(products: Iterable[Product]) -> dict[int, Certificate]:
    rows = Certificate.objects.filter(
        product__in=list(products), status=states.ISSUED, basis=Basis.DECISION
    ).select_related("decision")
    return {row.product_id: row for row in rows}
