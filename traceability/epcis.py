"""What a partner's EPCIS 2.0 event must look like to be taken. Pure: no models, no database.

Sources: EPCIS 2.0, 7.4 (events) and CBV 2.0, 7 (vocabulary). What the market does not keep yet
(AssociationEvent, sensor data, extensions of others) is refused by name, never dropped in silence.
"""

import datetime as dt
import json
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from traceability import chain, gs1
from traceability.cbv import BIZ_STEPS, DISPOSITIONS
from traceability.errors import BadDigitalLink
from traceability.steps import STEPS

MOST_BYTES = 64 * 1024  # one event as canonical JSON
LONGEST_WORD = 60  # business steps and dispositions, as the columns have it
LONGEST_URI = 200
# Ours to say, whatever a partner writes there.
SEALED = ("recordTime", "ocop:lot", "ocop:sequence", "ocop:capture")
ACTIONS = ("ADD", "OBSERVE", "DELETE")
_COMMON = {
    "type", "eventID", "eventTime", "eventTimeZoneOffset", "bizStep", "disposition", "readPoint",
    "bizLocation", "bizTransactionList", "sourceList", "destinationList", "errorDeclaration", *SEALED,
}  # fmt: skip
OWN_KEYS = {
    "ObjectEvent": {"action", "epcList", "quantityList", "ilmd"},
    "AggregationEvent": {"action", "parentID", "childEPCs", "childQuantityList"},
    "TransactionEvent": {"action", "parentID", "epcList", "quantityList"},
    "TransformationEvent": {
        "inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList", "transformationID",
        "ilmd",
    },
}  # fmt: skip
EPC_LISTS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
CLASS_LISTS = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_OFFSET = re.compile(r"[+-]((0\d|1[0-3]):[0-5]\d|14:00)", re.ASCII)
_UNIT = re.compile(r"[A-Z0-9]{2,3}", re.ASCII)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[\x21-\x7e]+")
_LGTIN = re.compile(r"urn:epc:(?:class:lgtin|id:sgtin):(\d{6,12})\.(\d{1,7})\.([^.]+)", re.ASCII)
_GTIN_PATH = re.compile(r"https?://[^/?#]+(?:/[^?#]*?)?/01/([^?#]*)(?:\?([^#]*))?", re.IGNORECASE)


@dataclass(frozen=True)
class Problem:
    """Where in the event, as a JSON path, and why."""

    path: str
    detail: str


def moment(text: Any) -> dt.datetime | None:
    """A time with its offset; None for anything else."""
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        return None
    try:
        return dt.datetime.fromisoformat(text).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def problems(event: Any) -> list[Problem]:
    """Everything that is wrong with an event by itself; empty when it may be taken."""
    if not isinstance(event, dict):
        return [Problem("$", _("Sự kiện phải là một đối tượng JSON."))]
    if size := _size_problem(event):
        return [size]
    kind = event.get("type")
    if not isinstance(kind, str) or kind not in OWN_KEYS:
        return [
            Problem("type", _("Nhận ObjectEvent, AggregationEvent, TransactionEvent, TransformationEvent."))
        ]
    checks: tuple[Callable[[dict[str, Any]], Iterator[Problem]], ...] = (
        _keys, _times, _words, _places, _things, _lists, _parties,
    )  # fmt: skip
    return [problem for check in checks for problem in check(event)]


def named(event: Mapping[str, Any], lists: tuple[str, ...] = EPC_LISTS + CLASS_LISTS) -> list[str]:
    """The things that an event names in these lists, and its parent."""
    found = [event["parentID"]] if "parentID" in event and lists == EPC_LISTS + CLASS_LISTS else []
    for key in lists:
        for item in event.get(key, ()):
            found.append(item["epcClass"] if key in CLASS_LISTS else item)
    return found


def lot_of(uri: str) -> tuple[str, str] | None:
    """The GTIN and lot that a Digital Link or an LGTIN names; None where it names no lot."""
    if match := _LGTIN.fullmatch(uri):
        prefix, item, lot = match.groups()
        digits = item[0] + prefix + item[1:]
        return (digits + _check_digit(digits), lot) if ":lgtin:" in uri and len(digits) == 13 else None
    if match := _GTIN_PATH.fullmatch(uri):
        link = gs1.parse(match[1], match[2] or "")
        return (link.gtin, link.lot) if link.lot else None
    return None


def _check_digit(digits: str) -> str:
    total = sum(int(digit) * (3 if index % 2 == 0 else 1) for index, digit in enumerate(digits[::-1]))
    return str(-total % 10)


def _size_problem(event: dict[str, Any]) -> Problem | None:
    try:
        text = chain.canonical(event)
        too_long = len(text.encode()) > MOST_BYTES
    except (ValueError, RecursionError):  # no number, half a letter, a thousand brackets
        return Problem("$", _("Có số hoặc chữ không ghi được thành JSON."))
    if "\\u0000" in text:
        return Problem("$", _("Không dùng ký tự số 0."))
    return Problem("$", _("Một sự kiện dài tối đa 64 kB.")) if too_long else None


def _keys(event: dict[str, Any]) -> Iterator[Problem]:
    for key in event:
        if key not in _COMMON | OWN_KEYS[event["type"]] and not key.startswith("ocop:"):
            yield Problem(key, _("Chợ chưa nhận mục này trong sự kiện loại này."))
    ilmd = event.get("ilmd", {})
    if not isinstance(ilmd, dict) or not all(":" in key for key in ilmd):
        yield Problem("ilmd", _("Phải là một đối tượng mà mọi mục đều có tiền tố."))
    elif ilmd and event.get("action", "ADD") != "ADD":
        yield Problem("ilmd", _("Chỉ có ở sự kiện ADD hoặc TransformationEvent."))
    if "eventID" in event and not is_uri(event["eventID"]):
        yield Problem("eventID", _("Phải là một URI."))
    if (declaration := event.get("errorDeclaration")) is not None and (
        not isinstance(declaration, dict) or moment(declaration.get("declarationTime")) is None
    ):
        yield Problem("errorDeclaration.declarationTime", _("Phải có ngày giờ kèm múi giờ."))


def _times(event: dict[str, Any]) -> Iterator[Problem]:
    if moment(event.get("eventTime")) is None:
        yield Problem("eventTime", _("Phải là ngày giờ kèm múi giờ, như 2026-11-20T08:00:00+07:00."))
    offset = event.get("eventTimeZoneOffset")
    if not isinstance(offset, str) or not _OFFSET.fullmatch(offset):
        yield Problem("eventTimeZoneOffset", _("Phải có dạng +07:00."))


def _words(event: dict[str, Any]) -> Iterator[Problem]:
    action = event.get("action")
    if event["type"] != "TransformationEvent" and action not in ACTIONS:
        yield Problem("action", _("Phải là ADD, OBSERVE hoặc DELETE."))
    step = event.get("bizStep")
    if not _is_word(step, BIZ_STEPS):
        yield Problem("bizStep", _("Phải là một bước của CBV 2.0, một bước ocop: của chợ, hoặc một URI."))
    elif step not in BIZ_STEPS and step in STEPS and STEPS[step].is_told:
        yield Problem("bizStep", _("Bước này chỉ chợ tự ghi."))
    if "disposition" in event and not _is_word(event["disposition"], DISPOSITIONS):
        yield Problem("disposition", _("Phải là một trạng thái của CBV 2.0 hoặc một URI."))


def _is_word(word: Any, known: frozenset[str]) -> bool:
    if not isinstance(word, str) or len(word) > LONGEST_WORD:
        return False
    if word.startswith("ocop:"):
        return word in STEPS
    is_ours = word in known
    return is_ours or (
        is_uri(word) and word.startswith(("http://", "https://")) and "gs1.org/cbv" not in word
    )


def _places(event: dict[str, Any]) -> Iterator[Problem]:
    for key in ("readPoint", "bizLocation"):
        if key not in event:
            continue
        place = event[key]
        if not isinstance(place, dict) or set(place) != {"id"} or not is_uri(place["id"]):
            yield Problem(f"{key}.id", _("Phải là một URI."))


def _things(event: dict[str, Any]) -> Iterator[Problem]:
    if "parentID" in event:
        yield from _thing("parentID", event["parentID"])
    for key in EPC_LISTS:
        for index, item in _items(event, key):
            yield from _thing(f"{key}[{index}]", item)
    for key in CLASS_LISTS:
        for index, item in _items(event, key):
            yield from _amount(f"{key}[{index}]", item)


def _items(event: Mapping[str, Any], key: str) -> Iterator[tuple[int, Any]]:
    found = event.get(key, [])
    return iter(enumerate(found)) if isinstance(found, list) else iter(())


def _thing(path: str, uri: Any) -> Iterator[Problem]:
    if not is_uri(uri):
        yield Problem(path, _("Phải là một URI, không có dấu cách."))
        return
    try:
        lot_of(uri)
    except BadDigitalLink as error:
        yield Problem(path, str(error))


def _amount(path: str, item: Any) -> Iterator[Problem]:
    if not isinstance(item, dict) or not set(item) <= {"epcClass", "quantity", "uom"}:
        yield Problem(path, _("Gồm epcClass, quantity và uom."))
        return
    yield from _thing(f"{path}.epcClass", item.get("epcClass"))
    amount = item.get("quantity", 1)
    if isinstance(amount, bool) or not isinstance(amount, int | float) or not 0 < amount < 10**9:
        yield Problem(f"{path}.quantity", _("Phải là một số lớn hơn 0."))
    unit = item.get("uom")
    if unit is not None and not (isinstance(unit, str) and _UNIT.fullmatch(unit)):
        yield Problem(f"{path}.uom", _("Phải là mã UN/ECE Rec 20, như KGM."))


def _lists(event: dict[str, Any]) -> Iterator[Problem]:
    """Which lists a type must have."""
    for key in (*EPC_LISTS, *CLASS_LISTS):
        if key in event and not isinstance(event[key], list):
            yield Problem(key, _("Phải là một danh sách."))
    if event["type"] == "ObjectEvent" and not (event.get("epcList") or event.get("quantityList")):
        yield Problem("epcList", _("Phải có epcList hoặc quantityList."))
    if event["type"] == "AggregationEvent":
        if not (event.get("childEPCs") or event.get("childQuantityList")):
            yield Problem("childEPCs", _("Phải có childEPCs hoặc childQuantityList."))
        if event.get("action") != "OBSERVE" and "parentID" not in event:
            yield Problem("parentID", _("Phải có parentID khi ADD hoặc DELETE."))
    if event["type"] == "TransactionEvent" and not event.get("bizTransactionList"):
        yield Problem("bizTransactionList", _("Phải có bizTransactionList."))
    if event["type"] == "TransformationEvent":
        for side in ("input", "output"):
            if not (event.get(f"{side}EPCList") or event.get(f"{side}QuantityList")):
                yield Problem(f"{side}QuantityList", _("Phải có đầu vào và đầu ra."))
        if "transformationID" in event and not is_uri(event["transformationID"]):
            yield Problem("transformationID", _("Phải là một URI."))


def _parties(event: dict[str, Any]) -> Iterator[Problem]:
    for key, name in (
        ("bizTransactionList", "bizTransaction"),
        ("sourceList", "source"),
        ("destinationList", "destination"),
    ):
        if key in event and not isinstance(event[key], list):
            yield Problem(key, _("Phải là một danh sách."))
        for index, item in _items(event, key):
            if not isinstance(item, dict) or not set(item) <= {"type", name} or not is_uri(item.get(name)):
                yield Problem(f"{key}[{index}].{name}", _("Phải là một URI."))
            elif not isinstance(item.get("type", ""), str) or (
                "type" not in item and name != "bizTransaction"
            ):
                yield Problem(f"{key}[{index}].type", _("Phải là một chữ của CBV hoặc một URI."))


def is_uri(text: Any) -> bool:
    return isinstance(text, str) and len(text) <= LONGEST_URI and _URI.fullmatch(text) is not None


def content(event: Mapping[str, Any]) -> Any:
    """What a partner said, without what the market seals onto it: two of these are equal or not."""
    said = {key: value for key, value in event.items() if key not in SEALED}
    return json.loads(chain.canonical(said))


def key(event_id: str) -> uuid.UUID:
    """The key under which an event with this id, of whatever form, is kept."""
    try:
        return uuid.UUID(event_id.removeprefix("urn:uuid:"))
    except ValueError:
        return uuid.uuid5(uuid.NAMESPACE_URL, event_id)
