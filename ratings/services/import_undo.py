"""Taking an import back: exactly what it wrote, or nothing where something has happened since."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Product
from catalog.services import products
from core import clock
from core.errors import MarketError
from core.labels import speak
from core.services import audit, freshness
from core.services.transitions import transition
from producers.models import Producer
from ratings import policies
from ratings.models import Certificate, ImportBatch, ImportRow, RatingDecision
from ratings.services import recognitions
from ratings.services.journal import MODELS, values_of
from ratings.states import IMPORT_BATCH, ImportStatus

_SHOWN = 12  # reasons in the message; all of them are in the data
# Locked and compared in the house's order: decision, then products, then what hangs on them.
_ORDER: tuple[type[models.Model], ...] = (RatingDecision, Product, Producer, Certificate)
# A published product's code is made by the machine. It may be printed: it goes on answering.
_BY_MACHINE = frozenset({"traceability.code"})
_FOLLOWS = frozenset({ImportRow._meta.label_lower})  # the import's own rows


class UndoRefused(MarketError):
    """Something built on the import. Data: reasons."""

    code = "import_undo_refused"
    status = 409
    message = gettext_lazy("Không hoàn tác được.")


def undo(*, batch: ImportBatch, actor: Any, reason: str = "", at: dt.datetime | None = None) -> ImportBatch:
    """Take back what the batch wrote, in one transaction.

    Certificates it made are removed, changed rows get their former values, products, producers
    and decisions it made are removed when nothing else refers to them. A product whose QR code
    exists already is hidden instead. Numbers of the register are never given out again. Raises
    NotAllowed, UndoRefused with everything that has happened since, ForbiddenTransition.
    """
    policies.require(policies.may_import(actor, batch.province))
    with transaction.atomic():
        if not transition(
            batch, machine=IMPORT_BATCH, to=ImportStatus.UNDONE, actor=actor, at=at, reason=reason
        ):
            return batch
        entries = [entry for row in batch.rows.order_by("-pk") for entry in row.before]
        if not entries:
            raise UndoRefused(_("Lần nhập này không ghi gì vào sổ, nên không có gì để hoàn tác."))
        _lock(entries)
        if reasons := _happened_since(entries):
            shown = "; ".join(reasons[:_SHOWN]) + (
                f"; … (+{len(reasons) - _SHOWN})" if reasons[_SHOWN:] else ""
            )
            raise UndoRefused(
                _("Không hoàn tác được, vì từ đó đến nay: %s.") % shown, data={"reasons": reasons}
            )
        _take_back(entries, actor)
        batch.undone_at = at or clock.now()
        batch.save(update_fields=["undone_at"])
        freshness.bump_on_commit()
    return batch


def _by_model(entries: Iterable[Mapping[str, Any]], *, made: bool | None = None) -> dict[str, list[int]]:
    """Model's label → pks, of all entries or of those that were made, or changed."""
    found: dict[str, list[int]] = defaultdict(list)
    for entry in entries:
        if made is None or (entry["was"] is None) == made:
            found[entry["model"]].append(entry["pk"])
    return found


def _lock(entries: Iterable[Mapping[str, Any]]) -> None:
    pks = _by_model(entries)
    for model in _ORDER:
        rows = model._base_manager.filter(pk__in=pks[model._meta.label_lower])
        list(rows.order_by("pk").select_for_update().values_list("pk"))


def _happened_since(entries: Iterable[Mapping[str, Any]]) -> list[str]:
    """Sentences about rows that were changed, removed, or used by something else."""
    reasons = []
    now = {label: values_of(label=label, pks=pks) for label, pks in _by_model(entries).items()}
    for entry in entries:
        current = now[entry["model"]].get(entry["pk"])
        if current != entry["now"]:
            said = _("“%(row)s” đã được sửa") if current else _("“%(row)s” đã bị xóa")
            reasons.append(said % {"row": _name(entry["now"])})
    made = _by_model(entries, made=True)
    for model in (Product, Certificate):
        label = model._meta.label_lower
        for pk, users in _users(model, made[label], made).items():
            others = sorted(speak_of(user) for user in users if user._meta.label_lower not in _BY_MACHINE)
            if others:
                row = _name(now[label][pk])
                reasons.append(_("“%(row)s” đã có %(what)s") % {"row": row, "what": ", ".join(others)})
    return reasons


def _name(values: Mapping[str, Any]) -> str:
    return values.get("product_name") or values.get("name") or values.get("number") or ""


def speak_of(model: type[models.Model]) -> str:
    speak(model)
    return str(model._meta.verbose_name_plural)


def _users(
    model: type[models.Model], pks: list[int], made: Mapping[str, list[int]]
) -> dict[int, set[type[models.Model]]]:
    """Row → models that refer to it, the import's own rows left out."""
    found: dict[int, set[type[models.Model]]] = defaultdict(set)
    for relation in model._meta.related_objects:
        user, name = relation.related_model, relation.field.name
        if not isinstance(user, type) or user._meta.label_lower in _FOLLOWS:
            continue
        rows = user._base_manager.filter(**{f"{name}__in": pks})
        rows = rows.exclude(pk__in=made.get(user._meta.label_lower, []))
        for pk in rows.values_list(name, flat=True).distinct():
            found[pk].add(user)
    return found


def _take_back(entries: list[Mapping[str, Any]], actor: Any) -> None:
    made = _by_model(entries, made=True)
    Certificate.objects.filter(pk__in=made[Certificate._meta.label_lower]).delete()
    # Former values first where rows step out of the one place in force, so the order does not matter.
    changed = [entry for entry in entries if entry["was"] is not None]
    for entry in sorted(changed, key=lambda entry: entry["was"].get("status") == "issued"):
        _restore(entry, actor)
    _remove_unused(RatingDecision, made)
    _remove_products(made, actor)
    _remove_unused(Producer, made)


def _restore(entry: Mapping[str, Any], actor: Any) -> None:
    model = MODELS[entry["model"]]
    was = {name: _field(model, name).to_python(value) for name, value in entry["was"].items()}
    row = model._base_manager.get(pk=entry["pk"])
    model._base_manager.filter(pk=entry["pk"]).update(**was)
    changes = {name: [entry["now"][name], value] for name, value in entry["was"].items()}
    audit.record(action=f"{entry['model']}.taken_back", obj=row, actor=actor, changes=changes)


def _field(model: type[models.Model], attname: str) -> Any:
    field = next(field for field in model._meta.concrete_fields if field.attname == attname)
    return field.target_field if isinstance(field, models.ForeignKey) else field


def _remove_products(made: dict[str, list[int]], actor: Any) -> None:
    label = Product._meta.label_lower
    used = _users(Product, made[label], made)
    for product in Product.objects.filter(pk__in=used).select_related("producer"):
        products.hide(product=product, actor=actor)
        recognitions.settle(product=product)
    made[label] = [pk for pk in made[label] if pk not in used]
    Product.objects.filter(pk__in=made[label]).delete()


def _remove_unused(model: type[models.Model], made: dict[str, list[int]]) -> None:
    label = model._meta.label_lower
    used = _users(model, made[label], made)
    model._base_manager.filter(pk__in=[pk for pk in made[label] if pk not in used]).delete()
