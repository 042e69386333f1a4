from orders.models.cart import Cart, CartLine
from orders.models.order import Order, OrderLine, PaymentMethod, ShippingPolicy, SubOrder

__all__ = ["Cart", "CartLine", "Order", "OrderLine", "PaymentMethod", "ShippingPolicy", "SubOrder"]
