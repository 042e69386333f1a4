"""One row of a province's list, read into typed values; what is wrong names its column."""

import contextlib
import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from accounts import phones
from core import clock
from core.text import clean, fold
from producers.models import ProducerKind
from ratings import validity
from ratings.models import Basis, RatingDecision

Level = RatingDecision.Level

KINDS: Mapping[str, str] = {
    "doanh nghiep": ProducerKind.COMPANY,
    "cong ty": ProducerKind.COMPANY,
    "dn": ProducerKind.COMPANY,
    "hop tac xa": ProducerKind.COOPERATIVE,
    "htx": ProducerKind.COOPERATIVE,
    "to hop tac": ProducerKind.COOPERATIVE_GROUP,
    "tht": ProducerKind.COOPERATIVE_GROUP,
    "ho kinh doanh": ProducerKind.HOUSEHOLD,
    "hkd": ProducerKind.HOUSEHOLD,
    "ho": ProducerKind.HOUSEHOLD,
    "ho san xuat": ProducerKind.HOUSEHOLD,
    "co so san xuat": ProducerKind.FACILITY,
    "co so": ProducerKind.FACILITY,
    "ca nhan": ProducerKind.INDIVIDUAL,
    "nghe nhan": ProducerKind.INDIVIDUAL,
    "ca nhan/nghe nhan": ProducerKind.INDIVIDUAL,
}

# Guessed groups that fit one product set only; the others stay blank.
PRODUCT_SETS: Mapping[str, int] = {
    "ca phe": 13,
    "thu cong my nghe/vai may mac": 22,
    "du lich": 26,
}

_STAR_WORDS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5}
_STARS = re.compile(r"(?:ocop )?(?:hang )?([1-5])(?:[.,]0+)?\s*(?:sao|\*|★)?(?: ocop)?$")
_DAY = r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{1,2} tháng \d{1,2} năm \d{4}"
# "1898/QĐ-UBND ngày 15/10/2025", "Số 12/QĐ-UBND, 01/3/2024"
_NUMBER_AND_DAY = re.compile(
    rf"(?P<number>.*?)[\s,;(]+(?:(?:ký )?ngày\s*)?(?P<day>{_DAY})\)?$", re.IGNORECASE
)
_REMARK = re.compile(r"\s*\(.*\)$")  # "4 sao (nâng hạng)"
_MONTHS = re.compile(r"(\d+) thang$")
_PHONES = re.compile(r"\s*(?:[;/,]|\s[-–]\s|\bhoặc\b)\s*")
# "HTX Tân Qui, xã An Phú Tân": the producer's name, then its place.
_NAME_AND_PLACE = re.compile(
    r"(?P<name>.+?)[,\-–(]\s*(?P<place>(?:xã|phường|thị trấn|TT\.) .+?)\)?$", re.IGNORECASE
)
_URL = URLValidator(schemes=["http", "https"])


class BadCell(Exception):
    """``column`` holds something that cannot be read; ``remedy`` says what to write instead."""

    def __init__(self, column: str, remedy: str) -> None:
        self.column, self.remedy = column, remedy
        super().__init__(f"{column}: {remedy}")


@dataclass(frozen=True)
class Row:
    """What the source says. Empty texts and None where it is silent."""

    number: int
    name: str
    producer: str
    kind: str
    address: str
    commune: str
    district: str
    province_at_award: str
    province: str
    stars: int | None
    score: Decimal | None
    basis: str
    basis_text: str
    level: str
    award_year: int | None
    decision_no: str
    decided: validity.Decided
    product_set: int | None
    source_url: str
    digest: str
    authority: str = ""
    address_now: str = ""
    phone: str = ""  # E.164
    notes: tuple[str, ...] = ()  # what was read otherwise than it is written

    @property
    def place_as_written(self) -> str:
        if self.address:
            return self.address
        parts = (self.commune, self.district, self.province_at_award or self.province)
        return ", ".join(part for part in parts if part)

    @property
    def year(self) -> int | None:
        """Of the award; of the decision where the source names no award year."""
        if self.award_year or not self.decided.interval:
            return self.award_year
        return self.decided.interval.earliest.year

    def natural_key(self, province_code: str) -> str:
        """The same product of the same producer, recognised in the same year."""
        return self.key_of(self.name, self.producer, province_code, self.year)

    @staticmethod
    def key_of(name: str, producer: str, province_code: str, year: int | None) -> str:
        parts = (fold(name), fold(producer), province_code, str(year or ""))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    @staticmethod
    def twin_of(key: str, stars: int | None) -> str:
        """The key of another product with the same name, told apart by its stars."""
        return hashlib.sha256(f"{key}\n{stars}".encode()).hexdigest()


def parse(
    number: int,
    cells: Mapping[str, Any],
    *,
    today: dt.date,
    province: str = "",
    problems: Mapping[str, str] | None = None,
) -> Row:
    """``province`` is where the list comes from, for rows that do not say; ``problems`` as the
    reader of the file found them. Raises BadCell for the first column that cannot be read.
    """
    for column, remedy in (problems or {}).items():
        raise BadCell(column, remedy)
    text = {column: clean(str(value)) for column, value in cells.items()}
    name = _text(text, "name", 200)
    if not name:
        raise BadCell("name", _("thiếu tên sản phẩm; điền tên, hoặc xóa dòng nếu là dòng tiêu đề nhóm"))
    home, at_award = _provinces(text, province)
    award_year = _year(text.get("award_year", ""), today)
    decision_no, decided_on = _decision(text, cells)
    basis_text = _text(text, "basis", 200)
    basis, level = basis_of(basis_text, is_dated=bool(decision_no or decided_on))
    subject, place = _subject(text)
    phone, phone_notes = _phone(text.get("phone", ""))
    decided = _decided(decided_on, award_year, level, today)
    row = Row(
        number=number,
        name=name,
        producer=subject,
        kind=KINDS.get(fold(text.get("subject_kind", "")), ProducerKind.UNKNOWN),
        address=_text(text, "address", 250) or place,
        commune=_text(text, "commune", 80),
        district=_text(text, "district", 80),
        province_at_award=at_award,
        province=home,
        stars=stars_of(text.get("stars", "")),
        score=_score(text.get("score", "")),
        basis=basis,
        basis_text=basis_text,
        level=level,
        award_year=award_year,
        decision_no=decision_no,
        decided=decided,
        product_set=PRODUCT_SETS.get(fold(text.get("group", "")).replace(" / ", "/")),
        source_url=_url(text.get("source_url", "")),
        digest="",
        authority=_text(text, "authority", 160),
        address_now=_text(text, "address_now", 250),
        phone=phone,
        notes=(*phone_notes, *_expiry_notes(cells.get("expires"), decided)),
    )
    return replace(row, digest=_digest(row))


def _provinces(text: Mapping[str, str], of_list: str) -> tuple[str, str]:
    """Of today and at the award; where the row names no place, the province that the list is of."""
    home, at_award = _text(text, "province", 60), _text(text, "province_at_award", 60)
    if home or at_award or text.get("address") or text.get("address_now"):
        return home, at_award
    if not of_list:
        raise BadCell("province", _("thiếu tỉnh; điền tên tỉnh"))
    return of_list, ""


def _digest(row: Row) -> str:
    """Of the meaning, not of the cells: the same list as CSV and as xlsx is the same.

    The phone is the producer's, not the recognition's; fields that lists rarely have count only
    where they say something.
    """
    meaning = asdict(row) | {"number": 0, "decided": asdict(row.decided) | {"text": ""}}
    for column in ("phone", "notes"):
        del meaning[column]
    for column in ("authority", "address_now"):
        if not meaning[column]:
            del meaning[column]
    return hashlib.sha256(json.dumps(meaning, default=str).encode()).hexdigest()


def _decision(text: Mapping[str, str], cells: Mapping[str, Any]) -> tuple[str, Any]:
    """Number and date; a number's cell may hold both. Raises BadCell where the two dates differ."""
    written, dated = text.get("decision_no", ""), cells.get("decision_date")
    match = _NUMBER_AND_DAY.match(written)
    number = match["number"].strip(" ,;(") if match else written
    number = _text(
        {"decision_no": re.sub(r"^(?:QĐ )?số:? (?=\d)", "", number, flags=re.I)}, "decision_no", 60
    )
    if not match or not match["day"]:
        return number, dated
    if not dated:
        return number, match["day"]
    with contextlib.suppress(ValueError):
        if validity.decided(match["day"]).day not in (None, validity.decided(dated).day):
            raise BadCell("decision_date", _("khác ngày ghi cùng số quyết định; giữ lại một ngày đúng"))
    return number, dated


def _subject(text: Mapping[str, str]) -> tuple[str, str]:
    """The producer's name, and the place written behind it where no column has one."""
    subject = _text(text, "subject", 200)
    if text.get("address") or text.get("commune"):
        return subject, ""
    match = _NAME_AND_PLACE.match(subject)
    return (match["name"].strip(" ,-–("), match["place"]) if match else (subject, "")


def _phone(text: str) -> tuple[str, list[str]]:
    """The first number in E.164, and notes. A wrong number is no reason to refuse a recognition."""
    first, *others = _PHONES.split(text)
    digits = "".join(char for char in first if char.isdigit())
    if not digits:
        return "", []
    try:
        number = phones.normalise(f"0{digits}" if len(digits) == 9 and digits[0] != "0" else first)
    except phones.InvalidPhone:
        return "", [_("Không đọc được số điện thoại “%s”; để trống.") % text[:40]]
    return number, [_("Có nhiều số điện thoại; lấy số đầu.")] if others else []


def _expiry_notes(written: Any, decided: validity.Decided) -> list[str]:
    """Validity always counts from the decision; a column that says otherwise is reported."""
    if decided.day is None:
        return []
    computed = clock.add_months(decided.day, validity.VALIDITY_MONTHS)
    text = clean(str(written if written is not None else ""))
    if not text:
        return [_("Thời hạn tính từ ngày quyết định + 36 tháng: đến %s.") % f"{computed:%d/%m/%Y}"]
    if match := _MONTHS.search(fold(text)):
        agrees = int(match[1]) == validity.VALIDITY_MONTHS
    else:
        try:
            end = validity.decided(written).interval
        except ValueError:
            end = None
        # Sources name the last day or the one after it.
        agrees = (
            end is not None
            and end.earliest <= computed + dt.timedelta(days=1)
            and end.latest >= (computed - dt.timedelta(days=1))
        )
    if agrees:
        return []
    shown = f"{written:%d/%m/%Y}" if isinstance(written, dt.date) else text[:30]
    return [
        _(
            "Cột thời hạn ghi “%(written)s”, khác 36 tháng từ ngày quyết định "
            "(đến %(computed)s); lấy 36 tháng."
        )
        % {"written": shown, "computed": f"{computed:%d/%m/%Y}"}
    ]


def basis_of(text: str, *, is_dated: bool = False) -> tuple[str, str]:
    """What the stars rest on, and the level that decided.

    Only the word "decision" (quyết định) counts as one; a council's result or a page's
    statement does not. An empty cell counts as a decision when its number or date is given.
    """
    folded = fold(text)
    if "national" in folded or "trung uong" in folded:
        level = Level.NATIONAL
    elif any(word in folded for word in ("district", "city", "huyen")):
        level = Level.DISTRICT
    elif "provincial" in folded or "tinh" in folded:
        level = Level.PROVINCE
    else:
        level = Level.UNKNOWN
    if "council" in folded or "hoi dong" in folded:
        return Basis.COUNCIL, level
    if "decision" in folded or "quyet dinh" in folded or (not folded and is_dated):
        return Basis.DECISION, Level.PROVINCE if level == Level.UNKNOWN else level
    return Basis.STATEMENT, level


def stars_of(text: str) -> int | None:
    """3, "3 sao", "***", "★★★", "Ba sao"; None for an empty cell. Raises BadCell."""
    folded = _REMARK.sub("", fold(text))
    if not folded:
        return None
    if match := _STARS.match(folded):
        return int(match[1])
    signs = folded.replace(" ", "")
    if set(signs) <= {"*"} or set(signs) <= {"★"}:
        count = len(signs)
    else:
        count = _STAR_WORDS.get(folded.removeprefix("ocop ").removesuffix("sao").strip(), 0)
    if not 1 <= count <= 5:
        raise BadCell("stars", _("“%s” không phải hạng sao; viết 3, 4 hoặc 5") % text[:30])
    return count


def _text(text: Mapping[str, str], column: str, limit: int) -> str:
    value = text.get(column, "")
    if len(value) > limit:
        raise BadCell(column, _("dài hơn %s ký tự; rút ngắn lại") % limit)
    return value


def _score(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        score = Decimal(text.replace(",", ".")).quantize(Decimal("0.01"))
    except InvalidOperation:
        score = Decimal(-1)
    if not (score.is_finite() and 0 <= score <= 100):
        raise BadCell("score", _("“%s” không phải điểm từ 0 đến 100") % text[:30])
    return score


def _year(text: str, today: dt.date) -> int | None:
    if not text:
        return None
    digits = text.removesuffix(".0")
    if not (digits.isascii() and digits.isdigit() and 2018 <= int(digits) <= today.year):
        # QĐ 490/QĐ-TTg of 2018-05-07 began the programme.
        raise BadCell("award_year", _("“%s” không phải năm từ 2018 đến nay") % text[:30])
    return int(digits)


def _decided(value: Any, award_year: int | None, level: str, today: dt.date) -> validity.Decided:
    try:
        found = validity.decided(value, award_year=award_year, by_district=level == Level.DISTRICT)
    except ValueError as error:
        raise BadCell(
            "decision_date", _("“%s” không phải ngày; viết ngày/tháng/năm") % str(value)[:30]
        ) from error
    if found.precision != "none" and found.interval and found.interval.earliest > today:
        raise BadCell("decision_date", _("ngày quyết định ở tương lai; kiểm tra lại"))
    return found


def _url(text: str) -> str:
    if not text:
        return ""
    try:
        _URL(text)
    except ValidationError as error:
        raise BadCell("source_url", _("không phải địa chỉ trang; viết đầy đủ https://…")) from error
    return _text({"source_url": text}, "source_url", 500)
