"""How to reach a producer."""

from phonenumbers import PhoneNumberType, number_type
from phonenumbers import parse as parse_phone

from catalog.selectors.cards import place_name
from producers.models import Producer


def place_of(producer: Producer) -> str:
    """Hamlet and house number, commune, province: as far as known."""
    return place_name(
        (
            producer.address_line,
            producer.commune.name if producer.commune else None,
            producer.province.name if producer.province else None,
        )
    )


def zalo_of(producer: Producer) -> str:
    """The mobile number in Zalo's form (84905123456); "" for none or for a fixed line."""
    if not producer.phone.startswith("+"):
        return ""
    if number_type(parse_phone(producer.phone)) != PhoneNumberType.MOBILE:
        return ""
    return producer.phone[1:]
