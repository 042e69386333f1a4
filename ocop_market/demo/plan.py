"""The demo province on paper: which producer makes what, with which star. Pure and deterministic."""

import datetime as dt
from dataclasses import dataclass, field, replace
from random import Random

from core.clock import add_months
from core.money import allocate
from ocop_market.demo.kinds import Kind, all_kinds, named

SEED = 20260101
FEWEST = 40
# Products by sector (ngành 1–6), per thousand; the drinks have few kinds, so they get fewer.
# Source of the shape: shared figures of 2022–2024 (food leads, then drinks, crafts, herbs).
FOOD, TEA_COFFEE, DRINKS, HERBS, CRAFTS, PLANTS, TOURISM = 560, 130, 70, 90, 115, 12, 23
PER_PRODUCER = 1.28
MOST_OF_ONE = 7
# What one workshop plausibly makes side by side.
WORKSHOPS = (
    {"nuoc-mam", "mam", "hai-san"},
    {"gio-cha", "thit-kho"},
    {"banh", "mi", "keo"},
    {"gao", "dau", "say", "hat", "rau-kho", "rau", "trai-cay", "gia-vi", "duong"},
    {"sam", "tra", "che", "mat-ong", "tinh-dau"},
    {"ca-phe", "so-co-la"},
    {"tham-quan", "luu-tru"},
)


@dataclass(frozen=True)
class PlannedProduct:
    """``number`` tells products of one kind apart. ``stars`` 0: not rated yet. ``standing``: live,
    expiring (within 90 days) or expired; ``in_stock``, ``has_picture`` False for the few without."""

    kind: Kind
    number: int = 0
    stars: int = 3
    standing: str = "live"
    in_stock: bool = True
    has_picture: bool = True
    is_fixed: bool = False  # the journeys of the demo need it as it is


@dataclass
class PlannedProducer:
    """``role`` names the two producers that demo logins work for, else "". ``place`` is the short
    name of the commune, "" for any; ``only_district``: the address is known as of before 2025."""

    kind: str  # producers.models.ProducerKind
    products: list[PlannedProduct] = field(default_factory=list)
    place: str = ""
    role: str = ""
    name: str = ""
    only_district: bool = False

    @property
    def province(self) -> str:
        return self.products[0].kind.province


def _fixed() -> list[PlannedProducer]:
    """Producers that demo logins work for, and three makers of four-star honey in three provinces."""

    def product(name: str, stars: int, **values: object) -> PlannedProduct:
        return replace(PlannedProduct(named(name), stars=stars, is_fixed=True), **values)  # type: ignore[arg-type]

    return [
        PlannedProducer(
            "cooperative",
            [
                product("Mật ong rừng Nam Trà My", 4),
                product("Sâm Ngọc Linh ngâm mật ong", 4),
                product("Quế thanh Trà My", 3),
                product("Tinh dầu quế Trà My", 3, standing="expiring"),
                product("Nước sâm dây đóng chai", 3),
                product("Mật ong rừng Nam Trà My", 0, number=1),
                product("Quế thanh Trà My", 0, number=1),
            ],
            place="Nam Trà My",
            role="owner",
            name="HTX Nông nghiệp Nam Trà My",
        ),
        PlannedProducer(
            "facility",
            [
                product("Tương ớt Hội An", 4),
                product("Bánh đậu xanh mặn Hội An", 3),
                product("Cao lầu khô Hội An", 3),
                product("Bánh đậu xanh mặn Hội An", 0, number=1),
                product("Cao lầu khô Hội An", 0, number=1),
            ],
            place="Hội An",
            role="rival",
            name="Cơ sở Bếp Củi Hội An",
        ),
        PlannedProducer("cooperative", [product("Mật ong bạc hà Mèo Vạc", 4)], place="Mèo Vạc"),
        PlannedProducer("household", [product("Mật ong rừng U Minh", 4)], place="U Minh"),
    ]


def _share(kind: Kind) -> int:
    if 11 <= kind.product_set <= 13:
        return 1
    return {1: 0, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6}[kind.sector]


def _wanted(total: int, fixed: list[PlannedProducer]) -> list[PlannedProduct]:
    """The products beside the fixed ones: the quota of each share, spread evenly over its kinds."""
    weights = [FOOD, TEA_COFFEE, DRINKS, HERBS, CRAFTS, PLANTS, TOURISM]
    made: dict[str, int] = {}
    left = allocate(total, weights)
    for producer in fixed:
        for product in producer.products:
            made[product.kind.name] = max(made.get(product.kind.name, 0), product.number + 1)
            left[_share(product.kind)] -= 1
    # A small demo may owe a share less than the fixed products took: the others give way.
    debt = -sum(min(0, quota) for quota in left)
    left = [max(0, quota) for quota in left]
    left[0] -= debt
    found = []
    for share, quota in enumerate(left):
        kinds = [kind for kind in all_kinds() if _share(kind) == share]
        for _ in range(quota):
            kind = min(kinds, key=lambda kind: made.get(kind.name, 0))
            number = made.get(kind.name, 0)
            made[kind.name] = number + 1
            found.append(PlannedProduct(kind, number))
    return found


def _marked(
    products: list[PlannedProduct], total: int, fixed_fours: int, random: Random
) -> list[PlannedProduct]:
    """Stars, standing, stock and pictures in their proportions, drawn without replacement."""

    def draw(share: float) -> set[int]:
        return set(random.sample(range(len(products)), min(len(products), round(share * total))))

    order = random.sample(range(len(products)), len(products))
    five, four = round(0.015 * total), max(0, round(0.24 * total) - fixed_fours)
    stars = {i: 5 if rank < five else 4 if rank < five + four else 3 for rank, i in enumerate(order)}
    # Without replacement across both, so that nobody is expired and expiring.
    ends = random.sample(range(len(products)), min(len(products), round(0.14 * total)))
    expired = set(ends[: round(0.08 * total)])
    sold_out, bare = draw(0.06), draw(0.05)
    return [
        replace(
            product,
            stars=stars[i],
            standing="expired" if i in expired else "expiring" if i in ends else "live",
            in_stock=i not in sold_out,
            has_picture=i not in bare,
        )
        for i, product in enumerate(products)
    ]


def _workshop(kind: Kind) -> tuple[str, object]:
    for number, families in enumerate(WORKSHOPS):
        if kind.family in families:
            return kind.province, number
    return kind.province, kind.family


def _producers(products: list[PlannedProduct], random: Random) -> list[PlannedProducer]:
    """Give the products to producers: a good 1.3 each on average, most have one, a few up to seven."""
    groups: dict[tuple[str, object], list[PlannedProduct]] = {}
    for product in products:
        groups.setdefault(_workshop(product.kind), []).append(product)
    found = []
    for group in groups.values():
        count = max(-(-len(group) // MOST_OF_ONE), round(len(group) / PER_PRODUCER), 1)
        makers = [PlannedProducer("") for _ in range(count)]
        for maker, product in zip(makers, group, strict=False):
            maker.products.append(product)
        for product in group[count:]:
            open_to = [maker for maker in makers if len(maker.products) < MOST_OF_ONE]
            # Cubed size: those who make much make more still.
            weights = [len(maker.products) ** 3 for maker in open_to]
            random.choices(open_to, weights)[0].products.append(product)
        found += makers
    kinds = allocate(len(found), [40, 29, 6, 25])
    names = ["household", "cooperative", "cooperative_group", "company"]
    drawn = [name for name, n in zip(names, kinds, strict=True) for _ in range(n)]
    random.shuffle(drawn)
    for maker, kind in zip(found, drawn, strict=True):
        maker.kind = kind
        places = maker.products[0].kind.places
        maker.place = random.choice(places) if places else ""
    return found


def plan(total: int, *, seed: int = SEED) -> list[PlannedProducer]:
    """Producers with ``total`` products together. Raises ValueError below ``FEWEST``."""
    if total < FEWEST:
        raise ValueError(f"the demo needs at least {FEWEST} products")
    random = Random(seed)  # noqa: S311 - invented goods, not secrets
    fixed = _fixed()
    fours = sum(product.stars == 4 for producer in fixed for product in producer.products)
    products = _marked(_wanted(total, fixed), total, fours, random)
    producers = _producers(products, random)
    share, counted = round(0.04 * total), 0
    for producer in random.sample(producers, len(producers)):
        if counted + len(producer.products) <= share:
            producer.only_district = True
            counted += len(producer.products)
    return fixed + producers


def decision_days(province: str, *, today: dt.date) -> dict[str, list[dt.date]]:
    """Days on which a province signed, by standing: two or three batches a year, on weekdays."""
    shift = int(province) % 17
    ended = add_months(today, -36)
    offsets = {
        "live": [add_months(today, -ago) - dt.timedelta(days=shift) for ago in (2, 7, 12, 16, 21, 26, 30)],
        "expiring": [ended + dt.timedelta(days=days + shift) for days in (14, 60)],
        "expired": [ended - dt.timedelta(days=days + shift) for days in (40, 160, 300)],
    }
    return {
        standing: [day - dt.timedelta(days=max(0, day.weekday() - 4)) for day in days]
        for standing, days in offsets.items()
    }
