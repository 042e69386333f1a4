"""Addresses of the shop. Bookmarks and search engines hold on to them: never rename."""

from django.contrib.sitemaps.views import index, sitemap
from django.urls import path

from catalog import views
from catalog.sitemaps import SITEMAPS, robots

app_name = "catalog"
urlpatterns = [
    path("", views.home, name="home"),
    path("san-pham/", views.listing, name="listing"),
    path("san-pham/<slug:slug>/", views.product, name="product"),
    path("goi-y/", views.suggest, name="suggest"),
    path("chu-the/", views.producers, name="producers"),
    path("chu-the/<slug:slug>/", views.producer, name="producer"),
    path("robots.txt", robots, name="robots"),
    path(
        "sitemap.xml",
        index,
        {"sitemaps": SITEMAPS, "sitemap_url_name": "catalog:sitemap"},
        name="sitemap-index",
    ),
    path("sitemap-<section>.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
]
