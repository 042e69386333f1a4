from ratings.models.imports import ImportBatch, ImportRow
from ratings.models.recognition import Basis, Certificate, CertificateStatus, RatingDecision

__all__ = ["Basis", "Certificate", "CertificateStatus", "ImportBatch", "ImportRow", "RatingDecision"]
