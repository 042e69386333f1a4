"""Returns on the web: asking with photos, the case's page, and who may see what."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from core.models import OutboxMessage
from orders.models import CasePhoto, ReturnCase, SubOrder
from orders.services import cases
from orders.states import CaseReason, CaseStatus
from orders.tests.returning import C, ask, bring, delivered, picture, upload
from tests.books import all_invariants

pytestmark = pytest.mark.usefixtures("private_files")


@pytest.fixture
def product(cast, make_product):
    return make_product(cast.producer, stock=20, price=100_000)


@pytest.fixture
def sub(cast, product):
    return delivered(product, cast=cast, quantity=3)


def text(answer):
    return re.sub(r"[ \n]+", " ", answer.content.decode())


def base(sub):
    return f"/don-hang/{sub.order.code}/tra-hang/"


def fields(sub, **changes):
    line = sub.lines.first()
    return {f"line-{line.pk}": 2, "reason": "damaged", "story": "Chai vỡ, mật chảy ra hộp."} | changes


def post(client, sub, **changes):
    return client.post(f"{base(sub)}moi/{sub.code}/", fields(sub, **changes))


def test_the_order_page_says_until_when(cast, client_for, sub):
    page = text(client_for(cast.buyer).get(f"/don-hang/{sub.order.code}/"))
    assert f"{base(sub)}moi/{sub.code}/" in page
    assert (
        timezone.localtime(sub.delivered_at + timezone.timedelta(days=7)).strftime("%d/%m/%Y %H:%M") in page
    )


@pytest.mark.parametrize(("days", "offered", "words"), [(8, True, "Chỉ còn khi thông tin"), (31, False, "")])
def test_later_only_the_right_that_the_law_gives(cast, client_for, sub, days, offered, words):
    at = sub.delivered_at - timezone.timedelta(days=days)
    SubOrder.objects.filter(pk=sub.pk).update(delivered_at=at)
    client = client_for(cast.buyer)
    page = text(client.get(f"/don-hang/{sub.order.code}/"))
    assert (f"moi/{sub.code}" in page) == offered
    assert words in page
    form = client.get(f"{base(sub)}moi/{sub.code}/")
    assert form.status_code == (200 if offered else 302)
    if offered:
        assert text(form).count('type="radio"') == 1
        assert "Điều 38" in text(form)
        assert post(client, sub).status_code == 422  # damaged: not any more
        assert post(client, sub, reason="wrong_information").status_code == 302


def test_from_the_form_to_the_case(cast, client_for, sub):
    client = client_for(cast.buyer)
    assert "trên 3" in text(client.get(f"{base(sub)}moi/{sub.code}/"))
    answer = post(client, sub, photos=[upload(), upload()], camera=upload())
    case = ReturnCase.objects.get()
    assert answer["Location"] == f"{base(sub)}{case.code}/"
    assert (case.lines.get().quantity, case.photos.count()) == (2, 3)
    page = text(client.get(answer["Location"]))
    for words in ("Chai vỡ, mật chảy", "200.000\u00a0₫", "trả lời trước", "Rút lại yêu cầu"):
        assert words in page
    assert "Nhờ tỉnh hòa giải</button>" not in page
    again = client.get(f"{base(sub)}moi/{sub.code}/")
    assert again["Location"] == f"{base(sub)}{case.code}/"
    assert all_invariants() == {}


def test_an_incomplete_form_comes_back_with_what_was_typed(cast, client_for, sub):
    client, line = client_for(cast.buyer), sub.lines.get()
    for changes, words in (
        ({"reason": ""}, "Hãy chọn một lý do"),
        ({"reason": "vì thích"}, "field__error"),
        ({"story": "  "}, "field__error"),
        ({"story": "x" * 10_000}, "field__error"),
        ({f"line-{line.pk}": 0}, "chọn ít nhất một món"),
        ({f"line-{line.pk}": 4}, "Chỉ còn trả được 3"),
        ({f"line-{line.pk}": "nhiều"}, "số nguyên"),
        ({f"line-{line.pk}": "9" * 400}, "field__error"),
    ):
        answer = post(client, sub, **changes)
        assert answer.status_code == 422, changes
        assert words in text(answer), changes
    kept = text(post(client, sub, reason=""))
    assert "Chai vỡ, mật chảy ra hộp." in kept
    assert 'value="2"' in kept
    assert not ReturnCase.objects.exists()


def test_hostile_words_are_words(cast, client_for, sub):
    client = client_for(cast.buyer)
    answer = post(client, sub, story="Vỡ\x00<script>alert(1)</script>\r\nhết")
    assert answer.status_code == 302
    page = text(client.get(answer["Location"]))
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>hết" in page


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"khong phai anh", "không dùng làm ảnh"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "không dùng làm ảnh"),
        (b"GIF89a<script>alert(1)</script>", "không dùng làm ảnh"),
        (b"\xff\xd8\xff" + b"\0" * (20 * 2**20), "10 MB"),
        (picture((20_000, 10_000), "PNG"), "quá nhiều điểm ảnh"),
        (picture()[:2000], "không dùng làm ảnh"),
    ],
    ids=["text", "svg", "gif with script", "20 MB", "bomb", "cut off"],
)
def test_what_is_no_picture_opens_no_case(cast, client_for, sub, private_files, data, word):
    answer = post(client_for(cast.buyer), sub, photos=[upload(), upload(data)])
    assert answer.status_code == 400
    assert word in text(answer)
    assert "chọn lại ảnh" in text(answer)
    assert not ReturnCase.objects.exists()
    assert not list(private_files.rglob("*.webp"))


def test_seven_photos_are_too_many(cast, client_for, sub):
    answer = post(client_for(cast.buyer), sub, photos=[upload() for _ in range(6)], camera=upload())
    assert (answer.status_code, ReturnCase.objects.count()) == (422, 0)
    assert "tối đa 6 ảnh" in text(answer)
    with pytest.raises(cases.TooManyPhotos):
        ask(sub, cast.buyer, photos=[upload() for _ in range(7)])


def test_the_place_is_taken_off_a_photo(cast, sub):
    exif = Image.Exif()
    exif[0x010F] = "May anh"
    exif.get_ifd(0x8825)[2] = (15.0, 50.0, 0.0)
    case = ask(
        sub, cast.buyer, photos=[upload(picture(exif=exif)), upload(picture(form="PNG"), "../../x.php")]
    )
    for photo in case.photos.all():
        data = photo.file.read()
        with Image.open(io.BytesIO(data)) as kept:
            assert (kept.format, dict(kept.getexif())) == ("WEBP", {})
        assert b"May anh" not in data
        assert re.fullmatch(rf"cases/{case.pk}/[0-9a-f]{{32}}\.webp", photo.file.name)


def test_photos_are_for_both_sides_and_the_area(cast, client_for, sub):
    photo = ask(sub, cast.buyer, photos=[upload()]).photos.get()
    address = f"{base(sub)}anh/{photo.pk}/"
    may = {"buyer", "owner", "staff", "commune_officer", "province_officer", "province_leader", "admin"}
    for role, person in cast.people.items():
        answer = client_for(person).get(address)
        assert answer.status_code == (200 if role in may else 404), role
        if role in may:
            assert answer["Content-Type"] == "image/webp"
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert "no-store" in answer["Cache-Control"]
            assert "sandbox" in answer["Content-Security-Policy"]
    with pytest.raises(ValueError, match="not accessible via a URL"):
        photo.file.url  # noqa: B018  # there is no public address
    other = client_for(cast.buyer).get(f"/don-hang/2222-2222/tra-hang/anh/{photo.pk}/")
    assert other.status_code == 404


def test_a_photo_that_is_gone_is_missing(cast, client_for, sub):
    photo = ask(sub, cast.buyer, photos=[upload()]).photos.get()
    photo.file.storage.delete(photo.file.name)
    assert client_for(cast.buyer).get(f"{base(sub)}anh/{photo.pk}/").status_code == 404


def test_nobody_else_asks_or_steps(cast, client_for, sub):
    case = ask(sub, cast.buyer)
    before = OutboxMessage.objects.count()
    for role, person in cast.people.items():
        if role == "buyer":
            continue
        client = client_for(person)
        answers = {
            client.get(f"{base(sub)}{case.code}/").status_code,
            client.get(f"{base(sub)}moi/{sub.code}/").status_code,
            post(client, sub).status_code,
            client.post(f"{base(sub)}{case.code}/rut-lai/").status_code,
            client.post(f"{base(sub)}{case.code}/nho-tinh/").status_code,
        }
        assert answers == {404}, role
    assert OutboxMessage.objects.count() == before


def test_a_guest_comes_by_phone_and_code(cast, client_for, product):
    sub = delivered(product, cast=cast)
    sub.order.buyer = None
    sub.order.save()
    guest = client_for(None)
    assert guest.get(f"{base(sub)}moi/{sub.code}/").status_code == 404
    guest.post("/tra-cuu-don/", {"phone": "0905 000 111", "code": sub.order.code})
    line = sub.lines.get()
    answer = post(guest, sub, **{f"line-{line.pk}": 1})
    assert answer.status_code == 302
    page = text(guest.post(f"{answer['Location']}rut-lai/", follow=True))
    assert "Đã rút yêu cầu" in page


def test_other_codes_are_unknown(cast, client_for, sub, make_product):
    client, other = client_for(cast.buyer), delivered(make_product(cast.producer), cast=cast)
    case = ask(other, cast.buyer)
    paths = [f"moi/{other.code}/", f"{case.code}/", "moi/x/", "x/", "x%00y/", "moi/%00/", f"{'a' * 300}/"]
    for path in paths:
        assert client.get(base(sub) + path).status_code == 404, path


def test_calling_the_province(cast, client_for, sub):
    case = bring(ask(sub, cast.buyer), C.DECLINED, cast)
    client = client_for(cast.buyer)
    page = text(client.get(f"{base(sub)}{case.code}/"))
    assert "Hàng nguyên khi gửi." in page
    answer = client.post(f"{base(sub)}{case.code}/nho-tinh/", {"words": "x" * 2001})
    assert answer.status_code == 422
    page = text(client.post(f"{base(sub)}{case.code}/nho-tinh/", {"words": "Xem ảnh 1"}, follow=True))
    assert "Đã nhờ tỉnh hòa giải" in page
    assert "Xem ảnh 1" in page


def test_too_early_is_told(cast, client_for, sub):
    case = ask(sub, cast.buyer)
    page = text(client_for(cast.buyer).post(f"{base(sub)}{case.code}/nho-tinh/", follow=True))
    assert "vẫn còn thời hạn" in page
    assert ReturnCase.objects.get().status == C.OPENED


@pytest.mark.parametrize("status", CaseStatus)
def test_the_page_of_every_state(cast, client_for, sub, status):
    case = bring(ask(sub, cast.buyer), status, cast)
    page = text(client_for(cast.buyer).get(f"{base(sub)}{case.code}/"))
    assert str(CaseStatus(status).label) in page
    assert ("Cho biết tài khoản nhận tiền" in page) == (status == C.CLOSED)
    order = text(client_for(cast.buyer).get(f"/don-hang/{sub.order.code}/"))
    assert case.code in order


def test_the_pages_cost_the_same_for_one_line_and_for_twenty(cast, client_for, make_product):
    client, counts = client_for(cast.buyer), []
    for size in (1, 20):
        sub = delivered(*[make_product(cast.producer) for _ in range(size)], cast=cast)
        pages = [f"{base(sub)}moi/{sub.code}/", f"{base(sub)}{sub.code}-T1/", f"/don-hang/{sub.order.code}/"]
        row = []
        for page in pages:
            if page == pages[1]:
                ask(sub, cast.buyer, reason=CaseReason.OTHER, photos=[upload()] * min(size, 1))
            client.get(page)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(page).status_code == 200
            row.append(len(captured))
        counts.append(row)
    assert counts[0] == counts[1], counts
    assert max(counts[0]) <= 14


def test_empty_and_odd_uploads(cast, client_for, sub):
    answer = post(client_for(cast.buyer), sub, photos=[SimpleUploadedFile("a.jpg", b"")])
    assert answer.status_code == 422
    assert not CasePhoto.objects.exists()
