"""System checks: production does not start on a default that is safe only at home."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register


@register(Tags.security)
def production_has_no_local_defaults(app_configs: Any, **kwargs: Any) -> list[Error]:
    if settings.LOCAL:
        return []
    unsafe = {
        "SECRET_KEY": len(settings.SECRET_KEY) < 32,
        "ALLOWED_HOSTS": not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS,
        "SITE_URL": not settings.SITE_URL.startswith("https://"),
        "EMAIL_URL": "smtp" not in settings.EMAIL_BACKEND,
    }
    return [
        Error(
            f"{name} is unset or unsafe for production",
            hint=f"Set {name} in the environment.",
            id="market.E001",
        )
        for name, bad in unsafe.items()
        if bad
    ]
