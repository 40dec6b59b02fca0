"""What readers get: the digest and its lines, deliveries, search hits, the state of sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from trendwatch.model.collecting import Item
from trendwatch.model.meaning import Trend
from trendwatch.model.vocabulary import DeliveryState, Doctype, Section, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSpec:
    """One digest that sources.yaml asks for."""

    name: str = "weekly"
    title: str = "GenAI safety: the week"
    day: str = "monday"  # the day it is composed; the week before is told
    hour: int = 6
    timezone: str = "UTC"
    sections: Mapping[Section, int] = field(
        default_factory=lambda: {"first": 5, "papers": 10, "incidents": 6, "rules": 8, "industry": 6, "also": 15}
    )
    per_source: int = 3  # entries at most from one source (in each section but "also")
    floor: float = 0.5  # least relevance
    tags: tuple[str, ...] = ()  # tags asked for: they raise an entry's rank
    regions: tuple[str, ...] = ()
    doctypes: tuple[Doctype, ...] = ()
    languages: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """A source's name and where the story stands there."""

    source: str
    title: str
    url: str
    host: str  # the URL's real host, shown beside the link
    at: datetime
    tier: int
    item_id: str
    duplicate: bool  # the same document again, rather than another report


@dataclass(frozen=True, slots=True, kw_only=True)
class TagLine:
    """A tag on an entry, with the words that earned it."""

    tag: str
    name: str
    facet: str
    score: float
    tagger: str
    quote: str
    where: str  # "title" or "text"
    item_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DateLine:
    """A date that binds, on an entry."""

    on: date
    what: str
    quote: str
    item_id: str
    title: str = ""  # of the item that says so, for lists that stand apart from its entry
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One story as a digest tells it. `parts` are the summands of `score`, by name; `why` says it in words."""

    story_id: str
    item_ids: tuple[str, ...]
    title: str
    url: str
    summary: tuple[str, ...]  # extractive: sentences that stand in the lead item
    doctype: Doctype
    first_seen_at: datetime
    published_at: datetime | None
    tags: tuple[TagLine, ...]
    dates: tuple[DateLine, ...]
    sources: tuple[SourceLine, ...]
    score: float  # not bounded by 1
    parts: Mapping[str, float]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A story that was weighed and left out of an issue, and by which rule."""

    story_id: str
    title: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNote:
    """A source that is not healthy, for the footer."""

    source: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One issue: all that its renderings show. Stored before it is sent; the same on every machine."""

    name: str
    week: str  # "2026-W09"
    title: str
    starts_on: date  # Monday
    ends_on: date  # Sunday
    composed_at: datetime
    sections: Mapping[Section, tuple[Entry, ...]]
    quiet: tuple[str, ...]  # sentences on what the week lacked
    upcoming: tuple[DateLine, ...] = ()  # dates that bind in the next 60 days, told in any issue so far
    trends: tuple[Trend, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)  # items new, duplicates, off-topic, stories …
    notes: tuple[SourceNote, ...] = ()
    left_out: tuple[Left, ...] = ()  # the best of what was left out, for `explain`

    @property
    def issue(self) -> str:
        """The key of the issue: "weekly/2026-W09"."""
        return f"{self.name}/{self.week}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """A digest in one form, ready to be written or sent. `suffix` is "html", "txt", "md", "json" or "eml"."""

    suffix: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One issue handed to one recipient by one deliverer."""

    issue: str
    deliverer: str
    recipient: str
    state: DeliveryState
    at: datetime
    message_id: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is asked of the archive. `words` are plain words, never a database's query syntax."""

    words: str = ""
    since_at: datetime | None = None
    until_at: datetime | None = None
    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    doctypes: tuple[Doctype, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    limit: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One search result. `snippet` is plain text; `marks` are the (start, end) spans in it that match."""

    item: Item
    score: float
    snippet: str
    marks: tuple[tuple[int, int], ...] = ()
    by_words: int = 0  # rank by words, from 1; 0 when not found that way
    by_meaning: int = 0
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What a source's visits say. `state` is healthy, quiet, silent, frozen, empty, moved, blocked, gone, failing, malformed or new."""

    source: str
    state: str
    reason: str
    last_success_at: datetime | None = None
    newest_at: datetime | None = None
    streak: int = 0  # failures or empty answers in a row
    items: int = 0
    items_per_week: float = 0.0
    cadence_s: float = 0.0  # usual time from one publication to the next; 0 when not known yet
    undated: float = 0.0  # share of items without a usable date
    duplicates: float = 0.0  # share of items that another source, or this one, brought before
    visits: int = 0  # those that the next three are told of
    bytes: int = 0  # received on a visit, on average
    seconds_s: float = 0.0  # spent on a visit, on average
    proposed_url: str = ""  # the address to write into sources.yaml, where it moved for good
