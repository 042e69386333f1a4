from traceability.admin import labels, locations, lots

__all__ = ["labels", "locations", "lots"]
