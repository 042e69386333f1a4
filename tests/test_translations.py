"""English stands beside every Vietnamese sentence, and reaches the pages.

The catalogue is read with the standard library alone: ``gettext`` for the compiled file, and a
small reader for the editable one, whose strings are written like Python's.
"""

import ast
import gettext
import html
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from orders.tests.buying import put_in_cart
from tests.cast import Cast

FOLDER = Path(settings.BASE_DIR) / "locale/en/LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd%]|</?\w[^>]*>")
VIETNAMESE = re.compile(r"[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.I)
# Words that stay Vietnamese in English: currency, names of places, headers of a spreadsheet.
KEPT = re.compile(r"đồng|Đà Nẵng|Duy Sơn|Duy Xuyên|Quảng Nam|“Tên sản phẩm”, “Tỉnh”, “Hạng sao”|279/QĐ-UBND")


@dataclass
class Entry:
    """One message: its keys and its translations in the order of the file."""

    flags: str = ""
    context: str = ""
    key: str = ""
    plural: str = ""
    forms: list[str] = field(default_factory=list)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """(Vietnamese, English); a plural message has one pair per form."""
        keys = [self.key] + [self.plural] * (len(self.forms) - 1)
        return list(zip(keys, self.forms, strict=True))


def read_entry(block: str) -> Entry:
    entry = Entry()
    for line in block.splitlines():
        if line.startswith("#,"):
            entry.flags += line
        if line.startswith("#"):
            continue
        word, _, _ = line.partition('"')
        text = ast.literal_eval(line.removeprefix(word))
        match word.strip():
            case "msgctxt":
                part = "context"
            case "msgid":
                part = "key"
            case "msgid_plural":
                part = "plural"
            case "":
                pass
            case _:
                part = "forms"
                entry.forms.append("")
        if part == "forms":
            entry.forms[-1] += text
        else:
            setattr(entry, part, getattr(entry, part) + text)
    return entry


def catalogue() -> Iterator[Entry]:
    """Every message of the editable file, without its header."""
    blocks = (FOLDER / "django.po").read_text(encoding="utf-8").strip().split("\n\n")
    for block in blocks:
        entry = read_entry(block)
        if entry.key:
            yield entry


def test_every_sentence_has_its_english():
    entries = list(catalogue())
    assert len(entries) > 900
    assert [entry.key for entry in entries if not entry.forms or not all(entry.forms)] == []
    assert [entry.key for entry in entries if "fuzzy" in entry.flags] == []
    assert [entry.key for entry in entries if entry.plural and len(entry.forms) != 2] == []


def test_english_is_english():
    """A sentence that was copied instead of translated gives itself away by its letters."""
    left = [text for entry in catalogue() for text in entry.forms if VIETNAMESE.search(KEPT.sub("", text))]
    assert left == []


def test_placeholders_survive_translation():
    wrong = [
        (key, text)
        for entry in catalogue()
        for key, text in entry.pairs
        if Counter(PLACEHOLDER.findall(key)).keys() != Counter(PLACEHOLDER.findall(text)).keys()
    ]
    assert wrong == []


def test_compiled_catalogue_agrees_with_the_editable_one():
    """Machines without msgfmt use the compiled file as it is in the repository."""
    content = (FOLDER / "django.mo").read_bytes()
    compiled = gettext.GNUTranslations(BytesIO(content))
    entries = list(catalogue())
    for entry in entries:
        if entry.plural:
            found = [compiled.ngettext(entry.key, entry.plural, count) for count in (1, 2)]
        elif entry.context:
            found = [compiled.pgettext(entry.context, entry.key)]
        else:
            found = [compiled.gettext(entry.key)]
        assert found == entry.forms
    # The third word of the file is its number of messages, the header among them.
    assert int.from_bytes(content[8:12], "little") == len(entries) + 1


def headings(page: str) -> list[str]:
    """Texts of h1 and h2, without markup."""
    found = re.findall(r"<h[12][^>]*>(.*?)</h[12]>", page, re.S)
    return [" ".join(html.unescape(re.sub(r"<[^>]+>", "", text)).split()) for text in found]


@pytest.fixture
def pages(cast: Cast, client_for: Callable[..., Any], make_product: Callable[..., Any]) -> Callable[..., str]:
    """``pages("cart", "en")``: the page in that language, for a guest with one product in the cart."""
    product = make_product(cast.producer, name="Honey", ingredients="Honey")
    guest = client_for(None)
    put_in_cart(guest, product)
    addresses = {
        "home": "/",
        "listing": "/san-pham/",
        "product": f"/san-pham/{product.slug}/",
        "cart": "/gio-hang/",
        "checkout": "/thanh-toan/",
        "register": "/chung-nhan/",
        "trace": "/truy-xuat/",
    }

    def read(name: str, language: str) -> str:
        response = guest.get(addresses[name], headers={"Accept-Language": language})
        assert response.status_code == 200
        assert response.headers["Content-Language"] == language
        return response.content.decode()

    return read


@pytest.mark.parametrize(
    ("name", "vietnamese", "english"),
    [
        ("home", "Một ngôi sao nghĩa là gì?", "What does a star mean?"),
        ("listing", "Sản phẩm", "Products"),
        ("product", "Thông tin trên nhãn", "On the label"),
        ("cart", "Giỏ hàng", "Cart"),
        ("checkout", "Thanh toán", "Checkout"),
        ("register", "Sổ công nhận OCOP", "OCOP recognition register"),
        ("trace", "Truy xuất nguồn gốc", "Trace a product"),
    ],
)
def test_pages_speak_the_language_asked_for(
    pages: Callable[..., str], name: str, vietnamese: str, english: str
) -> None:
    # In turns, so that a piece kept in the cache in one language would show in the other.
    for language, expected, other in (("vi", vietnamese, english), ("en", english, vietnamese)) * 2:
        page = pages(name, language)
        assert f'<html lang="{language}"' in page
        assert expected in headings(page)
        assert other not in headings(page)


@pytest.mark.parametrize("name", ["home", "listing", "product", "cart", "checkout", "register", "trace"])
def test_english_headings_hold_no_vietnamese(pages: Callable[..., str], name: str) -> None:
    data = ("HTX Duy Xuyên", "Thực phẩm", "Thành phố Đà Nẵng", "Đà Nẵng")
    left = [text for text in headings(pages(name, "en")) if VIETNAMESE.search(text) and text not in data]
    assert left == []


@pytest.mark.parametrize(
    ("person", "address", "english"),
    [
        ("owner", "/kenh-chu-the/", "Orders to confirm"),
        ("province_officer", "/quan-tri/", "Recent decisions"),
    ],
)
def test_admin_sites_speak_english(
    cast: Cast, client_for: Callable[..., Any], person: str, address: str, english: str
) -> None:
    client = client_for(getattr(cast, person))
    page = client.get(address, headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="en"' in page
    assert english in headings(page)
