"""Every address, every role: the answer written down, and a refusal that leaves no trace."""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from catalog import policies as catalog_policies
from catalog.models import Product
from core.sites import producer_site, province_site
from orders import policies as order_policies
from orders.models import SubOrder
from producers import policies as producer_policies
from producers.models import Producer
from tests.architecture import expectations, rules
from tests.architecture.addresses import Address, addresses
from tests.architecture.footprint import footprint
from tests.architecture.world import GTIN, World

REFUSALS = {"login", "no", "nothing"}


def is_plain_redirect(address: Address) -> bool:
    """Django's own "<id>/" → "<id>/change/": the answer is the change page's."""
    return address.name.endswith("<path:object_id>/")


def walked() -> list[Address]:
    return [address for address in addresses() if not is_plain_redirect(address)]


def visits(address: Address, world: World) -> Iterator[str]:
    """Paths to ask for; a model's steps are walked one by one."""
    site_name, _, page = address.name.partition(":")
    if address.name.endswith(".*)$"):
        yield "/" + address.name.split("(")[0] + "khong-co-trang-nay/"
        return
    if page == "autocomplete":
        query = {
            "producer": "?app_label=catalog&model_name=product&field_name=commune&term=duy",
            "province": "?app_label=accounts&model_name=assignment&field_name=user&term=a",
        }[site_name]
        yield reverse(address.name) + query
        return
    if address.name == "orders:fee":
        yield f"{reverse(address.name)}?variant={world.stock.variant_id}"
        return
    if page.endswith("_step"):
        model = page.removesuffix("_step")
        site = {"producer": producer_site, "province": province_site}[site_name]
        admin = next(a for m, a in site._registry.items() if m._meta.label_lower.replace(".", "_") == model)
        for step in admin.steps:
            yield reverse(address.name, args=[world.row_of(model, site_name).pk, step.slug])
        return
    yield reverse(address.name, kwargs=arguments(address, world))


def of_ratings(world: World) -> dict[str, dict[str, Any]]:
    return {
        "ratings:certificate": {"number": world.certificate.number},
        "ratings:certificate-paper": {"number": world.certificate.number},
        "province:ratings_ratingdecision_redraft": {"pk": world.draft.pk},
        "province:ratings_ratingdecision_appendix": {"pk": world.draft.pk, "kind": "xlsx"},
        "province:ratings_ratingdecision_refused": {"pk": world.sent.pk},
        "ratings:export": {"kind": "csv"},
        "ratings:evidence": {"pk": world.paper.pk},
        "ratings:council-card": {"pk": world.card.pk},
        "ratings:council-item-step": {"pk": world.card.item_id, "slug": "tra-lai"},
        "ratings:council-live": {"pk": world.council.pk},
        "ratings:council-lock": {"pk": world.card.pk},
        "ratings:council-minutes": {"pk": world.council.pk, "kind": "xlsx"},
        "ratings:council-result": {"pk": world.heard.pk},
        "ratings:council-session": {"pk": world.council.pk},
        "ratings:council-sheets": {"pk": world.heard.pk, "kind": "xlsx"},
        "ratings:council-step": {"pk": world.council.pk, "slug": "diem-danh"},
        "province:ratings_criteriaset_criterion": {
            "object_id": world.criteria_set.pk,
            "criterion": world.criteria_set.criteria.first().pk,
        },
    }


def of_money(world: World, site: str) -> dict[str, dict[str, Any]]:
    statement = {"producer": world.cast.producer.pk, "month": "2026-11"}
    return {
        f"{site}:payments_payout_statement": statement,
        f"{site}:payments_payout_statementfile": {**statement, "kind": "csv"},
        "province:payments_payout_taxesfile": {"month": "2026-11", "kind": "csv"},
        "province:payments_payoutbatch_bank": {"pk": world.payout.batch_id, "kind": "csv"},
    }


def of_returns(world: World) -> dict[str, dict[str, Any]]:
    case = {"code": world.case.sub_order.order.code, "case": world.case.code}
    return {
        "orders:case": case,
        "orders:case-dispute": case,
        "orders:case-open": {"code": case["code"], "kien": world.case.sub_order.code},
        "orders:case-photo": {"code": case["code"], "pk": world.case.photos.get().pk},
        "orders:case-withdraw": case,
    }


def of_proofs(world: World) -> dict[str, dict[str, Any]]:
    lot, day = {"code": world.code.value}, {"day": dt.date(2020, 1, 1)}
    return {
        "traceability:chain": lot,
        "traceability:epcis": lot,
        "traceability:root": day,
        "traceability:root-archive": day,
        "traceability:root-facts": day,
        "producer:traceability_lot_national": {"kind": "json"},
        "province:traceability_lot_national": {"kind": "json"},
        "epcis-capture-job": {"number": uuid.UUID(int=1)},
        "epcis-event": {"event_id": "urn:uuid:1"},
        "epcis-epc-events": {"thing": "urn:epc:id:sscc:8938500.01"},
        "epcis-step-events": {"EQ_bizStep": "packing"},
        "epcis-type-events": {"eventType": "ObjectEvent"},
    }


def of_lots(world: World) -> dict[str, dict[str, Any]]:
    lot = {"pk": world.lot.pk}
    return {
        "traceability:recall": {"code": world.notice.recall.code},
        "producer:traceability_recall_called": {"pk": world.notice.recall_id, "notice": world.notice.pk},
        "province:traceability_recall_called": {"pk": world.notice.recall_id, "notice": world.notice.pk},
        "traceability:paper": {"sha256": world.lot.papers.get().sha256},
        "traceability:journal-void": {**lot, "event_id": world.lot.events.first().event_id},
        **dict.fromkeys(
            ("traceability:journal-lot", "traceability:lot-inputs", "traceability:lot-papers"), lot
        ),
    }


def arguments(address: Address, world: World) -> dict[str, Any]:
    """A value for each parameter of the address, leading to a row of the world."""
    model = address.name.partition(":")[2].rpartition("_")[0]
    known = {
        "catalog:product": {"slug": world.product.slug},
        "catalog:producer": {"slug": world.cast.producer.slug},
        "catalog:sitemap": {"section": "san-pham"},
        "producer-detail": {"slug": world.cast.producer.slug},
        "product-detail": {"slug": world.product.slug},
        "recognition-detail": {"number": world.certificate.number},
        "traceability:product": {"slug": world.product.slug},
        "traceability:trace": {"code": world.code.value},
        "traceability:facts": {"code": world.code.value},
        "traceability:scratch": {"code": world.code.value},
        "traceability:report": {"code": world.code.value},
        "traceability:scan-place": {"code": world.code.value},
        "traceability:qr": {"code": world.code.value, "form": "svg"},
        "traceability:gtin": {"tail": GTIN},
        "traceability:gtin-page": {"tail": f"{GTIN}/10/L01"},
        "traceability:gln": {"gln": world.location.gln},
        "traceability:location": {"code": world.location.code},
        "accounts:address": {"pk": world.address.pk},
        "accounts:address-remove": {"pk": world.address.pk},
        "account_reset_password_from_key": {"uidb36": "1", "key": "set-password"},
        "producer:app_list": {"app_label": "catalog"},
        "province:app_list": {"app_label": "catalog"},
        "orders:gateway-notice": {"gateway": "vnpay"},
        "orders:gateway-return": {"gateway": "vnpay"},
        "orders:refund-account": {"code": world.order.code, "pk": 1},
        "media": {"path": "khong-co.webp"},
        "province:payments_moneyfile_upload": {"kind": "statement"},
        "orders:carrier-hook": {"carrier": "ghn"},
        "producer:orders_suborder_paper": {"pk": world.parcel.pk, "kind": "tem.pdf"},
        **of_ratings(world),
        **of_money(world, address.name.partition(":")[0]),
        **of_returns(world),
        **of_proofs(world),
        **of_lots(world),
    }
    if address.name in known:
        return known[address.name]
    if "pk" in address.parameters and address.name.startswith(("producer:", "province:")):
        return {"pk": world.row_of(model, address.name.partition(":")[0]).pk}
    if "object_id" in address.parameters:
        return {"object_id": world.row_of(model, address.name.partition(":")[0]).pk}
    if "code" in address.parameters:
        return {"code": world.order.code}
    return {}


def felt(response: HttpResponse) -> str:
    """The answer in the words of the expectations."""
    if response.status_code in (301, 302, 307):
        target = response["Location"]
        return "login" if "/tai-khoan/dang-nhap/" in target or "/login/" in target else "page"
    words = {200: "page", 403: "no", 404: "nothing", 405: "post"}
    return words.get(response.status_code, str(response.status_code))


def test_every_address_has_an_expectation():
    missing = [address.name for address in walked() if expectations.rule_for(address.name) is None]
    assert missing == []


def test_the_expectations_name_real_addresses():
    real = {address.name for address in addresses()}
    written = {
        *expectations.PUBLIC,
        *expectations.ACCOUNT,
        *expectations.COUNCIL,
        *expectations.SITES,
    }
    models = {f"{site}:{model}_changelist" for site, table in expectations.MODELS.items() for model in table}
    assert (written | models) - real == set()


def test_every_role_of_the_cast_walks(cast):
    assert set(cast.people) == set(rules.EVERYBODY)


@pytest.mark.parametrize("role", rules.EVERYBODY)
def test_each_role_gets_the_answer_written_down(role, world, client_for):
    client = client_for(world.cast.people[role])
    client.raise_request_exception = False  # the walk goes on and tells of everything at the end
    wrong = []
    for address in walked():
        rule = expectations.rule_for(address.name)
        for path in visits(address, world):
            answer = felt(client.get(path))
            if rule is None or answer != rule(role):
                wrong.append(f"{address.name} {path}: {answer}, expected {rule and rule(role)}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", rules.EVERYBODY)
def test_a_refused_post_changes_nothing_and_queues_nothing(role, world, client_for):
    client = client_for(world.cast.people[role])
    form = {"reason": "thử", "quantity": 5, "on_hand": 1, "carrier": "x", "login": "a@b.vn", "name": "Khác"}
    before, let_in = footprint(), []
    for address in walked():
        rule = expectations.rule_for(address.name)
        if rule is None or rule(role) not in REFUSALS:
            continue
        for path in visits(address, world):
            answer = felt(client.post(path, form))
            if answer not in REFUSALS | {"post"}:
                let_in.append(f"{address.name} {path}: POST answered {answer}")
    assert not let_in, "\n".join(let_in)
    assert footprint() == before


def test_a_footprint_shows_a_trace(world, client_for):
    """The control: what an owner may do does show."""
    before = footprint()
    url = reverse("producer:orders_suborder_step", args=[world.parcel.pk, "xac-nhan"])
    assert client_for(world.cast.owner).post(url).status_code == 302
    changed = {key for key, value in footprint().items() if value != before[key]}
    assert changed == {"audit", "queued", "steps", "parcels"}


def test_policies_and_querysets_agree(world):
    """What a policy lets an actor do is what ``visible_to`` or ``owned_by`` shows."""
    product, parcel, producer = world.product, world.parcel, world.cast.producer
    for role, user in world.cast.people.items():
        if user is None:
            continue
        sees = Product.objects.visible_to(user).filter(pk=product.pk).exists()
        assert catalog_policies.may_manage(user, product) == sees, role
        owns = SubOrder.objects.owned_by(user).filter(pk=parcel.pk).exists()
        assert order_policies.is_member(user, parcel) == owns, role
        works = Producer.objects.visible_to(user).filter(pk=producer.pk).exists()
        assert producer_policies.may_manage(user, producer) <= works, role
        oversees = Producer.objects.overseen_by(user).filter(pk=producer.pk).exists()
        assert producer_policies.may_oversee(user, producer) == oversees, role
