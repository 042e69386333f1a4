"""What the screens of cart, checkout and orders show."""

from orders.selectors.basket import Basket, Line, Parcel, basket
from orders.selectors.pages import order_page, orders_of

__all__ = ["Basket", "Line", "Parcel", "basket", "order_page", "orders_of"]
