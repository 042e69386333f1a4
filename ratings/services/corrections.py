"""Mending what an import copied wrongly. The old words stay in the audit trail."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import MarketError, NotAllowed
from core.services import records
from core.text import clean
from ratings.models import Certificate
from ratings.services import reasons
from ratings.services.recognitions import search_text_of

FIELDS = ("product_name", "producer_name", "address_as_written", "source_url")


class NotImported(MarketError):
    code = "not_imported"
    status = 409
    message = _("Chỉ đính chính được dòng đã nhập từ tệp.")


def correct(
    *,
    certificate: Certificate,
    values: Mapping[str, str],
    reason: str,
    actor: Any,
    at: dt.datetime | None = None,
) -> list[str]:
    """Change texts of an imported certificate; returns the changed fields.

    Stars and dates follow the decision and are not texts. Raises NotAllowed outside the officer's
    area, NotImported, ReasonMissing.
    """
    if actor is not None and not Certificate.objects.overseen_by(actor).filter(pk=certificate.pk).exists():
        raise NotAllowed
    if certificate.source_row is None:
        raise NotImported
    reason = reasons.required(reason, message=_("Cần ghi lý do đính chính."))
    unknown = values.keys() - set(FIELDS)
    if unknown:
        raise TypeError(f"not a text of a certificate: {sorted(unknown)}")
    with transaction.atomic():
        changed = records.update(
            obj=certificate,
            values={name: clean(value) for name, value in values.items()},
            actor=actor,
            reason=reason,
            at=at,
        )
        Certificate.objects.filter(pk=certificate.pk).update(search_text=search_text_of(certificate))
    return changed
