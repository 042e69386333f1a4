"""Printed QR codes hold on to these addresses: never rename."""

from django.urls import path, re_path

from traceability import views

app_name = "traceability"
urlpatterns = [
    path("truy-xuat/", views.lookup, name="lookup"),
    path("truy-xuat/san-pham/<slug:slug>/", views.of_product, name="product"),
    path("truy-xuat/<str:code>/", views.trace, name="trace"),
    re_path(r"^truy-xuat/(?P<code>[A-Z0-9]{1,16})/qr\.(?P<form>png|svg)$", views.qr, name="qr"),
    re_path(r"^01/(?P<gtin14>[^/]+)/?$", views.gtin, name="gtin"),
    # A lot may hold slashes (%2F in the address), so it takes the rest.
    re_path(r"^01/(?P<gtin14>[^/]+)/10/(?P<lot>.+?)/?$", views.gtin, name="gtin-lot"),
]
