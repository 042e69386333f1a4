"""Cart, checkout and orders."""

from django.urls import path

from orders.views import cart, checkout, fees, hooks, orders, papers

app_name = "orders"
urlpatterns = [
    path("gio-hang/", cart.show, name="cart"),
    path("gio-hang/them/", cart.add, name="cart-add"),
    path("gio-hang/sua/", cart.update, name="cart-update"),
    path("gio-hang/ma-giam-gia/", cart.voucher, name="cart-voucher"),
    path("phi-giao/", fees.show, name="fee"),
    path("thanh-toan/", checkout.show, name="checkout"),
    path("thanh-toan/tinh/", checkout.sums, name="checkout-sums"),
    path("don-hang/", orders.mine, name="my-orders"),
    path("don-hang/<str:code>/", orders.show, name="order"),
    path("don-hang/<str:code>/hop-dong/", orders.contract, name="contract"),
    path("don-hang/<str:code>/hop-dong.pdf", papers.contract, name="contract-paper"),
    path("don-hang/<str:code>/bien-nhan/", papers.receipt, name="receipt"),
    path("don-hang/<str:code>/huy/", orders.cancel, name="cancel"),
    path("tra-cuu-don/", orders.lookup, name="lookup"),
    path("van-chuyen/<slug:carrier>/", hooks.carrier, name="carrier-hook"),
]
