"""Fields of several forms: lines of text, and the address (province and commune of today, by choosing, by
typing, or by an old name)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import names
from core.models import Commune, Province
from core.services import places
from core.text import clean, clean_lines


class CleanLinesField(forms.CharField):
    """Several lines of text: NFC, no control characters."""

    def to_python(self, value: Any) -> str:
        return clean_lines(super().to_python(value) or "")


class PlaceMixin(forms.Form):
    """Adds tinh, xa, xa_text and thon to a form; a valid one has ``cleaned_data["commune"]``.

    ``xa`` is a commune code (chosen in a list, in the type-ahead, or in answer to a question);
    ``xa_text`` is what a person typed, old names too, read only where ``xa`` is empty or says
    something else. Without JavaScript the province is chosen first: the plain submit button
    ``chon_xa`` sends the form back with the province's communes and everything typed so far
    (``is_valid()`` is then False without errors, so a view needs no branch of its own).

    ``place_question`` holds the communes to choose among when the text fits several;
    ``place_note`` tells what an old name is called now. Set ``place_required = False`` where
    an address may be left out. Template: ``partials/place_field.html`` with ``form``.
    """

    place_required = True

    tinh = forms.CharField(label=gettext_lazy("Tỉnh, thành phố"), max_length=2, required=False)
    xa = forms.CharField(label=gettext_lazy("Xã, phường"), max_length=5, required=False)
    xa_text = forms.CharField(
        label=gettext_lazy("Xã, phường"), max_length=places.MAX_TEXT, required=False, strip=True
    )
    thon = forms.CharField(label=gettext_lazy("Thôn, số nhà"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place_question: tuple[Commune, ...] = ()
        self.place_note = ""
        self._found: Commune | None = None
        self._text_is_void = False

    @property
    def is_choosing_place(self) -> bool:
        """The person pressed "Chọn xã": show the list, judge nothing yet."""
        return self.is_bound and self.choose_name in self.data

    @property
    def choose_name(self) -> str:
        return self.add_prefix("chon_xa")

    def full_clean(self) -> None:
        if self.is_choosing_place:
            self._errors, self.cleaned_data = ErrorDict(), {}
            return
        super().full_clean()

    def is_valid(self) -> bool:
        return not self.is_choosing_place and super().is_valid()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        typed, code = clean(cleaned.get("xa_text", "")), cleaned.get("xa", "")
        cleaned["commune"] = cleaned["province"] = None
        try:
            commune = self._commune(code, typed, cleaned.get("tinh", ""))
        except ValidationError as error:
            self.add_error("xa", error)
            return cleaned
        self._found = commune
        if commune:
            cleaned.update(commune=commune, province=commune.province, xa=commune.pk)
            cleaned["tinh"] = commune.province_id
        cleaned["thon"] = clean(cleaned.get("thon", ""))
        return cleaned

    def _commune(self, code: str, typed: str, province: str) -> Commune | None:
        """The commune that the parts agree on; None where none is needed. Raises the question."""
        chosen = self._by_code(code) if code else None
        if chosen and province not in ("", chosen.province_id):
            raise ValidationError(
                _("Xã đã chọn không thuộc tỉnh này. Bấm “Chọn xã” rồi chọn lại."), code="other_province"
            )
        if chosen and (not typed or self._says(typed, chosen)):
            return chosen
        if not typed:
            if self.place_required:
                raise ValidationError(_("Hãy cho biết xã, phường nhận hàng."), code="required")
            return None
        return self._typed(typed, chosen, province)

    def _typed(self, typed: str, chosen: Commune | None, province: str) -> Commune:
        answer = places.resolve(typed)
        home = Province.objects.filter(pk=province).first() if "," not in typed else None
        if answer.commune is None and home:
            # A bare name means the one in the province beside it.
            answer = places.resolve(f"{typed}, {home.name}")
        if chosen and answer.commune in (None, chosen):
            return chosen  # the list was used because the text was not understood
        if answer.commune is None:
            self.place_question = answer.candidates
            raise ValidationError(answer.message, code=answer.kind)
        if chosen:
            self.place_question = (answer.commune, chosen)
            self._text_is_void = True  # else the answer would meet the same text again
            raise ValidationError(
                _("Bạn gõ một nơi và chọn một nơi khác. Hãy chọn nơi đúng."), code="conflict"
            )
        if answer.former:
            self.place_note = f"{answer.former[:1].upper()}{answer.former[1:]} {answer.message}"
        return answer.commune

    def _by_code(self, code: str) -> Commune:
        commune = Commune.objects.select_related("province").filter(pk=code, valid_to=None).first()
        if commune is None:
            raise ValidationError(_("Không có xã này. Hãy chọn lại."), code="unknown")
        return commune

    @staticmethod
    def _says(typed: str, commune: Commune) -> bool:
        """The text is the commune's own name, alone or with its province."""
        own = (commune.name, commune.short_name, places.label(commune))
        return names.words(typed.replace(",", " ")) in {names.words(n.replace(",", " ")) for n in own}

    # For the template.

    def _value(self, name: str) -> str:
        return clean(str(self[name].value() or ""))

    @property
    def province_choices(self) -> list[Province]:
        return list(Province.objects.only("code", "name", "sort_key"))

    @property
    def chosen_commune(self) -> Commune | None:
        """What the field stands at: found by the last check, posted, or given as initial."""
        if self._found is None and (code := self._value("xa")[:5]) and not self.place_question:
            rows = Commune.objects.select_related("province").filter(pk=code, valid_to=None)
            self._found = rows.first()
        return self._found

    @property
    def chosen_province(self) -> str:
        """Code of the province whose communes the list offers; "" for none."""
        if self.place_question:
            homes = {commune.province_id for commune in self.place_question}
            return homes.pop() if len(homes) == 1 else ""
        if self.is_choosing_place or not self.chosen_commune:
            return self._value("tinh")[:2]
        return self.chosen_commune.province_id

    @property
    def commune_choices(self) -> list[Commune]:
        code = self.chosen_province
        return list(places.communes_of(code)) if code else []

    @property
    def place_text(self) -> str:
        """What stands in the type-ahead: the typed text, else the label of what is chosen."""
        typed = "" if self._text_is_void else self._value("xa_text")
        commune = self.chosen_commune
        if typed or not commune or self.chosen_province != commune.province_id:
            return typed
        return places.label(commune)


def place_initial(
    *, commune: Commune | None, province: Province | None = None, line: str = ""
) -> Mapping[str, str]:
    """``initial`` for a form with ``PlaceMixin`` from a saved address."""
    home = commune.province_id if commune else (province.pk if province else "")
    return {"tinh": home, "xa": commune.pk if commune else "", "thon": line}
