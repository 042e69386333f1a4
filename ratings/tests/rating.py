"""A small rubric and dossiers at any desk, for tests of the rating workflow."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Product
from core import clock
from ratings.models import Answer, CriteriaSet, Criterion, CriterionOption, Desk, Dossier, RuleVersion
from ratings.states import DossierStatus

# (part, section, code, title, options, is for the commune, stop rule); parts sum to 40/25/35.
RUBRIC = (
    ("A", "1. TỔ CHỨC SẢN XUẤT", "1.1", "Nguồn nguyên liệu", "0/10/20", True, "Không rõ nguồn gốc"),
    ("A", "3. SỨC MẠNH CỘNG ĐỒNG", "3.3", "Sử dụng lao động địa phương", "0/10/20", True, ""),
    ("B", "4. TIẾP THỊ", "4.1", "Khu vực phân phối chính", "5/15/25", False, ""),
    ("C", "6. CHỈ TIÊU CẢM QUAN", "6.1", "Màu sắc", "0/5/10", False, ""),
    ("C", "9. ĐẢM BẢO CHẤT LƯỢNG", "9.1", "Đảm bảo chất lượng", "0/12.5/15.01/25", False, "Thiếu ATTP"),
)


def make_rules(code: str = "thử 148") -> RuleVersion:
    """A version of 40/25/35, in force since 2023."""
    return RuleVersion.objects.get_or_create(
        code=code,
        defaults={
            "name": "Tiêu chí thử",
            "decision": "QĐ 148/QĐ-TTg",
            "in_force_from": dt.date(2023, 2, 24),
            "points_a": 40,
            "points_b": 25,
            "points_c": 35,
            "source": "dữ liệu kiểm thử",
        },
    )[0]


def make_set(product_set: Any = None, *, code: str = "4", **extra: Any) -> CriteriaSet:
    """A complete set of five criteria (0 to 100 points), for the product set if one is given."""
    found = CriteriaSet.objects.create(
        version=extra.pop("version", None) or make_rules(),
        code=code,
        name=extra.pop("name", "Mật ong"),
        source="dữ liệu kiểm thử",
        **extra,
    )
    for position, (part, section, number, title, options, commune, stop) in enumerate(RUBRIC, 1):
        criterion = Criterion.objects.create(
            criteria_set=found,
            position=position,
            part=part,
            section=section,
            code=number,
            title=title,
            is_for_commune=commune,
            stop_rule=stop,
        )
        for place, points in enumerate(options.split("/"), 1):
            CriterionOption.objects.create(criterion=criterion, position=place, points=Decimal(points))
    if product_set is not None:
        found.product_sets.add(product_set)
    return found


def make_dossier(
    product: Product,
    status: str = DossierStatus.DRAFT,
    *,
    criteria_set: CriteriaSet | None = None,
    **extra: Any,
) -> Dossier:
    """A dossier put at a desk without walking there; handed in once unless it is a draft."""
    is_draft = status == DossierStatus.DRAFT
    number = Dossier.objects.count() + 1
    return Dossier.objects.create(
        **{
            "code": f"HS-{product.province_id}-2026-{number:05d}",
            "product": product,
            "kind": "first",
            "stars_applied": 4,
            "criteria_set": criteria_set or CriteriaSet.objects.first() or make_set(product.product_set),
            "status": status,
            "province": product.province,
            "commune": product.commune,
            "submission_count": 0 if is_draft else 1,
            "submitted_at": None if is_draft else clock.now(),
            "due_on": None if is_draft else clock.today() + dt.timedelta(days=10),
        }
        | extra
    )


def answer_all(dossier: Dossier, desk: str = Desk.SELF, *, choice: int = -1) -> Decimal:
    """Choose one option (by index, the best by default) for every criterion; the total."""
    total = Decimal(0)
    for criterion in dossier.criteria_set.criteria.prefetch_related("options"):
        option = list(criterion.options.all())[choice]
        Answer.objects.update_or_create(
            dossier=dossier, desk=desk, criterion=criterion, defaults={"option": option}
        )
        total += option.points
    return total


def text(response: Any) -> str:
    return response.content.decode()


def queries(client: Any, url: str) -> int:
    """How many queries a page costs."""
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)
