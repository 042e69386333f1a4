"""Which lots and places of a producer events name, read at once for many events."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain as flat
from urllib.parse import urlsplit

from traceability import epcis, uris
from traceability.errors import BadDigitalLink
from traceability.models import Location, Lot, TraceEvent

INPUTS = ("inputEPCList", "inputQuantityList")
OUTPUTS = ("outputEPCList", "outputQuantityList")


@dataclass(frozen=True)
class OwnLots:
    """``by_code``: printed code → lot; ``by_gtin``: (GTIN, lot's code) → lot."""

    producer_id: int
    by_code: Mapping[str, Lot]
    by_gtin: Mapping[tuple[str, str], Lot]
    places: frozenset[str]

    @property
    def pks(self) -> set[int]:
        return {lot.pk for lot in flat(self.by_code.values(), self.by_gtin.values())}

    def among(self, things: Iterable[str]) -> Iterator[Lot]:
        for uri in things:
            lot = self.by_code.get(_code(uri)) or self.by_gtin.get(_gtin(uri) or ("", ""))
            if lot is not None:
                yield lot


def own_lots(*, things: Collection[str], producer_id: int) -> OwnLots:
    """Those of the producer's lots that these addresses name; three queries, however many."""
    own = Lot.objects.filter(product__producer=producer_id).select_related("product", "code_row")
    codes = filter(None, map(_code, things))
    pairs = [pair for pair in map(_gtin, things) if pair]
    by_gtin = own.filter(
        product__gtin__in={gtin for gtin, _lot in pairs}, code__in={lot for _g, lot in pairs}
    )
    places = Location.objects.filter(producer=producer_id)
    return OwnLots(
        producer_id=producer_id,
        by_code={lot.code_row.value: lot for lot in own.filter(code_row__value__in=set(codes))},
        by_gtin={(lot.product.gtin or "", lot.code): lot for lot in by_gtin},
        places=frozenset(uris.of_location(place) for place in places),
    )


def made_of(lots: Iterable[int], producer_id: int) -> set[int]:
    """These lots and, by the transformations that were noted, all that went into them."""
    found, frontier = set(lots), set(lots)
    while frontier:
        rows = TraceEvent.objects.filter(
            lot__in=frontier, type=TraceEvent.Type.TRANSFORMATION, voided_by=None
        )
        bodies = [json.loads(row.body) for row in rows.filter(voids=None)]
        things = {uri for body in bodies for uri in epcis.named(body, INPUTS)}
        inputs = {lot.pk for lot in own_lots(things=things, producer_id=producer_id).among(things)}
        frontier = inputs - found
        found |= frontier
    return found


def _code(uri: str) -> str:
    """The printed code in one of our short addresses, else ""."""
    if not uris.is_own(uri):
        return ""
    parts = urlsplit(uri).path.strip("/").split("/")
    return parts[1] if len(parts) == 2 and parts[0] == "truy-xuat" else ""


def _gtin(uri: str) -> tuple[str, str] | None:
    try:
        return epcis.lot_of(uri)
    except BadDigitalLink:
        return None
