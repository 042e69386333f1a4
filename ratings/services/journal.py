"""What an import writes, kept so that it can be taken back exactly."""

import json
from collections import defaultdict
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from catalog.models import Product
from producers.models import Producer
from ratings.models import Certificate, RatingDecision

MODELS: dict[str, type[models.Model]] = {
    model._meta.label_lower: model for model in (RatingDecision, Producer, Product, Certificate)
}
Key = tuple[str, int]  # model's label, pk


def values_of(*, label: str, pks: list[int]) -> dict[int, dict[str, Any]]:
    """All columns of the rows as JSON holds them."""
    found = {}
    for start in range(0, len(pks), 1000):
        for row in MODELS[label]._base_manager.filter(pk__in=pks[start : start + 1000]).values():
            found[row["id"]] = json.loads(json.dumps(row, cls=DjangoJSONEncoder))
    return found


class Journal:
    """Rows of the database in the order in which the lines of the list first touched them."""

    def __init__(self) -> None:
        self.line = 0  # the line that is being written
        self._was: dict[Key, dict[str, Any] | None] = {}
        self._line_of: dict[Key, int] = {}

    def made(self, row: models.Model) -> None:
        self._note((row._meta.label_lower, row.pk), None)

    def keep(self, row: models.Model) -> None:
        """Before an existing row is changed."""
        self.keep_all(row._meta.label_lower, [row.pk])

    def keep_product(self, product: Product) -> None:
        """Before a recognition of the product is written: its star and its place in line may move."""
        Product.objects.select_for_update().get(pk=product.pk)
        self.keep(product)
        pks = Certificate.objects.filter(product=product).values_list("pk", flat=True)
        self.keep_all(Certificate._meta.label_lower, list(pks))

    def keep_all(self, label: str, pks: list[int]) -> None:
        new = [pk for pk in pks if (label, pk) not in self._was]
        for pk, values in values_of(label=label, pks=new).items():
            self._note((label, pk), values)

    def forget(self) -> set[Key]:
        """The present line was refused and its changes rolled back; returns what it had touched."""
        forgotten = {key for key, line in self._line_of.items() if line == self.line}
        for key in forgotten:
            del self._was[key], self._line_of[key]
        return forgotten

    def _note(self, key: Key, was: dict[str, Any] | None) -> None:
        if key not in self._was:
            self._was[key] = was
            self._line_of[key] = self.line

    def entries(self) -> dict[int, list[dict[str, Any]]]:
        """Line → what it wrote, with the columns that differ now; rows left as they were are not told."""
        pks = defaultdict(list)
        for label, pk in self._was:
            pks[label].append(pk)
        now = {label: values_of(label=label, pks=found) for label, found in pks.items()}
        entries: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for (label, pk), was in self._was.items():
            is_now = now[label][pk]
            if was is not None:
                changed = [name for name in is_now if is_now[name] != was[name]]
                if not changed:
                    continue
                was = {name: was[name] for name in changed}
            entries[self._line_of[label, pk]].append({"model": label, "pk": pk, "was": was, "now": is_now})
        return entries
