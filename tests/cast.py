"""The fixed cast: the same people, places and goods play in every test.

``cast`` holds everybody; ``client_for(cast.owner)`` is a browser signed in as somebody,
``client_for(None)`` a guest's. ``make_product(...)`` puts a product on sale through the services.
"""

import datetime as dt
import itertools
import uuid
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import translation

from accounts.models import Assignment, Role, User
from core.models import Commune, Province
from core.text import fold, slugify, sort_key
from producers.models import Membership, Producer, ProducerKind, ProducerStatus

PASSWORD = "ocop-demo"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Cast:
    """Everybody and everything; Đà Nẵng (48) is "our" province, Quảng Ngãi (51) the other one."""

    da_nang: Province
    quang_ngai: Province
    duy_xuyen: Commune  # xã of Đà Nẵng, seat of ``producer``
    hoi_an: Commune  # phường of Đà Nẵng, seat of ``rival``
    tra_bong: Commune  # xã of Quảng Ngãi, seat of ``far_producer``
    producer: Producer
    rival: Producer
    far_producer: Producer
    owner: User  # of producer
    staff: User  # of producer
    rival_owner: User
    far_owner: User
    commune_officer: User  # of Duy Xuyên
    province_officer: User  # of Đà Nẵng
    province_leader: User  # of Đà Nẵng
    other_officer: User  # of Quảng Ngãi
    council_member: User  # of Đà Nẵng; holds no office
    treasurer: User  # keeps the market's money; prepares
    chief_treasurer: User  # the second person, who approves
    buyer: User
    admin: User  # system administrator

    @property
    def people(self) -> dict[str, User | None]:
        """Role name → user; the guest is None."""
        users = {f.name: getattr(self, f.name) for f in fields(self)}
        return {"guest": None} | {name: user for name, user in users.items() if isinstance(user, User)}


def make_province(code: str, name: str, short_name: str, kind: str) -> Province:
    province, _ = Province.objects.get_or_create(
        code=code,
        defaults={
            "name": name,
            "short_name": short_name,
            "kind": kind,
            "search_text": fold(name),
            "sort_key": sort_key(short_name),
            "valid_from": dt.date(2025, 7, 1),
        },
    )
    return province


def make_commune(code: str, kind: str, short_name: str, province: Province) -> Commune:
    commune, _ = Commune.objects.get_or_create(
        code=code,
        defaults={
            "name": f"{kind} {short_name}",
            "short_name": short_name,
            "kind": kind,
            "province": province,
            "search_text": fold(f"{kind} {short_name} {province.short_name}"),
            "sort_key": sort_key(short_name),
            "valid_from": dt.date(2025, 7, 1),
        },
    )
    return commune


def make_user(name: str, **extra: Any) -> User:
    return User.objects.create_user(f"{slugify(name)}@cast.example", PASSWORD, full_name=name, **extra)


def make_producer(name: str, commune: Commune, **extra: Any) -> Producer:
    return Producer.objects.create(
        name=name,
        slug=slugify(name),
        province=commune.province,
        commune=commune,
        **{
            "kind": ProducerKind.COOPERATIVE,
            "status": ProducerStatus.ACTIVE,
            "phone": "+84905123456",
            "search_text": fold(name),
        }
        | extra,
    )


def make_officer(name: str, role: Role, province: Province, commune: Commune | None = None) -> User:
    user = make_user(name)
    Assignment.objects.create(
        user=user, role=role, province=province, commune=commune, valid_from=dt.date(2025, 7, 1)
    )
    return user


def make_member(name: str, producer: Producer, role: Membership.Role) -> User:
    user = make_user(name)
    Membership.objects.create(user=user, producer=producer, role=role)
    return user


@pytest.fixture
def cast(db: None) -> Cast:
    da_nang = make_province("48", "Thành phố Đà Nẵng", "Đà Nẵng", "Thành phố")
    quang_ngai = make_province("51", "Tỉnh Quảng Ngãi", "Quảng Ngãi", "Tỉnh")
    duy_xuyen = make_commune("20623", "Xã", "Duy Xuyên", da_nang)
    hoi_an = make_commune("20410", "Phường", "Hội An", da_nang)
    tra_bong = make_commune("21115", "Xã", "Trà Bồng", quang_ngai)
    producer = make_producer("HTX Duy Xuyên", duy_xuyen)
    rival = make_producer("Cơ sở Phố Hội", hoi_an, kind=ProducerKind.HOUSEHOLD)
    far_producer = make_producer("HTX Quế Trà Bồng", tra_bong)
    return Cast(
        da_nang=da_nang,
        quang_ngai=quang_ngai,
        duy_xuyen=duy_xuyen,
        hoi_an=hoi_an,
        tra_bong=tra_bong,
        producer=producer,
        rival=rival,
        far_producer=far_producer,
        owner=make_member("Chủ Hợp tác xã", producer, Membership.Role.OWNER),
        staff=make_member("Nhân viên", producer, Membership.Role.STAFF),
        rival_owner=make_member("Đối thủ", rival, Membership.Role.OWNER),
        far_owner=make_member("Chủ ở tỉnh khác", far_producer, Membership.Role.OWNER),
        commune_officer=make_officer("Cán bộ xã", Role.COMMUNE_OFFICER, da_nang, duy_xuyen),
        province_officer=make_officer("Cán bộ tỉnh", Role.PROVINCE_OFFICER, da_nang),
        province_leader=make_officer("Lãnh đạo tỉnh", Role.PROVINCE_LEADER, da_nang),
        other_officer=make_officer("Cán bộ tỉnh khác", Role.PROVINCE_OFFICER, quang_ngai),
        council_member=make_officer("Thành viên hội đồng", Role.COUNCIL_MEMBER, da_nang),
        treasurer=make_officer("Kế toán sàn", Role.TREASURER, da_nang),
        chief_treasurer=make_officer("Kế toán trưởng", Role.TREASURER, da_nang),
        buyer=make_user("Người mua", phone="+84912345678"),
        admin=User.objects.create_superuser("admin@cast.example", PASSWORD, full_name="Quản trị"),
    )


@pytest.fixture
def client_for() -> Callable[[User | None], Client]:
    """A browser signed in as the user; for None, a guest's."""

    def make(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return make


@pytest.fixture
def product_set(db: None) -> Any:
    """A set that is sold through the cart."""
    from catalog.models import ProductGroup, ProductSet, Sector

    source = "QĐ 26/2026/QĐ-TTg"
    sector, _ = Sector.objects.get_or_create(
        code=1, defaults={"name": "Thực phẩm", "slug": "thuc-pham", "source": source}
    )
    group, _ = ProductGroup.objects.get_or_create(
        code=1, defaults={"name": "Thực phẩm tươi sống", "sector": sector, "source": source}
    )
    found, _ = ProductSet.objects.get_or_create(
        code=4,
        defaults={
            "name": "Mật ong, sản phẩm từ mật ong",
            "slug": "mat-ong",
            "group": group,
            "source": source,
        },
    )
    return found


@pytest.fixture
def make_product(product_set: Any) -> Callable[..., Any]:
    """``make_product(producer, stock=20, price=85_000, name=…, publish=True)`` → Product on sale.

    The one pack is ``product.variants.get()``; further keywords go to ``products.create``.
    """
    from catalog.services import products

    def make(
        producer: Producer,
        *,
        stock: int = 20,
        price: int = 85_000,
        name: str = "",
        publish: bool = True,
        **texts: Any,
    ) -> Any:
        product = products.create(
            producer=producer,
            name=name or f"Mật ong rừng {next(_numbers)}",
            actor=None,
            **{"product_set": product_set, "province": producer.province, "commune": producer.commune}
            | texts,
        )
        products.add_variant(
            product=product,
            name="chai 500 ml",
            price=price,
            net_quantity=500,
            net_unit="ml",
            stock=stock,
            actor=None,
        )
        if publish:
            products.publish(product=product, actor=None)
        product.refresh_from_db()
        return product

    return make


@pytest.fixture(autouse=True)
def own_language(settings: Any) -> Iterator[None]:
    """Each test begins in Vietnamese: a request of another test leaves its language in the thread."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def fresh_cache(settings: Any) -> None:
    """Each test has a cache of its own: counters of one test do not throttle the next.

    A new prefix instead of ``cache.clear()``, which would flush the broker in the same Redis.
    """
    caches = deepcopy(django_settings.CACHES)
    caches["default"]["KEY_PREFIX"] = f"test-{uuid.uuid4().hex}"
    settings.CACHES = caches


@pytest.fixture
def private_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Papers of the test go into a folder of its own."""
    from core.storage import private_storage
    from ratings.models import Evidence

    folder = tmp_path / "private"
    # A field keeps the storage that it got at start; another test may have had the rest made anew.
    for storage in (Evidence._meta.get_field("file").storage, private_storage()):
        monkeypatch.setitem(storage.__dict__, "base_location", str(folder))
        monkeypatch.setitem(storage.__dict__, "location", str(folder))
    return folder
