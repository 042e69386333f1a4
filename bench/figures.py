"""What was measured of one page at one volume."""

import statistics
from dataclasses import dataclass, field


@dataclass
class Figures:
    """One entry per round; milliseconds of CPU per request, of the page and of the bare view beside it."""

    web_ms: list[float] = field(default_factory=list)
    database_ms: list[float] = field(default_factory=list)
    per_second: list[float] = field(default_factory=list)
    bare_web_ms: list[float] = field(default_factory=list)
    bare_database_ms: list[float] = field(default_factory=list)
    query_count: int | None = None

    def add(self, page: "Figures", bare: "Figures") -> None:
        """One more round of the page, and of the bare view beside it."""
        self.web_ms += page.web_ms
        self.database_ms += page.database_ms
        self.per_second += page.per_second
        self.bare_web_ms += bare.web_ms
        self.bare_database_ms += bare.database_ms

    @property
    def web(self) -> float:
        return statistics.median(self.web_ms)

    @property
    def both(self) -> float:
        return statistics.median(a + b for a, b in zip(self.web_ms, self.database_ms, strict=True))

    @property
    def ratio(self) -> float:
        """Web CPU against the bare view measured beside it, so that a slower minute slows both."""
        return statistics.median(a / b for a, b in zip(self.web_ms, self.bare_web_ms, strict=True))

    @property
    def ratio_of_both(self) -> float:
        """The same of web and database CPU together."""
        rows = zip(self.web_ms, self.database_ms, self.bare_web_ms, self.bare_database_ms, strict=True)
        return statistics.median((web + db) / (bare + bare_db) for web, db, bare, bare_db in rows)

    @property
    def rate(self) -> float:
        return statistics.median(self.per_second)
