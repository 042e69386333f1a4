"""Phone numbers: whatever way people write them, one number is one text."""

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.errors import MarketError
from core.text import clean


class InvalidPhone(MarketError):
    """Not a phone number that anybody could call."""

    code = "invalid_phone"
    message = _("Số điện thoại chưa đúng. Ví dụ: 0905 123 456.")


def normalise(text: str) -> str:
    """Any spelling → E.164: "0905.123.456", "84 905 123456", "+84 (905) 123-456" → "+84905123456".

    Raises InvalidPhone.
    """
    written = clean(text)
    if len(written) > 40:
        raise InvalidPhone
    digits = "".join(c for c in written if c.isdigit())
    if digits.startswith("84") and not written.startswith("+") and len(digits) == 11:
        written = "+" + digits  # the country code without its plus
    try:
        number = phonenumbers.parse(written, settings.PHONENUMBER_DEFAULT_REGION)
    except phonenumbers.NumberParseException as error:
        raise InvalidPhone from error
    if not phonenumbers.is_valid_number(number):
        raise InvalidPhone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def national(number: str) -> str:
    """E.164 as people here write it: "+84905123456" → "0905 123 456"; anything else unchanged."""
    try:
        parsed = phonenumbers.parse(str(number), settings.PHONENUMBER_DEFAULT_REGION)
    except phonenumbers.NumberParseException:
        return str(number)
    home = phonenumbers.region_code_for_number(parsed) == settings.PHONENUMBER_DEFAULT_REGION
    form = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)
