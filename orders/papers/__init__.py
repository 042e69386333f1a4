"""Papers that go with a parcel, as PDF from plain data: label, slip, receipt, contract. No database."""

from orders.papers.contracts import Contract, ContractLine, ContractPart, contract_pdf
from orders.papers.labels import Label, label_pdf
from orders.papers.receipts import Receipt, ReceiptLine, ReceiptPart, receipt_pdf
from orders.papers.slips import PackingSlip, SlipLine, packing_slip_pdf

__all__ = [
    "Contract",
    "ContractLine",
    "ContractPart",
    "Label",
    "PackingSlip",
    "Receipt",
    "ReceiptLine",
    "ReceiptPart",
    "SlipLine",
    "contract_pdf",
    "label_pdf",
    "packing_slip_pdf",
    "receipt_pdf",
]
