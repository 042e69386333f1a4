"""Printed QR codes hold on to these addresses: never rename."""

from django.urls import path, re_path

from core.sites import producer_site
from traceability import resolver
from traceability.views import journal, lots, pages
from traceability.views.uploads import bounded

app_name = "traceability"
_own = producer_site.admin_view
urlpatterns = [
    path("truy-xuat/", pages.lookup, name="lookup"),
    path("truy-xuat/san-pham/<slug:slug>/", pages.of_product, name="product"),
    re_path(r"^truy-xuat/dia-diem/(?P<code>DD[A-Z0-9]{8})/$", pages.location, name="location"),
    re_path(r"^truy-xuat/giay-to/(?P<sha256>[0-9a-f]{64})/$", lots.paper, name="paper"),
    re_path(r"^truy-xuat/01/(?P<tail>[\s\S]*)$", pages.of_digital_link, name="gtin-page"),
    path("truy-xuat/<str:code>/", pages.trace, name="trace"),
    re_path(r"^truy-xuat/(?P<code>[A-Z0-9]{1,16})/qr\.(?P<form>png|svg)$", pages.qr, name="qr"),
    # What follows may be anything, line breaks too: gs1.parse says what is wrong with it.
    re_path(r"^01/(?P<tail>[\s\S]*)$", resolver.resolve, name="gtin"),
    re_path(r"^414/(?P<gln>[^/]*)/?$", resolver.location, name="gln"),
    path(".well-known/gs1resolver", resolver.description, name="gs1resolver"),
    # The journal's worker reaches what lies beside it, so nothing else may.
    path("kenh-chu-the/nhat-ky/", _own(journal.index), name="journal"),
    path("kenh-chu-the/nhat-ky/tho.js", _own(journal.worker), name="journal-worker"),
    path("kenh-chu-the/nhat-ky/<int:pk>/", _own(bounded(journal.lot)), name="journal-lot"),
    path("kenh-chu-the/nhat-ky/<int:pk>/<uuid:event_id>/", _own(journal.void), name="journal-void"),
    path("kenh-chu-the/lo/<int:pk>/giay-to/", _own(bounded(lots.papers)), name="lot-papers"),
    path("kenh-chu-the/lo/<int:pk>/nguyen-lieu/", _own(lots.materials), name="lot-inputs"),
]
