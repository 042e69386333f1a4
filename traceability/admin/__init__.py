from traceability.admin import labels, lots, reports, scans, suspicions

__all__ = ["labels", "lots", "reports", "scans", "suspicions"]
