"""The page on which a buyer "pays". Plain HTML beside this module; every word from outside is escaped."""

from html import escape
from pathlib import Path
from string import Template

from payments.standin.till import Payment

_FOLDER = Path(__file__).parent
STYLE = (_FOLDER / "style.css").read_bytes()
_FRAME = Template((_FOLDER / "frame.html").read_text(encoding="utf-8"))
_PAY = Template((_FOLDER / "pay.html").read_text(encoding="utf-8"))


def pay(payment: Payment) -> bytes:
    """What is to be paid, and the three buttons."""
    body = _PAY.substitute(
        ref=escape(payment.ref),
        amount=f"{payment.amount // 100:,}".replace(",", "."),
        about=escape(payment.asked.get("vnp_OrderInfo", "")),
        merchant=escape(payment.asked["vnp_TmnCode"]),
    )
    return _framed("Thanh toán", body)


def message(title: str, text: str) -> bytes:
    """A page that only says something."""
    return _framed(title, f"<h1>{escape(title)}</h1>\n<p>{escape(text)}</p>")


def _framed(title: str, body: str) -> bytes:
    return _FRAME.substitute(title=escape(title), body=body).encode()
