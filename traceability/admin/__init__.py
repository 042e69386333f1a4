from traceability.admin import epcis, labels, locations, lots

__all__ = ["epcis", "labels", "locations", "lots"]
