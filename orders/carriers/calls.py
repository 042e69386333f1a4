"""One call to a carrier, with a time limit; whatever goes wrong on the way is one typed error."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from orders.carriers import reading
from orders.carriers.base import BadWebhook, Carrier, CarrierRefused, CarrierUnreachable

SECONDS = 10.0  # for each of connecting, sending and waiting; people wait on this


@dataclass(frozen=True)
class Line:
    carrier: type[Carrier]
    url: str
    seconds: float = SECONDS

    def call(
        self, method: str, path: str, *, headers: Mapping[str, str], body: Any = None
    ) -> tuple[int, reading.Data]:
        """HTTP status below 500 and the JSON object that came with it. Raises CarrierUnreachable."""
        try:
            answer = httpx.request(
                method, self.url.rstrip("/") + path, json=body, headers=dict(headers), timeout=self.seconds
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self.unreachable() from error
        # Too many requests is no refusal of this parcel.
        if answer.status_code >= 500 or answer.status_code == 429:
            raise self.unreachable()
        with self.understanding():
            return answer.status_code, reading.json_object(answer.content)

    @contextmanager
    def understanding(self) -> Iterator[None]:
        """An answer that cannot be read says nothing about what the carrier did."""
        try:
            yield
        except BadWebhook as error:
            raise self.unreachable() from error

    def unreachable(self) -> CarrierUnreachable:
        return CarrierUnreachable(carrier=self.carrier.code, name=self.carrier.name)

    def refused(self, words: str) -> CarrierRefused:
        return CarrierRefused(carrier=self.carrier.code, name=self.carrier.name, words=words)
