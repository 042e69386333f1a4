"""What happened to the lots of the demo: steps, stock, label sheets, look-ups, a drill and a recall."""

import datetime as dt
import uuid
from random import Random

from catalog.models import Product, Variant
from core import clock
from core.models import Province
from producers.models import Producer
from traceability import steps
from traceability.models import Location, Lot
from traceability.services import events, labels, locations, lot_stock, lots, recalls, roots, scans

GROWING, FACILITY = Location.Kind.GROWING_AREA, Location.Kind.FACILITY
GROWN = ("ocop:planting", "ocop:tending", "ocop:harvesting")  # in the growing area; the rest in the facility
WORDS = {
    "ocop:harvesting": "Thu hoạch buổi sáng, chọn lứa đủ tuổi.",
    "ocop:drying": "Sấy ở nhiệt độ thấp đến khi đủ khô.",
    "inspecting": "Kiểm cảm quan từng mẻ.",
    "packing": "Đóng gói, dán tem của lô.",
}


class Journal:
    """Enters lots with what was noted about them, at the times at which it would have been."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.today = clock.today()
        self._places: dict[int, dict[str, Location]] = {}

    def enter(self, product: Product, *, made: dt.date, expires: dt.date | None, is_told: bool) -> Lot:
        """A lot; with its usual steps where ``is_told``."""
        places = self._places_of(product.producer)
        lot = lots.create(
            product=product,
            code=f"L{made:%y%m%d}",
            produced_on=made,
            expires_on=expires,
            quantity=self.random.randint(8, 60) * 10,
            location=places.get(FACILITY),
            place="" if places else "theo từng mẻ",
            actor=None,
            at=_hour(made, 9),
        )
        if is_told:
            self._note_steps(lot, places)
        return lot

    def stock(self, lot: Lot) -> None:
        """Part of the lot goes into stock, into the product's first pack."""
        variant = Variant.objects.filter(product=lot.product).order_by("pk").first()
        if variant is not None and lot.may_be_sold(on=self.today):
            lot_stock.receive(
                lot=lot,
                variant=variant,
                quantity=lot.quantity // 4,
                actor=None,
                at=_hour(lot.produced_on, 17),
            )

    def _note_steps(self, lot: Lot, places: dict[str, Location]) -> None:
        product_set = lot.product.product_set
        usual = steps.template(
            set_code=product_set.pk if product_set else None,
            sector_code=product_set.group.sector_id if product_set else None,
        )
        for number, step in enumerate(usual):
            before = 0 if step.is_after_making else (len(usual) - number) * 2
            happened = _hour(lot.produced_on - dt.timedelta(days=before), 7 + number)
            events.note(
                lot=lot,
                step=step.key,
                event_time=happened,
                location=places.get(GROWING if step.key in GROWN else FACILITY),
                words=WORDS.get(step.key, ""),
                actor=None,
                at=max(_hour(lot.produced_on, 10, number), happened),
            )

    def _places_of(self, producer: Producer) -> dict[str, Location]:
        if producer.commune is None:
            return {}
        if producer.pk not in self._places:
            commune = producer.commune
            self._places[producer.pk] = {
                kind: locations.save(
                    place=Location(
                        producer=producer,
                        kind=kind,
                        name=f"{name} {commune.short_name} (minh họa)",
                        commune=commune,
                        address_line=producer.address_line,
                    ),
                    actor=None,
                )
                for kind, name in ((GROWING, "Vùng nguyên liệu"), (FACILITY, "Xưởng"))
            }
        return self._places[producer.pk]


def finish(random: Random, *, owner: Producer, rival: Producer) -> None:
    """What the desks and pages show: sheets, look-ups, a drill of the owner's, a recall of the rival's."""
    newest = Lot.objects.filter(product__producer=owner).order_by("-produced_on", "-pk")[:3]
    for lot in newest:
        labels.ask(
            lot=lot,
            paper="a4-3x8",
            count=24,
            with_serials=True,
            with_checks=True,
            with_price=True,
            actor=None,
        )
    provinces = list(Province.objects.order_by("pk"))
    for code in [lot.code_row for lot in newest]:
        for _number in range(random.randint(12, 40)):
            scans.write(
                uid=str(uuid.UUID(int=random.getrandbits(128))),
                code_id=code.pk,
                serial_id=None,
                province_id=random.choice(provinces).pk,
                at=(clock.now() - dt.timedelta(hours=random.randint(1, 400))).isoformat(),
            )
    recalls.open_(
        producer=owner,
        lots=[newest[1]],
        level="inform",
        reason="Diễn tập định kỳ (dữ liệu minh họa).",
        instruction="Không cần làm gì, đây là diễn tập.",
        is_mock=True,
        actor=None,
    )
    bad = Lot.objects.filter(product__producer=rival).order_by("produced_on", "pk").first()
    if bad is not None:
        recalls.open_(
            producer=rival,
            lots=[bad],
            level="return",
            reason="Một số gói hở mép hàn, có thể bị ẩm (dữ liệu minh họa).",
            instruction="Không dùng nữa, giữ lại bao bì và liên hệ chủ thể để trả hàng, hoàn tiền.",
            actor=None,
        )
    roots.publish_due()


def _hour(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    """In Vietnam; never later than now."""
    return min(clock.midnight(day) + dt.timedelta(hours=hour, minutes=minute), clock.now())
