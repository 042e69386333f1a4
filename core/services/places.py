"""What place did the person mean? Typed addresses, old and new, to the units of today.

Resolution never guesses: a text that fits several present communes answers with the question.
Old addresses have three levels (xã, huyện, tỉnh); since 2025-07-01 there are two.
"""

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from core import names
from core.models import Commune, LegacyCommune, LegacyTarget, Province

MAX_CANDIDATES = 12  # more than a person wants to read: then the answer is "say more"
MAX_TEXT = 300


@dataclass(frozen=True)
class Resolution:
    """The answer to a typed address.

    ``kind``: "placed" (one commune), "split" (a question: 2 or more ``candidates``),
    "district" (only a former district is sure; ``candidates`` are its communes where they are
    few), "province", "unplaced". ``former`` is the old address that was recognised, "" when
    the text named units of today. ``message`` is Vietnamese, for the person.
    """

    kind: str
    message: str
    commune: Commune | None = None
    province: Province | None = None
    candidates: tuple[Commune, ...] = ()
    former: str = ""


@dataclass(frozen=True)
class Suggestion:
    """One line of the type-ahead. ``note`` tells what an old name is called now."""

    code: str  # of the commune
    label: str  # "Xã Duy Xuyên, Thành phố Đà Nẵng"
    province_code: str
    note: str = ""  # "trước là xã Duy Sơn, huyện Duy Xuyên, tỉnh Quảng Nam"


@dataclass(frozen=True)
class _Asked:
    """The three levels that a reading of the text names; None where it is silent."""

    commune: names.UnitName | None = None
    district: names.UnitName | None = None
    province: names.UnitName | None = None


@dataclass(frozen=True)
class _Home:
    """The province a text names: today's, and whether the name itself is one of today."""

    province: Province | None = None
    is_present_name: bool = False


@dataclass(frozen=True)
class _Found:
    commune: Commune
    former: str = ""


def label(commune: Commune) -> str:
    """ "Xã Duy Xuyên, Thành phố Đà Nẵng"."""
    return f"{commune.name}, {commune.province.name}"


def in_sentence(*parts: str) -> str:
    """ "Xã Duy Sơn", "Huyện Duy Xuyên" → "xã Duy Sơn, huyện Duy Xuyên", as inside a sentence."""
    return ", ".join(part[:1].lower() + part[1:] for part in parts if part)


def _former_text(legacy: LegacyCommune) -> str:
    return in_sentence(legacy.ward, legacy.district, legacy.province)


def resolve(text: str = "", *, commune: str = "", district: str = "", province: str = "") -> Resolution:
    """Find the present commune of an address, given as one text or in parts.

    Matching ignores case, diacritics, đ/d, tone placement, apostrophes and unit kinds.
    Present units come first, then former commune + district + province. Texts longer than
    ``MAX_TEXT`` are cut.
    """
    if commune or district or province:
        readings = [_from_parts(commune, district, province)]
    else:
        readings = _readings(names.split(text[:MAX_TEXT]))
    answers: list[Resolution] = []
    for asked in readings:
        answer = _answer(asked)
        if answer.kind in ("placed", "split"):
            return answer
        answers.append(answer)
    # "district" with candidates before one without, any of them before less.
    order = ("district", "province", "unplaced")
    return min(answers, key=lambda a: (order.index(a.kind), not a.candidates), default=_unplaced())


def _from_parts(commune: str, district: str, province: str) -> _Asked:
    """Columns of a list. "(Lục Ngạn, Bắc Giang)" as district also says the former province."""
    wards = names.split(commune[:MAX_TEXT])
    districts = names.split(district[:MAX_TEXT])
    provinces = districts[1:2] or names.split(province[:MAX_TEXT])
    return _Asked(*(units[0] if units else None for units in (wards, districts, provinces)))


def _readings(units: list[names.UnitName]) -> list[_Asked]:
    """The ways to read a text, likeliest first; a street or village in front is ignored."""
    if not units:
        return []
    *_before, last = units
    readings = []
    if len(units) >= 3:
        readings.append(_Asked(*units[-3:]))
    if len(units) >= 2:
        smaller = units[-2]
        if ward := smaller.as_commune():
            readings.append(_Asked(commune=ward, province=last))
            if last.level != "province":
                readings.append(_Asked(commune=ward, district=last))
        if smaller.level != "commune":
            readings.append(_Asked(district=smaller, province=last))
    else:
        if ward := last.as_commune():
            readings.append(_Asked(commune=ward))
        if last.level not in ("", "commune", "province"):
            readings.append(_Asked(district=last))
    if last.level != "commune":
        readings.append(_Asked(province=last))
    return readings


def _answer(asked: _Asked) -> Resolution:
    home = _home(asked.province) if asked.province else _Home()
    if asked.province and not home.province:
        return _unplaced()
    if asked.commune:
        return _place_commune(asked, asked.commune, home)
    if asked.district:
        return _place_district(asked, asked.district, home)
    return _only_province(home.province) if home.province else _unplaced()


def _home(name: names.UnitName) -> _Home:
    """Today's province of a present or former province name."""
    full = [f"{kind} {key}" for kind in ("tinh", "thanh pho") for key in name.keys]
    if present := Province.objects.filter(search_text__in=full).first():
        return _Home(present, True)
    # Former provinces went into one present province each, whole.
    links = LegacyTarget.objects.filter(legacy__province_key__in=name.keys)
    for link in links.select_related("commune__province")[:1]:
        return _Home(link.commune.province)
    return _Home()


def _place_commune(asked: _Asked, name: names.UnitName, home: _Home) -> Resolution:
    rows = _links(asked, home).filter(legacy__ward_key__in=name.keys)
    former = [_Found(row.commune, _former_text(row.legacy)) for row in rows[: MAX_CANDIDATES * 3]]
    if asked.district:
        # Districts ended on 2025-06-30: who names one writes an old address, or a commune of
        # today with the district it lies in.
        if found := former or _present_in_district(asked.district, name, home):
            return _choose(found, home)
        return _place_district(asked, asked.district, home, unknown_commune=True)
    present = _present(name, home)
    if len(present) == 1 and home.is_present_name:
        return _choose(present, home)
    if not name.level and not home.is_present_name:
        # "Duy Xuyên, Quảng Nam": the commune of today or the whole former district?
        district = _place_district(asked, name, home)
        if district.kind == "district":
            same_name = [item.commune for item in present]
            others = [c for c in same_name if c not in district.candidates]
            return replace(district, candidates=(*district.candidates, *others))
    known = {item.commune for item in present}
    found = present + [item for item in former if item.commune not in known]
    if not found and home.province:
        return _only_province(home.province, unknown=True)
    return _choose(found, home)


def _present(name: names.UnitName, home: _Home) -> list[_Found]:
    rows = Commune.objects.filter(key__in=name.keys, valid_to=None).select_related("province")
    if home.province:
        rows = rows.filter(province=home.province)
    return [_Found(row) for row in rows[: MAX_CANDIDATES + 1]]


def _present_in_district(district: names.UnitName, name: names.UnitName, home: _Home) -> list[_Found]:
    """A commune of today that took in some part of the named former district."""
    rows = Commune.objects.filter(key__in=name.keys, former__district_key__in=district.keys)
    if home.province:
        rows = rows.filter(province=home.province)
    return [_Found(row) for row in rows.select_related("province").distinct()]


def _links(asked: _Asked, home: _Home) -> QuerySet[LegacyTarget]:
    """Former → present, within the district and province that the reading names."""
    rows = LegacyTarget.objects.select_related("legacy", "commune__province")
    if asked.district:
        rows = rows.filter(legacy__district_key__in=asked.district.keys)
    if asked.province:
        # A former province name limits to itself; a present one to all that it took in.
        within = Q(legacy__province_key__in=asked.province.keys)
        if home.is_present_name:
            within |= Q(commune__province=home.province)
        rows = rows.filter(within)
    return rows.order_by("-is_default", "commune_id")


def _place_district(
    asked: _Asked, name: names.UnitName, home: _Home, *, unknown_commune: bool = False
) -> Resolution:
    rows = list(_links(asked, home).filter(legacy__district_key__in=name.keys)[:400])
    if not rows:
        return _only_province(home.province, unknown=True) if home.province else _unplaced()
    communes = list({row.commune.pk: row.commune for row in rows}.values())
    districts = sorted({in_sentence(row.legacy.district, row.legacy.province) for row in rows})
    if len(communes) == 1 and not unknown_commune:
        # An island district that became one special zone: naming it is enough.
        return _choose([_Found(communes[0], districts[0])], home)
    homes = {commune.province for commune in communes}
    if len(homes) > 1:
        return _unplaced(_("Có nhiều huyện cùng tên này. Hãy viết thêm tỉnh."))
    province = homes.pop()
    if unknown_commune:
        message = _("Không thấy xã này trong %(district)s. Hãy chọn xã.")
    else:
        message = _("Mới có %(district)s, nay thuộc %(province)s. Hãy cho biết thêm xã.")
    communes.sort(key=lambda commune: (commune.key not in name.keys, commune.sort_key))
    return Resolution(
        kind="district",
        message=message % {"district": " / ".join(districts), "province": in_sentence(province.name)},
        province=province,
        candidates=tuple(communes) if len(communes) <= MAX_CANDIDATES else (),
        former=districts[0] if len(districts) == 1 else "",
    )


def _choose(found: list[_Found], home: _Home) -> Resolution:
    """One commune: placed. Several: the question. None: unplaced."""
    communes = tuple({item.commune.pk: item.commune for item in found}.values())
    if not communes:
        return _unplaced()
    formers = list(dict.fromkeys(item.former for item in found if item.former))
    former = formers[0] if len(formers) == 1 else ""
    if len(communes) == 1:
        return _placed(communes[0], former, renamed=all(item.former for item in found))
    provinces = {commune.province for commune in communes}
    province = provinces.pop() if len(provinces) == 1 else home.province
    if len(communes) > MAX_CANDIDATES:
        message = _("Có nhiều nơi cùng tên này. Hãy viết thêm tỉnh (và huyện cũ nếu có).")
        return Resolution("unplaced", message, province=province)
    if former:
        message = _("%(former)s nay thuộc nhiều xã, phường. Hãy chọn nơi của bạn.")
        message %= {"former": former[:1].upper() + former[1:]}
    else:
        message = _("Có %(count)s nơi cùng tên này. Hãy chọn một.") % {"count": len(communes)}
    return Resolution("split", message, province=province, candidates=communes, former=former)


def _placed(commune: Commune, former: str, *, renamed: bool) -> Resolution:
    if renamed:
        now = in_sentence(commune.name, commune.province.name)
        message = _("nay là %(place)s") % {"place": now}
    else:
        message = label(commune)
    return Resolution("placed", message, commune, commune.province, former=former)


def _only_province(province: Province, *, unknown: bool = False) -> Resolution:
    message = (
        _("Không thấy xã này ở %(province)s. Hãy kiểm tra lại tên xã.")
        if unknown
        else _("Mới có %(province)s. Hãy cho biết thêm xã.")
    )
    return Resolution("province", message % {"province": in_sentence(province.name)}, province=province)


def _unplaced(message: str = "") -> Resolution:
    return Resolution(
        "unplaced", message or _("Không nhận ra địa danh này. Hãy chọn tỉnh và xã trong danh sách.")
    )


def suggest(q: str, *, province: str | None = None, limit: int = 8) -> list[Suggestion]:
    """Places that have all typed words, the last one perhaps unfinished. Two queries.

    Present names come first, then former ones with what they are called now. ``province`` is
    a present province code. Fewer than two letters suggest nothing.
    """
    units = names.split(q[:MAX_TEXT])
    typed = [word for unit in units for word in unit.key.split()]
    if len("".join(typed)) < 2:
        return []
    texts = (" ".join(typed), " ".join(unit.whole for unit in units))
    present = Commune.objects.filter(_words(typed), valid_to=None).select_related("province")
    former = LegacyTarget.objects.filter(_words(typed, "legacy__"))
    if province:
        present = present.filter(province=province)
        former = former.filter(commune__province=province)
    rows = [
        (row.rank, Suggestion(row.code, label(row), row.province_id))
        for row in _ranked(present, texts, "", "key").order_by("rank", "sort_key", "code")[:limit]
    ]
    links = _ranked(
        former.select_related("legacy", "commune__province"), texts, "legacy__", "ward_key"
    ).order_by("rank", "legacy__ward_key", "-is_default", "pk")
    rows += [(row.rank, _former_suggestion(row)) for row in links[: limit * 3]]
    best: dict[str, Suggestion] = {}
    for _rank, suggestion in sorted(rows, key=lambda row: row[0]):
        best.setdefault(suggestion.code, suggestion)
    return list(best.values())[:limit]


def _words(typed: list[str], prefix: str = "") -> Q:
    field = f"{prefix}search_text__"
    condition = Q()
    *whole, last = typed[:8]
    for word in whole:
        condition &= (
            Q(**{f"{field}contains": f" {word} "})
            | Q(**{f"{field}startswith": f"{word} "})
            | Q(**{f"{field}endswith": f" {word}"})
        )
    return condition & (Q(**{f"{field}contains": f" {last}"}) | Q(**{f"{field}startswith": last}))


def _ranked(rows: QuerySet[Any], texts: tuple[str, ...], prefix: str, key: str) -> QuerySet[Any]:
    """0 the name itself, 1 its first words, 2 its beginning, 3 the words side by side, 4 anywhere."""
    text = texts[0]
    return rows.annotate(
        rank=Case(
            When(**{f"{prefix}{key}__in": texts}, then=Value(0)),
            When(**{f"{prefix}{key}__startswith": f"{text} "}, then=Value(1)),
            When(**{f"{prefix}{key}__startswith": text}, then=Value(2)),
            When(**{f"{prefix}search_text__contains": f" {text}"}, then=Value(3)),
            default=Value(4),
            output_field=IntegerField(),
        )
    )


def _former_suggestion(link: LegacyTarget) -> Suggestion:
    pattern = _("một phần %(former)s trước đây") if link.legacy.is_split else _("trước là %(former)s")
    return Suggestion(
        code=link.commune_id,
        label=label(link.commune),
        province_code=link.commune.province_id,
        note=pattern % {"former": _former_text(link.legacy)},
    )


def communes_of(province: str) -> QuerySet[Commune]:
    """Present communes of a province (its code), in dictionary order."""
    return Commune.objects.filter(province=province, valid_to=None).order_by("sort_key", "code")
