"""Invoices by the connected provider (orders.invoices)."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.services import audit
from core.text import clean
from orders import invoices, policies
from orders.errors import InvoiceRefused
from orders.models import SubOrder


def issue(*, sub_order: SubOrder, actor: Any) -> str:
    """The invoice's number; asking again gives the same. The provider is called outside a transaction.

    Raises NotAllowed, InvoiceRefused.
    """
    policies.require_member(actor, sub_order)
    if sub_order.invoice_number:
        return sub_order.invoice_number
    provider = invoices.provider()
    if provider is None:
        raise InvoiceRefused(_("Chưa kết nối dịch vụ hóa đơn. Hãy tải dữ liệu hóa đơn rồi tự phát hành."))
    if sub_order.delivered_at is None:
        raise InvoiceRefused(_("Kiện chưa giao xong nên chưa có gì để lập hóa đơn."))
    number = clean(provider.issue(invoices.data_of(sub_order=sub_order)))[:40]
    if not number:
        raise InvoiceRefused(_("Dịch vụ hóa đơn không trả về số hóa đơn. Hãy thử lại sau ít phút."))
    with transaction.atomic():
        first = SubOrder.objects.filter(pk=sub_order.pk, invoice_number="").update(invoice_number=number)
        if first:
            audit.record(
                action="orders.invoice.issued",
                obj=sub_order,
                actor=actor,
                changes={"invoice_number": ["", number]},
            )
    sub_order.refresh_from_db(fields=["invoice_number"])
    return sub_order.invoice_number
