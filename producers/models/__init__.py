from producers.models.producer import Membership, Producer, ProducerKind, ProducerStatus

__all__ = ["Membership", "Producer", "ProducerKind", "ProducerStatus"]
