"""Papers that go with a parcel, as PDF from plain data: label, packing slip, receipt. No database."""

from orders.papers.labels import Label, label_pdf
from orders.papers.receipts import Receipt, ReceiptLine, ReceiptPart, receipt_pdf
from orders.papers.slips import PackingSlip, SlipLine, packing_slip_pdf

__all__ = [
    "Label",
    "PackingSlip",
    "Receipt",
    "ReceiptLine",
    "ReceiptPart",
    "SlipLine",
    "label_pdf",
    "packing_slip_pdf",
    "receipt_pdf",
]
