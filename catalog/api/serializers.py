"""Products and producers as open data."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog import stars
from catalog.models import Certification, Product, Variant
from catalog.selectors import addresses
from catalog.selectors.cards import sale_state
from core import clock
from producers.models import Producer


class ProducerSerializer(serializers.ModelSerializer[Producer]):
    kind_label = serializers.CharField(source="get_kind_display", read_only=True)
    is_selling = serializers.SerializerMethodField()

    class Meta:
        model = Producer
        fields = (
            "slug",
            "name",
            "kind",
            "kind_label",
            "province",
            "commune",
            "is_selling",
            "is_illustrative",
        )

    def get_is_selling(self, producer: Producer) -> bool:
        return producer.status == "active"


class StarSerializer(serializers.Serializer[Any]):
    """The recognition behind the star; ``state`` is that of today."""

    state = serializers.ChoiceField(choices=["live", "lapsed", "unknown", "none"])
    stars = serializers.IntegerField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)
    certificate_number = serializers.CharField()
    decision_number = serializers.CharField()
    decided_on = serializers.DateField(allow_null=True)
    authority = serializers.CharField()


class ProductSerializer(serializers.ModelSerializer[Product]):
    """Prices in đồng."""

    producer = ProducerSerializer(read_only=True)
    star = serializers.SerializerMethodField()
    sale_state = serializers.SerializerMethodField()
    picture = serializers.SerializerMethodField()

    class Meta:
        model = Product
        fields: tuple[str, ...] = (
            "slug",
            "name",
            "summary",
            "gtin",
            "product_set",
            "province",
            "commune",
            "price_from",
            "price_pack",
            "sale_state",
            "picture",
            "star",
            "producer",
            "is_illustrative",
        )

    def get_star(self, product: Product) -> StarSerializer:
        state = stars.state(
            stars=product.stars,
            valid_until=product.stars_valid_until,
            lapsed_after=product.stars_lapsed_after,
            certificate_number=product.certificate_number,
            on=clock.today(),
        )
        fields = {
            "state": state,
            "stars": product.stars,
            "valid_until": product.stars_valid_until,
            "certificate_number": product.certificate_number,
            "decision_number": product.decision_number,
            "decided_on": product.decided_on,
            "authority": product.authority,
        }
        return StarSerializer(fields).data  # type: ignore[return-value]

    def get_sale_state(self, product: Product) -> str:
        return sale_state(
            sale_mode=product.product_set.sale_mode if product.product_set else None,
            producer_status=product.producer.status,
            has_variant=product.main_variant_id is not None,
            in_stock=product.in_stock,
        )

    def get_picture(self, product: Product) -> str:
        return addresses.picture(product.cover) if product.cover else ""


class VariantSerializer(serializers.ModelSerializer[Variant]):
    class Meta:
        model = Variant
        fields = ("id", "name", "sku", "price", "net_quantity", "net_unit", "shipping_weight")


class CertificationSerializer(serializers.ModelSerializer[Certification]):
    class Meta:
        model = Certification
        fields = ("scheme", "number", "issuer", "valid_until")


class ProductDetailSerializer(ProductSerializer):
    variants = serializers.SerializerMethodField()
    certifications = CertificationSerializer(many=True, read_only=True)

    class Meta(ProductSerializer.Meta):
        fields = (
            *ProductSerializer.Meta.fields,
            "story",
            "ingredients",
            "usage",
            "storage",
            "shelf_life",
            "warnings",
            "standards",
            "harvest_months",
            "variants",
            "certifications",
        )

    @extend_schema_field(VariantSerializer(many=True))
    def get_variants(self, product: Product) -> list[dict[str, object]]:
        active = [variant for variant in product.variants.all() if variant.is_active]
        return list(VariantSerializer(active, many=True).data)
