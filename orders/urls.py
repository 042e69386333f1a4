"""Cart, checkout and orders."""

from django.urls import path

from orders.views import bank, cart, cases, checkout, fees, gateways, hooks, orders, papers, paying

app_name = "orders"
urlpatterns = [
    path("gio-hang/", cart.show, name="cart"),
    path("gio-hang/them/", cart.add, name="cart-add"),
    path("gio-hang/sua/", cart.update, name="cart-update"),
    path("gio-hang/ma-giam-gia/", cart.voucher, name="cart-voucher"),
    path("phi-giao/", fees.show, name="fee"),
    path("thanh-toan/", checkout.show, name="checkout"),
    path("thanh-toan/tinh/", checkout.sums, name="checkout-sums"),
    path("thanh-toan/ngan-hang/", bank.notify, name="bank-notify"),
    path("don-hang/", orders.mine, name="my-orders"),
    path("don-hang/<str:code>/", orders.show, name="order"),
    path("don-hang/<str:code>/hop-dong/", orders.contract, name="contract"),
    path("don-hang/<str:code>/hop-dong.pdf", papers.contract, name="contract-paper"),
    path("don-hang/<str:code>/bien-nhan/", papers.receipt, name="receipt"),
    path("don-hang/<str:code>/huy/", orders.cancel, name="cancel"),
    path("don-hang/<str:code>/tra-hang/moi/<str:kien>/", cases.ask, name="case-open"),
    path("don-hang/<str:code>/tra-hang/anh/<int:pk>/", cases.photo, name="case-photo"),
    path("don-hang/<str:code>/tra-hang/<str:case>/", cases.show, name="case"),
    path("don-hang/<str:code>/tra-hang/<str:case>/rut-lai/", cases.withdraw, name="case-withdraw"),
    path("don-hang/<str:code>/tra-hang/<str:case>/nho-tinh/", cases.dispute, name="case-dispute"),
    path("don-hang/<str:code>/tra-tien/", paying.pay, name="pay"),
    path("don-hang/<str:code>/tien/", paying.status, name="pay-status"),
    path("don-hang/<str:code>/vietqr.png", paying.qr_code, name="vietqr"),
    path("don-hang/<str:code>/dat-lai/", paying.order_again, name="order-again"),
    path("don-hang/<str:code>/hoan-tien/<int:pk>/", paying.refund_account, name="refund-account"),
    path("thanh-toan/<slug:gateway>/ve/", gateways.back, name="gateway-return"),
    path("thanh-toan/<slug:gateway>/ipn/", gateways.notice, name="gateway-notice"),
    path("tra-cuu-don/", orders.lookup, name="lookup"),
    path("van-chuyen/<slug:carrier>/", hooks.carrier, name="carrier-hook"),
]
