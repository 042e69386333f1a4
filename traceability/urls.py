"""Printed QR codes hold on to these addresses: never rename."""

import datetime as dt

from django.urls import path, re_path, register_converter

from core.sites import producer_site
from traceability import resolver
from traceability.views import journal, looking, lots, pages, proofs, recalls, reports
from traceability.views.uploads import bounded


class IsoDate:
    """2026-11-26; a day that does not exist is no address."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> dt.date:
        return dt.date.fromisoformat(value)

    def to_url(self, value: dt.date) -> str:
        return value.isoformat()


register_converter(IsoDate, "isodate")

app_name = "traceability"
_own = producer_site.admin_view
urlpatterns = [
    path("truy-xuat/", pages.lookup, name="lookup"),
    path("truy-xuat/san-pham/<slug:slug>/", pages.of_product, name="product"),
    re_path(r"^truy-xuat/dia-diem/(?P<code>DD[A-Z0-9]{8})/$", pages.location, name="location"),
    re_path(r"^truy-xuat/giay-to/(?P<sha256>[0-9a-f]{64})/$", lots.paper, name="paper"),
    re_path(r"^truy-xuat/01/(?P<tail>[\s\S]*)$", pages.of_digital_link, name="gtin-page"),
    path("truy-xuat/thu-hoi/", recalls.listing, name="recalls"),
    re_path(r"^truy-xuat/thu-hoi/(?P<code>TH-[0-9]{4}-[0-9]{4,9})/$", recalls.show, name="recall"),
    path("truy-xuat/kiem-chung/", proofs.verifier, name="verifier"),
    path("truy-xuat/moc-ngay/", proofs.roots, name="roots"),
    path("truy-xuat/moc-ngay/<isodate:day>/", proofs.root, name="root"),
    path("truy-xuat/moc-ngay/<isodate:day>/moc.json", proofs.root_facts, name="root-facts"),
    path("truy-xuat/moc-ngay/<isodate:day>/luu-tru.json", proofs.archive, name="root-archive"),
    path("truy-xuat/bao/", reports.report, name="report-unknown"),
    path("truy-xuat/<str:code>/", pages.trace, name="trace"),
    path("truy-xuat/<str:code>/thong-tin.json", pages.facts, name="facts"),
    path("truy-xuat/<str:code>/ma-cao/", pages.scratch, name="scratch"),
    re_path(r"^truy-xuat/(?P<code>[A-Z0-9]{1,16})/chuoi\.json$", proofs.chain_export, name="chain"),
    re_path(r"^truy-xuat/(?P<code>[A-Z0-9]{1,16})/epcis\.json$", proofs.epcis_export, name="epcis"),
    path("truy-xuat/<str:code>/bao/", reports.report, name="report"),
    path("truy-xuat/<str:code>/noi/", looking.place, name="scan-place"),
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
