"""Ways of paying, what notices can mean, and the machines of payments, refunds and payouts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.states import Machine


class Method(models.TextChoices):
    COD = "cod", _("Trả tiền khi nhận hàng (COD)")
    TRANSFER = "transfer", _("Chuyển khoản bằng mã VietQR")
    VNPAY = "vnpay", _("Thẻ hoặc ví qua cổng VNPay")


PREPAID = frozenset({Method.TRANSFER, Method.VNPAY})


class PaymentStatus(models.TextChoices):
    PENDING = "pending", _("Chờ trả tiền")
    PAID = "paid", _("Đã trả đủ")
    LAPSED = "lapsed", _("Hết hạn trả tiền")
    CANCELLED = "cancelled", _("Đã hủy")


_P = PaymentStatus

# A paid payment stays paid, whatever arrives later; money may still come after the time is over.
PAYMENT = Machine(
    name="payments.payment",
    steps={
        _P.PENDING: frozenset({_P.PAID, _P.LAPSED, _P.CANCELLED}),
        _P.LAPSED: frozenset({_P.PAID}),
        _P.PAID: frozenset(),
        _P.CANCELLED: frozenset(),
    },
)


class NoticeOutcome(models.TextChoices):
    """What one statement about money turned out to be."""

    MATCHED = "matched", _("Khớp đơn")
    UNDERPAID = "underpaid", _("Trả thiếu")
    OVERPAID = "overpaid", _("Trả thừa")
    LATE = "late", _("Trả muộn")
    DUPLICATE = "duplicate", _("Trả hai lần")
    CANCELLED = "cancelled", _("Đơn đã hủy")
    UNKNOWN = "unknown", _("Không rõ của đơn nào")
    WRONG_AMOUNT = "wrong_amount", _("Cổng báo sai số tiền")
    FAILED = "failed", _("Trả không thành")
    PENDING = "pending", _("Chưa ngã ngũ")  # the gateway itself does not know yet
    OUTGOING = "outgoing", _("Tiền ra")
    REFUSED = "refused", _("Không tin được")  # bad signature: kept, never booked


# What a treasurer has to look at until it is resolved.
NEEDS_A_PERSON = frozenset(
    {
        NoticeOutcome.UNDERPAID,
        NoticeOutcome.OVERPAID,
        NoticeOutcome.LATE,
        NoticeOutcome.DUPLICATE,
        NoticeOutcome.CANCELLED,
        NoticeOutcome.UNKNOWN,
        NoticeOutcome.WRONG_AMOUNT,
    }
)


class RefundWay(models.TextChoices):
    GATEWAY = "gateway", _("Trả lại qua cổng thanh toán")
    TRANSFER = "transfer", _("Chuyển khoản cho người mua")


class RefundStatus(models.TextChoices):
    NEEDS_ACCOUNT = "needs_account", _("Chờ số tài khoản của người mua")
    REQUESTED = "requested", _("Chờ duyệt")
    APPROVED = "approved", _("Đã duyệt, chờ chuyển")
    SENDING = "sending", _("Đang gửi cổng thanh toán")
    DONE = "done", _("Đã hoàn tiền")
    FAILED = "failed", _("Chuyển không thành")


_R = RefundStatus

REFUND = Machine(
    name="payments.refund",
    steps={
        _R.NEEDS_ACCOUNT: frozenset({_R.REQUESTED}),
        _R.REQUESTED: frozenset({_R.APPROVED, _R.NEEDS_ACCOUNT}),
        _R.APPROVED: frozenset({_R.DONE, _R.FAILED}),
        _R.SENDING: frozenset({_R.DONE, _R.FAILED}),
        # Done: a treasurer found at the gateway what its lost answer did not tell.
        _R.FAILED: frozenset({_R.NEEDS_ACCOUNT, _R.SENDING, _R.DONE}),
        _R.DONE: frozenset(),
    },
    topic="payments.refund_changed",
)


class CodStatus(models.TextChoices):
    DUE = "due", _("Chờ giao")
    COLLECTED = "collected", _("Đã thu, chờ đối soát")
    REMITTED = "remitted", _("Đã về tài khoản")
    VOID = "void", _("Không thu")


_C = CodStatus

COD = Machine(
    name="payments.cod",
    steps={
        _C.DUE: frozenset({_C.COLLECTED, _C.REMITTED, _C.VOID}),
        _C.COLLECTED: frozenset({_C.REMITTED}),
        _C.REMITTED: frozenset(),
        _C.VOID: frozenset(),
    },
)


class FileStatus(models.TextChoices):
    """A bank statement or a carrier's list on its way into the books."""

    PREVIEW = "preview", _("Chờ xem lại")
    WORKING = "working", _("Đang ghi")
    DONE = "done", _("Đã ghi")


_F = FileStatus

MONEY_FILE = Machine(
    name="payments.money_file",
    steps={
        _F.PREVIEW: frozenset({_F.WORKING}),
        _F.WORKING: frozenset({_F.DONE}),
        _F.DONE: frozenset(),
    },
)


class RemittanceOutcome(models.TextChoices):
    MATCHED = "matched", _("Khớp")
    SHORT = "short", _("Thiếu tiền")
    OVER = "over", _("Thừa tiền")
    NOT_DELIVERED = "not_delivered", _("Kiện chưa ghi đã giao")
    DUPLICATE = "duplicate", _("Đã đối soát trước đó")
    UNKNOWN = "unknown", _("Không rõ kiện nào")


# What a treasurer has to look at until it is resolved.
REMITTANCE_NEEDS_A_PERSON = frozenset(RemittanceOutcome) - {RemittanceOutcome.MATCHED}
# Begins the key of an entry by which a carrier's transfer is told apart from unknown money.
CARRIERS_TRANSFER = "carriers-transfer:"


class BatchStatus(models.TextChoices):
    DRAFT = "draft", _("Chờ duyệt")
    APPROVED = "approved", _("Đã duyệt")
    DROPPED = "dropped", _("Đã bỏ")


_B = BatchStatus

BATCH = Machine(
    name="payments.payout_batch",
    steps={
        _B.DRAFT: frozenset({_B.APPROVED, _B.DROPPED}),
        _B.APPROVED: frozenset(),
        _B.DROPPED: frozenset(),
    },
)


class PayoutStatus(models.TextChoices):
    PLANNED = "planned", _("Chờ duyệt")
    SENT = "sent", _("Đã gửi ngân hàng")
    PAID = "paid", _("Đã chi")
    BOUNCED = "bounced", _("Bị trả về")
    DROPPED = "dropped", _("Đã bỏ")


_O = PayoutStatus

PAYOUT = Machine(
    name="payments.payout",
    steps={
        _O.PLANNED: frozenset({_O.SENT, _O.DROPPED}),
        _O.SENT: frozenset({_O.PAID, _O.BOUNCED}),
        _O.PAID: frozenset({_O.BOUNCED}),
        _O.BOUNCED: frozenset(),
        _O.DROPPED: frozenset(),
    },
    topic="payments.payout_changed",
)
