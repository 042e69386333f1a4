"""Cards: what the shop shows of a product in a list."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from catalog import stars as star_rules
from catalog.models import Product, SaleMode
from catalog.selectors import addresses
from core import clock
from core.money import format_vnd
from producers.models import ProducerStatus

SaleState = Literal["buyable", "sold_out", "request", "display", "not_open"]

_COLUMNS = (
    "id",
    "slug",
    "name",
    "cover",
    "stars",
    "stars_valid_until",
    "stars_lapsed_after",
    "certificate_number",
    "price_from",
    "price_pack",
    "unit_price",
    "in_stock",
    "main_variant_id",
    "is_illustrative",
    "commune__short_name",
    "province__short_name",
    "producer__name",
    "producer__slug",
    "producer__status",
    "product_set__sale_mode",
)


@dataclass(frozen=True, slots=True)
class Card:
    """Prices in đồng; ``cover`` and ``url`` are addresses, of a drawing where there is no picture."""

    id: int
    slug: str
    name: str
    url: str
    cover: str
    stars: int | None
    star_state: star_rules.StarState
    star_until: dt.date | None
    place: str  # "Duy Xuyên, Đà Nẵng"
    producer_name: str
    producer_slug: str
    price: int | None
    price_pack: str
    unit_price: str
    sale_state: SaleState
    variant_id: int | None
    is_illustrative: bool
    # Ready to print, because a card is drawn twenty times a page.
    star_label: str  # "4 sao", "Hết hiệu lực", "Chưa rõ hạn"; "" without a recognition
    star_class: str
    star_pips: bool  # the star is live: draw it
    price_text: str  # "85.000 ₫"
    state_label: str  # why it cannot be put into the cart; "" when it can
    demo_label: str


def _star_words() -> dict[tuple[star_rules.StarState, int | None], tuple[str, str, bool]]:
    """(state, stars) → label, class and pips, in the reader's language."""
    lapsed, unknown = _("Hết hiệu lực"), _("Chưa rõ hạn")
    words: dict[tuple[star_rules.StarState, int | None], tuple[str, str, bool]] = {}
    for star in (*star_rules.SHOWN, None):
        words["lapsed", star] = (lapsed, " rank--lapsed", False)
        words["unknown", star] = (unknown, " rank--unknown", False)
    for star in star_rules.SHOWN:
        words["live", star] = (_("%(stars)s sao") % {"stars": star}, "", True)
    return words


def _state_words() -> dict[SaleState, str]:
    return {
        "buyable": "",
        "sold_out": _("Tạm hết hàng"),
        "request": _("Đặt theo yêu cầu"),
        "display": _("Chỉ giới thiệu"),
        "not_open": _("Chưa mở bán"),
    }


def sale_state(
    *, sale_mode: str | None, producer_status: str, has_variant: bool, in_stock: bool
) -> SaleState:
    """How a product can be had. Alcohol is only shown, tourism is booked by request."""
    if sale_mode == SaleMode.DISPLAY:
        return "display"
    if producer_status != ProducerStatus.ACTIVE:
        return "not_open"
    if sale_mode == SaleMode.REQUEST:
        return "request"
    if not has_variant:
        return "not_open"
    return "buyable" if in_stock else "sold_out"


def cards(product_ids: Sequence[int], *, on: dt.date | None = None) -> list[Card]:
    """Cards in the order of the ids, in one query; products that are not public are left out."""
    if not product_ids:
        return []
    rows = Product.objects.public().filter(pk__in=product_ids).order_by()
    found = {card.id: card for card in cards_of(rows, on=on or clock.today())}
    return [found[pk] for pk in product_ids if pk in found]


def cards_of(products: "QuerySet[Product]", *, on: dt.date) -> list[Card]:
    """Cards of public products in the order of the query."""
    star_words, state_words, demo = _star_words(), _state_words(), _("Dữ liệu minh họa")
    return [_card(row, on, star_words, state_words, demo) for row in products.values_list(*_COLUMNS)]


def place_name(parts: Iterable[str | None]) -> str:
    return ", ".join(part for part in parts if part)


def _card(
    row: tuple[Any, ...],
    day: dt.date,
    star_words: dict[tuple[star_rules.StarState, int | None], tuple[str, str, bool]],
    state_words: dict[SaleState, str],
    demo: str,
) -> Card:
    """By position: a keyword call for every card costs more than the query."""
    (pk, slug, name, cover, star, until, lapsed_after, certificate, price, pack, unit) = row[:11]
    (in_stock, variant_id, illustrative, commune, province, producer, producer_slug, status, mode) = row[11:]
    star_state = star_rules.state(
        stars=star, valid_until=until, lapsed_after=lapsed_after, certificate_number=certificate, on=day
    )
    state = sale_state(
        sale_mode=mode, producer_status=status, has_variant=variant_id is not None, in_stock=in_stock
    )
    return Card(
        pk,
        slug,
        name,
        addresses.product(slug),
        addresses.picture(cover) if cover else addresses.no_picture(),
        star,
        star_state,
        until,
        f"{commune}, {province}" if commune else (province or ""),
        producer,
        producer_slug,
        price,
        pack,
        unit,
        state,
        variant_id,
        illustrative,
        *star_words.get((star_state, star), ("", "", False)),
        format_vnd(price) if price is not None else "",
        state_words[state],
        demo if illustrative else "",
    )
