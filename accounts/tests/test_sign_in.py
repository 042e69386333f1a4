"""Signing in by e-mail or phone, landing at one's desk, and being slowed down."""

import pytest
from django.urls import reverse

from tests.cast import PASSWORD

LOGIN = "/tai-khoan/dang-nhap/"


def sign_in(client, login, password=PASSWORD, **extra):
    return client.post(LOGIN, {"login": login, "password": password, **extra})


@pytest.mark.parametrize(
    "login",
    ["nguoi-mua@cast.example", "NGUOI-MUA@cast.example", "0912 345 678", "+84912345678", "84912345678"],
)
def test_by_mail_or_phone_in_any_spelling(cast, client, login):
    assert sign_in(client, login)["Location"] == reverse("accounts:home")
    assert client.session["_auth_user_id"] == str(cast.buyer.pk)


@pytest.mark.parametrize(
    ("who", "desk"),
    [
        ("owner", "/kenh-chu-the/"),
        ("staff", "/kenh-chu-the/"),
        ("commune_officer", "/quan-tri/"),
        ("province_leader", "/quan-tri/"),
        ("admin", "/quan-tri/"),
        ("council_member", "/tai-khoan/"),
        ("buyer", "/tai-khoan/"),
    ],
)
def test_everybody_lands_at_their_desk(cast, client, who, desk):
    assert sign_in(client, cast.people[who].email)["Location"] == desk


def test_next_is_respected_but_not_to_other_hosts(cast, client):
    assert sign_in(client, cast.owner.email, next="/gio-hang/")["Location"] == "/gio-hang/"
    client.logout()
    assert sign_in(client, cast.owner.email, next="https://evil.example/")["Location"] == "/kenh-chu-the/"


def test_an_admin_site_sends_to_the_shops_sign_in(cast, client):
    response = client.get("/quan-tri/ratings/certificate/", follow=True)
    assert response.redirect_chain[-1][0].startswith(LOGIN)
    login = {"login": cast.province_officer.email, "password": PASSWORD}
    back = client.post(response.redirect_chain[-1][0], login | {"next": "/quan-tri/ratings/certificate/"})
    assert back["Location"] == "/quan-tri/ratings/certificate/"


@pytest.mark.parametrize("login", ["nguoi-mua@cast.example", "0912345678", "không ai", "x@y"])
def test_wrong_guesses_say_the_same(cast, client, login):
    page = sign_in(client, login, "sai mật khẩu")
    assert page.status_code == 200
    assert "chưa đúng" in page.content.decode()
    assert "_auth_user_id" not in client.session


def test_five_wrong_guesses_close_the_account_for_a_while(cast, client):
    for _ in range(5):
        sign_in(client, "0912345678", "sai")
    assert "quá nhiều lần" in sign_in(client, "+84 912 345 678").content.decode()
    # Another number is not locked with it.
    assert sign_in(client, cast.owner.email).status_code == 302


def test_too_many_from_one_place_get_a_friendly_429(cast, client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    answers = [sign_in(client, f"a{n}@b.vn", "sai") for n in range(3)]
    assert answers[-1].status_code == 429
    assert "Chợ OCOP" in answers[-1].content.decode()  # our own page, not a bare one


def test_a_locked_account_stays_outside(cast, client):
    cast.buyer.is_active = False
    cast.buyer.save()
    assert sign_in(client, cast.buyer.email)["Location"] == "/tai-khoan/tam-khoa/"
    assert "_auth_user_id" not in client.session
