"""Building the planned producers and products through the services."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from random import Random
from typing import Any

from biip.checksums import gs1_standard_check_digit

from catalog.models import Product, ProductSet
from catalog.services import products
from core import clock
from core.models import Commune, LegacyTarget, Province
from core.text import slugify
from ocop_market.demo import names, words
from ocop_market.demo.images import Shelf
from ocop_market.demo.kinds import pack_of
from ocop_market.demo.plan import PlannedProducer, PlannedProduct, decision_days
from ocop_market.demo.trace import Journal
from producers.models import Producer
from producers.services import producers
from ratings.models import RatingDecision
from ratings.services import recognitions

RULES = "QĐ 148/QĐ-TTg"
NOTE = "(minh họa)"
# Score in tenths of a point by stars: criteria sets of QĐ 148/QĐ-TTg (50–69, 70–89, 90–100).
SCORES = {3: (520, 690), 4: (705, 885), 5: (905, 960)}
# Days that fresh goods keep; months for the others are in families.toml.
KEEPS = {"trai-cay": 10, "rau": 3}


class Builder:
    """Keeps what the products share: places, decisions, stored pictures, names already given."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.today = clock.today()
        self.shelf = Shelf()
        self.journal = Journal(random)
        self.provinces = Province.objects.in_bulk()
        self.sets = ProductSet.objects.in_bulk()
        self.communes: dict[str, list[Commune]] = {}
        for commune in Commune.objects.select_related("province").order_by("code"):
            self.communes.setdefault(commune.province_id, []).append(commune)
        self._decisions: dict[tuple[str, dt.date], RatingDecision] = {}
        self._names: set[str] = set()
        self._numbers = iter(range(1, 10**6))

    def producers(self, planned: Iterable[PlannedProducer]) -> dict[str, Producer]:
        """Build everything; returns the producers that have a role."""
        roles = {}
        for plan in planned:
            producer = self._producer(plan)
            for product in plan.products:
                self._product(producer, product, plan)
            if plan.role:
                roles[plan.role] = producer
        return roles

    # --- producers -------------------------------------------------------------------------
    def _producer(self, plan: PlannedProducer) -> Producer:
        random, province = self.random, self.provinces[plan.province]
        commune = self._commune(plan.province, plan.place)
        head = names.person(random)
        number = next(self._numbers)
        since = random.randint(1988, self.today.year - 4)
        name = plan.name or self._free_name(plan, head, commune, province)
        place: dict[str, Any] = {
            "province": province,
            "commune": commune,
            "address_line": self._address(commune),
        }
        if plan.only_district:
            place = {"province": province, "former_address": self._district(commune)}
        return producers.create(
            name=name,
            kind=plan.kind,
            status="active",
            representative=head,
            phone=f"0900000{number % 1000:03d}",
            email=f"{slugify(name)[:40]}-{number}@san-vat.example",
            since_year=since,
            is_illustrative=True,
            actor=None,
            **place,
            **words.producer_texts(
                plan.products[0].kind,
                place=commune.short_name,
                province=province.short_name,
                year=since,
                random=random,
            ),
        )

    def _free_name(self, plan: PlannedProducer, head: str, commune: Commune, province: Province) -> str:
        found = names.candidates(
            plan.kind, head=head, commune=commune.short_name, province=province.short_name, random=self.random
        )
        name = next(name for name in found if name not in self._names)
        self._names.add(name)
        return name

    def _commune(self, province: str, place: str) -> Commune:
        """The named one; without a name any rural one of the province."""
        communes = self.communes[province]
        named = [commune for commune in communes if commune.short_name == place]
        return named[0] if named else self.random.choice([c for c in communes if c.kind == "Xã"] or communes)

    def _address(self, commune: Commune) -> str:
        unit = "Khối phố" if commune.kind == "Phường" else "Thôn"
        return f"{unit} {self.random.randint(1, 9)}"

    def _district(self, commune: Commune) -> str:
        """The address as of before July 2025, known only down to the district."""
        target = LegacyTarget.objects.filter(commune=commune).select_related("legacy").order_by("id").first()
        return f"{target.legacy.district}, {target.legacy.province}" if target else commune.province.name

    # --- products --------------------------------------------------------------------------
    def _product(self, producer: Producer, plan: PlannedProduct, maker: PlannedProducer) -> None:
        random, kind = self.random, plan.kind
        commune = producer.commune
        if commune and kind.places and commune.short_name not in kind.places and not plan.is_fixed:
            commune = self._commune(kind.province, random.choice(kind.places))
        product = products.create(
            producer=producer,
            name=words.product_name(kind, plan.number),
            product_set=self.sets[kind.product_set],
            province=None if commune else self.provinces[kind.province],
            commune=commune,
            actor=None,
            is_illustrative=True,
            gtin=self._gtin() if maker.role == "owner" or random.random() < 0.05 else None,
            **words.product_texts(
                kind,
                place=commune.short_name if commune else self.provinces[kind.province].short_name,
                province=self.provinces[kind.province].short_name,
                year=producer.since_year or 2000,
                random=random,
            ),
        )
        self._variants(product, plan)
        self._certificates(product, plan)
        if plan.has_picture:
            self.shelf.attach(product, kind=kind.name, number=plan.number)
        self._star(product, plan)
        products.publish(product=product, actor=None)
        if plan.is_fixed or random.random() < 0.5:
            self._lots(product, plan)

    def _gtin(self) -> str:
        """Prefix 952: kept by GS1 for examples, so it belongs to nobody."""
        digits = f"952{next(self._numbers):09d}"
        return f"{digits}{gs1_standard_check_digit(digits)}"

    def _variants(self, product: Product, plan: PlannedProduct) -> None:
        random, kind = self.random, plan.kind
        pack = pack_of(kind.pack)
        price = _rounded(random.randint(kind.low, kind.high))
        packs = [(pack, price)]
        if price <= 400_000 and kind.product_set != 26 and random.random() < 0.35:
            packs.append((pack.double, _rounded(price * 19 // 10)))
        for found, amount in packs:
            products.add_variant(
                product=product,
                name=found.name,
                price=amount,
                net_quantity=found.quantity,
                net_unit=found.unit,
                stock=random.randint(40, 160) if plan.in_stock else 0,
                actor=None,
            )

    def _certificates(self, product: Product, plan: PlannedProduct) -> None:
        random = self.random
        schemes = words.family(plan.kind)["schemes"]
        for scheme in schemes[: random.choice((0, 0, 1, 1, 2))]:
            products.add_certification(
                product=product,
                scheme=scheme,
                number=f"MH-{next(self._numbers):05d}",
                issuer=f"Tổ chức chứng nhận {NOTE}",
                valid_until=self.today + dt.timedelta(days=random.randint(-60, 700)),
                actor=None,
            )

    # --- stars -----------------------------------------------------------------------------
    def _star(self, product: Product, plan: PlannedProduct) -> None:
        if not plan.stars:
            return
        low, high = SCORES[plan.stars]
        recognitions.issue(
            product=product,
            decision=self._decision(plan),
            stars=plan.stars,
            score=Decimal(self.random.randint(low, high)) / 10,
            actor=None,
        )

    def _decision(self, plan: PlannedProduct) -> RatingDecision:
        """One of the batches in which the province, for five stars the ministry, signed."""
        code = plan.kind.province
        province = self.provinces[code]
        day = self.random.choice(decision_days(code, today=self.today)[plan.standing])
        is_national = plan.stars == 5
        key = (f"{code}-national" if is_national else code, day)
        if key not in self._decisions:
            office = "QĐ-BNNMT" if is_national else "QĐ-UBND"
            self._decisions[key] = recognitions.open_decision(
                level="national" if is_national else "province",
                authority="Bộ Nông nghiệp và Môi trường" if is_national else f"UBND {_small(province.name)}",
                province=province,
                number=f"{self.random.randint(110, 4900)}/{office} {NOTE}",
                decided_on=day,
                award_year=day.year,
                rule_set=RULES,
                is_illustrative=True,
                actor=None,
            )
        return self._decisions[key]

    # --- lots ------------------------------------------------------------------------------
    def _lots(self, product: Product, plan: PlannedProduct) -> None:
        """A fresh lot and an older one; of goods that keep for weeks only, the older is past its date."""
        facts = words.family(plan.kind)
        if plan.kind.product_set == 26:
            return
        keeps = KEEPS.get(plan.kind.family)
        for youngest, oldest in ((1, 2) if keeps else (2, 25), (95, 200)):
            made = self.today - dt.timedelta(days=self.random.randint(youngest, oldest))
            expires = clock.add_months(made, facts["months"]) if facts["months"] else None
            if keeps:
                expires = made + dt.timedelta(days=keeps)
            is_newest = youngest < 95
            lot = self.journal.enter(product, made=made, expires=expires, is_told=is_newest)
            if plan.in_stock:
                self.journal.stock(lot)


def _rounded(price: int) -> int:
    """To whole thousands, from 100.000 ₫ on to five thousands."""
    step = 5_000 if price >= 100_000 else 1_000
    return max(step, round(price / step) * step)


def _small(name: str) -> str:
    """ "Thành phố Đà Nẵng" → "thành phố Đà Nẵng", inside a title."""
    return name[0].lower() + name[1:]
