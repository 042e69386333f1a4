from ratings.models.imports import ImportBatch, ImportRow
from ratings.models.recognition import (
    Basis,
    Certificate,
    CertificateStatus,
    RatingDecision,
    RegisterCounter,
)

__all__ = [
    "Basis",
    "Certificate",
    "CertificateStatus",
    "ImportBatch",
    "ImportRow",
    "RatingDecision",
    "RegisterCounter",
]
