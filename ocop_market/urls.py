"""Addresses of the market. Printed QR codes and bookmarks hold on to them: never rename."""

from django.conf import settings
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language
from django.views.static import serve
from django_prometheus.exports import ExportToDjangoView

from core.sites import producer_site, province_site
from ocop_market import health

urlpatterns = [
    path("", include("catalog.urls")),
    path("", include("producers.urls")),
    path("", include("ratings.urls")),
    path("", include("traceability.urls")),
    path("", include("orders.urls")),
    path("tai-khoan/", include("accounts.urls")),
    path("dia-danh/", include("core.urls")),
    path("api/", include("ocop_market.api")),
    path("kenh-chu-the/", producer_site.urls),
    path("quan-tri/", province_site.urls),
    path("ngon-ngu/", set_language, name="set_language"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", ExportToDjangoView, name="metrics"),
    path("favicon.ico", RedirectView.as_view(url="/static/img/favicon-32.png"), name="favicon"),
]

if settings.LOCAL and not settings.MEDIA_URL_STORAGE:
    # Behind a real web server, or with a bucket, pictures do not pass through Python.
    urlpatterns.append(path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}, name="media"))
