"""An order's papers for its buyer, as PDF."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from orders.papers import contract_pdf, receipt_pdf
from orders.selectors import papers
from orders.views.held import held, unknown


@require_safe
@never_cache
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    page, _buyer = held(request, code)
    if page is None:
        return unknown(request)
    url = request.build_absolute_uri(f"/don-hang/{page.order.code}/")
    return pdf(receipt_pdf(papers.receipt(page, order_url=url)), f"bien-nhan-{page.order.code}")


@require_safe
@never_cache
def contract(request: HttpRequest, code: str) -> HttpResponse:
    page, _buyer = held(request, code)
    if page is None:
        return unknown(request)
    return pdf(contract_pdf(papers.contract(page)), f"hop-dong-{page.order.code}")


def pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
