"""Enough members, the chair among them: asked when a session opens and when a result is fixed."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from core.errors import MarketError
from ratings import scoring
from ratings.models import Council, CouncilMember


class NoQuorum(MarketError):
    """Too few members, or no chair. Data: members, needed, present, missing, chair."""

    code = "no_quorum"
    status = 409


def require(
    *, council: Council, members: Collection[CouncilMember], there: Collection[CouncilMember]
) -> None:
    """The chair and the session's share of members. Raises NoQuorum that says how many are missing."""
    needed = scoring.quorum(members=len(members), percent=council.quorum_percent)
    has_chair = any(member.role == CouncilMember.Role.CHAIR for member in there)
    missing = max(0, needed - len(there))
    if members and has_chair and not missing:
        return
    words = []
    if missing or not members:
        words.append(
            _("thiếu %(missing)s người (cần %(needed)s trên %(members)s thành viên, mới có %(present)s)")
            % {
                "missing": missing or 1,
                "needed": needed or 1,
                "members": len(members),
                "present": len(there),
            }
        )
    if not has_chair:
        words.append(_("thiếu chủ tịch hội đồng"))
    raise NoQuorum(
        _("Chưa đủ số người theo quy định: %s.") % "; ".join(words),
        data={
            "members": len(members),
            "needed": needed,
            "present": len(there),
            "missing": missing,
            "chair": has_chair,
        },
    )
