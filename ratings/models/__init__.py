from ratings.models.recognition import Basis, Certificate, CertificateStatus, RatingDecision
from ratings.models.imports import ImportBatch, ImportRow

__all__ = ["Basis", "Certificate", "CertificateStatus", "ImportBatch", "ImportRow", "RatingDecision"]
