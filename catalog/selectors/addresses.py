"""Addresses of pages and pictures, made without asking the URL resolver for every card."""

from functools import cache

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.templatetags.static import static
from django.urls import reverse


@cache
def no_picture() -> str:
    return static("img/no-image.svg")


@cache
def listing() -> str:
    return reverse("catalog:listing")


@cache
def producers() -> str:
    return reverse("catalog:producers")


def product(slug: str) -> str:
    return f"{listing()}{slug}/"


def producer(slug: str) -> str:
    return f"{producers()}{slug}/"


def picture(name: str) -> str:
    """Public address of a stored picture. Names of pictures are plain ASCII."""
    if isinstance(default_storage._wrapped, FileSystemStorage):  # type: ignore[attr-defined]
        return f"{settings.MEDIA_URL}{name}"
    return default_storage.url(name)
