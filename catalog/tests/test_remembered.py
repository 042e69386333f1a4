"""What a change makes the shop forget, and what it leaves remembered."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.services import products, recognition, stock
from core import clock
from producers.services import producers


@pytest.fixture
def guest(client_for):
    return client_for(None)


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """Call something as a request would: what waits for the commit happens, the outbox does not."""

    def call(action, **values):
        with django_capture_on_commit_callbacks(execute=True):
            return action(**values)

    return call


@pytest.fixture
def shown(cast, make_product):
    """A product with another of its maker beside it, and one that is not."""
    return (
        make_product(cast.producer, name="Mật ong rừng"),
        make_product(cast.producer, name="Trà dây"),
        make_product(cast.far_producer, name="Cà phê", product_set=None),
    )


def page_of(product):
    return f"/san-pham/{product.slug}/"


def visit(client, address):
    """(queries, text) of a visit."""
    with CaptureQueriesContext(connection) as captured:
        body = client.get(address).content.decode()
    return len(captured), body


def test_a_product_page_outlives_what_happens_to_others(guest, cast, shown, commit):
    product, _, other = shown
    variant = other.variants.get()
    visit(guest, page_of(product))
    commit(products.update_variant, variant=variant, price=12_000, actor=None)
    commit(stock.take, quantities={variant.pk: 20}, reference="x", actor=None)
    commit(products.hide, product=other, actor=None)
    commit(producers.update, producer=cast.far_producer, name="Tên khác", actor=None)
    assert visit(guest, page_of(product))[0] == 1


@pytest.mark.parametrize("which", [0, 1], ids=["its own", "the one beside it"])
def test_a_product_page_shows_the_present_price_star_and_stock(guest, cast, shown, commit, which):
    product, changed = shown[0], shown[which]
    variant = changed.variants.get()

    def text():
        return visit(guest, page_of(product))[1]

    assert "77.000" not in text()
    commit(products.update_variant, variant=variant, price=77_000, actor=cast.owner)
    assert "77.000" in text()
    assert "5 sao" not in text()
    star = {"stars": 5, "valid_until": clock.today(), "certificate_number": "48-9"}
    commit(recognition.set_star, product=changed, **star)
    assert "5 sao" in text()
    commit(recognition.clear_star, product=changed)
    assert "5 sao" not in text()
    assert "Tạm hết hàng" not in text()
    commit(stock.take, quantities={variant.pk: 20}, reference="x", actor=None)
    assert "Tạm hết hàng" in text()
    commit(stock.receive, variant=variant, quantity=1, actor=cast.owner)
    assert "Tạm hết hàng" not in text()


def test_a_changed_maker_is_shown_and_a_suspended_one_is_gone(guest, cast, shown, commit):
    product = shown[0]
    visit(guest, page_of(product))
    commit(producers.update, producer=cast.producer, name="Hợp tác xã Mới", actor=cast.owner)
    assert "Hợp tác xã Mới" in visit(guest, page_of(product))[1]
    officer = cast.province_officer
    commit(producers.suspend, producer=cast.producer, reason="Kiểm tra", actor=officer)
    assert guest.get(page_of(product)).status_code == 404
    assert product.name not in visit(guest, "/san-pham/")[1]
    commit(producers.reopen, producer=cast.producer, reason="Xong", actor=officer)
    assert guest.get(page_of(product)).status_code == 200


def test_the_listing_forgets_a_sale_only_when_it_empties_the_shelf(guest, cast, shown, commit):
    variant = shown[0].variants.get()
    visit(guest, "/san-pham/")
    commit(stock.take, quantities={variant.pk: 19}, reference="x", actor=None)
    commit(stock.receive, variant=variant, quantity=3, actor=cast.owner)
    commit(stock.count, variant=variant, on_hand=2, actor=cast.owner)
    commit(stock.give_back, quantities={variant.pk: 1}, reference="x", actor=None)
    assert visit(guest, "/san-pham/")[0] == 0
    commit(stock.take, quantities={variant.pk: 3}, reference="x", actor=None)
    queries, body = visit(guest, "/san-pham/")
    assert queries > 0
    assert "Tạm hết hàng" in body


def test_pages_answer_without_a_cache(guest, settings, shown):
    """Also to a visitor with a session, which lies in the database too."""
    settings.CACHES = {
        **settings.CACHES,
        "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"},
    }
    addresses = ("/", "/san-pham/", "/san-pham/?q=mat+ong", page_of(shown[0]), "/chu-the/")
    for address in addresses:
        assert guest.get(address).status_code == 200
    added = guest.post("/gio-hang/them/", {"variant": shown[0].variants.get().pk, "quantity": 1})
    assert added.status_code == 302
    for address in (*addresses, "/gio-hang/"):
        assert guest.get(address).status_code == 200
    assert shown[0].name in guest.get("/gio-hang/").content.decode()
