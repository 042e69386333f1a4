"""Printed QR codes hold on to these addresses: never rename."""

from django.urls import path, re_path

from traceability import resolver
from traceability.views import looking, pages, reports

app_name = "traceability"
urlpatterns = [
    path("truy-xuat/", pages.lookup, name="lookup"),
    path("truy-xuat/san-pham/<slug:slug>/", pages.of_product, name="product"),
    re_path(r"^truy-xuat/dia-diem/(?P<code>DD[A-Z0-9]{8})/$", pages.location, name="location"),
    re_path(r"^truy-xuat/01/(?P<tail>[\s\S]*)$", pages.of_digital_link, name="gtin-page"),
    path("truy-xuat/bao/", reports.report, name="report-unknown"),
    path("truy-xuat/<str:code>/", pages.trace, name="trace"),
    path("truy-xuat/<str:code>/bao/", reports.report, name="report"),
    path("truy-xuat/<str:code>/noi/", looking.place, name="scan-place"),
    re_path(r"^truy-xuat/(?P<code>[A-Z0-9]{1,16})/qr\.(?P<form>png|svg)$", pages.qr, name="qr"),
    # What follows may be anything, line breaks too: gs1.parse says what is wrong with it.
    re_path(r"^01/(?P<tail>[\s\S]*)$", resolver.resolve, name="gtin"),
    re_path(r"^414/(?P<gln>[^/]*)/?$", resolver.location, name="gln"),
    path(".well-known/gs1resolver", resolver.description, name="gs1resolver"),
]
