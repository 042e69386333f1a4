"""Recognitions over REST: public, read-only."""

import django_filters
from django.db.models import QuerySet
from rest_framework.viewsets import ReadOnlyModelViewSet

from ratings.api.serializers import RecognitionSerializer
from ratings.models import Certificate
from ratings.states import Standing


class RecognitionFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", max_length=200)
    tinh = django_filters.CharFilter(field_name="decision__province")
    xa = django_filters.CharFilter(field_name="product__commune")
    sao = django_filters.NumberFilter(field_name="stars", min_value=1, max_value=5)
    hieu_luc = django_filters.ChoiceFilter(field_name="standing_now", choices=Standing.choices)
    minh_hoa = django_filters.BooleanFilter(field_name="decision__is_illustrative")

    class Meta:
        model = Certificate
        fields: list[str] = []

    def search(self, rows: QuerySet[Certificate], name: str, value: str) -> QuerySet[Certificate]:
        return rows.matching(value)  # type: ignore[attr-defined]


class RecognitionViewSet(ReadOnlyModelViewSet[Certificate]):
    """The public register. Illustrative rows say so (``is_illustrative``)."""

    serializer_class = RecognitionSerializer
    filterset_class = RecognitionFilter
    lookup_field = "number"
    lookup_value_regex = r"[0-9-]{1,30}"
    queryset = Certificate.objects.none()  # names the model for the schema

    def get_queryset(self) -> QuerySet[Certificate]:
        rows = Certificate.objects.with_standing().select_related("decision", "product", "revocation")
        return rows.order_by("-id")
