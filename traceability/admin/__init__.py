from traceability.admin import epcis, labels, locations, lots, reports, scans, suspicions

__all__ = ["epcis", "labels", "locations", "lots", "reports", "scans", "suspicions"]
