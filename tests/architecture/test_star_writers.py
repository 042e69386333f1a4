"""Nobody types a star: every write path that a producer reaches is walked with star fields added.

The star of a product is written by ``catalog.services.recognition`` alone, and that is called by
``ratings.services`` alone.
"""

import ast
import importlib
import inspect
import itertools
import json
import re
from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.urls import reverse

from catalog.admin import products as products_admin
from catalog.models import Product, StockMovement
from catalog.services import products
from core import clock
from core.models import AuditEntry
from ratings.models import Certificate, RatingDecision
from tests.architecture.addresses import addresses
from tests.architecture.source import ROOMS, label, modules, tree
from tests.architecture.test_permissions import visits, walked
from traceability.models import Lot

STAR_FIELDS = (
    "stars",
    "stars_valid_until",
    "stars_lapsed_after",
    "certificate_number",
    "decision_number",
    "decided_on",
    "authority",
)
CLAIM = {
    "stars": "5",
    "sao": "5",
    "hang_sao": "5",
    "star": "5",
    "stars_valid_until": "2099-01-01",
    "stars_lapsed_after": "2099-01-01",
    "valid_until": "2099-01-01",
    "expiry_earliest": "2099-01-01",
    "certificate_number": "48-2026-99999",
    "decision_number": "99/QĐ-UBND",
    "decided_on": "2026-01-01",
    "authority": "Tự phong",
    "score": "99",
}
PREFIXES = ("", "product-", "product__", "products-0-", "variants-0-", "images-0-", "certifications-0-")
# What the forms ask for, so that as many as possible are really saved.
PLAUSIBLE = {
    "name": "Tên khác",
    "reason": "thử",
    "quantity": "5",
    "on_hand": "7",
    "code": "L99",
    "produced_on": "20/11/2026",
    "carrier": "Bưu điện",
    "login": "0912345678",
    "role": "staff",
    "kind": "renewal",
    "stars_applied": "4",
    "variants-0-price": "99000",
    "summary": "Ngọt hậu",
}


def record():
    """Everything that says how many stars something has."""
    starred = Product.objects.exclude(stars=None, certificate_number="").order_by("pk")
    return {
        "products": list(starred.values("pk", *STAR_FIELDS)),
        "certificates": list(Certificate.objects.order_by("pk").values()),
        "decisions": list(RatingDecision.objects.order_by("pk").values()),
    }


def shown_fields(page) -> dict[str, object]:
    """What the forms of a page would send back, as a browser fills them."""
    context = page.context or {}
    adminform = context.get("adminform")
    forms = [adminform.form] if adminform else [form] if (form := context.get("form")) else []
    data = {}
    for inline in context.get("inline_admin_formsets") or ():
        forms += list(inline.formset)
        data |= {field.html_name: field.value() for field in inline.formset.management_form}
    for form in forms:
        for field in form:
            value = field.value()
            if value not in (None, False, "") and not hasattr(value, "storage"):
                data[field.html_name] = value
    return data


def claim() -> dict[str, str]:
    return {prefix + name: value for prefix, (name, value) in itertools.product(PREFIXES, CLAIM.items())}


def attempts(client, path, plausible) -> None:
    """The claim of five stars beside the page's own fields, then alone; to the API as JSON."""
    if path.startswith("/api/"):
        body = json.dumps(CLAIM | plausible)
        for send in (client.post, client.put, client.patch, client.delete):
            send(path, data=body, content_type="application/json")
        return
    shown = shown_fields(client.get(path))
    for fields in (shown | claim() | plausible, claim()):
        client.post(path, {name: value for name, value in fields.items() if value is not None})


def traces() -> list[int]:
    return [model.objects.count() for model in (AuditEntry, StockMovement, Lot)]


def walk(world, user, client_for, found) -> tuple[list[str], set[str]]:
    """Addresses that changed a star, and addresses where something at all was written."""
    stars, guilty, wrote = record(), [], set()
    for address in found:
        for path in visits(address, world):
            before = traces()
            client = client_for(user)
            client.raise_request_exception = False
            attempts(client, path, PLAUSIBLE | {"product": world.product.pk})
            if record() != stars:
                guilty.append(path)
                stars = record()
            if traces() != before:
                wrote.add(address.name)
    return guilty, wrote


WRITES = {
    "producer:catalog_product_add",
    "producer:catalog_product_change",
    "producer:catalog_product_step",
    "producer:catalog_stockitem_step",
    "producer:orders_suborder_step",
    "producer:producers_producer_change",
    "producer:producers_producer_step",
    "producer:ratings_dossier_step",
    "producer:traceability_lot_add",
}


def test_no_address_changes_a_star(world, client_for):
    """As the owner, who may do all that a producer's people may; the officers' site refuses them."""
    found = [address for address in walked() if not address.name.startswith("province:")]
    guilty, wrote = walk(world, world.cast.owner, client_for, found)
    assert guilty == []
    assert wrote >= WRITES  # otherwise the walk would prove nothing


def test_the_walk_finds_a_form_that_takes_a_star(world, client_for, monkeypatch):
    """The control: an admin that trusts one more field."""

    def careless(self, request, obj, form):
        Product.objects.filter(pk=obj.pk).update(stars=request.POST["stars"])

    monkeypatch.setattr(products_admin.OwnProductAdmin, "change_row", careless)
    page = [address for address in addresses() if address.name == "producer:catalog_product_change"]
    guilty, _wrote = walk(world, world.cast.owner, client_for, page)
    assert guilty == [reverse("producer:catalog_product_change", args=[world.product.pk])]


# --- Services ---


def acting() -> Iterator[tuple[str, inspect.Signature, object]]:
    """Public service functions of the rooms below ratings and beside it that take an actor."""
    for room in ("accounts", "notifications", "producers", "catalog", "traceability", "orders"):
        for path in modules(f"{room}/services"):
            module = importlib.import_module(label(path)[:-3].replace("/", "."))
            for name, function in inspect.getmembers(module, inspect.isfunction):
                if function.__module__ == module.__name__ and not name.startswith("_"):
                    signature = inspect.signature(function)
                    if "actor" in signature.parameters:
                        yield f"{module.__name__}.{name}", signature, function


def is_open(signature: inspect.Signature) -> bool:
    return any(parameter.kind is parameter.VAR_KEYWORD for parameter in signature.parameters.values())


def test_no_service_that_people_reach_asks_for_a_star():
    found = list(acting())
    assert len(found) > 20
    taking = [name for name, signature, _f in found if {*CLAIM, *STAR_FIELDS} & signature.parameters.keys()]
    # The validity of a VietGAP or an organic certificate, and of which star a fee speaks.
    assert taking == ["catalog.services.products.add_certification", "orders.services.commission.begin"]


def test_services_that_take_any_field_write_none_of_the_star(world):
    producer, product = world.cast.producer, world.product
    variant = product.variants.get()
    days = {"first_day": clock.today(), "last_day": clock.today()}
    calls = {
        "catalog.services.products.create": {"producer": producer, "name": "Hàng mới"},
        "catalog.services.products.update": {"product": product},
        "catalog.services.products.update_variant": {"variant": variant},
        "producers.services.producers.create": {"name": "Cơ sở mới"},
        "producers.services.producers.update": {"producer": producer},
        "orders.services.vouchers.create": {"producer": producer, "code": "SAO5"} | days,
        "orders.services.vouchers.change": {"voucher": world.voucher} | days,
    }
    taking_any = {name: function for name, signature, function in acting() if is_open(signature)}
    assert set(taking_any) == set(calls)
    before = record()
    for name, function in taking_any.items():
        for field in STAR_FIELDS:
            with suppress(Exception):  # refused in one way or another; what counts is what is stored
                function(**calls[name], actor=world.cast.owner, **{field: 5})
            assert record() == before, (name, field)


def test_a_service_call_without_the_claim_goes_through(world):
    """The control: with other fields the same call does write."""
    products.update(product=world.product, actor=world.cast.owner, summary="Ngọt hậu")
    assert Product.objects.get(pk=world.product.pk).summary == "Ngọt hậu"


# --- The source ---

WRITER = "catalog/services/recognition.py"
CALLERS = "ratings/services/"
SAVES = {
    "update",
    "create",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "save",
    "Product",
}
OF_THE_PRODUCT = {"stars", "stars_valid_until", "stars_lapsed_after", "certificate_number", "decision_number"}
# Models of ratings with stars of their own, which are no product's.
OTHERS = (
    "Certificate",
    "Dossier",
    "DecisionLine",
    "CouncilItem",
    "certificate",
    "dossier",
    "line",
    "item",
    "stored",
)
_SQL = re.compile(r"\bcatalog_product\b.*\bset\b.*\bstars", re.IGNORECASE | re.DOTALL)


def named(node: ast.AST) -> set[str]:
    """Names of fields that a call hands over: keywords, and strings in its lists and dicts."""
    inner = ast.walk(node)
    words = {item.value for item in inner if isinstance(item, ast.Constant) and isinstance(item.value, str)}
    return words | {keyword.arg for keyword in getattr(node, "keywords", []) if keyword.arg}


def is_star(target: ast.AST) -> bool:
    """``product.stars``, but not ``dossier.stars``."""
    return (
        isinstance(target, ast.Attribute)
        and target.attr in OF_THE_PRODUCT
        and not ast.unparse(target.value).endswith(OTHERS)
    )


def saves_star(call: ast.Call) -> bool:
    called = ast.unparse(call.func)
    verb = called.rpartition(".")[2]
    return (
        verb in SAVES | {"setattr"} and bool(named(call) & OF_THE_PRODUCT) and not called.startswith(OTHERS)
    )


def star_writes(source: ast.Module) -> Iterator[int]:
    """Lines that write a star field of a product by assignment, setattr, query or SQL."""
    for node in ast.walk(source):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        is_assignment = isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign)
        if (
            (is_assignment and any(is_star(part) for target in targets for part in ast.walk(target)))
            or (isinstance(node, ast.Call) and saves_star(node))
            or (isinstance(node, ast.Constant) and isinstance(node.value, str) and _SQL.search(node.value))
        ):
            yield node.lineno


def writers() -> dict[str, list[int]]:
    found = {
        label(path): list(star_writes(tree(path)))
        for path in modules(*ROOMS)
        if "tests" not in path.parts and label(path) != WRITER
    }
    return {name: lines for name, lines in found.items() if lines}


def callers() -> set[str]:
    """Modules that speak of the writer's functions."""
    return {
        label(path)
        for path in modules(*ROOMS)
        if "tests" not in path.parts and label(path) != WRITER
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.Attribute) and node.attr in {"set_star", "clear_star"})
        or (isinstance(node, ast.ImportFrom) and {a.name for a in node.names} & {"set_star", "clear_star"})
        or (isinstance(node, ast.Name) and node.id in {"set_star", "clear_star"})
    }


def test_one_module_writes_the_star_of_a_product():
    assert writers() == {}


def test_only_services_of_ratings_call_it():
    assert callers()
    assert all(name.startswith(CALLERS) for name in callers())


@pytest.mark.parametrize(
    "planted",
    [
        "Product.objects.filter(pk=1).update(stars=5)",
        "rows.update(**{'stars_valid_until': day})",
        "product.stars = 5",
        "row.product.stars_valid_until = day",
        "setattr(product, 'stars', 5)",
        "Product(producer=p, stars=5)",
        "Product.objects.bulk_update(rows, ['stars'])",
        "product.save(update_fields=['certificate_number'])",
        "cursor.execute('UPDATE catalog_product SET stars = 5')",
    ],
)
def test_a_planted_writer_is_found(planted):
    """The control: each way of writing that the test knows."""
    assert list(star_writes(ast.parse(planted))) == [1]


@pytest.mark.parametrize(
    "harmless",
    [
        "Certificate.objects.create(product=p, stars=5)",
        "dossier.stars = 4",
        "Product.objects.filter(stars=5).count()",
        "Card(stars=product.stars)",
    ],
)
def test_what_writes_no_product_is_left_alone(harmless):
    assert list(star_writes(ast.parse(harmless))) == []
