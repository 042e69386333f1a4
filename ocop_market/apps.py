from importlib import import_module

from django.apps import AppConfig, apps
from django.conf import settings
from django.utils.module_loading import module_has_submodule


class OcopMarketConfig(AppConfig):
    name = "ocop_market"
    verbose_name = "Chợ OCOP"

    def ready(self) -> None:
        from ocop_market import checks  # noqa: F401

        # Our own rooms only: what packages would register on Django's default site has no address.
        for config in apps.get_app_configs():
            is_ours = config.path == str(settings.BASE_DIR / config.name)
            if is_ours and module_has_submodule(config.module, "admin"):
                import_module(f"{config.name}.admin")
