"""What a trace page says first. Pure: dates and states in, words out.

A verdict is never a constant: it names what is wrong with the star, the lot or the seller, and
only then calls the goods valid.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from catalog import stars
from catalog.stars import StarState
from core.templatetags.market import day, moment


class Kind(StrEnum):
    VALID = "valid"
    NO_STAR = "no_star"
    STAR_UNCERTAIN = "star_uncertain"
    STAR_LAPSED = "star_lapsed"
    SUSPENDED = "suspended"
    LOT_UNKNOWN = "lot_unknown"
    SERIAL_UNKNOWN = "serial_unknown"
    LOT_EXPIRED = "lot_expired"
    RECALLED = "recalled"
    COPIED = "copied"
    UNKNOWN = "unknown"


# Colour and sign of each kind; the words say the same without either.
TONES = {
    Kind.VALID: "good",
    Kind.NO_STAR: "plain",
    Kind.STAR_UNCERTAIN: "caution",
    Kind.STAR_LAPSED: "caution",
    Kind.SUSPENDED: "caution",
    Kind.LOT_UNKNOWN: "bad",
    Kind.SERIAL_UNKNOWN: "bad",
    Kind.LOT_EXPIRED: "bad",
    Kind.RECALLED: "bad",
    Kind.COPIED: "bad",
    Kind.UNKNOWN: "bad",
}


@dataclass(frozen=True)
class Verdict:
    """``title`` is the answer in a few words, ``text`` why and what to do."""

    kind: Kind
    title: str
    text: str

    @property
    def tone(self) -> str:
        """good, plain, caution or bad."""
        return TONES[self.kind]


def star_of(product: Any, *, on: dt.date) -> StarState:
    """The product's star on a day, by the catalogue's arithmetic."""
    return stars.state(
        stars=product.stars,
        valid_until=product.stars_valid_until,
        lapsed_after=product.stars_lapsed_after,
        certificate_number=product.certificate_number,
        on=on,
    )


def judge(
    *,
    product: Any,
    lot: Any,
    lot_is_known: bool,
    on: dt.date,
    recall: Any = None,
    looks_copied: bool = False,
    serial_is_known: bool = True,
) -> Verdict:
    """The first true sentence, the gravest first: a recall, the label, the lot, the seller, the star.

    ``lot`` is None for a code of the product as a whole; ``lot_is_known`` is False when a lot
    was asked for that the producer has not entered, ``serial_is_known`` when an item's number was asked
    for that the lot never got. ``recall`` is the lot's, None when it has none;
    ``looks_copied`` when somebody found that the code is printed on other goods.
    """
    if recall is not None:
        return _recalled(recall)
    if looks_copied:
        return Verdict(
            Kind.COPIED,
            _("Tem này có dấu hiệu bị sao chép"),
            _(
                "Mã có thật, nhưng đã xác minh rằng nó bị in lại trên hàng khác. So kỹ bao bì, hỏi nơi bán, "
                "và báo cho chúng tôi nếu nghi ngờ."
            ),
        )
    if not lot_is_known:
        return Verdict(
            Kind.LOT_UNKNOWN,
            _("Không có lô này"),
            _(
                "Sản phẩm có trên Chợ OCOP, nhưng chủ thể chưa khai báo lô ghi trong mã. Hãy so số lô trên "
                "bao bì và hỏi chủ thể trước khi dùng."
            ),
        )
    if not serial_is_known:
        return _serial_unknown()
    if lot is not None and lot.expires_on is not None and on > lot.expires_on:
        return Verdict(
            Kind.LOT_EXPIRED,
            _("Lô hàng đã quá hạn sử dụng"),
            _("Lô %(lot)s hết hạn ngày %(day)s. Không nên mua hoặc dùng; hãy báo nơi bán.")
            % {"lot": lot.code, "day": day(lot.expires_on)},
        )
    if product.producer.status == "suspended":
        return Verdict(
            Kind.SUSPENDED,
            _("Chủ thể đang tạm ngừng bán"),
            _("Mã có trong hệ thống, nhưng gian hàng của chủ thể đang tạm ngừng trên Chợ OCOP."),
        )
    return _about_star(product, on)


def _serial_unknown() -> Verdict:
    return Verdict(
        Kind.SERIAL_UNKNOWN,
        _("Không có tem mang số này"),
        _(
            "Sản phẩm có trên Chợ OCOP, nhưng số riêng trên tem chưa từng được cấp cho lô này. Tem có "
            "thể là giả: đừng dùng, và hãy báo nơi bán."
        ),
    )


def _recalled(recall: Any) -> Verdict:
    return Verdict(
        Kind.RECALLED,
        {
            "stop_using": _("Lô hàng đang bị thu hồi. Không dùng, không bán"),
            "return": _("Lô hàng đang bị thu hồi. Xin trả lại nơi mua"),
            "inform": _("Lô hàng đang bị thu hồi, đã ngừng bán"),
        }[recall.level],
        _("%(reason)s Bạn cần làm: %(instruction)s (Thông báo %(code)s, ngày %(day)s)")
        % {
            "reason": recall.reason,
            "instruction": recall.instruction,
            "code": recall.code,
            "day": moment(recall.opened_at),
        },
    )


def _about_star(product: Any, on: dt.date) -> Verdict:
    star = star_of(product, on=on)
    if star == "live":
        return Verdict(
            Kind.VALID,
            _("Mã thật, sao OCOP còn hiệu lực"),
            _("Sản phẩm được công nhận %(stars)s sao, có giá trị đến hết ngày %(day)s.")
            % {"stars": product.stars, "day": day(product.stars_valid_until)},
        )
    if star == "lapsed":
        return Verdict(
            Kind.STAR_LAPSED,
            _("Mã thật, nhưng sao OCOP đã hết hiệu lực"),
            _(
                "Công nhận hết giá trị sau ngày %(day)s. Sản phẩm vẫn có nguồn gốc như dưới đây, nhưng không "
                "còn được dùng hạng sao cho đến khi được công nhận lại."
            )
            % {"day": day(product.stars_lapsed_after)},
        )
    if star == "unknown":
        return Verdict(
            Kind.STAR_UNCERTAIN,
            _("Mã thật, chưa rõ hiệu lực của sao"),
            _(
                "Nguồn công bố không ghi đủ ngày hoặc hạng công nhận, nên không thể khẳng định sao còn giá "
                "trị. Hãy hỏi chủ thể giấy công nhận."
            ),
        )
    return Verdict(
        Kind.NO_STAR,
        _("Mã thật, sản phẩm chưa có sao OCOP"),
        _("Sản phẩm chưa được công nhận OCOP. Bao bì ghi sao OCOP là không đúng."),
    )


def unknown() -> Verdict:
    """The code is in no register."""
    return Verdict(
        Kind.UNKNOWN,
        _("Không tìm thấy mã này"),
        _("Chợ OCOP không phát hành mã này. Có thể mã bị gõ nhầm, hoặc tem không phải của Chợ OCOP."),
    )
