"""What was measured of one page at one volume."""

import statistics
from dataclasses import dataclass, field


@dataclass
class Figures:
    """One entry per round; milliseconds of CPU per request."""

    web_ms: list[float] = field(default_factory=list)
    database_ms: list[float] = field(default_factory=list)
    per_second: list[float] = field(default_factory=list)
    query_count: int | None = None

    @property
    def web(self) -> float:
        return statistics.median(self.web_ms)

    @property
    def both(self) -> float:
        return statistics.median(a + b for a, b in zip(self.web_ms, self.database_ms, strict=True))

    @property
    def rate(self) -> float:
        return statistics.median(self.per_second)
