"""Where a row of a list lies today, as far as it is certain."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.models import Commune, Province
from core.services import places
from core.text import fold
from ratings.services.rows import BadCell, Row

PLACED, DISTRICT, SPLIT, UNPLACED = "placed", "district", "split", "unplaced"
PLACES = (PLACED, DISTRICT, SPLIT, UNPLACED)
_VILLAGE = re.compile(r"(?:thon|ap|ban|buon|lang|xom|khoi|to|khu pho|tdp|so|duong)\b")
_BEST_FIRST = (PLACED, SPLIT, DISTRICT, "province", UNPLACED)


@dataclass(frozen=True)
class Location:
    """``outcome`` for the report, the province always, the commune where it is certain."""

    outcome: str
    message: str
    province: Province
    commune: Commune | None = None


class Placer:
    """Resolves places of many rows; lists repeat theirs, so answers are kept."""

    def __init__(self) -> None:
        self._provinces: dict[str, Province | None] = {}
        self._answers: dict[tuple[str, str, str], places.Resolution] = {}

    def place(self, row: Row) -> Location:
        """Raises BadCell when not even the province is known."""
        said = row.province_at_award or row.province
        hint = self._province(row.province) or self._province(row.province_at_award)
        answer = self._answer(row, said, hint)
        home = hint or answer.province
        if home is None:
            column = "province" if row.province else "province_at_award"
            raise BadCell(column, _("không có tỉnh này; viết tên tỉnh, ví dụ Đà Nẵng"))
        if answer.province is not None and answer.province != home:
            message = _("Địa danh thuộc %(found)s, không thuộc %(home)s như cột tỉnh ghi.")
            message %= {"found": answer.province.name, "home": home.name}
            return Location(UNPLACED, message, home)
        if answer.commune:
            return Location(PLACED, answer.message, home, answer.commune)
        if answer.kind == SPLIT:
            names = ", ".join(commune.name for commune in answer.candidates)
            return Location(SPLIT, f"{answer.message} ({names})", home)
        written = row.address_now or row.address
        if row.commune or (written and answer.kind != DISTRICT):
            text = ", ".join(part for part in (row.commune or written, row.district) if part)
            return Location(UNPLACED, _("Danh mục không có “%s”.") % text, home)
        if answer.kind == DISTRICT:
            return Location(DISTRICT, answer.message, home)
        if row.district:
            return Location(UNPLACED, _("Danh mục không có “%s”.") % row.district, home)
        return Location(UNPLACED, _("Nguồn chỉ nêu tỉnh."), home)

    def _province(self, text: str) -> Province | None:
        if text not in self._provinces:
            found = places.resolve(province=text) if text else None
            self._provinces[text] = found.province if found else None
        return self._provinces[text]

    def _answer(self, row: Row, province: str, home: Province | None) -> places.Resolution:
        """The best of the ways to read the row's place; one that leaves the known province is the last."""
        written = row.address_now or row.address
        readings: list[tuple[str, str, str]] = []
        if row.commune or not written:
            readings.append((row.commune, row.district, province))
        if written:
            readings += [(text, "", "") for text in _addresses(written, row.district, province)]
            if row.district and not row.commune:
                readings.append(("", row.district, province))
        found = []
        for reading in dict.fromkeys(readings):
            answer = self._resolve(*reading, is_address=bool(written) and not (reading[1] or reading[2]))
            if answer.commune and (home is None or answer.province == home):
                return answer
            found.append(answer)
        return min(
            found,
            key=lambda answer: (
                bool(home and answer.province and answer.province != home),
                _BEST_FIRST.index(answer.kind),
            ),
        )

    def _resolve(self, first: str, district: str, province: str, *, is_address: bool) -> places.Resolution:
        key = (first, district, province) if not is_address else (first, "", "address")
        if key not in self._answers:
            self._answers[key] = (
                places.resolve(first)
                if is_address
                else places.resolve(commune=first, district=district, province=province)
            )
        return self._answers[key]


def _addresses(written: str, district: str, province: str) -> list[str]:
    """The address as written, then with the district and province that other cells name.

    A village in front says nothing of the commune; without it, few addresses stay different.
    """
    first, _comma, rest = written.partition(",")
    if rest and _VILLAGE.match(fold(first)):
        written = rest.strip()
    further = [", ".join(part for part in (written, district, province) if part)] if district else []
    return [written, *further, *([f"{written}, {province}"] if province else [])]
