"""The chain of a lot's events, and the tree over all lots. Pure: no models, no database.

An event's hash is SHA-256 over the hash before it, a line feed, and its body, all in UTF-8; the
first follows 64 zeros. A day's root is the Merkle root (RFC 6962, section 2.1: leaves are hashed
after a zero byte, nodes after a one byte) over one line for each lot, in the order of their
addresses: ``address TAB number of events TAB hash of the last``.
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

BEGINNING = "0" * 64
FORMAT = "ocop-chain/1"


def canonical(value: Any) -> str:
    """JSON with sorted keys, no blanks, letters in NFC: one text for one meaning."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return unicodedata.normalize("NFC", text)


def seal(previous: str, body: str) -> str:
    """The hash of an event, 64 hexadecimal digits."""
    return hashlib.sha256(f"{previous}\n{body}".encode(errors="surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Fault:
    """What does not hold. ``sequence`` is 0 where the whole is meant."""

    sequence: int
    what: str

    def __str__(self) -> str:
        return f"{self.sequence}: {self.what}" if self.sequence else self.what


def faults(export: Mapping[str, Any]) -> list[Fault]:
    """Everything in a chain export that does not agree with the rest; empty when it holds.

    The export: ``format``, ``lot`` (its address), ``events`` (each ``sequence``, ``previous``,
    ``hash``, ``body`` as text), ``count``, ``head``, and once a day is over ``proof`` (see ``prove``).
    Whether the root of the proof is the one that was published is for the reader to compare.
    """
    events = export.get("events")
    if export.get("format") != FORMAT or not isinstance(events, list):
        return [Fault(0, _("Tệp không phải bản xuất chuỗi sự kiện."))]
    found, previous = [], BEGINNING
    for number, event in enumerate(events, 1):
        found += [Fault(number, what) for what in _faults_of(event, number, previous, export.get("lot"))]
        previous = event.get("hash", "") if isinstance(event, dict) else ""
    if export.get("count") != len(events):
        found.append(Fault(0, _("Số sự kiện không khớp phần đầu tệp.")))
    if export.get("head") != previous:
        found.append(Fault(0, _("Mã băm cuối không khớp phần đầu tệp.")))
    if proof := export.get("proof"):
        found += _faults_of_proof(proof, export, events)
    return found


def _faults_of(event: Any, number: int, previous: str, lot: Any) -> list[str]:
    if not isinstance(event, dict) or not isinstance(event.get("body"), str):
        return [_("Không đọc được sự kiện.")]
    try:
        event["body"].encode()  # half a letter (a lone surrogate) has no UTF-8, so no hash
        body = json.loads(event["body"])
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        return [_("Không đọc được nội dung sự kiện.")]
    checks = (
        (
            event.get("sequence") == number == body.get("ocop:sequence"),
            _("Sai thứ tự: thiếu, thừa hoặc đổi chỗ."),
        ),
        (body.get("ocop:lot") == lot, _("Sự kiện của lô khác.")),
        (event.get("previous") == previous, _("Không nối tiếp sự kiện trước.")),
        (event.get("hash") == seal(str(event.get("previous")), event["body"]), _("Nội dung đã bị sửa.")),
    )
    return [what for holds, what in checks if not holds]


# --- The tree ---


def leaf(address: str, count: int, head: str) -> str:
    """A lot's line."""
    return f"{address}\t{count}\t{head}"


def root_of(leaves: Sequence[str]) -> str:
    """The Merkle root, 64 hexadecimal digits; of nothing, SHA-256 of nothing."""
    return _tree([_leaf_hash(line) for line in leaves]).hex()


def prove(leaves: Sequence[str], index: int) -> list[tuple[str, str]]:
    """The way from a leaf to the root: ("left" or "right", hash of the neighbour), nearest first."""
    hashes = [_leaf_hash(line) for line in leaves]
    way: list[tuple[str, str]] = []
    while len(hashes) > 1:
        half = _half(len(hashes))
        if index < half:
            way.append(("right", _tree(hashes[half:]).hex()))
            hashes = hashes[:half]
        else:
            way.append(("left", _tree(hashes[:half]).hex()))
            hashes, index = hashes[half:], index - half
    return way[::-1]


def root_by(line: str, way: Sequence[Sequence[str]]) -> str:
    """The root to which a leaf and its way lead."""
    here = _leaf_hash(line)
    for side, other in way:
        pair = (bytes.fromhex(other), here) if side == "left" else (here, bytes.fromhex(other))
        here = _node_hash(*pair)
    return here.hex()


def _faults_of_proof(proof: Any, export: Mapping[str, Any], events: list[Any]) -> list[Fault]:
    """The proof speaks of the first ``count`` events: later ones may have come since that day."""
    try:
        count, way = int(proof["count"]), proof["way"]
        head = events[count - 1]["hash"] if count else BEGINNING
        if root_by(leaf(str(export.get("lot")), count, head), way) == proof["root"]:
            return []
    except (KeyError, TypeError, ValueError, IndexError):
        pass
    return [Fault(0, _("Không dẫn đến mốc đã công bố của ngày đó."))]


def _leaf_hash(line: str) -> bytes:
    return hashlib.sha256(b"\x00" + line.encode()).digest()


def _node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _half(count: int) -> int:
    """The largest power of two below the count."""
    return 1 << (count - 1).bit_length() - 1


def _tree(hashes: Sequence[bytes]) -> bytes:
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    half = _half(len(hashes))
    return _node_hash(_tree(hashes[:half]), _tree(hashes[half:]))
