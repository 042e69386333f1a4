from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = pgettext_lazy("plural", "Đơn hàng")

    def ready(self) -> None:
        from orders import sign_in  # noqa: F401  (connects the receiver)
