"""Rule versions, and the criteria sets of 1048/781, the only rubric known question by question.

What the file lacks is loaded as it is and reported (``problems``); SOURCES.md says where it is from.
"""

import csv
import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from pathlib import Path

from django.db import transaction

from catalog.models import ProductSet
from ratings.models import CriteriaSet, Criterion, RuleVersion
from ratings.rubric import Choice, Question
from ratings.selectors import criteria as selectors
from ratings.services import criteria

FILE = Path(__file__).with_name("criteria-1048-781.csv")
VERSION = "1048/781"
SOURCE = "Mã nguồn công khai ommani_ocop (04/2023), chưa đối chiếu nguyên văn quyết định"

VERSIONS = (
    {
        "code": VERSION,
        "name": "Bộ tiêu chí 1048/781 (2019–2023)",
        "decision": "QĐ 1048/QĐ-TTg (21/08/2019), sửa đổi bởi QĐ 781/QĐ-TTg (08/06/2020)",
        "in_force_from": dt.date(2019, 8, 21),
        "in_force_to": dt.date(2023, 2, 23),
        "points_a": 35,
        "points_b": 25,
        "points_c": 40,
        "source": SOURCE,
        "note": (
            "Chưa có nguồn công khai cho tiêu chí thành phần của các quy định mới hơn "
            "(QĐ 148/QĐ-TTg trở đi), nên phần minh họa chấm theo bộ 1048/781. "
            "Nguồn chỉ ghi mức điểm, không ghi mô tả từng mức."
        ),
    },
    {
        "code": "148",
        "name": "Bộ tiêu chí theo QĐ 148 (từ 2023)",
        "decision": "QĐ 148/QĐ-TTg (24/02/2023)",
        "in_force_from": dt.date(2023, 2, 24),
        "in_force_to": None,
        "points_a": 40,
        "points_b": 25,
        "points_c": 35,
        "source": "QĐ 148/QĐ-TTg (24/02/2023): điểm của ba phần",
        "note": "Chỉ biết điểm của ba phần. Tiêu chí thành phần do tỉnh tự nhập theo Phụ lục của quyết định.",
    },
    {
        "code": "26/2026",
        "name": "Bộ tiêu chí theo QĐ 26/2026",
        "decision": "QĐ 26/2026/QĐ-TTg (22/05/2026)",
        "in_force_from": dt.date(2026, 5, 22),
        "in_force_to": None,
        "points_a": 40,
        "points_b": 25,
        "points_c": 35,
        "source": "Nguồn thứ cấp: nhiều tài liệu công khai cùng nêu; chưa xem nguyên văn quyết định",
        "note": (
            "Điểm ba phần theo nguồn thứ cấp, ngày ghi ở đây là ngày ký; chưa xem nguyên văn quyết định. "
            "Tiêu chí thành phần do tỉnh tự nhập."
        ),
    },
)

# Set of the file → today's product sets with clearly the same name; () where none has.
SETS: dict[str, tuple[int, ...]] = {
    "1": (11,),  # chè tươi, chế biến
    "2": (6,),
    "3": (7,),
    "4": (8,),  # thịt, trứng, sữa
    "5": (8,),  # thủy, hải sản
    "6": (13,),
    "7": (),  # các sản phẩm khác từ chè, trà
    "8": (26,),
    "9": (10,),
    "11": (4,),
    "12": (19,),
    "13": (22,),
    "14": (16,),
    "15": (1,),
    "16": (14,),
    "17": (20,),  # thảo dược khác
    "18": (2,),
    "19": (21,),
    "20": (21,),
    "21": (18,),
    "22": (),  # trang thiết bị, dụng cụ y tế
    "23": (9,),
    "24": (15,),
    "25": (17,),
    "26": (5,),
}
MISSING = ("10", "Gạo, ngũ cốc", 3)  # number and name in the source, today's product set

# Asked of the commune (QĐ 1489/QĐ-TTg, as announced): origin of material, of the idea, local labour.
FOR_COMMUNE = ("nguồn nguyên liệu", "nguồn gốc ý tưởng", "lao động địa phương")
# Where a stop note stands → what it says. Elsewhere the source's words are not known.
STOP_RULES = (
    ("nguồn nguyên liệu", "Nguyên liệu nhập khẩu toàn bộ hoặc không rõ nguồn gốc"),
    ("đảm bảo chất lượng", "Thiếu giấy chứng nhận ATTP, điều kiện sản xuất, hoặc giấy không phù hợp"),
    ("công bố chất lượng", "Không có hồ sơ công bố sản phẩm"),
    ("thiết kế độc đáo", "Vi phạm quyền sở hữu trí tuệ"),
)
STOP_RULE_UNKNOWN = "Nguồn ghi có điều kiện loại ở tiêu chí này"
STOP_RULE_OF_HEADING = "Nguồn ghi có điều kiện loại chung cho nhóm tiêu chí này"
# Of "3.2. Sự tham gia của cộng đồng": the one place where the cases behind the points are known.
TWO_CASES = ("1/2/0/1", ("Tổ chức tập thể",) * 2 + ("Một chủ sở hữu",) * 2)
_NUMBERED = re.compile(r"(\d+(?:\.\d+)*)\.\s*(.+)")


def rows() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load() -> dict[str, int]:
    """Write versions and sets that are not there yet, touching none that is. Returns rows by kind."""
    with transaction.atomic():
        for values in VERSIONS:
            RuleVersion.objects.get_or_create(code=values["code"], defaults=values)
        version = RuleVersion.objects.get(code=VERSION)
        known = set(version.sets.filter(province=None).values_list("code", flat=True))
        for (code, name), group in groupby(rows(), key=lambda row: (row["set_id"], row["set_name"])):
            if code not in known:
                _write(version, code, name, list(questions(group)))
    official = Criterion.objects.filter(criteria_set__version=version, criteria_set__province=None)
    return {
        "rule versions": len(VERSIONS),
        "criteria sets": version.sets.filter(province=None).count(),
        "criteria": official.count(),
    }


def problems() -> list[str]:
    """What is known to be wrong or missing, a sentence each."""
    number, name, product_set = MISSING
    missing = f"{name} ({VERSION}, bộ số {number}): nguồn không có tiêu chí nào; bộ sản phẩm {product_set}."
    return [missing, *selectors.problems()]


def questions(group: Iterator[dict[str, str]]) -> Iterator[Question]:
    """Criteria of one set in order. A row without points is a heading: it names what follows it."""
    heading, heading_stops = "", False
    for row in group:
        section, title = row["section"].strip(), row["criterion"].strip()
        has_stop = bool(row["has_stop_rule_note"])
        if not row["option_points"]:
            heading, heading_stops = title, has_stop
            continue
        is_section_itself = title == "(section itself)"
        code, title = _numbered(section if is_section_itself else title)
        is_below = bool(heading) and code.startswith(f"{_numbered(heading)[0]}.")
        stop_rule = _stop_rule(title) if has_stop else ""
        yield Question(
            part=row["part"],
            section=f"{section} – {heading}" if is_below else section,
            code=code,
            title=_spoken(title) if is_section_itself else title,
            options=tuple(_choices(code, row["option_points"])),
            stop_rule=STOP_RULE_OF_HEADING if is_below and heading_stops else stop_rule,
            is_for_commune=any(words in title.lower() for words in FOR_COMMUNE),
        )


def _choices(code: str, option_points: str) -> Iterator[Choice]:
    points = option_points.split("/")
    known, labels = TWO_CASES
    is_known = code == "3.2" and option_points == known
    yield from (
        Choice(Decimal(value), label)
        for value, label in zip(points, labels if is_known else [""] * len(points), strict=True)
    )


def _numbered(text: str) -> tuple[str, str]:
    """ "6.1. Tạp chất lạ" → "6.1", "Tạp chất lạ"."""
    found = _NUMBERED.fullmatch(text)
    if found is None:
        raise ValueError(f"a criterion without a number: {text}")
    return found[1], found[2]


def _stop_rule(title: str) -> str:
    words = title.lower()
    return next((text for where, text in STOP_RULES if where in words), STOP_RULE_UNKNOWN)


def _spoken(title: str) -> str:
    """A section's name in capitals as a title that can be read; ATTP stays an abbreviation."""
    return title.capitalize().replace("attp", "ATTP") if title.isupper() else title


def _write(version: RuleVersion, code: str, name: str, asked: list[Question]) -> None:
    found = CriteriaSet.objects.create(version=version, code=code, name=name.strip(), source=SOURCE)
    found.product_sets.set(ProductSet.objects.filter(code__in=SETS[code]))
    criteria.write(criteria_set=found, questions=asked)
