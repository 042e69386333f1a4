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
    """A GS1 number or Digital Link that breaks the standard's rules.

    Data: ``part`` (gtin, cpv, lot, serial, path, query; gln).
    """

    code = "bad_digital_link"
    message = _("Địa chỉ GS1 này không đúng chuẩn.")


class NoSuchLink(MarketError):
    """The product has no link of the type that was asked for. Data: ``link_type``."""

    code = "no_such_link"
    status = 404
    message = _("Sản phẩm này không có liên kết loại đã hỏi. Trang truy xuất của sản phẩm vẫn mở được.")


class PictureNotReady(MarketError):
    """The QR picture is still being drawn by the worker."""

    code = "picture_not_ready"
    status = 503
    message = _("Ảnh mã QR đang được tạo. Xin thử lại sau ít phút.")


class InvalidEvent(MarketError):
    """Data: ``field`` (step, event_time, location, quantity, papers, reason)."""

    code = "invalid_event"
    message = _("Sự kiện chưa đúng.")


class EventKnown(MarketError):
    """The event's id was used before, for something else."""

    code = "event_known"
    status = 409
    message = _("Mã sự kiện này đã dùng cho một sự kiện khác. Hãy ghi lại sự kiện.")


class AlreadyVoid(MarketError):
    code = "already_void"
    status = 409
    message = _("Sự kiện này đã được đính chính.")


class InvalidRecall(MarketError):
    """Data: ``field`` (lots, reason, instruction, level, report)."""

    code = "invalid_recall"
    message = _("Đợt thu hồi chưa đúng.")


class AlreadyRecalled(MarketError):
    """Data: ``lots``, the codes of those that a recall has already."""

    code = "already_recalled"
    status = 409
    message = _("Lô này đang được thu hồi rồi.")


class StillPromised(MarketError):
    """Orders count on units that were to be destroyed."""

    code = "still_promised"
    status = 409
    message = _(
        "Còn kiện chưa gửi hoặc đơn chờ trả tiền tính vào số hàng này. Hãy hủy các kiện thiếu hàng, hoặc "
        "nhập thêm hàng, rồi ghi tiêu hủy."
    )


class InvalidCapture(MarketError):
    """The EPCIS document as a whole, or a query, cannot be read. Data: ``path``."""

    code = "invalid_capture"
    message = _("Tài liệu EPCIS chưa đúng.")


class CaptureTooLarge(MarketError):
    """Data: ``most``, events of one document."""

    code = "capture_too_large"
    status = 413
    message = _("Tài liệu EPCIS quá lớn. Hãy chia nhỏ.")


class NoSuchPlace(MarketError):
    """Not one of the producer's places. Data: ``field``."""

    code = "no_such_place"
    status = 404
    message = _("Không có địa điểm này trong các địa điểm của chủ thể. Hãy chọn lại.")


class OtherLogin(MarketError):
    """What was noted under one login came with the session of another."""

    code = "other_login"
    status = 409
    message = _("Mục này do một tài khoản khác ghi. Hãy đăng nhập đúng tài khoản đó rồi gửi.")


class InvalidPaper(MarketError):
    """A picture or paper that is not taken. Data: ``field``."""

    code = "invalid_paper"
    message = _("Không nhận được giấy tờ này.")


class TooLarge(MarketError):
    """More bytes than all files of one form may have; refused before they are read."""

    code = "too_large"
    status = 413
    message = _("Tệp gửi lên quá lớn. Mỗi ảnh hay PDF tối đa 10 MB, mỗi lần tối đa 5 tệp.")


class InvalidInput(MarketError):
    """A raw material that cannot be. Data: ``field``, ``row`` (0, 1 …)."""

    code = "invalid_input"
    message = _("Nguyên liệu chưa đúng.")


class InvalidLocation(MarketError):
    """Data: ``field``."""

    code = "invalid_location"
    message = _("Địa điểm chưa đúng.")


class InvalidConclusion(MarketError):
    """The words of a comment, an answer or a conclusion."""

    code = "invalid_conclusion"
    message = _("Nội dung chưa đúng.")


class AlreadyConcluded(MarketError):
    code = "already_concluded"
    status = 409
    message = _("Việc này đã có kết luận. Hãy tải lại trang để xem.")


class InvalidReport(MarketError):
    """Data: ``field`` (kind, province, words, where, phone, asked)."""

    code = "invalid_report"
    message = _("Phản ánh chưa đúng.")
