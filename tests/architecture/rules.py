"""Who is who at the market's addresses, and the rules that tables of addresses are made of.

An answer is written as a person would feel it:
``page`` 200 or a redirect that is not a refusal · ``login`` sent to sign in · ``no`` 403 ·
``nothing`` 404 · ``post`` 405, the address takes only POST.
"""

from collections.abc import Callable

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
    """As ``province_site``, but the commune's officer is not of this desk, nor opens a treasurer its
    ways in."""
    rule = province_site(row, other)

    def answer(role: str) -> str:
        if role in TREASURERS and other == "page":
            return "no"
        return commune if role == "commune_officer" else rule(role)

    return answer


def treasury(row: str, officer: str) -> Rule:
    """Treasurers and the administrator: ``row``; officers: ``officer``; everybody else: refused."""

    def rule(role: str) -> str:
        if role == "guest":
            return "login"
        return row if role in TREASURERS | {"admin"} else (officer if role in OFFICERS else "no")

    return rule


def vault(step: Rule | None = None, **pages: Rule) -> dict[str, Rule]:
    """Pages of one model of the market's money, and some of its own."""
    return {
        "changelist": treasury("page", "no"),
        "add": treasury("no", "no"),
        "change": treasury("page", "nothing"),
        "history": treasury("page", "nothing"),
        "delete": treasury("no", "nothing"),
        "step": step or treasury("page", "nothing"),
        **pages,
    }


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

    return (
        desk(province_site)
        | dict.fromkeys(("sheet", "columns", "rows", "errors", "step"), work)
        | dict.fromkeys(("upload", "template"), province_desk("page", "page"))
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
