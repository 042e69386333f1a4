"""Criteria sets: do their points add up, which may be applied with, and what is known to be missing."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from accounts import selectors as accounts
from accounts.models import Role
from catalog.models import Product, ProductSet
from core import clock
from core.models import Province
from core.templatetags.market import points as told
from ratings.models import CriteriaSet, Criterion, Part


@dataclass(frozen=True)
class PartSum:
    """The most points that a part gives, and what its version wants."""

    code: str  # "A"
    label: str
    found: Decimal
    wanted: int

    @property
    def is_right(self) -> bool:
        return self.found == self.wanted

    @property
    def text(self) -> str:
        if self.is_right:
            return _("Đủ %(wanted)s điểm") % {"wanted": self.wanted}
        gap = self.wanted - self.found
        words = _("Thiếu %(gap)s điểm") if gap > 0 else _("Thừa %(gap)s điểm")
        return words % {"gap": told(abs(gap))}


@dataclass(frozen=True)
class Problem:
    """What is wrong with a set. One that ``blocks`` keeps dossiers from using it."""

    text: str
    part: str  # "A"
    found: Any = None
    wanted: Any = None
    blocks: bool = True
    is_sum: bool = False  # said by the part's sum already


@dataclass(frozen=True)
class Check:
    sums: tuple[PartSum, ...]
    problems: tuple[Problem, ...]

    @property
    def total(self) -> Decimal:
        return sum((part.found for part in self.sums), Decimal(0))

    @property
    def is_complete(self) -> bool:
        return not any(problem.blocks for problem in self.problems)


def check_all(criteria_sets: Iterable[CriteriaSet]) -> dict[int, Check]:
    """Primary key → check, in one query for any number of sets (their versions must be at hand)."""
    sets = list(criteria_sets)
    rows = (
        Criterion.objects.filter(criteria_set__in=[found.pk for found in sets])
        .annotate(most=Max("options__points"))
        .order_by("criteria_set_id", "position")
    )
    by_set = {pk: list(group) for pk, group in groupby(rows, key=lambda row: row.criteria_set_id)}
    return {found.pk: _checked(found, by_set.get(found.pk, [])) for found in sets}


def check(criteria_set: CriteriaSet) -> Check:
    return check_all([criteria_set])[criteria_set.pk]


def _checked(criteria_set: CriteriaSet, criteria: list[Any]) -> Check:
    wanted = criteria_set.version.points
    sums, problems = [], []
    for part in Part:
        of_part = [row for row in criteria if row.part == part]
        found = sum((row.most for row in of_part if row.most is not None), Decimal(0))
        total = PartSum(part.value, str(part.label), found, wanted[part])
        sums.append(total)
        if not total.is_right:
            text = _("Phần %(part)s có %(found)s điểm, phải là %(wanted)s") % {
                "part": part.value,
                "found": told(found),
                "wanted": wanted[part],
            }
            problems.append(Problem(text, part.value, found, wanted[part], is_sum=True))
        problems += [
            Problem(_("Tiêu chí “%s” chưa có mức điểm nào") % row, part.value)
            for row in of_part
            if row.most is None
        ]
        numbers = Counter(row.code for row in of_part if row.code)
        problems += [
            Problem(
                _("Số %(code)s đứng trước %(count)s tiêu chí") % {"code": code, "count": count},
                part.value,
                count,
                1,
                blocks=False,
            )
            for code, count in numbers.items()
            if count > 1
        ]
    return Check(tuple(sums), tuple(problems))


def usable(products: Iterable[Product]) -> dict[int, list[CriteriaSet]]:
    """Product id → sets that a new dossier may use, under the newest version in force that has any.

    Complete and not retired; of one set the province's own newest revision wins over the official
    one. Usually one; two where the old rubric had two sets for today's one. Empty without a product
    set. Three queries for any number of products.
    """
    rows = list(products)
    found = list(
        CriteriaSet.objects.filter(
            product_sets__in={row.product_set_id for row in rows if row.product_set_id},
            version__in_force_from__lte=clock.today(),
            retired_at=None,
        )
        .select_related("version")
        .prefetch_related("product_sets")
        .order_by("-version__in_force_from", "-version_id", "code", "province_id", "-revision")
        .distinct()
    )
    checks = check_all(found)
    complete = [row for row in found if checks[row.pk].is_complete]
    return {product.pk: _usable(product, complete) for product in rows}


def usable_for(product: Product) -> list[CriteriaSet]:
    return usable([product])[product.pk]


def _usable(product: Product, sets: list[CriteriaSet]) -> list[CriteriaSet]:
    fit = [
        row
        for row in sets
        if row.province_id in (None, product.province_id)
        and any(taxon.pk == product.product_set_id for taxon in row.product_sets.all())
    ]
    newest = [row for row in fit if row.version_id == fit[0].version_id]
    # The province's own come before the official one: Postgres sorts an empty province last.
    return [next(group) for _code, group in groupby(newest, key=lambda row: row.code)]


def editable_provinces(actor: Any) -> QuerySet[Province]:
    """Provinces whose criteria sets the actor may edit: one for an officer, all for the administrator."""
    if getattr(actor, "is_superuser", False):
        return Province.objects.all()
    offices = accounts.offices(actor, roles=(Role.PROVINCE_OFFICER, Role.PROVINCE_LEADER))
    return Province.objects.filter(pk__in=offices.values("province"))


def next_revision(criteria_set: CriteriaSet, *, version: Any, province: Any) -> int:
    """The number after the last revision that the province has of a set."""
    own = CriteriaSet.objects.filter(version=version, province=province, code=criteria_set.code)
    return (own.aggregate(last=Max("revision"))["last"] or 0) + 1


def problems() -> list[str]:
    """What is known to be wrong or missing in the official sets, a sentence each."""
    official = list(
        CriteriaSet.objects.filter(province=None, retired_at=None)
        .select_related("version")
        .prefetch_related("product_sets")
        .order_by("version_id", "pk")
    )
    checks = check_all(official)
    found = [f"{row}: {problem.text}." for row in official for problem in checks[row.pk].problems]
    found += [
        _("%s: không khớp rõ với bộ sản phẩm nào hiện nay.") % row
        for row in official
        if not row.product_sets.all()
    ]
    if official:
        bare = ProductSet.objects.exclude(
            Q(criteria_sets__in=[row.pk for row in official if checks[row.pk].is_complete])
        )
        found += [_("Bộ sản phẩm %s: chưa có bộ tiêu chí chính thức đủ điểm.") % row for row in bare]
    return found
