"""Opening an account, getting back in, and keeping it up to date."""

import re

import pytest

from accounts.models import User
from accounts.services import users
from core.models import AuditEntry, OutboxDelivery
from core.services import delivery
from tests.cast import PASSWORD

SIGNUP = "/tai-khoan/dang-ky/"
GOOD = {"full_name": "Nguyễn Thị Lan", "phone": "0987.654.321", "email": "", "password1": "rau-muong-7"}


def test_with_a_phone_alone(db, client):
    assert client.post(SIGNUP, GOOD).status_code == 302
    user = User.objects.get(phone="+84987654321")
    assert (user.full_name, user.email) == ("Nguyễn Thị Lan", None)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert AuditEntry.objects.filter(action="accounts.user.registered", object_id=str(user.pk)).exists()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"phone": ""}, "ít nhất một trong hai"),
        ({"phone": "12"}, "Số điện thoại chưa đúng"),
        ({"phone": "+84 912 345 678"}, "đã có tài khoản"),
        ({"email": "Nguoi-Mua@cast.example"}, "đã có tài khoản"),
        ({"password1": "12345678"}, "mật khẩu"),
        ({"password1": "abc"}, "mật khẩu"),
        ({"full_name": ""}, "bắt buộc"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_opened(cast, client, wrong, says):
    before = User.objects.count()
    page = client.post(SIGNUP, GOOD | wrong)
    assert page.status_code == 200
    assert says.lower() in page.content.decode().lower()
    assert User.objects.count() == before


def test_reset_by_a_mail_that_the_worker_sends(cast, client, mailoutbox):
    client.post("/tai-khoan/quen-mat-khau/", {"email": cast.buyer.email.upper()})
    assert mailoutbox == []  # nothing leaves inside the request
    waiting = OutboxDelivery.objects.get(message__topic="accounts.password_reset_asked")
    assert cast.buyer.email not in str(waiting.message.payload)
    delivery.run(waiting.pk)
    (mail,) = mailoutbox
    assert mail.to == [cast.buyer.email]
    path = re.search(r"https?://[^/]+(/\S+)", mail.body)[1]
    form = client.get(path, follow=True)
    target = form.redirect_chain[-1][0]
    done = client.post(target, {"password1": "canh-chua-9", "password2": "canh-chua-9"})
    assert done.status_code == 302
    cast.buyer.refresh_from_db()
    assert cast.buyer.check_password("canh-chua-9")
    assert "hết hạn hoặc đã dùng" in client.get(path, follow=True).content.decode()


def test_an_unknown_mailbox_gets_nothing_and_the_same_answer(cast, client):
    known = client.post("/tai-khoan/quen-mat-khau/", {"email": cast.buyer.email})
    unknown = client.post("/tai-khoan/quen-mat-khau/", {"email": "khong-ai@cast.example"})
    assert known["Location"] == unknown["Location"]
    assert OutboxDelivery.objects.count() == 1


def test_a_left_mailbox_cannot_come_back(cast, client):
    client.post("/tai-khoan/quen-mat-khau/", {"email": cast.buyer.email})
    delivery.run(OutboxDelivery.objects.get().pk)
    users.update_profile(
        user=cast.buyer, full_name="Lan", email="moi@cast.example", phone="", actor=cast.buyer
    )
    client.post("/tai-khoan/quen-mat-khau/", {"email": "nguoi-mua@cast.example"})
    assert OutboxDelivery.objects.count() == 1
    old = {"login": "nguoi-mua@cast.example", "password": PASSWORD}
    assert client.post("/tai-khoan/dang-nhap/", old).status_code == 200


def test_profile_takes_no_identity_of_others(cast, client_for):
    client = client_for(cast.buyer)
    page = client.post(
        "/tai-khoan/ho-so/", {"full_name": "Lan", "email": cast.owner.email, "phone": "0912345678"}
    )
    assert page.status_code == 422
    assert "đã có tài khoản" in page.content.decode()
    cast.buyer.refresh_from_db()
    assert cast.buyer.email == "nguoi-mua@cast.example"


def test_the_address_book(cast, client_for):
    client = client_for(cast.buyer)
    first = {"recipient": "Lan", "phone": "0912 345 678", "tinh": "48", "xa": "20410", "thon": "12 Trần Phú"}
    assert client.post("/tai-khoan/dia-chi/", first).status_code == 302
    assert client.post("/tai-khoan/dia-chi/", first | {"thon": "Chợ", "is_default": "on"}).status_code == 302
    old, new = cast.buyer.addresses.order_by("pk")
    assert (old.is_default, new.is_default, old.phone) == (False, True, "+84912345678")
    assert client_for(cast.owner).get(f"/tai-khoan/dia-chi/{new.pk}/").status_code == 404
    client.post(f"/tai-khoan/dia-chi/{new.pk}/xoa/")
    old.refresh_from_db()
    assert old.is_default
