"""Places of a producer, each with a code of our own from the first moment."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.services import records
from core.services.constraints import refusing
from core.text import clean
from traceability import gs1, policies, uris
from traceability.errors import BadDigitalLink, InvalidLocation
from traceability.models import Location, TraceEvent
from traceability.services import codes

_FIELDS = ("kind", "name", "gln", "area_code", "province", "commune", "address_line", "is_active")


def save(*, place: Location, actor: Any) -> Location:
    """Save a new or changed place; its province is that of its commune.

    Raises NotAllowed, InvalidLocation with the field.
    """
    policies.require_people(actor, place.producer)
    place.province = place.commune.province
    for field in ("name", "area_code", "address_line"):
        setattr(place, field, clean(getattr(place, field)))
    if not place.name:
        raise InvalidLocation(_("Hãy ghi tên địa điểm."), data={"field": "name"})
    place.gln = read_gln(place.gln)
    taken = {
        "location_name_unique": lambda: InvalidLocation(
            _("Chủ thể đã có địa điểm mang tên này."), data={"field": "name"}
        ),
        "traceability_location_gln_key": lambda: InvalidLocation(
            _("Mã GLN này đã dùng cho một địa điểm khác."), data={"field": "gln"}
        ),
    }
    with transaction.atomic(), refusing(taken):
        if place.pk:
            _check_names_stand(place)
            values = {name: getattr(place, name) for name in _FIELDS}
            records.update(obj=place, values=values, actor=actor)
        else:
            place.code = draw_code()
            records.create(obj=place, actor=actor)
    return place


def draw_code() -> str:
    """A fresh code: 30⁸ values, "DD" in front so that nobody takes it for a GLN."""
    return "DD" + codes.draw(length=8)


def read_gln(text: str | None) -> str | None:
    """A GLN as typed, with blanks perhaps; None for none. Raises InvalidLocation."""
    digits = clean(text or "").replace(" ", "")
    if not digits:
        return None
    try:
        return gs1.gln13(digits)
    except BadDigitalLink as error:
        raise InvalidLocation(str(error), data={"field": "gln"}) from error


def _check_names_stand(place: Location) -> None:
    """Events name a place by its GLN for ever, so a GLN that they name stays the place's."""
    was = Location.objects.select_for_update(of=("self",)).get(pk=place.pk)
    if was.gln in (None, place.gln):
        return
    if TraceEvent.objects.filter(read_point=uris.of_location(was)).exists():
        raise InvalidLocation(
            _("Đã có sự kiện ghi bằng mã GLN %(gln)s, nên không đổi được. Hãy lập địa điểm mới.")
            % {"gln": was.gln},
            data={"field": "gln"},
        )
