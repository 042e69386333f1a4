"""A farmer's phone in the field: a step noted without a network arrives later, with its own time, once."""

import datetime as dt
import json
import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Market, sign_in

Visit = Callable[..., Page]
JOURNAL = "/kenh-chu-the/nhat-ky/"

COUNT = """
import json
from traceability.models import TraceEvent
rows = TraceEvent.objects.filter(step__in=["ocop:harvesting", "inspecting"], actor_id__isnull=False)
rows = rows.order_by("id").values_list("step", "event_time", "record_time")
print(json.dumps([[step, *map(str, times)] for step, *times in rows]))
"""


def noted(market: Market) -> list[list[str]]:
    """Step, event time and record time of what people noted."""
    return list(json.loads(market.manage("shell", "--no-imports", "-c", COUNT)))


def open_lot(page: Page, number: int) -> str:
    """A lot of the list, once its page is kept for opening without a network; its address."""
    page.goto(JOURNAL)
    page.locator("a[data-lot]").nth(number).click()
    page.wait_for_url(re.compile(r"/nhat-ky/\d+/$"))
    expect(page.locator("[data-journal][data-ready]")).to_be_attached()
    return page.url


def choose(page: Page, label: str) -> None:
    page.locator(".journal-tile", has_text=label).first.click()
    page.get_by_role("button", name="Ghi", exact=True).click()


def hand_over(page: Page, login: str) -> None:
    """Somebody else takes the phone, once the journal has kept its pages: until then it asks the server."""
    expect(page.locator("[data-journal][data-ready]")).to_be_attached()
    page.goto("about:blank")
    page.context.clear_cookies()
    sign_in(page, login)


def test_noted_in_the_field_sent_at_home_once(visit: Visit, market: Market) -> None:
    page = visit()
    sign_in(page, "chuthe@demo.example")
    lot = open_lot(page, 0)

    # Online: three taps.
    choose(page, "Kiểm tra")
    expect(page.get_by_role("status")).to_contain_text("Đã ghi: Kiểm tra")
    expect(page.locator("[data-entries]")).to_contain_text("Kiểm tra")

    # Out in the field: the page opens all the same, and what is noted waits.
    page.context.set_offline(True)
    page.goto(lot)
    before = dt.datetime.now(dt.UTC)
    choose(page, "Thu hoạch")
    drafts = page.locator("[data-drafts]")
    expect(drafts).to_contain_text("Chưa gửi (1)")
    expect(drafts).to_contain_text("Thu hoạch")
    page.reload()
    expect(drafts).to_contain_text("Chưa gửi (1)")
    assert [step for step, *_times in noted(market)] == ["inspecting"]

    # Home again, in two windows at once, each of which sends what waits.
    page.context.set_offline(False)
    other = page.context.new_page()
    other.goto(JOURNAL)
    expect(drafts).to_be_hidden()
    expect(other.locator("[data-drafts]")).to_be_hidden()
    page.reload()
    expect(page.locator("[data-entries]")).to_contain_text("Thu hoạch")
    rows = noted(market)
    assert [step for step, *_times in rows] == ["inspecting", "ocop:harvesting"]
    happened = dt.datetime.fromisoformat(rows[1][1])
    assert abs(happened - before) < dt.timedelta(seconds=20)
    assert happened < dt.datetime.fromisoformat(rows[1][2])


def test_a_refused_draft_is_mended_and_others_never_see_it(visit: Visit, market: Market) -> None:
    page = visit()
    sign_in(page, "chuthe@demo.example")
    lot = open_lot(page, 1)
    page.get_by_text("Giờ khác, nơi khác").click()
    page.get_by_label("Số lượng").fill("-4")
    choose(page, "Thu hoạch")
    drafts = page.locator("[data-drafts]")
    expect(drafts).to_contain_text("Số lượng phải lớn hơn 0")

    # Somebody else on the same phone.
    hand_over(page, "nhanvien@demo.example")
    page.goto(lot)
    expect(page.locator("[data-journal]")).to_be_visible()
    expect(drafts).to_be_hidden()

    hand_over(page, "chuthe@demo.example")
    page.goto(lot)
    drafts.get_by_role("link", name="Sửa").click()
    expect(page.get_by_label("Số lượng")).to_have_value("-4")
    page.get_by_label("Số lượng").fill("4")
    page.get_by_role("button", name="Ghi", exact=True).click()
    expect(drafts).to_be_hidden()
    expect(page.locator("[data-entries]")).to_contain_text("Thu hoạch · 4 gói")


def test_without_javascript_it_is_a_form(visit: Visit) -> None:
    page = visit(javascript=False)
    sign_in(page, "nhanvien@demo.example")
    page.goto(JOURNAL)
    page.locator("a[data-lot]").nth(2).click()
    page.locator(".journal-tile", has_text="Cất kho").click()
    page.get_by_role("button", name="Ghi", exact=True).click()
    expect(page.locator("[data-entries]")).to_contain_text("Cất kho")
