"""What the catalogue refuses, each with a sentence for people."""

from django.utils.translation import gettext_lazy as _

from core.errors import MarketError


class OutOfStock(MarketError):
    """Data: ``shortages`` maps variant id to the units still on hand."""

    code = "out_of_stock"
    status = 409
    message = _("Không đủ hàng trong kho. Xin giảm số lượng hoặc chọn quy cách khác.")


class InvalidQuantity(MarketError):
    code = "invalid_quantity"
    message = _("Số lượng phải là số nguyên từ 1 trở lên.")


class StillReserved(MarketError):
    """Data: ``reserved``, the units that orders being paid hold."""

    code = "still_reserved"
    status = 409
    message = _(
        "Số đếm được ít hơn số đang giữ cho các đơn chờ trả tiền. Hãy đợi các đơn ấy trả tiền hoặc hết hạn."
    )


class InvalidProduct(MarketError):
    """Data: ``field``."""

    code = "invalid_product"
    message = _("Thông tin sản phẩm chưa đúng.")


class InvalidGtin(MarketError):
    code = "invalid_gtin"
    message = _("Mã GTIN không đúng: cần 8, 12, 13 hoặc 14 chữ số, chữ số cuối là số kiểm tra.")


class GtinTaken(MarketError):
    code = "gtin_taken"
    status = 409
    message = _("Mã GTIN này đã gắn với một sản phẩm khác.")


class InvalidVariant(MarketError):
    """Data: ``field``."""

    code = "invalid_variant"
    message = _("Quy cách chưa đúng: cần tên, giá và lượng tịnh lớn hơn 0.")


class VariantExists(MarketError):
    code = "variant_exists"
    status = 409
    message = _("Sản phẩm đã có quy cách mang tên này.")


class CertificationExists(MarketError):
    code = "certification_exists"
    status = 409
    message = _("Chứng nhận này đã được ghi cho sản phẩm.")


class NotPublishable(MarketError):
    code = "not_publishable"
    status = 409
    message = _("Chủ thể đang tạm ngừng nên chưa thể hiển thị sản phẩm.")


class PictureRefused(MarketError):
    code = "picture_refused"
    message = _("Tệp này không dùng làm ảnh được. Xin chọn ảnh JPEG, PNG hoặc WebP.")
