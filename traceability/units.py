"""Units in which producers count, by their code of UN/ECE Recommendation 20 as EPCIS wants it."""

from django.utils.translation import gettext_lazy as _

UNITS = (
    ("", _("gói")),  # packs of the lot: no code
    ("KGM", "kg"),
    ("GRM", "g"),
    ("TNE", _("tấn")),
    ("LTR", _("lít")),
    ("H87", _("cái")),
)
NAMES = dict(UNITS)
