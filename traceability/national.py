"""The ten data items that Thông tư 02/2024/TT-BKHCN asks of a traced product, for one lot. Pure.

Source: the list as official pages repeat it (law.md, section 5, of the project's papers); the portal's own
file format was not published where we could read it, so this is the list and nothing more.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from traceability import uris
from traceability.models import Lot, TraceEvent
from traceability.steps import named

# Number in the circular → key of the JSON, and its name.
ITEMS = {
    1: ("product_name", gettext_lazy("Tên sản phẩm, hàng hóa")),
    2: ("picture", gettext_lazy("Hình ảnh sản phẩm, hàng hóa")),
    3: ("producer", gettext_lazy("Tên đơn vị sản xuất, kinh doanh")),
    4: ("address", gettext_lazy("Địa chỉ đơn vị sản xuất, kinh doanh")),
    5: ("stages", gettext_lazy("Các công đoạn sản xuất, kinh doanh")),
    6: ("production_time", gettext_lazy("Thời gian sản xuất, kinh doanh")),
    7: ("trace_code", gettext_lazy("Mã truy xuất nguồn gốc")),
    8: ("brand", gettext_lazy("Thương hiệu, nhãn hiệu, ký hiệu, số sê-ri")),
    9: ("shelf_life", gettext_lazy("Thời hạn sử dụng")),
    10: ("standards", gettext_lazy("Tiêu chuẩn, quy chuẩn áp dụng")),
}


@dataclass(frozen=True)
class Stage:
    """The circular asks of each stage for these: product code, location code, time."""

    name: str
    product_code: str
    location_code: str
    time: str


@dataclass(frozen=True)
class Form:
    """``values``: item's number → its text, "" where it is missing; the stages of item 5 stand apart."""

    lot: Lot
    values: dict[int, str]
    stages: list[Stage]

    @property
    def missing(self) -> list[int]:
        """Which of the ten nothing is known of; a stage without its place counts as missing."""
        without = {number for number, value in self.values.items() if not value}
        if not self.stages or not all(stage.location_code for stage in self.stages):
            without.add(5)
        return sorted(without)


def of_lot(lot: Lot, *, picture: str) -> Form:
    """The form of a lot whose product, producer, code, events and certifications are at hand.

    ``picture``: address of the product's picture, "" without one.
    """
    product, producer = lot.product, lot.product.producer
    place = (producer.address_line, producer.commune, producer.province)
    papers = [f"{paper.get_scheme_display()} {paper.number}" for paper in product.certifications.all()]
    made = f"{lot.produced_on:%d/%m/%Y}"
    expires = f"{lot.expires_on:%d/%m/%Y}" if lot.expires_on else product.shelf_life
    values = {
        1: product.name,
        2: picture,
        3: producer.name,
        4: ", ".join(str(part) for part in place if part),
        6: made,
        7: uris.of_lot(lot),
        8: _("Lô %(lot)s") % {"lot": lot.code} + (f" · GTIN {product.gtin}" if product.gtin else ""),
        9: expires,
        10: "; ".join(filter(None, [product.standards, *papers])),
    }
    return Form(lot, values, list(_stages(lot)))


def _stages(lot: Lot) -> Iterable[Stage]:
    """In the order of their time; what was corrected away is left out."""
    events: list[TraceEvent] = list(lot.events.all())
    gone = {event.voids_id for event in events}
    for event in sorted(events, key=lambda event: (event.event_time, event.sequence)):
        if event.voids_id or event.pk in gone:
            continue
        yield Stage(
            name=str(named(event.step).label),
            product_code=lot.uri,
            location_code=event.read_point or event.business_location,
            time=event.event_time.astimezone(clock.VIETNAM).isoformat(timespec="seconds"),
        )


def as_json(form: Form) -> dict[str, Any]:
    """All ten, by their numbers; what is missing is said to be, by name."""
    stages = [
        {
            "stage": stage.name,
            "product_code": stage.product_code,
            "location_code": stage.location_code,
            "time": stage.time,
        }
        for stage in form.stages
    ]
    values: dict[int, Any] = {**form.values, 5: stages}
    return {
        "items": [
            {"number": number, "key": key, "name": str(name), "value": values[number]}
            for number, (key, name) in ITEMS.items()
        ],
        "missing": [ITEMS[number][0] for number in form.missing],
    }


def json_pieces(forms: Iterable[Form]) -> Iterable[str]:
    """All lots as one JSON document, piece by piece."""
    yield '{"standard": "TT 02/2024/TT-BKHCN", "lots": ['
    separator = "\n"
    for form in forms:
        yield separator + json.dumps(as_json(form), ensure_ascii=False)
        separator = ",\n"
    yield "\n]}\n"
