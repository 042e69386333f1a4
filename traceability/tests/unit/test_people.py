"""Who counts as somebody that looks at a page."""

import pytest

from traceability.services.scans import is_person

PHONE = "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36"


@pytest.mark.parametrize(
    "agent",
    [
        PHONE,
        PHONE + " Zalo android/24102 ZaloTheme/light ZaloLanguage/vi",
        PHONE + " [FBAN/FBIOS;FBAV/480.0.0]",
        PHONE.replace("SM-A155F", "CUBOT_X18_Plus"),
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1",
    ],
)
def test_people(agent):
    assert is_person(method="GET", user_agent=agent)


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; coccocbot-web/1.0; +http://help.coccoc.com/searchengine)",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "WhatsApp/2.23.20.0",
        "TelegramBot (like TwitterBot)",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "Mozilla/5.0 (Windows NT 6.1) SkypeUriPreview Preview/0.5",
        "Mozilla/5.0 (compatible; Zalo Bot/1.0)",
        "curl/8.5.0",
        "python-requests/2.32.3",
        PHONE.replace("Chrome", "HeadlessChrome"),
    ],
)
def test_machines(agent):
    assert not is_person(method="GET", user_agent=agent)


def test_head_and_prefetch_do_not_count():
    assert not is_person(method="HEAD", user_agent=PHONE)
    assert not is_person(method="GET", user_agent=PHONE, purpose="prefetch;prerender")
