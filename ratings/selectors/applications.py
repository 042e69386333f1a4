"""What a producer may apply for, and what an application still lacks."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from catalog.models import Product
from ratings import scoring, states
from ratings.models import Basis, Certificate, CriteriaSet, Criterion, Desk, Dossier, DossierKind, RuleVersion
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
    def versions(self) -> list[RuleVersion]:
        """Of the sets to choose from, each once."""
        return list(dict.fromkeys(row.version for row in self.sets))

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


def complete_sets(products: Iterable[Product]) -> dict[int, list[CriteriaSet]]:
    """Product id → usable sets whose parts sum to what their version says. Newest version first."""
    rows = list(products)
    taxa = {product.product_set_id for product in rows if product.product_set_id}
    sets = list(
        CriteriaSet.objects.filter(product_sets__in=taxa, retired_at=None)
        .select_related("version")
        .prefetch_related("product_sets")
        .order_by("-version__in_force_from", "name", "-revision")
        .distinct()
    )
    complete = _complete(sets)
    return {
        product.pk: [
            found
            for found in sets
            if found.pk in complete
            and found.province_id in (None, product.province_id)
            and any(taxon.pk == product.product_set_id for taxon in found.product_sets.all())
        ]
        for product in rows
    }


def obstacle(product: Product, sets: list[CriteriaSet] | None = None) -> Obstacle | None:
    """The first thing that an application of this product lacks, in the order to mend it."""
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
    if sets is None:
        sets = complete_sets([product])[product.pk]
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
    sets, line = complete_sets(products), _in_line(products)
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


def _complete(sets: list[CriteriaSet]) -> set[int]:
    best = (
        Criterion.objects.filter(criteria_set__in=sets)
        .order_by()
        .annotate(most=Max("options__points"))
        .values_list("criteria_set", "part", "most")
    )
    sums: dict[tuple[int, str], Decimal] = {}
    for criteria_set, part, most in best:
        sums[criteria_set, part] = sums.get((criteria_set, part), Decimal(0)) + (most or 0)
    return {
        found.pk
        for found in sets
        if all(sums.get((found.pk, part)) == points for part, points in found.version.points.items())
    }
