from django.apps import AppConfig


class OcopMarketConfig(AppConfig):
    name = "ocop_market"
    verbose_name = "Chợ OCOP"

    def ready(self) -> None:
        from ocop_market import checks  # noqa: F401
