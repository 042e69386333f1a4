from traceability.admin import labels, lots

__all__ = ["labels", "lots"]
