"""Vietnamese names of plain fields, where a model gives none of its own."""

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

LABELS = {
    "action": _("việc"),
    "actor": _("người nhập"),
    "actor_label": _("người làm"),
    "area_km2": _("diện tích (km²)"),
    "attempts": _("số lần thử"),
    "batch": _("lần nhập"),
    "certificate": _("công nhận"),
    "changes": _("thay đổi"),
    "checksum": _("mã kiểm tệp"),
    "code": _("mã"),
    "commune": _("xã"),
    "created_at": _("tạo lúc"),
    "date_joined": _("mở tài khoản"),
    "decided_text": _("ngày theo nguồn"),
    "done_at": _("xong lúc"),
    "failed_at": _("bỏ cuộc lúc"),
    "file_name": _("tệp"),
    "handler": _("bộ xử lý"),
    "is_active": _("hoạt động"),
    "is_illustrative": _("dữ liệu minh họa"),
    "is_superuser": _("quản trị hệ thống"),
    "kind": _("loại"),
    "last_error": _("lỗi gần nhất"),
    "lot": _("lô"),
    "message": _("ghi chú"),
    "name": _("tên"),
    "object_id": _("mã dòng"),
    "object_type": _("loại dòng"),
    "outcome": _("kết quả"),
    "place": _("địa danh"),
    "producer": _("chủ thể"),
    "product": _("sản phẩm"),
    "province": _("tỉnh"),
    "raw": _("nội dung gốc"),
    "reason": _("lý do"),
    "role": _("vai trò"),
    "row_number": _("dòng"),
    "short_name": _("tên ngắn"),
    "user": _("người"),
    "valid_from": _("từ ngày"),
    "valid_to": _("đến hết ngày"),
    "variant": _("quy cách"),
}


def speak(model: type[Model]) -> None:
    """Name the fields that would otherwise show their English names to people.

    ``verbose_name`` only: what migrations look at (``_verbose_name``) stays as the model wrote it.
    """
    for field in model._meta.fields:
        if field._verbose_name is None and field.name in LABELS:  # type: ignore[attr-defined]
            field.verbose_name = LABELS[field.name]
