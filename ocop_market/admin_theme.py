"""Look and daily order of the two admin sites (django-unfold reads these from the settings)."""

from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Paper, ink and one leaf green (docs: "Sổ tay sản vật"). Base 50 is the page, 900 the text.
COLORS = {
    "base": {
        "50": "#FBF8F1",
        "100": "#F4EEE1",
        "200": "#E5DCC8",
        "300": "#D9CFBB",
        "400": "#8B8471",
        "500": "#6A6F64",
        "600": "#55605A",
        "700": "#3E4A43",
        "800": "#2B3730",
        "900": "#1F2A24",
        "950": "#141C18",
    },
    "primary": {
        "50": "#F0F6F2",
        "100": "#E3EEE6",
        "200": "#C4DCCB",
        "300": "#97C1A6",
        "400": "#5E9B7B",
        "500": "#327657",
        "600": "#1E5B43",
        "700": "#194C38",
        "800": "#143F2E",
        "900": "#103325",
        "950": "#0A2118",
    },
}

_static = lazy(static, str)
_TREASURER = "ocop_market.admin_theme.is_treasurer"


def environment(request: HttpRequest) -> list[str] | None:
    """A badge on every page while the database holds invented data."""
    return [str(_("Dữ liệu minh họa")), "warning"] if _has_invented_data() else None


def _has_invented_data() -> bool:
    from producers.models import Producer

    key = "admin:illustrative"
    known = cache.get(key)
    if known is None:
        known = Producer.objects.filter(is_illustrative=True).exists()
        cache.set(key, known, 60)
    return known


def province_dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The offices' first page: ratings' work, and the treasurer's block for those who keep the money."""
    from orders.selectors import treasury
    from ratings.selectors import desk

    return desk.dashboard(request, context) | {"treasury": treasury.block(request.user)}


def is_treasurer(request: HttpRequest) -> bool:
    from accounts import selectors

    return selectors.is_treasurer(request.user)


def is_superuser(request: HttpRequest) -> bool:
    return bool(request.user.is_superuser)


def _item(title: Any, icon: str, url_name: str, **more: Any) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse_lazy(url_name), **more}


def _site(**more: Any) -> dict[str, Any]:
    return {
        "SITE_URL": "/",
        "SITE_FAVICONS": [{"rel": "icon", "type": "image/png", "href": _static("img/favicon-32.png")}],
        "SHOW_HISTORY": True,
        "SHOW_VIEW_ON_SITE": True,
        "SHOW_BACK_BUTTON": True,
        "THEME": "light",
        "BORDER_RADIUS": "6px",
        "COLORS": COLORS,
        "ENVIRONMENT": "ocop_market.admin_theme.environment",
        "STYLES": [
            _static("css/fonts.css"),
            _static("css/admin.css"),
            _static("css/admin-money.css"),
            _static("css/admin-trace.css"),
            _static("css/admin-scans.css"),
        ],
        "SCRIPTS": [_static("js/admin.js")],
        "ACCOUNT": {
            "navigation": [
                {"title": _("Tài khoản của tôi"), "link": reverse_lazy("accounts:home")},
                {"title": _("Trang chợ"), "link": "/"},
            ]
        },
        **more,
    }


PRODUCER = _site(
    SITE_TITLE=_("Kênh chủ thể"),
    SITE_HEADER=_("Kênh chủ thể"),
    SITE_SUBHEADER=_("Chợ OCOP"),
    SITE_SYMBOL="storefront",
    DASHBOARD_CALLBACK="orders.desk.dashboard",
    SIDEBAR={
        "navigation": [
            {
                "title": _("Hằng ngày"),
                "items": [
                    _item(_("Việc hôm nay"), "today", "producer:index"),
                    _item(
                        pgettext_lazy("plural", "Đơn hàng"),
                        "local_shipping",
                        "producer:orders_suborder_changelist",
                        badge="orders.desk.waiting_badge",
                    ),
                    _item(
                        _("Trả hàng, hoàn tiền"),
                        "assignment_return",
                        "producer:orders_returncase_changelist",
                        badge="orders.admin.cases.to_answer_badge",
                    ),
                    _item(_("Tồn kho"), "inventory_2", "producer:catalog_stockitem_changelist"),
                    _item(_("Tiền của tôi"), "account_balance_wallet", "producer:payments_payout_changelist"),
                    _item(_("Tiền thu hộ"), "payments", "producer:payments_codcollection_changelist"),
                ],
            },
            {
                "title": _("Hàng hóa"),
                "separator": True,
                "items": [
                    _item(_("Sản phẩm"), "grocery", "producer:catalog_product_changelist"),
                    _item(
                        _("Hồ sơ OCOP"),
                        "workspace_premium",
                        "producer:ratings_dossier_changelist",
                        badge="ratings.selectors.own.badge",
                    ),
                    _item(_("Ghi nhật ký lô"), "edit_note", "traceability:journal"),
                    _item(_("Lô sản xuất, mã QR"), "qr_code_2", "producer:traceability_lot_changelist"),
                    _item(_("Vùng trồng, cơ sở"), "location_on", "producer:traceability_location_changelist"),
                    _item(_("Tem đã in"), "label", "producer:traceability_labeljob_changelist"),
                    _item(_("Thu hồi"), "report", "producer:traceability_recall_changelist"),
                    _item(_("Kết nối EPCIS"), "hub", "producer:traceability_epcistoken_changelist"),
                    _item(_("Lượt quét"), "bar_chart", "producer:traceability_scanday_changelist"),
                    _item(
                        _("Nghi tem bị sao chép"),
                        "content_copy",
                        "producer:traceability_suspicion_changelist",
                        badge="traceability.selectors.scans.own_suspicions_badge",
                    ),
                    _item(
                        _("Phản ánh về tem"),
                        "feedback",
                        "producer:traceability_scanreport_changelist",
                        badge="traceability.selectors.scans.own_reports_badge",
                    ),
                    _item(_("Biến động kho"), "swap_vert", "producer:catalog_stockmovement_changelist"),
                ],
            },
            {
                "title": _("Gian hàng"),
                "separator": True,
                "items": [
                    _item(_("Hồ sơ chủ thể"), "badge", "producer:producers_producer_changelist"),
                    _item(
                        pgettext_lazy("plural", "Phí giao hàng"),
                        "payments",
                        "producer:orders_shippingpolicy_changelist",
                    ),
                    _item(_("Điểm nhận hàng"), "pin_drop", "producer:orders_pickuppoint_changelist"),
                    _item(_("Mã giảm giá"), "sell", "producer:orders_voucher_changelist"),
                    _item(
                        _("Tài khoản nhận tiền"), "credit_card", "producer:producers_payoutaccount_changelist"
                    ),
                ],
            },
        ],
    },
)

PROVINCE = _site(
    SITE_TITLE=_("Quản trị OCOP"),
    SITE_HEADER=_("Quản trị OCOP"),
    SITE_SUBHEADER=_("Cán bộ tỉnh, xã"),
    SITE_SYMBOL="account_balance",
    DASHBOARD_CALLBACK="ocop_market.admin_theme.province_dashboard",
    SIDEBAR={
        "navigation": [
            {
                "title": _("Công nhận"),
                "items": [
                    _item(_("Bàn làm việc"), "dashboard", "province:index"),
                    _item(
                        pgettext_lazy("plural", "Hồ sơ đánh giá"),
                        "folder_open",
                        "province:ratings_dossier_changelist",
                        badge="ratings.selectors.desk.waiting_badge",
                    ),
                    _item(_("Hội đồng"), "groups", "province:ratings_council_changelist"),
                    _item(_("Sổ công nhận"), "workspace_premium", "province:ratings_certificate_changelist"),
                    _item(
                        pgettext_lazy("plural", "Quyết định"),
                        "gavel",
                        "province:ratings_ratingdecision_changelist",
                        badge="ratings.selectors.decisions.waiting_badge",
                    ),
                    _item(_("Bộ tiêu chí"), "checklist", "province:ratings_criteriaset_changelist"),
                    _item(_("Lần nhập dữ liệu"), "upload_file", "province:ratings_importbatch_changelist"),
                ],
            },
            {
                "title": _("Quản lý"),
                "separator": True,
                "items": [
                    _item(
                        pgettext_lazy("plural", "Chủ thể"),
                        "storefront",
                        "province:producers_producer_changelist",
                    ),
                    _item(_("Sản phẩm"), "grocery", "province:catalog_product_changelist"),
                    _item(_("Lô sản xuất"), "inventory", "province:traceability_lot_changelist"),
                    _item(_("Vùng trồng, cơ sở"), "location_on", "province:traceability_location_changelist"),
                    _item(_("Mã QR"), "qr_code_2", "province:traceability_code_changelist"),
                    _item(_("Tem đã in"), "label", "province:traceability_labeljob_changelist"),
                    _item(
                        _("Thu hồi"),
                        "report",
                        "province:traceability_recall_changelist",
                        badge="orders.admin.recalls.open_badge",
                    ),
                    _item(_("Lượt quét"), "bar_chart", "province:traceability_scanday_changelist"),
                    _item(
                        _("Nghi tem bị sao chép"),
                        "content_copy",
                        "province:traceability_suspicion_changelist",
                        badge="traceability.selectors.scans.area_suspicions_badge",
                    ),
                    _item(
                        _("Phản ánh về tem"),
                        "feedback",
                        "province:traceability_scanreport_changelist",
                        badge="traceability.selectors.scans.area_reports_badge",
                    ),
                    _item(_("Đơn của chủ thể"), "local_shipping", "province:orders_suborder_changelist"),
                    _item(
                        _("Hòa giải trả hàng"),
                        "balance",
                        "province:orders_returncase_changelist",
                        badge="orders.admin.cases.disputed_badge",
                    ),
                ],
            },
            {
                "title": _("Giá của sàn"),
                "separator": True,
                "items": [
                    _item(
                        title,
                        icon,
                        f"province:{name}_changelist",
                        permission=_TREASURER,
                    )
                    for title, icon, name in (
                        (_("Phí sàn"), "percent", "orders_commissionrule"),
                        (_("Mã giảm giá"), "sell", "orders_voucher"),
                    )
                ],
            },
            {
                "title": _("Tiền của chủ thể"),
                "separator": True,
                "items": [
                    _item(title, icon, f"province:{name}", permission=_TREASURER)
                    for title, icon, name in (
                        (_("Đợt chi"), "payments", "payments_payoutbatch_changelist"),
                        (_("Tài khoản nhận tiền"), "credit_card", "producers_payoutaccount_changelist"),
                        (_("Thuế khấu trừ hộ"), "receipt_long", "payments_payout_taxes"),
                    )
                ],
            },
            {
                "title": _("Tiền"),
                "separator": True,
                "items": [
                    _item(
                        _("Đối soát thu hộ"),
                        "currency_exchange",
                        "province:payments_remittancerow_overview",
                        permission=_TREASURER,
                    ),
                    *(
                        _item(title, icon, f"province:{name}_changelist", permission=_TREASURER, **more)
                        for title, icon, name, more in (
                            (
                                _("Tiền chưa khớp"),
                                "rule",
                                "payments_paymentnotice",
                                {"badge": "orders.selectors.treasury.notices_badge"},
                            ),
                            (
                                pgettext_lazy("plural", "Hoàn tiền"),
                                "undo",
                                "payments_refund",
                                {"badge": "orders.selectors.treasury.refunds_badge"},
                            ),
                            (_("Sao kê, đối soát"), "upload_file", "payments_moneyfile", {}),
                            (_("Sổ cái"), "account_balance", "payments_ledgeraccount", {}),
                            (
                                pgettext_lazy("plural", "Bút toán"),
                                "receipt_long",
                                "payments_journalentry",
                                {},
                            ),
                        )
                    ),
                ],
            },
            {
                "title": _("Danh mục"),
                "separator": True,
                "collapsible": True,
                "items": [
                    _item(_("Tỉnh, thành phố"), "map", "province:core_province_changelist"),
                    _item(_("Xã, phường, đặc khu"), "location_on", "province:core_commune_changelist"),
                ],
            },
            {
                "title": _("Hệ thống"),
                "separator": True,
                "items": [
                    _item(
                        title,
                        icon,
                        f"province:{name}_changelist",
                        permission="ocop_market.admin_theme.is_superuser",
                    )
                    for title, icon, name in (
                        (pgettext_lazy("plural", "Tài khoản"), "person", "accounts_user"),
                        (_("Phân công"), "assignment_ind", "accounts_assignment"),
                        (_("Dấu vết"), "history", "core_auditentry"),
                        (_("Việc gửi đi"), "outbox", "core_outboxdelivery"),
                    )
                ],
            },
        ],
    },
)
