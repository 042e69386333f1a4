from core.models.outbox import OutboxDelivery, OutboxMessage
from core.models.places import Commune, LegacyCommune, LegacyTarget, Province
from core.models.record import AuditEntry, StatusChange

__all__ = [
    "AuditEntry",
    "Commune",
    "LegacyCommune",
    "LegacyTarget",
    "OutboxDelivery",
    "OutboxMessage",
    "Province",
    "StatusChange",
]
