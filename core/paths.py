"""Where a form may lead back to."""

from django.utils.http import url_has_allowed_host_and_scheme


def own(target: str) -> str:
    """The path where it stays on this site, else "": nobody is sent elsewhere by a forged form."""
    is_own = target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if is_own else ""
