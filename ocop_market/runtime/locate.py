"""Where the database, the broker and the picture store are, for settings.

Order: the environment (``DATABASE_URL``, also ``DATABASE_URL_FILE``), then the file that
``bin/market`` keeps in its data folder, then an error that says what to do.
"""

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

SERVICES_FILE = "services.json"
STANDIN = "payment_standin"


def _from_environment(name: str) -> str:
    if value := os.environ.get(name, ""):
        return value
    if path := os.environ.get(f"{name}_FILE", ""):
        return Path(path).read_text(encoding="utf-8").strip()
    return ""


def _services(data: Path | str | None) -> dict[str, Any]:
    root = Path(__file__).resolve().parents[2]
    folder = Path(data or os.environ.get("MARKET_DATA") or root / ".data")
    try:
        services = json.loads((folder / SERVICES_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return dict(services)


def _from_data_folder(data: Path | str | None, key: str) -> str:
    return str(_services(data).get(key, ""))


def _locate(name: str, data: Path | str | None, key: str) -> str:
    if url := _from_environment(name) or _from_data_folder(data, key):
        return url
    from django.core.exceptions import ImproperlyConfigured

    raise ImproperlyConfigured(
        f"{name} is not set and no market runs here: set {name}, or start bin/market once."
    )


def database_url(data: Path | str | None = None) -> str:
    """``postgres://user:password@host:port/name``; raises ImproperlyConfigured."""
    return _locate("DATABASE_URL", data, "database_url")


def redis_url(data: Path | str | None = None) -> str:
    """``redis://:password@host:port/0``; raises ImproperlyConfigured."""
    return _locate("REDIS_URL", data, "redis_url")


def is_embedded(data: Path | str | None = None) -> bool:
    """Whether the database is the one that ``bin/market`` keeps, not one that the environment names."""
    return not _from_environment("DATABASE_URL") and bool(_from_data_folder(data, "database_url"))


def secret_key(data: Path | str | None = None) -> str:
    """The key that ``bin/market`` made for its data folder; empty where there is none."""
    return _from_environment("SECRET_KEY") or _from_data_folder(data, "secret_key")


def payment_standin(data: Path | str | None = None) -> dict[str, str]:
    """The ``VNPAY_…`` settings of the stand-in that ``bin/market`` runs; empty where there is none."""
    return dict(_services(data).get(STANDIN, {}))


def origin(url: str) -> str:
    """``https://host:port`` of an address, as a Content-Security-Policy names it; "" for none."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def s3_options(url: str) -> dict[str, Any]:
    """Options of ``storages.backends.s3.S3Storage`` from one address.

    ``s3://KEY:SECRET@HOST[:PORT]/BUCKET?region=…&scheme=http``: HOST is an S3-compatible
    server; without KEY the usual AWS credential chain is used. ValueError without a bucket.
    """
    parts = urlsplit(url)
    bucket = parts.path.strip("/")
    if parts.scheme != "s3" or not bucket:
        raise ValueError("MEDIA_URL_STORAGE must look like s3://KEY:SECRET@HOST/BUCKET?region=REGION")
    query = dict(parse_qsl(parts.query))
    options: dict[str, Any] = {"bucket_name": bucket, "file_overwrite": False}
    if parts.hostname:
        port = f":{parts.port}" if parts.port else ""
        options["endpoint_url"] = f"{query.get('scheme', 'https')}://{parts.hostname}{port}"
    if parts.username:
        options["access_key"] = unquote(parts.username)
        options["secret_key"] = unquote(parts.password or "")
    if region := query.get("region"):
        options["region_name"] = region
    return options
