"""Send what the outbox holds to Celery, until told to stop."""

import logging
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError
from kombu.exceptions import OperationalError

from core.services import delivery

logger = logging.getLogger(__name__)
PAUSE_SECONDS = 0.5


class Command(BaseCommand):
    help = "Relay outbox deliveries to Celery. Stops on SIGTERM or Ctrl-C."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--once", action="store_true", help="Send what is due now and stop.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            self.stdout.write(f"{delivery.relay_once()} sent")
            return
        stop = threading.Event()
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, lambda *_: stop.set())
        while not stop.is_set():
            try:
                sent = delivery.relay_once()
            except (DatabaseError, OperationalError, OSError):
                logger.exception("relay pauses: database or broker does not answer")
                delivery.reconnect()
                sent = 0
                stop.wait(2)
            if not sent:
                stop.wait(PAUSE_SECONDS)
