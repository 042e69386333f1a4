"""One number, one text, whatever way it is written."""

import pytest

from accounts import phones


@pytest.mark.parametrize(
    "written",
    [
        "0905123456",
        "0905 123 456",
        "0905.123.456",
        "+84905123456",
        "84905123456",
        "+84 (905) 123-456",
        " 0905-123-456 ",
        "\u00a00905\u200b123456",
    ],
)
def test_every_spelling_is_the_same_number(written):
    assert phones.normalise(written) == "+84905123456"


@pytest.mark.parametrize(
    "written", ["", "123", "0905", "không có", "09051234567890", "0" * 50, "☎️", "+84 000 000 000"]
)
def test_what_nobody_could_call_is_refused(written):
    with pytest.raises(phones.InvalidPhone):
        phones.normalise(written)


def test_shown_as_people_here_write_it():
    assert phones.national("+84905123456") == "0905 123 456"
    assert phones.national("nonsense") == "nonsense"
