from notifications.models.message import Delivery, Notification

__all__ = ["Delivery", "Notification"]
