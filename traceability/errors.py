"""What traceability refuses, each with a sentence for people."""

from django.utils.translation import gettext_lazy as _

from core.errors import MarketError


class InvalidLot(MarketError):
    """Data: ``field``."""

    code = "invalid_lot"
    message = _("Thông tin lô chưa đúng.")


class LotExists(MarketError):
    code = "lot_exists"
    status = 409
    message = _("Sản phẩm đã có lô mang số này.")


class InvalidLabelJob(MarketError):
    """What was asked of the label printer. Data: ``field``."""

    code = "invalid_label_job"
    message = _("Yêu cầu in tem chưa đúng.")


class BadDigitalLink(MarketError):
    """A GS1 Digital Link that breaks the standard's rules. Data: ``part`` (gtin, lot)."""

    code = "bad_digital_link"
    message = _("Địa chỉ GS1 này không đúng chuẩn.")


class PictureNotReady(MarketError):
    """The QR picture is still being drawn by the worker."""

    code = "picture_not_ready"
    status = 503
    message = _("Ảnh mã QR đang được tạo. Xin thử lại sau ít phút.")
