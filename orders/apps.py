from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = _("Đơn hàng")

    def ready(self) -> None:
        from orders import sign_in  # noqa: F401  (connects the receiver)
