"""The cart: wishes only. Prices and stock are read afresh whenever it is shown."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from accounts.models import User
from catalog.models import Variant


class Cart(models.Model):
    """One per guest (key in the session) or per user."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(User, on_delete=models.CASCADE, null=True, blank=True, related_name="cart")
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now, db_index=True)
    # As the buyer typed them in; whether they hold is judged afresh whenever the cart is shown.
    voucher_codes = ArrayField(models.CharField(max_length=20), default=list, blank=True)


class CartLine(models.Model):
    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE)
    quantity = models.PositiveIntegerField()
    # What the buyer saw when adding, in đồng, so that a change can be pointed out.
    price_seen = models.PositiveBigIntegerField()
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["cart", "variant"], name="cartline_unique"),
            models.CheckConstraint(condition=models.Q(quantity__range=(1, 999)), name="cartline_quantity"),
        ]
