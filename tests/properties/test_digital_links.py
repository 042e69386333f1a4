"""A Digital Link that we build is read back as what it was built from, also by biip."""

import string

from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gtin import Gtin
from hypothesis import given
from hypothesis import strategies as st

from traceability import gs1
from traceability.errors import BadDigitalLink

cset82 = st.text(string.ascii_letters + string.digits + "!\"%&'()*+,-./:;<=>?_", max_size=20)
gtins = st.integers(0, 10**13 - 1).map(lambda n: f"{n:013}").map(lambda d: d + str(check_digit(d)))
dates = st.dates().map(lambda day: f"{day:%y%m%d}")
attributes = st.dictionaries(st.sampled_from(["11", "13", "15", "17"]), dates) | st.just({"3103": "001500"})
links = st.builds(gs1.DigitalLink, gtin=gtins, cpv=cset82, lot=cset82, serial=cset82, attributes=attributes)


def check_digit(digits: str) -> int:
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return (10 - total % 10) % 10


@given(links)
def test_read_back(link):
    path, _, query = str(link).removeprefix("/01/").partition("?")
    assert gs1.parse(path, query) == link
    assert gs1.parse(path + "/", query + "&utm_source=zalo&linkType=gs1:pip") == link


@given(links)
def test_biip_reads_the_same(link):
    read = GS1DigitalLinkURI.parse(f"https://ocop.example{link}")
    found = {element.ai.ai: element.value for element in read.element_strings}
    named = {"01": link.gtin, "22": link.cpv, "10": link.lot, "21": link.serial}
    assert found == {ai: value for ai, value in named.items() if value} | link.attributes


@given(gtins, st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_found(gtin, place, more):
    wrong = gtin[:place] + str((int(gtin[place]) + more) % 10) + gtin[place + 1 :]
    assert gs1.gtin14(gtin) == Gtin.parse(gtin).value == gtin
    try:
        gs1.gtin14(wrong)
    except BadDigitalLink:
        return
    raise AssertionError(wrong)


@given(st.text(), st.text())
def test_whatever_comes_is_a_link_or_a_refusal(tail, query):
    for text in (tail, f"08938500001239/{tail}", f"08938500001239/10/{tail}", gs1.encoded_again(tail)):
        try:
            link = gs1.parse(text, query)
        except BadDigitalLink:
            continue
        assert gs1.parse(link.path.removeprefix("/01/"), query) == link
