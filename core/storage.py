"""Where files lie that nobody may fetch by address."""

from django.core.files.storage import FileSystemStorage, Storage, storages


class PrivateStorage(FileSystemStorage):
    """``file.url`` raises ValueError: who wants a file comes through the view that asks for permission.

    Without this Django falls back to the public media address where ``base_url`` is None.
    """

    base_url = None  # type: ignore[assignment]


def private_storage() -> Storage:
    """Where papers and photographs of private people lie: never under a public address."""
    return storages["private"]
