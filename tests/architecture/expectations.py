"""Who gets what at every address. An address that is not here fails the walk."""

from collections.abc import Callable, Mapping

from tests.architecture.rules import (
    IN_THE_SESSION,
    MEMBERS,
    OFFICERS_HERE,
    PROVINCE,
    RUN_THE_SESSION,
    Rule,
    administrator,
    but_commune,
    council_site,
    desk,
    everybody,
    guests_only,
    imports,
    only,
    owner_only,
    planning,
    producer_site,
    province_desk,
    province_site,
    signed_in,
    system,
    treasury,
    vault,
)

PUBLIC: Mapping[str, Rule] = {
    name: everybody()
    for name in (
        "api-docs",
        "api-root",
        "api-schema",
        "catalog:home",
        "catalog:listing",
        "catalog:producer",
        "catalog:producers",
        "catalog:product",
        "catalog:robots",
        "catalog:sitemap",
        "catalog:sitemap-index",
        "catalog:suggest",
        "core:communes",
        "core:place-suggest",
        "favicon",
        "healthz",
        "metrics",
        "orders:cart",
        "orders:checkout",
        "orders:fee",
        "orders:lookup",
        "ratings:certificate",
        "ratings:certificate-paper",
        "ratings:export",
        "ratings:register",
        "producer-detail",
        "producer-list",
        "product-detail",
        "product-list",
        "readyz",
        "recognition-detail",
        "recognition-list",
        "traceability:facts",
        "traceability:gs1resolver",
        "traceability:gtin",
        "traceability:gtin-page",
        "traceability:gln",
        "traceability:location",
        "traceability:lookup",
        "traceability:product",
        "traceability:qr",
        "traceability:recall",
        "traceability:recalls",
        "traceability:report",
        "traceability:report-unknown",
        "traceability:trace",
        "traceability:chain",
        "traceability:epcis",
        "traceability:roots",
        "traceability:verifier",
    )
} | {
    "media": everybody("nothing"),  # no such file
    # No root was published that day.
    "traceability:root": everybody("nothing"),
    "traceability:root-archive": everybody("nothing"),
    "traceability:root-facts": everybody("nothing"),
    # Programs come in by a token; nobody who is merely signed in does.
    **{
        f"epcis-{name}": everybody("401")
        for name in (
            "capture",
            "capture-job",
            "event",
            "event-types",
            "events",
            "epc-events",
            "step-events",
            "type-events",
        )
    },
    "orders:bank-notify": everybody("post"),
    "orders:cart-add": everybody("post"),
    "traceability:scratch": everybody("post"),
    "orders:cart-update": everybody("post"),
    "orders:carrier-hook": everybody("post"),
    "orders:cart-voucher": everybody("post"),
    "orders:checkout-sums": everybody("post"),
    "order-list": everybody("post"),
    "set_language": everybody(),
    "traceability:scan-place": everybody("post"),
}

ACCOUNT: Mapping[str, Rule] = {
    "account_change_password": signed_in(),
    "account_inactive": everybody(),
    "account_login": guests_only,
    "account_logout": everybody(),
    "account_reset_password": everybody(),
    "account_reset_password_done": everybody(),
    "account_reset_password_from_key": everybody(),
    "account_reset_password_from_key_done": everybody(),
    "account_set_password": signed_in(),
    "account_signup": guests_only,
    "accounts:address": only({"buyer"}, "page", "nothing"),
    "accounts:address-add": signed_in(),
    "accounts:address-remove": only({"buyer"}, "post", "post"),
    "accounts:home": signed_in(),
    "accounts:profile": signed_in(),
    # A paper of a dossier in the province, beside a criterion of the commune's.
    "ratings:evidence": only(MEMBERS | OFFICERS_HERE, "page", "nothing"),
    # A paper of the world's lot that is not public.
    "traceability:paper": only(MEMBERS | OFFICERS_HERE, "page", "nothing", guest="nothing"),
    "orders:cancel": everybody("post"),
    # A return of the buyer's, with a photo.
    "orders:case": only({"buyer"}, "page", "nothing", guest="nothing"),
    "orders:case-dispute": everybody("post"),
    "orders:case-open": only({"buyer"}, "page", "nothing", guest="nothing"),
    "orders:case-photo": only({"buyer"} | MEMBERS | OFFICERS_HERE, "page", "nothing", guest="nothing"),
    "orders:case-withdraw": everybody("post"),
    "orders:contract": only({"buyer"}, "page", "nothing", guest="nothing"),
    "orders:contract-paper": only({"buyer"}, "page", "nothing", guest="nothing"),
    "orders:receipt": only({"buyer"}, "page", "nothing", guest="nothing"),
    "orders:my-orders": signed_in(),
    # Paying in advance: the world's order is paid on delivery, and no gateway is set up.
    "orders:gateway-notice": everybody("nothing"),
    "orders:gateway-return": everybody("nothing"),
    "orders:order-again": everybody("post"),
    "orders:pay": everybody("post"),
    "orders:pay-status": only({"buyer"}, "page", "nothing", guest="nothing"),
    "orders:refund-account": everybody("post"),
    "orders:vietqr": everybody("nothing"),
    "orders:order": only({"buyer"}, "page", "nothing", guest="nothing"),
    "order-detail": only({"buyer"}, "page", "nothing", guest="nothing"),
}


COUNCIL: Mapping[str, Rule] = {
    "ratings:council": signed_in(),
    "ratings:council-card": only({"council_member"}, "page", "nothing"),
    "ratings:council-item-step": only(RUN_THE_SESSION, "page", "nothing"),
    "ratings:council-live": only(RUN_THE_SESSION, "page", "nothing"),
    "ratings:council-lock": only({"council_member"}, "page", "nothing"),
    "ratings:council-minutes": only(IN_THE_SESSION, "page", "nothing"),
    "ratings:council-result": only(IN_THE_SESSION, "page", "nothing"),
    "ratings:council-session": only(IN_THE_SESSION, "page", "nothing"),
    "ratings:council-sheets": only(IN_THE_SESSION, "page", "nothing"),
    "ratings:council-step": only(RUN_THE_SESSION, "page", "nothing"),
}


# The account of the world's producer is entered; the others' owners may still enter theirs.
OWN_MONEY: Mapping[str, Mapping[str, Rule]] = {
    "payments_payout": desk(producer_site)
    | dict.fromkeys(("statement", "statementfile"), producer_site("page", "nothing")),
    "producers_payoutaccount": desk(producer_site, add=producer_site("no", "page")),
}
TREASURY_MONEY: Mapping[str, Mapping[str, Rule]] = {
    "payments_payout": vault()
    | dict.fromkeys(("statement", "statementfile", "taxes", "taxesfile"), treasury("page", "no")),
    "payments_payoutbatch": vault()
    | {"prepare": treasury("page", "no"), "bank": treasury("page", "nothing")},
    "producers_payoutaccount": vault(),
}

_RECALL_PAGES = ("calls", "callsfile", "report")
RECALLS: Mapping[str, Mapping[str, Rule]] = {
    "producer": desk(producer_site)
    | dict.fromkeys(_RECALL_PAGES, producer_site("page", "nothing"))
    | {"called": producer_site("post", "nothing"), "open": producer_site("page", "page")},
    "province": desk(province_site)
    | dict.fromkeys(_RECALL_PAGES, province_site("page", "nothing"))
    | {"called": province_site("post", "nothing"), "open": province_desk("page", "page", commune="page")},
}


def scanned(site: Callable[[str, str], Rule]) -> dict[str, dict[str, Rule]]:
    """What is known by look-ups of labels."""
    return {
        "traceability_scanday": desk(site) | {"export": site("page", "page")},
        "traceability_scanreport": desk(site),
        "traceability_suspicion": desk(site),
    }


MODELS: Mapping[str, Mapping[str, Mapping[str, Rule]]] = {
    "producer": {
        **scanned(producer_site),
        **OWN_MONEY,
        "traceability_recall": RECALLS["producer"],
        "catalog_product": desk(producer_site, add=producer_site("page", "page")),
        "catalog_stockitem": desk(producer_site),
        "catalog_stockmovement": desk(producer_site),
        "core_commune": desk(producer_site, shared=True),
        "core_province": desk(producer_site, shared=True),
        # The producer has a fee already; the others' owners may still set theirs.
        "orders_shippingpolicy": desk(producer_site, add=producer_site("no", "page")),
        "payments_codcollection": desk(producer_site),
        "orders_suborder": desk(producer_site) | {"paper": producer_site("page", "nothing")},
        "orders_pickuppoint": desk(producer_site, add=owner_only(producer_site("page", "page"), staff="no")),
        "orders_voucher": desk(producer_site, add=owner_only(producer_site("page", "page"), staff="no"))
        | {"step": owner_only(producer_site("page", "nothing"), staff="no")},
        "orders_returncase": desk(producer_site),
        "producers_producer": desk(producer_site)
        | {"step": owner_only(producer_site("page", "nothing"), staff="no")},
        "traceability_lot": desk(producer_site, add=producer_site("page", "page"))
        | dict.fromkeys(("national", "epcis"), producer_site("page", "page")),
        "traceability_epcistoken": desk(
            producer_site, add=owner_only(producer_site("page", "page"), staff="no")
        )
        | {"step": owner_only(producer_site("page", "nothing"), staff="no")},
        "traceability_location": desk(producer_site, add=producer_site("page", "page")),
        "traceability_labeljob": desk(producer_site) | {"file": producer_site("page", "nothing")},
        "ratings_dossier": desk(producer_site, add=producer_site("page", "page"))
        | dict.fromkeys(("check", "compare"), producer_site("page", "nothing")),
    },
    "province": {
        **scanned(province_site),
        **TREASURY_MONEY,
        "traceability_recall": RECALLS["province"],
        "accounts_assignment": system(add=administrator("page", "no")),
        "accounts_user": system(),
        "catalog_product": desk(province_site),
        "core_auditentry": system(),
        "core_commune": desk(province_site, shared=True),
        "core_outboxdelivery": system(),
        "core_province": desk(province_site, shared=True),
        # The commune reads; the province has the last word.
        "orders_returncase": desk(province_site) | {"step": but_commune(province_site("page", "nothing"))},
        "orders_suborder": desk(province_site),
        "orders_commissionrule": vault(add=treasury("page", "no")),
        "orders_voucher": vault(add=treasury("page", "no")),
        "payments_codcollection": vault(),
        "payments_remittancerow": vault(overview=treasury("page", "no"), export=treasury("page", "no")),
        "payments_journalentry": vault(export=treasury("page", "no")),
        "payments_ledgeraccount": vault(),
        "payments_moneyfile": vault(columns=treasury("page", "nothing"), upload=treasury("page", "no")),
        "payments_paymentnotice": vault(),
        "payments_refund": vault(export=treasury("post", "no")),
        "producers_producer": desk(province_site),
        "ratings_certificate": desk(province_site),
        "ratings_criteriaset": desk(province_site, add=province_desk("page", "page"))
        | {
            "import": province_desk("page", "page"),
            "export": province_site("page", "nothing"),
            "criterion": province_desk("post", "nothing"),
            "newcriterion": province_desk("post", "nothing"),
            "step": province_desk("page", "nothing"),
        },
        "ratings_ruleversion": desk(province_site, add=administrator("page", "no"), shared=True),
        # In the world it lies with the advisory team: the commune may look, and has no step to take.
        "ratings_dossier": desk(province_site)
        | {
            "history": but_commune(province_site("page", "nothing")),
            "step": but_commune(province_site("page", "nothing")),
            "advisory": but_commune(province_site("page", "nothing")),
            "commune": lambda role: "no" if role in PROVINCE else province_site("page", "nothing")(role),
        },
        "ratings_importbatch": imports(),
        "ratings_council": desk(council_site, add=planning) | {"changelist": province_site("page", "page")},
        "ratings_importrow": desk(province_site),
        "ratings_ratingdecision": desk(province_site)
        | {
            "draft": province_desk("page", "page"),
            "redraft": province_desk("page", "nothing", commune="nothing"),
            "appendix": province_desk("page", "nothing", commune="nothing"),
            "refused": province_desk("page", "nothing"),
        },
        "traceability_code": desk(province_site),
        "traceability_labeljob": desk(province_site),
        "traceability_lot": desk(province_site) | {"national": province_site("page", "page")},
        "traceability_location": desk(province_site),
    },
}

_ALIKE: Mapping[str, tuple[str, str]] = {
    "index": ("page", "page"),
    "app_list": ("page", "page"),
    "jsi18n": ("page", "page"),
    "login": ("page", "page"),
    "password_change": ("page", "page"),
    "password_change_done": ("page", "page"),
    "search": ("nothing", "nothing"),
}
SITES: Mapping[str, Rule] = (
    {f"producer:{name}": producer_site(*answers) for name, answers in _ALIKE.items()}
    | {f"province:{name}": province_site(*answers) for name, answers in _ALIKE.items()}
    | {
        "producer:autocomplete": producer_site("page", "page"),
        "province:autocomplete": administrator("page", "no"),
        "producer:logout": lambda role: "page" if role == "guest" else producer_site("page", "page")(role),
        "province:logout": lambda role: "page" if role == "guest" else province_site("page", "page")(role),
        "kenh-chu-the/(?P<url>.*)$": producer_site("nothing", "nothing"),
        "quan-tri/(?P<url>.*)$": province_site("nothing", "nothing"),
        # The life of a lot, beside the producers' admin.
        "traceability:journal": producer_site("page", "page"),
        "traceability:journal-worker": producer_site("page", "page"),
        "traceability:journal-lot": producer_site("page", "nothing"),
        "traceability:journal-void": producer_site("page", "nothing"),
        "traceability:lot-inputs": producer_site("page", "nothing"),
        "traceability:lot-papers": producer_site("page", "nothing"),
    }
)


def rule_for(name: str) -> Rule | None:
    """The rule of an address, None when nobody wrote one."""
    for table in (PUBLIC, ACCOUNT, COUNCIL, SITES):
        if name in table:
            return table[name]
    site, _, page = name.partition(":")
    model, _, kind = page.rpartition("_")
    return MODELS.get(site, {}).get(model, {}).get(kind)
