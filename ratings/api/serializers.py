"""A recognition as data: dates exactly as far as the source tells."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core import clock
from ratings import wording
from ratings.models import Certificate


class RecognitionSerializer(serializers.ModelSerializer[Certificate]):
    standing = serializers.CharField(source="standing_now", read_only=True)
    explanation = serializers.SerializerMethodField()
    product_slug = serializers.SlugField(source="product.slug", read_only=True)
    province = serializers.CharField(source="decision.province_id", read_only=True)
    commune = serializers.CharField(source="product.commune_id", read_only=True, allow_null=True)
    province_at_award = serializers.CharField(source="decision.province_at_award", read_only=True)
    decision_number = serializers.CharField(source="decision.number", read_only=True)
    decided_on = serializers.DateField(source="decision.decided_on", read_only=True, allow_null=True)
    decided_text = serializers.CharField(source="decision.decided_text", read_only=True)
    award_year = serializers.IntegerField(source="decision.award_year", read_only=True, allow_null=True)
    authority = serializers.CharField(source="decision.authority", read_only=True)
    level = serializers.CharField(source="decision.level", read_only=True)
    revocation_number = serializers.CharField(source="revocation.number", read_only=True, default="")
    revoked_on = serializers.DateField(source="revocation.decided_on", read_only=True, default=None)
    is_illustrative = serializers.BooleanField(source="decision.is_illustrative", read_only=True)

    class Meta:
        model = Certificate
        fields = [
            "number",
            "product_name",
            "product_slug",
            "producer_name",
            "stars",
            "score",
            "basis",
            "standing",
            "explanation",
            "revocation_number",
            "revoked_on",
            "decision_number",
            "decided_on",
            "decided_text",
            "award_year",
            "level",
            "authority",
            "valid_until",
            "expiry_earliest",
            "expiry_latest",
            "validity_is_computed",
            "address_as_written",
            "commune",
            "province",
            "province_at_award",
            "source_url",
            "is_illustrative",
        ]
        read_only_fields = fields

    @extend_schema_field(str)
    def get_explanation(self, certificate: Any) -> str:
        return wording.entry(certificate, on=clock.today()).detail
