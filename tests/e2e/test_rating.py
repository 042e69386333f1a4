"""A dossier's way from the producer's phone to a star in the shop, and the star's end by itself."""

import json
import re
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect
from reportlab.pdfgen import canvas

from tests.e2e.conftest import DESKTOP, PHONE, TABLET, Market, sign_in
from tests.e2e.test_pages import inspect

Visit = Callable[..., Page]
NAME = "Mật ong hoa rừng Trà Linh"
DECISION = "9001/QĐ-UBND (minh họa)"
SESSION = "Phiên thử (minh họa)"
JURY = ("Võ Thị Nga", "Huỳnh Minh Tuấn", "Phan Kim Dung", "Trương Hữu Phúc", "Mai Thanh Tâm")

NEW_PRODUCT = f"""
from accounts.models import User
from catalog.models import ProductSet
from catalog.services import products
from producers.models import Producer
owner = User.objects.get(email="chuthe@demo.example")
officer = User.objects.get(email="canbo.xa@demo.example")
product = products.create(
    producer=Producer.objects.get(memberships__user=owner), name="{NAME}", actor=owner,
    product_set=ProductSet.objects.get(pk=4), commune=officer.assignments.get().commune,
)
products.add_variant(product=product, name="Chai 500 ml", price=180000, stock=10, actor=owner)
print(products.publish(product=product, actor=owner).slug)
"""

# In every criterion the best option, or the second best where there are more than three. The
# first ``spared`` criteria are spared: with it members differ, as members do.
SCORE = """spared => document.querySelectorAll("[data-criterion]").forEach((section, i) => {
  const options = [...section.querySelectorAll("input[type=radio]:not([value=stop])")];
  options.sort((a, b) => b.dataset.points - a.dataset.points);
  options[i >= spared && options.length > 3 ? 1 : 0].click();
})"""


def pdf() -> FilePayload:
    out = BytesIO()
    sheet = canvas.Canvas(out)
    sheet.drawString(72, 720, "Hop dong mua mat ong (minh hoa)")
    sheet.save()
    return {"name": "hop-dong.pdf", "mimeType": "application/pdf", "buffer": out.getvalue()}


def png() -> FilePayload:
    out = BytesIO()
    Image.new("RGB", (640, 480), "#E7B44C").save(out, "PNG")
    return {"name": "to-ong.png", "mimeType": "image/png", "buffer": out.getvalue()}


def signed_in(page: Page, login: str) -> Page:
    sign_in(page, f"{login}@demo.example")
    return page


def take(page: Page, label: str) -> None:
    """Take a step of an admin page: its button, then the same on the page that asks."""
    page.get_by_role("link", name=label).click()
    confirm(page, label)


def confirm(page: Page, label: str) -> None:
    page.locator("form").get_by_role("button", name=label).click()
    expect(page).not_to_have_url(re.compile("/buoc/"))


def open_dossier(page: Page, code: str) -> None:
    page.goto(f"/quan-tri/ratings/dossier/?q={code}")
    rows = page.locator("#result_list tbody tr")
    expect(rows).to_have_count(1)
    rows.get_by_role("link").first.click()
    expect(page.locator("#content")).to_contain_text(code)


# --- Chủ thể -----------------------------------------------------------------------------------
def begin(page: Page) -> str:
    """Open a dossier on the phone; its code."""
    page.goto("/kenh-chu-the/ratings/dossier/")
    page.get_by_role("link", name="Nộp hồ sơ mới").tap()
    page.get_by_role("listitem").filter(has_text=NAME).get_by_role("link", name="Lập hồ sơ").tap()
    page.get_by_label("4 sao").check()
    page.get_by_role("button", name="Bắt đầu điền").tap()
    head = page.locator(".dossier-head__what")
    expect(head).to_contain_text("đề nghị 4 sao")
    return re.search(r"HS-\d\d-\d{4}-\d+", head.inner_text()).group()  # type: ignore[union-attr]


def fill(page: Page) -> None:
    """Answer all but the last criterion by tapping, and see what is missing; then the rest."""
    rows = page.locator("[data-criterion]")
    best = [row.locator(".dossier-options label").last for row in rows.all()]
    for option in best[:-1]:
        option.tap()
    attach(rows.nth(0), pdf())
    attach(rows.nth(1), png())
    page.get_by_role("button", name="Xem còn thiếu gì").tap()
    expect(page.get_by_role("heading", name="Còn 1 tiêu chí chưa xong")).to_be_visible()
    page.get_by_role("link", name="Điền", exact=True).tap()
    expect(page.locator("[data-criterion] input:checked")).to_have_count(len(best) - 1)
    best[-1].tap()
    expect(page.locator("[data-status]")).to_contain_text("Đã lưu")


def attach(row: Locator, file: FilePayload) -> None:
    row.locator("input[type=file]").set_input_files(file)
    expect(row.get_by_role("link", name=file["name"])).to_be_visible()


def hand_in(page: Page) -> dict[str, str]:
    """Hand the complete dossier in; name of each paper → its address."""
    page.get_by_role("button", name="Nộp hồ sơ").tap()
    expect(page.get_by_role("heading", name="Hồ sơ đã đủ")).to_be_visible()
    page.get_by_role("button", name="Nộp hồ sơ").tap()
    expect(page.locator("body")).to_contain_text("Đã nộp hồ sơ")
    expect(page.locator("[data-criterion]")).to_have_count(0)  # nothing can be changed any more
    papers = {
        name: page.get_by_role("link", name=name).get_attribute("href") or ""
        for name in ("hop-dong.pdf", "to-ong.png")
    }
    for address in papers.values():
        assert page.request.get(address).ok
    return papers


# --- Xã, tỉnh ----------------------------------------------------------------------------------
def check_in_the_commune(page: Page, code: str, papers: dict[str, str]) -> None:
    open_dossier(page, code)
    take(page, "Tiếp nhận hồ sơ")
    expect(page.locator("#content")).not_to_contain_text("Gia tăng giá trị")  # 1.2 is the province's
    expect(page.locator("#content")).not_to_contain_text("tự chấm")  # nor the total
    assert page.request.get(papers["hop-dong.pdf"]).ok
    assert page.request.get(papers["to-ong.png"]).status == 404
    page.get_by_role("link", name="Trả lời tiêu chí").click()
    asked = page.locator("[data-ask]")
    expect(asked).to_have_count(3)
    for ask in asked.all():
        ask.get_by_label("Có, đúng như khai").check()
    expect(page.locator("[data-running]")).to_contain_text("3/3")
    page.get_by_role("link", name="Về hồ sơ").click()
    take(page, "Xác nhận và chuyển lên tỉnh")


def advise(page: Page, code: str) -> None:
    open_dossier(page, code)
    page.get_by_role("link", name="Chấm thẩm định").click()
    asked = page.locator("[data-ask]")
    asked.evaluate_all(
        "asked => asked.forEach(ask => [...ask.querySelectorAll('[type=radio]')].at(-1).click())"
    )
    count = asked.count()
    # Each answer is a request of its own, one after the other.
    expect(page.locator("[data-running]")).to_contain_text(f"{count}/{count}", timeout=60_000)
    page.get_by_role("link", name="Về hồ sơ").click()
    take(page, "Chuyển hội đồng")


# --- Hội đồng ----------------------------------------------------------------------------------
def convene(page: Page, code: str) -> None:
    """Plan a session, seat five members, open it; ends on the live screen with scoring begun."""
    page.goto("/quan-tri/ratings/council/add/")
    page.get_by_label("Tên phiên").fill(SESSION)
    page.get_by_label("Ngày họp").fill("01/12/2026")
    page.get_by_role("button", name="Lưu và sửa tiếp").click()
    for number, name in enumerate(JURY):
        page.get_by_role("link", name="Thêm một Thành viên").click()
        person = page.locator(f"[name=members-{number}-user]")
        person.select_option(person.locator("option", has_text=name).get_attribute("value"))
    page.locator("[name=members-0-role]").select_option("chair")
    page.get_by_role("button", name="Lưu và sửa tiếp").click()
    page.get_by_role("link", name="Thêm hồ sơ").click()
    page.get_by_label(code).check()
    confirm(page, "Thêm hồ sơ")
    page.get_by_role("link", name="Điểm danh").click()
    for name in JURY:
        page.get_by_label(name).check()
    confirm(page, "Điểm danh")
    take(page, "Khai mạc phiên")
    page.get_by_role("link", name="Ai đã chấm").click()
    page.get_by_role("button", name="Bắt đầu chấm").click()
    expect(page.locator(".progress__one")).to_have_count(5)


def score(page: Page, spared: int) -> float:
    """Fill the card and lock it; the total that it shows."""
    page.goto("/hoi-dong/")
    page.get_by_role("link", name=SESSION).tap()
    page.get_by_role("link", name="Chấm điểm").tap()
    state, done = page.locator("[data-state]"), page.locator("[data-done]")
    expect(state).to_have_text("Đã lưu")  # of an empty card: the page is ready
    page.evaluate(SCORE, spared)
    expect(done).to_have_text(str(page.locator("[data-criterion]").count()))
    expect(state).to_have_text("Đã lưu")
    page.get_by_role("button", name="Xem lại và khóa").tap()
    total = page.locator("dd.total").inner_text().split("/")[0]
    page.get_by_role("button", name="Khóa phiếu").tap()
    return float(total.replace(",", "."))


def council(visit: Visit, live: Page) -> str:
    """Five members score; nobody knows of the others until all have locked. The mean of their totals."""
    totals = []
    step = live.locator("a[href*='/hoi-dong/ho-so/']").first.get_attribute("href") or ""
    result = step.partition("buoc/")[0]
    for number in range(1, 6):
        page = signed_in(visit(TABLET), f"hoidong{number}")
        if number == 5:
            expect(live.locator(".progress__one--locked")).to_have_count(4)
        assert page.request.get(result).status == live.request.get(result).status == 404
        totals.append(score(page, number))
        expect(page.get_by_role("heading", name="Thành viên")).to_be_visible()
        if number < 5:
            expect(page.get_by_role("link", name="Điểm các thành viên")).to_have_count(0)
    page.get_by_role("link", name="Điểm các thành viên").tap()
    for name in JURY:
        expect(page.get_by_role("columnheader", name=name)).to_be_visible()
    return f"{sum(totals) / 5:.2f}".replace(".", ",")


# --- Quyết định --------------------------------------------------------------------------------
def draft(page: Page) -> None:
    """The officer drafts, and finds no way to sign."""
    page.goto("/quan-tri/ratings/ratingdecision/soan/")
    page.get_by_label("Số quyết định").fill(DECISION)
    for other in page.locator("[name=dossiers]").all():
        other.uncheck()
    page.get_by_label(NAME).check()
    page.get_by_role("button", name="Lưu dự thảo").click()
    main = page.locator("#content")
    expect(main).to_contain_text("Bạn là người soạn nên không ký được")
    expect(page.get_by_role("link", name="Bỏ dự thảo")).to_be_visible()
    expect(page.get_by_role("link", name="Ký ban hành")).to_have_count(0)
    page.goto(page.url.replace("/change/", "/buoc/ky/"))  # nor does knowing the address help
    page.locator("form").get_by_role("button", name="Ký ban hành").click()
    expect(main).to_contain_text("Người soạn không được ký")


def sign(page: Page) -> str:
    """The leader reads the list and signs; the certificate's number."""
    page.goto("/quan-tri/ratings/ratingdecision/?status__exact=draft")
    page.get_by_role("link", name=DECISION).click()
    page.get_by_role("link", name="Ký ban hành").click()
    expect(page.locator(".market-list tbody tr")).to_have_count(1)
    expect(page.locator(".market-list")).to_contain_text(NAME)
    confirm(page, "Ký ban hành")
    expect(page.locator("body")).to_contain_text("Đã ký ban hành")
    return page.locator("a[href*='/chung-nhan/48-']").inner_text()


# --- Cửa hàng ----------------------------------------------------------------------------------
def shown(page: Page, site: str, slug: str) -> dict[str, object]:
    """What the shop says of the product's star: badge, structured data, filter and its count."""
    page.goto(f"{site}/san-pham/{slug}/")
    badge = page.locator(".goods__rank").inner_text().strip()
    award = json.loads(page.locator("[type='application/ld+json']").inner_text())[0].get("award")
    page.goto(f"{site}/san-pham/?q={NAME}")
    count = page.locator("label.check", has_text="4 sao").locator(".n").inner_text()
    page.goto(f"{site}/san-pham/?q={NAME}&sao=4")
    found = page.locator(".card", has_text=NAME).count()
    return {"badge": badge, "award": award, "count": count, "found": found}


def verdict(page: Page, site: str, number: str) -> str:
    page.goto(f"{site}/chung-nhan/{number}/")
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
    return page.locator(".verdict h2").inner_text()


def test_from_a_draft_to_a_certificate_and_its_end(
    visit: Visit, market: Market, market_in_three_years: Market
) -> None:
    slug = market.manage("shell", "-c", NEW_PRODUCT).split()[-1]
    guest = visit(DESKTOP)
    assert shown(guest, market.url, slug) == {"badge": "", "award": None, "count": "0", "found": 0}

    owner = signed_in(visit(), "chuthe")
    code = begin(owner)
    fill(owner)
    papers = hand_in(owner)
    check_in_the_commune(signed_in(visit(DESKTOP), "canbo.xa"), code, papers)
    officer = signed_in(visit(DESKTOP), "canbo.tinh")
    advise(officer, code)
    convene(officer, code)
    mean = council(visit, officer)
    expect(officer.locator("li.panel")).to_contain_text(f"{mean} · Đề nghị công nhận 4 sao")
    draft(officer)
    number = sign(signed_in(visit(DESKTOP), "lanhdao.tinh"))

    star = {"badge": "OCOP 4 sao", "award": "OCOP 4 sao", "count": "1", "found": 1}
    assert shown(guest, market.url, slug) == star
    assert verdict(guest, market.url, number).startswith("Còn hiệu lực")
    market.wait_for_letter(to="chuthe@demo.example", about=number)

    later = market_in_three_years.url
    gone = {"badge": "4 sao, hết hiệu lực", "award": None, "count": "0", "found": 0}
    assert shown(guest, later, slug) == gone
    assert verdict(guest, later, number).startswith("Hết hiệu lực")
    assert shown(guest, market.url, slug) == star  # nothing was changed, only the day differs


def to_the_card(page: Page) -> None:
    """Of the demo's session that sits."""
    page.goto("/hoi-dong/")
    page.get_by_role("link", name="Đợt 2").click()
    page.get_by_role("link", name=re.compile("Chấm (điểm|tiếp)")).click()


def test_a_card_is_filled_without_javascript(visit: Visit) -> None:
    page = signed_in(visit(TABLET, javascript=False), "hoidong5")
    to_the_card(page)
    choice = page.locator("[data-criterion]").nth(2).get_by_role("radio").nth(1)
    choice.check()
    page.get_by_role("button", name="Lưu phiếu").click()
    expect(page.locator("body")).to_contain_text("Đã lưu phiếu: 1/")
    page.reload()
    expect(choice).to_be_checked()


# --- Đọc được, bấm được ------------------------------------------------------------------------
# Who, the list, the words of what is opened from there.
SCREENS = {
    "fill": ("chuthe", "/kenh-chu-the/ratings/dossier/?status__exact=draft", ""),
    "commune": ("canbo.xa", "/quan-tri/ratings/dossier/?status__in=commune_check", "Trả lời tiêu chí"),
    "advisory": ("canbo.tinh", "/quan-tri/ratings/dossier/?status__in=advisory", "Chấm thẩm định"),
    "criteria": ("canbo.tinh", "/quan-tri/ratings/criteriaset/?q=mật+ong", ""),
    "sign": ("lanhdao.tinh", "/quan-tri/ratings/ratingdecision/?status__exact=draft", "Ký ban hành"),
}


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("screen", SCREENS)
def test_a_desk_fits_and_is_accessible(visit: Visit, screen: str, size: dict[str, int]) -> None:
    login, listing, words = SCREENS[screen]
    page = signed_in(visit(size), login)
    page.goto(listing)
    page.locator("#result_list tbody a").first.click()
    if words:
        page.get_by_role("link", name=words).click()
    expect(page).not_to_have_url(re.compile(re.escape(listing.partition("?")[2])))
    inspect(page, page.url)


@pytest.mark.parametrize("size", [PHONE, TABLET], ids=["phone", "tablet"])
def test_the_council_fits_and_is_accessible(visit: Visit, size: dict[str, int]) -> None:
    member = signed_in(visit(size), "hoidong4")
    to_the_card(member)
    expect(member.locator("[data-state]")).to_have_text("Đã lưu")
    inspect(member, member.url)
    officer = signed_in(visit(size), "canbo.tinh")
    officer.goto("/hoi-dong/")
    line = officer.locator("li.panel", has_text="Đợt 2")
    inspect(officer, line.get_by_role("link", name="Điều hành").get_attribute("href") or "")
    inspect(officer, "/quan-tri/ratings/importbatch/nhap/")
