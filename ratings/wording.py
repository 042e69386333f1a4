"""What the register says of a recognition, in words that a buyer understands."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from core.templatetags.market import day as shown_day
from ratings import scoring
from ratings.models import Basis, Certificate, CouncilItem
from ratings.states import ItemStatus, Standing, standing
from ratings.validity import VALIDITY_MONTHS

_CHIPS = {
    Standing.LIVE: "",
    Standing.EXPIRED: "chip--off",
    Standing.UNKNOWN: "chip--wait",
    Standing.SUPERSEDED: "chip--off",
    Standing.REVOKED: "chip--bad",
}
_RANKS = {Standing.LIVE: "live", Standing.EXPIRED: "lapsed", Standing.UNKNOWN: "unknown"}


def points(value: Decimal | None) -> str:
    """12.50 → "12,5", 20.00 → "20": what an option gives, what a card sums to so far."""
    return "" if value is None else number_format(Decimal(f"{value.normalize():f}"))


def score(value: Decimal | None) -> str:
    """84.5 → "84,50": what the council gives, always with two decimals."""
    return "" if value is None else number_format(value, decimal_pos=2)


def verdict(item: CouncilItem) -> str:
    """What the council came to, in words; for an item without a result, where it stands."""
    if item.status != ItemStatus.DONE:
        return str(ItemStatus(item.status).label)
    if item.score is None:
        return _("Bị loại theo điều kiện loại")
    stars = scoring.stars_of(item.score)
    if stars >= scoring.NATIONAL:
        return _("Đạt mức 5 sao, trình Trung ương")
    if stars < scoring.LOWEST_RECOGNISED:
        return _("%s sao, không đủ điểm công nhận") % stars
    return _("Đề nghị công nhận %s sao") % stars


@dataclass(frozen=True)
class Entry:
    """A certificate on a day. ``detail`` says until or since when, or why nobody can tell."""

    certificate: Certificate
    standing: Standing
    detail: str
    months_left: int  # of 36, 0 unless live

    @property
    def label(self) -> str:
        return str(self.standing.label)

    @property
    def headline(self) -> str:
        """Label and detail as one sentence."""
        if self.standing in (Standing.LIVE, Standing.EXPIRED, Standing.REVOKED):
            return f"{self.label} {self.detail}".strip()
        return f"{self.label}: {self.detail}" if self.detail else self.label

    @property
    def chip(self) -> str:
        return _CHIPS[self.standing]

    @property
    def rank_state(self) -> str:
        """State of the rank component; a star told without a decision shows no rank."""
        if self.certificate.stars is None or self.certificate.basis != Basis.DECISION:
            return "none"
        return _RANKS.get(self.standing, "lapsed")

    @property
    def stars_text(self) -> str:
        stars = self.certificate.stars
        return _("%s sao") % stars if stars else _("Nguồn không nêu")

    @property
    def decided_text(self) -> str:
        """The day of the decision as exactly as the source gives it, "" when it is silent."""
        decision = self.certificate.decision
        if decision.decided_on:
            return shown_day(decision.decided_on)
        if decision.precision == "month" and decision.decided_earliest:
            return f"{decision.decided_earliest:%m/%Y}"
        return ""

    @property
    def place_now(self) -> str:
        """The commune of today, or only the province where the commune is not certain."""
        product, province = self.certificate.product, self.certificate.decision.province
        if product.commune:
            return f"{product.commune.name}, {product.commune.province.name}"
        return province.name


def entry(certificate: Certificate, *, on: dt.date) -> Entry:
    now = standing(
        status=certificate.status,
        basis=certificate.basis,
        stars=certificate.stars,
        expiry_earliest=certificate.expiry_earliest,
        expiry_latest=certificate.expiry_latest,
        on=on,
    )
    left = 0
    if now == Standing.LIVE and certificate.expiry_earliest:
        days = (certificate.expiry_earliest - on).days
        left = min(VALIDITY_MONTHS, max(1, days // 30))
    return Entry(certificate, now, _detail(certificate, now), left)


def _detail(row: Certificate, now: Standing) -> str:
    earliest, latest = shown_day(row.expiry_earliest), shown_day(row.expiry_latest)
    if now == Standing.LIVE:
        return (_("đến hết %s") if row.valid_until else _("ít nhất đến %s")) % earliest
    if now == Standing.EXPIRED:
        return (_("từ sau %s") if row.valid_until else _("chậm nhất từ sau %s")) % latest
    if now == Standing.REVOKED and row.revocation:
        facts = {"number": row.revocation.number, "day": shown_day(row.revocation.decided_on)}
        return _("theo %(number)s ngày %(day)s") % facts
    if now != Standing.UNKNOWN:
        return ""
    if row.basis == Basis.COUNCIL:
        return _("mới có kết quả hội đồng, chưa thấy quyết định")
    if row.basis == Basis.STATEMENT:
        return _("nguồn có nêu, chưa thấy quyết định")
    if row.expiry_earliest is None:
        return _("nguồn không nêu ngày quyết định")
    if row.stars is None:
        return _("nguồn không nêu hạng sao")
    return _("hết hạn trong khoảng %(from)s – %(to)s") % {"from": earliest, "to": latest}
