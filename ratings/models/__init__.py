from ratings.models.council import Council, CouncilItem, CouncilMember, Score, Scorecard
from ratings.models.criteria import CriteriaSet, Criterion, CriterionOption, Part, RuleVersion
from ratings.models.dossier import (
    Answer,
    Desk,
    Dossier,
    DossierCounter,
    DossierKind,
    Evidence,
    Submission,
)
from ratings.models.imports import ColumnMapping, ImportBatch, ImportRow
from ratings.models.recognition import (
    Basis,
    Certificate,
    CertificateStatus,
    DecisionLine,
    RatingDecision,
    RegisterCounter,
)

__all__ = [
    "Answer",
    "Basis",
    "Certificate",
    "CertificateStatus",
    "ColumnMapping",
    "Council",
    "CouncilItem",
    "CouncilMember",
    "CriteriaSet",
    "Criterion",
    "CriterionOption",
    "DecisionLine",
    "Desk",
    "Dossier",
    "DossierCounter",
    "DossierKind",
    "Evidence",
    "ImportBatch",
    "ImportRow",
    "Part",
    "RatingDecision",
    "RegisterCounter",
    "RuleVersion",
    "Score",
    "Scorecard",
    "Submission",
]
