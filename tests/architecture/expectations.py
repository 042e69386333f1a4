"""Who gets what at every address. An address that is not here fails the walk.

An answer is written as a person would feel it:
``page`` 200 or a redirect that is not a refusal · ``login`` sent to sign in · ``no`` 403 ·
``nothing`` 404 · ``post`` 405, the address takes only POST.
"""

from collections.abc import Callable, Mapping

EVERYBODY = (
    "guest",
    "owner",
    "staff",
    "rival_owner",
    "far_owner",
    "commune_officer",
    "province_officer",
    "province_leader",
    "other_officer",
    "council_member",
    "treasurer",
    "chief_treasurer",
    "buyer",
    "admin",
)
MEMBERS = {"owner", "staff"}  # of the producer whose rows the walk asks for
OTHER_MEMBERS = {"rival_owner", "far_owner"}
OFFICERS_HERE = {"commune_officer", "province_officer", "province_leader", "admin"}
PROVINCE = {"province_officer", "province_leader"}
TREASURERS = {"treasurer", "chief_treasurer"}
# Whoever may enter the province's site; a treasurer's area is the market's money, not a place.
OFFICERS = OFFICERS_HERE | {"other_officer"} | TREASURERS

Rule = Callable[[str], str]


def everybody(answer: str = "page") -> Rule:
    return lambda role: answer


def signed_in(answer: str = "page") -> Rule:
    return lambda role: "login" if role == "guest" else answer


def only(role_in: set[str], answer: str, otherwise: str, guest: str = "login") -> Rule:
    return lambda role: answer if role in role_in else (guest if role == "guest" else otherwise)


def guests_only(role: str) -> str:
    """Pages for signing in send whoever is signed in on their way."""
    return "page"


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
        "traceability:gtin",
        "traceability:gtin-lot",
        "traceability:lookup",
        "traceability:product",
        "traceability:qr",
        "traceability:trace",
    )
} | {
    "media": everybody("nothing"),  # no such file
    "orders:cart-add": everybody("post"),
    "orders:cart-update": everybody("post"),
    "set_language": everybody(),
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
    "orders:cancel": everybody("post"),
    # A return of the buyer's, with a photo.
    "orders:case": only({"buyer"}, "page", "nothing", guest="nothing"),
    "orders:case-dispute": everybody("post"),
    "orders:case-open": only({"buyer"}, "page", "nothing", guest="nothing"),
    "orders:case-photo": only({"buyer"} | MEMBERS | OFFICERS_HERE, "page", "nothing", guest="nothing"),
    "orders:case-withdraw": everybody("post"),
    "orders:contract": only({"buyer"}, "page", "nothing", guest="nothing"),
    "orders:my-orders": signed_in(),
    "orders:order": only({"buyer"}, "page", "nothing", guest="nothing"),
}


def producer_site(row: str, other: str) -> Rule:
    """Members: ``row``; members of other producers: ``other``; who works for nobody: refused."""

    def rule(role: str) -> str:
        if role == "guest":
            return "login"
        return row if role in MEMBERS else (other if role in OTHER_MEMBERS else "no")

    return rule


def province_site(row: str, other: str) -> Rule:
    """Officers of the area: ``row``; of another province: ``other``; everybody else: refused."""

    def rule(role: str) -> str:
        if role == "guest":
            return "login"
        return row if role in OFFICERS_HERE else (other if role in OFFICERS else "no")

    return rule


def province_desk(row: str, other: str, commune: str = "no") -> Rule:
    """As ``province_site``, but the commune's officer is not of this desk."""
    rule = province_site(row, other)
    return lambda role: commune if role == "commune_officer" else rule(role)


def treasury(row: str, officer: str) -> Rule:
    """Treasurers and the administrator: ``row``; officers: ``officer``; everybody else: refused."""

    def rule(role: str) -> str:
        if role == "guest":
            return "login"
        return row if role in TREASURERS | {"admin"} else (officer if role in OFFICERS else "no")

    return rule


def owner_only(rule: Rule, staff: str) -> Rule:
    return lambda role: staff if role == "staff" else rule(role)


def but_commune(rule: Rule) -> Rule:
    """Of a dossier the commune's officers have their own part only."""
    return lambda role: "no" if role == "commune_officer" else rule(role)


def administrator(row: str, officer: str) -> Rule:
    """The system administrator: ``row``; officers: ``officer``; everybody else: refused."""
    return lambda role: (
        "login" if role == "guest" else (row if role == "admin" else (officer if role in OFFICERS else "no"))
    )


# The council's room: seats are the council_member's; province officers run the session of the world.
RUN_THE_SESSION = {"province_officer", "province_leader", "admin"}
IN_THE_SESSION = RUN_THE_SESSION | {"council_member"}
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


def desk(site: Callable[[str, str], Rule], add: Rule | None = None, shared: bool = False) -> dict[str, Rule]:
    """Pages of one model. ``shared``: rows that every office of the site may read."""
    elsewhere = "page" if shared else "nothing"
    return {
        "changelist": site("page", "page"),
        "add": add or site("no", "no"),
        "change": site("page", elsewhere),
        "history": site("page", elsewhere),
        "delete": site("no", "no" if shared else "nothing"),
        "step": site("page", elsewhere),
    }


def imports() -> dict[str, Rule]:
    """Lists on their way: a commune officer sees those about the commune, and only reads."""

    def work(role: str) -> str:
        return "no" if role == "commune_officer" else province_site("page", "nothing")(role)

    def way_in(role: str) -> str:
        return "no" if role == "commune_officer" else province_site("page", "page")(role)

    return (
        desk(province_site)
        | dict.fromkeys(("sheet", "columns", "rows", "errors", "step"), work)
        | dict.fromkeys(("upload", "template"), way_in)
    )


def system(add: Rule | None = None) -> dict[str, Rule]:
    return {
        "changelist": administrator("page", "no"),
        "add": add or administrator("no", "no"),
        "change": administrator("page", "nothing"),
        "history": administrator("page", "nothing"),
        "delete": administrator("no", "nothing"),
        "step": administrator("page", "nothing"),
    }


def council_site(row: str, other: str) -> Rule:
    """Province officers: ``row``; officers of a commune or another province: ``other``."""

    def rule(role: str) -> str:
        if role == "guest":
            return "login"
        return row if role in RUN_THE_SESSION else (other if role in OFFICERS else "no")

    return rule


def planning(role: str) -> str:
    """Officers of any province plan sessions of their own; a commune's do not."""
    may_plan = RUN_THE_SESSION | {"other_officer"}
    return "login" if role == "guest" else ("page" if role in may_plan else "no")


MODELS: Mapping[str, Mapping[str, Mapping[str, Rule]]] = {
    "producer": {
        "catalog_product": desk(producer_site, add=producer_site("page", "page")),
        "catalog_stockitem": desk(producer_site),
        "catalog_stockmovement": desk(producer_site),
        "core_commune": desk(producer_site, shared=True),
        "core_province": desk(producer_site, shared=True),
        # The producer has a fee already; the others' owners may still set theirs.
        "orders_shippingpolicy": desk(producer_site, add=producer_site("no", "page")),
        "orders_returncase": desk(producer_site),
        "orders_suborder": desk(producer_site),
        "producers_producer": desk(producer_site)
        | {"step": owner_only(producer_site("page", "nothing"), staff="no")},
        "traceability_lot": desk(producer_site, add=producer_site("page", "page")),
        "ratings_dossier": desk(producer_site, add=producer_site("page", "page"))
        | dict.fromkeys(("check", "compare"), producer_site("page", "nothing")),
    },
    "province": {
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
        "traceability_lot": desk(province_site),
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
