from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = "Đơn hàng"

    def ready(self) -> None:
        from orders import sign_in  # noqa: F401  (connects the receiver)
