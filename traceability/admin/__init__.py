from traceability.admin import epcis, labels, lots

__all__ = ["epcis", "labels", "lots"]
