"""What people may note about a lot: the market's own list of steps, in the words of EPCIS 2.0.

Where the Core Business Vocabulary (CBV 2.0) has a word it is used; else ours, under the prefix
"ocop:". The templates are the market's proposal of the usual way, no official list.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class TraceStep:
    """``key``: CBV or prefixed business step. ``is_after_making``: cannot lie before the production date.

    ``is_told``: the market notes it by itself; nobody taps it.
    """

    key: str
    label: Any
    icon: str = "radio_button_checked"
    action: str = "OBSERVE"
    disposition: str = "in_progress"
    is_after_making: bool = False
    is_told: bool = False


STEPS = {
    step.key: step
    for step in (
        TraceStep("ocop:planting", _("Gieo trồng, thả giống"), "potted_plant"),
        TraceStep("ocop:tending", _("Chăm sóc"), "water_drop"),
        TraceStep("ocop:harvesting", _("Thu hoạch"), "agriculture"),
        TraceStep("ocop:gathering", _("Thu mua, tập kết"), "local_shipping"),
        TraceStep("ocop:preparing", _("Sơ chế"), "blender"),
        TraceStep("ocop:drying", _("Phơi, sấy"), "sunny"),
        TraceStep("ocop:fermenting", _("Ủ, lên men"), "hourglass_top"),
        TraceStep("ocop:processing", _("Chế biến"), "skillet"),
        TraceStep("ocop:crafting", _("Chế tác"), "palette"),
        TraceStep("ocop:firing", _("Nung"), "local_fire_department"),
        TraceStep("inspecting", _("Kiểm tra, kiểm nghiệm"), "fact_check", disposition="conformant"),
        TraceStep("packing", _("Đóng gói, dán nhãn"), "package_2", is_after_making=True),
        TraceStep("storing", _("Cất kho"), "warehouse", is_after_making=True),
        TraceStep(
            "commissioning", _("Khai báo lô"), "qr_code_2", "ADD", "active", is_told=True
        ),
        TraceStep("ocop:combining", _("Dùng nguyên liệu từ lô khác"), "merge", "", "active", is_told=True),
        TraceStep("stocking", _("Nhập kho để bán"), "inventory_2", disposition="sellable_accessible",
                  is_after_making=True, is_told=True),
        TraceStep("shipping", _("Gửi cho người mua"), "local_shipping", disposition="in_transit",
                  is_after_making=True, is_told=True),
        TraceStep("retail_selling", _("Người mua đã nhận"), "check_circle", disposition="retail_sold",
                  is_after_making=True, is_told=True),
        TraceStep("receiving", _("Hàng hoàn về"), "assignment_return", disposition="returned",
                  is_after_making=True, is_told=True),
        TraceStep("holding", _("Thu hồi: ngừng bán"), "block", disposition="recalled",
                  is_after_making=True, is_told=True),
        TraceStep("ocop:recall_revoked", _("Rút lại thu hồi"), "undo", disposition="sellable_accessible",
                  is_after_making=True, is_told=True),
        TraceStep("destroying", _("Tiêu hủy"), "delete_forever", "DELETE", "destroyed",
                  is_after_making=True, is_told=True),
    )
}  # fmt: skip
_FOOD = ("ocop:harvesting", "ocop:preparing", "ocop:processing", "inspecting", "packing", "storing")
_FARM = ("ocop:planting", "ocop:tending", "ocop:harvesting", "ocop:preparing", "packing", "storing")
_DRIED = ("ocop:harvesting", "ocop:preparing", "ocop:drying", "inspecting", "packing", "storing")
_BREWED = ("ocop:gathering", "ocop:preparing", "ocop:fermenting", "inspecting", "packing", "storing")
_CRAFT = ("ocop:gathering", "ocop:preparing", "ocop:crafting", "ocop:firing", "packing", "storing")
# Product set → its usual way; a sector's where the set has none of its own.
OF_SET = {
    1: _FARM,  # rau, củ, quả, hạt tươi
    2: (
        "ocop:tending",
        "ocop:gathering",
        "ocop:preparing",
        "inspecting",
        "packing",
        "storing",
    ),  # thịt, thủy sản
    3: ("ocop:planting", "ocop:harvesting", "ocop:drying", "ocop:preparing", "packing", "storing"),  # gạo
    4: ("ocop:tending", "ocop:harvesting", "ocop:preparing", "inspecting", "packing", "storing"),  # mật ong
    9: _BREWED,  # tương, nước mắm
    11: _DRIED,  # chè
    12: _DRIED,
    13: _DRIED,  # cà phê
}
OF_SECTOR = {1: _FOOD, 2: _BREWED, 3: _DRIED, 4: _CRAFT, 5: _FARM}


def template(*, set_code: int | None, sector_code: int | None) -> list[TraceStep]:
    """The steps to offer first, in their usual order."""
    keys = OF_SET.get(set_code or 0) or OF_SECTOR.get(sector_code or 0) or _FOOD
    return [STEPS[key] for key in keys]


def named(key: str) -> TraceStep:
    """The step of an event; a partner's may be none of ours and is called as it was noted."""
    return STEPS.get(key) or TraceStep(key, key)


def offered() -> list[TraceStep]:
    """Every step that a person may note."""
    return [step for step in STEPS.values() if not step.is_told]
