"""The ledger, to read: accounts with what they stand at, entries with their postings."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import BigIntegerField, Count, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts import selectors as accounts
from core import clock
from core.entries import as_list
from core.sites import province_site
from core.templatetags.market import moment, number, vnd
from orders.admin.treasury import TreasuryAdmin
from payments import ledger_file
from payments.models import JournalEntry, LedgerAccount, Posting
from payments.selectors.balances import total

MOST_ROWS = 50_000  # postings in one file
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _side(amount: int) -> str:
    """ "1.000 ₫ nợ" for debits, "có" for credits; a balanced account has neither."""
    if not amount:
        return vnd(0)
    return f"{vnd(abs(amount))} {gettext('nợ') if amount > 0 else gettext('có')}"


@admin.register(LedgerAccount, site=province_site)
class LedgerAccountAdmin(TreasuryAdmin):
    list_display = ["name", "code", "balance", "postings"]
    list_select_related = ["producer"]
    list_filter = ["kind"]
    list_before_template = "admin/orders/ledger_top.html"
    search_fields = ["code", "producer__name"]
    ordering = ["kind", "code"]
    fields = readonly_fields = ["code", "kind", "producer", "balance", "postings"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        zero = Value(0, output_field=BigIntegerField())
        return (
            super()
            .get_queryset(request)
            .annotate(stands_at=Coalesce(Sum("postings__amount"), zero), rows=Count("postings"))
        )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"ledger_total": total(), **(extra_context or {})})

    @display(description=_("Tài khoản"), ordering="kind")
    def name(self, account: LedgerAccount) -> str:
        return str(account)

    @display(description=_("Số dư"), ordering="stands_at")
    def balance(self, account: Any) -> str:
        return _side(account.stands_at)

    @display(description=_("Bút toán"), ordering="rows")
    def postings(self, account: Any) -> SafeString:
        url = reverse("province:payments_journalentry_changelist")
        query = urlencode({"postings__account__id__exact": account.pk})
        words = gettext("%s dòng") % number(account.rows)
        return format_html('<a class="money-link" href="{}?{}">{}</a>', url, query, words)


@admin.register(JournalEntry, site=province_site)
class JournalEntryAdmin(TreasuryAdmin):
    list_display = ["title", "when", "lines"]
    list_filter = ["kind"]
    list_before_template = "admin/orders/ledger_top.html"
    date_hierarchy = "at"
    search_fields = ["key", "memo", "postings__reference", "postings__account__producer__name"]
    search_help_text = _("Tìm theo mã đơn, mã kiện, chủ thể, khóa, diễn giải")
    fields = readonly_fields = ["kind", "when", "memo", "lines", "key"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("postings__account__producer")

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup == "postings__account__id__exact" or super().lookup_allowed(lookup, value, request)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.export_view)
        return [path("so-cai.xlsx", view, name="payments_journalentry_export"), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        export = f"{reverse('province:payments_journalentry_export')}?{request.GET.urlencode()}"
        account = _chosen_account(request)
        return super().changelist_view(
            request, {"ledger_export": export, "ledger_account": account, **(extra_context or {})}
        )

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Every posting of the entries that the list shows now, however many pages it has."""
        if not accounts.is_treasurer(request.user):
            raise PermissionDenied
        entries = self.get_changelist_instance(request).get_queryset(request)
        postings = Posting.objects.filter(entry__in=entries.order_by().values("pk"))
        if postings.count() > MOST_ROWS:
            messages.error(
                request, gettext("Hơn %s dòng: hãy chọn khoảng ngày ngắn hơn.") % number(MOST_ROWS)
            )
            return redirect("province:payments_journalentry_changelist")
        rows = postings.select_related("entry", "account__producer").order_by("entry__at", "entry_id", "pk")
        response = HttpResponse(ledger_file.to_xlsx(rows), content_type=XLSX)
        name = f"so-cai-{clock.today():%Y%m%d}.xlsx"
        response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
        return response

    @display(description=_("Bút toán"), header=True, ordering="id")
    def title(self, entry: JournalEntry) -> list[str]:
        about = entry.memo or entry.postings.all()[0].reference  # prefetched
        return [entry.get_kind_display(), about or entry.key]

    @display(description=_("Lúc"), ordering="at")
    def when(self, entry: JournalEntry) -> str:
        return moment(entry.at)

    @display(description=_("Nợ và có"))
    def lines(self, entry: JournalEntry) -> SafeString:
        rows = (
            (posting.account, posting.get_item_display(), posting.reference, _side(posting.amount))
            for posting in entry.postings.all()
        )
        return as_list(rows)


def _chosen_account(request: HttpRequest) -> LedgerAccount | None:
    pk = request.GET.get("postings__account__id__exact", "")
    return LedgerAccount.objects.select_related("producer").filter(pk=pk).first() if pk.isdecimal() else None
