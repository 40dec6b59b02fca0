"""What a visit has brought so far, and what is told of it when it is over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from trendwatch.collect.answers import DAY_S
from trendwatch.collect.fetched import Fetched
from trendwatch.collect.reading import Reading
from trendwatch.errors import ClosedError, CollectError, FetchError, ParseError
from trendwatch.model import Item, Memory, Outcome, Request, Skip, Source, Validators, Visit

LOOKS_WRONG = "looks wrong: "
"""How the error of a visit begins whose answer was read, but has not the shape it should have (`Page.warning`)."""
_HOURS = 24
_WORDS: Mapping[str, Outcome] = {"transient": "transient", "permanent": "permanent", "policy": "policy"}


@dataclass(slots=True)
class Tally:
    """One visit's sums. Filled answer by answer."""

    items: dict[str, Item] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)
    skipped: list[Skip] = field(default_factory=list)
    validators: list[tuple[Validators, bool]] = field(default_factory=list)  # and whether the page led to others
    memories: dict[str, str] = field(default_factory=dict)  # by URL
    failures: list[CollectError] = field(default_factory=list)
    sums: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("requests", "bytes", "not_modified", "found"), 0))
    read: int = 0
    status: int = 0
    url: str = ""
    moved_to: str = ""
    damaged: str = ""
    warning: str = ""
    wait_s: float = 0.0
    skip_hours: frozenset[int] = frozenset()

    def answered(self, fetched: Fetched) -> None:
        """Count what an answer cost."""
        self.sums["requests"] += fetched.requests
        self.sums["bytes"] += fetched.bytes
        self.status, self.url = fetched.status, fetched.url
        self.wait_s = max(self.wait_s, fetched.fresh_s)

    def note(self, reading: Reading, request: Request) -> None:
        """Take in what an answer says beside its entries."""
        self.read += 1
        self.sums["found"] += reading.found
        self.damaged = self.damaged or reading.damaged
        self.warning = self.warning or reading.warning
        self.wait_s = max(self.wait_s, float(reading.ttl_s))
        self.skip_hours |= reading.skip_hours
        self.skipped.extend(reading.skipped)
        if reading.memory is not None:
            self.memories[request.url] = reading.memory

    def failed(self, error: FetchError | ParseError) -> None:
        """Count a request that brought nothing."""
        self.failures.append(error)
        if isinstance(error, FetchError):
            self.sums["requests"] += error.outcome != "policy" and not isinstance(error, ClosedError)
            self.status = error.status or self.status
            self.wait_s = max(self.wait_s, error.retry_after_s or 0.0)

    @property
    def closed(self) -> ClosedError | None:
        """Why the source was put off: all that it asks for lies with hosts that want to be left alone. None when it was asked."""
        nothing = bool(self.failures) and not self.read and not self.sums["not_modified"]
        closed = [e for e in self.failures if isinstance(e, ClosedError)]
        return max(closed, key=lambda e: e.until) if nothing and len(closed) == len(self.failures) else None

    def visit(self, source: Source, started_at: datetime, seconds_s: float) -> Visit:
        """What is told of the visit."""
        return Visit(
            source=source.name,
            started_at=started_at,
            outcome=self.outcome(),
            error=self._sentence(),
            status=self.status,
            url=self.url,
            moved_to=self.moved_to,
            skipped=tuple(self.skipped),
            seconds_s=seconds_s,
            next_at=self._next_at(source, started_at),
            **self.sums,
        )

    def outcome(self) -> Outcome:
        """How the visit ended."""
        if self.failures and not self.read and not self.sums["not_modified"]:
            first = self.failures[0]
            word: Outcome = "parse-error" if isinstance(first, ParseError) else "transient"
            return _WORDS.get(getattr(first, "outcome", ""), word)
        if self.failures or self.damaged or self.warning:
            return "partial"
        if not self.read:
            return "unchanged"
        return "ok" if self.sums["found"] else "empty"

    def kept_validators(self) -> list[Validators]:
        """A page that led to others is asked for whole again as long as one of them failed."""
        return [v for v, led in self.validators if not (led and self.failures)]

    def remembered(self, source: Source) -> list[Memory]:
        """What the kind wants to find again."""
        return [Memory(source=source.name, url=url, text=text) for url, text in self.memories.items()]

    def _next_at(self, source: Source, now: datetime) -> datetime | None:
        """When the publisher wants to be asked again; None when it does not mind. A feed that skips every hour skips none."""
        wanted = now + timedelta(seconds=min(self.wait_s, DAY_S)) if self.wait_s else None
        if not self.skip_hours or len(self.skip_hours) == _HOURS:
            return wanted
        usual = now + timedelta(seconds=source.every_s)
        soonest = first = max(usual, wanted or usual).astimezone(UTC)
        while soonest.hour in self.skip_hours:
            soonest = soonest.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        return soonest if soonest > first else wanted

    def _sentence(self) -> str:
        """What went wrong, in one line: the first failure speaks for all."""
        if not self.failures:
            return f"{LOOKS_WRONG}{self.warning}" if self.warning else f"repaired: {self.damaged}" if self.damaged else ""
        more = len(self.failures) - 1
        first = "".join(c if c.isprintable() else " " for c in str(self.failures[0]))[:500]
        return f"{first} (and {more} more)" if more else first
