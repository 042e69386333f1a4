"""REST API: /api/v1/, its OpenAPI schema and browsable docs."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.routers import DefaultRouter

from catalog.api.views import ProducerViewSet, ProductViewSet
from orders.api.views import OrderViewSet
from ratings.api.views import RecognitionViewSet

router = DefaultRouter()
router.register("products", ProductViewSet, basename="product")
router.register("producers", ProducerViewSet, basename="producer")
router.register("recognitions", RecognitionViewSet, basename="recognition")
router.register("orders", OrderViewSet, basename="order")

urlpatterns = [
    path("v1/epcis/", include("traceability.api.urls")),
    path("v1/", include(router.urls)),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="api-schema"), name="api-docs"),
]
