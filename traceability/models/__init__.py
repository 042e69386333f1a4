from traceability.models.lot import Code, Lot, ScanDay

__all__ = ["Code", "Lot", "ScanDay"]
