"""All that lies on the editor's desk for one issue, as it was known when the week ended.

Whatever was first seen after the week is not on the desk, so a week composed again later, from a fuller archive, is the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from trendwatch.model import DigestSpec, Duplicate, Item, Judgement, Relevance, Source, Story, TagInfo
from trendwatch.report import safe

# Hosts where each subdomain is a publisher of its own; example.org too, where made-up publishers live.
_SHARED_HOSTS = (
    "blogspot.com",
    "example.org",
    "github.io",
    "medium.com",
    "pages.dev",
    "substack.com",
    "tumblr.com",
    "wordpress.com",
)
_SECOND_LEVEL = frozenset(("ac", "co", "com", "edu", "europa", "go", "gob", "gov", "gouv", "ne", "net", "or", "org"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """An ISO week of a time zone: `starts_at` Monday 00:00, `ends_at` the next Monday 00:00, both UTC."""

    name: str
    starts_on: date
    starts_at: datetime
    ends_at: datetime

    @classmethod
    def named(cls, name: str, timezone: str) -> Week:
        """The week "2026-W09" in an IANA zone. Raises ValueError for a name that is no ISO week."""
        year, _, number = name.partition("-W")
        monday = date.fromisocalendar(int(year), int(number), 1)
        zone = ZoneInfo(timezone)
        first, last = (datetime.combine(d, time(), zone).astimezone(UTC) for d in (monday, monday + timedelta(days=7)))
        return cls(name=name, starts_on=monday, starts_at=first, ends_at=last)

    @property
    def ends_on(self) -> date:
        """Its Sunday."""
        return self.starts_on + timedelta(days=6)

    def holds(self, moment: datetime) -> bool:
        """Whether `moment` lies in the week."""
        return self.starts_at <= moment < self.ends_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One digest's specification, its week, and everything known at the week's end."""

    spec: DigestSpec
    week: Week
    stories: Sequence[Story]
    items: Mapping[str, Item]
    judgements: Mapping[str, Judgement]
    duplicates: Mapping[str, Duplicate]
    sources: Mapping[str, Source]
    tags: Mapping[str, TagInfo]
    told: Mapping[str, tuple[str, str]]  # item id → (story id, week); only weeks before this one
    told_stories: Mapping[str, str]  # story id → the last of those weeks
    fresh: frozenset[str] | None = None  # ids of the items that are this news; None: those first seen in the week

    def is_fresh(self, item: Item) -> bool:
        """Whether an item is news in this issue."""
        return self.week.holds(item.first_seen_at) if self.fresh is None else item.id in self.fresh

    def arrived(self, item: Item) -> bool:
        """Whether an item came into the archive since the week began, news or not."""
        return self.is_fresh(item) or item.first_seen_at >= self.week.starts_at

    def known(self, story: Story) -> list[Item]:
        """A story's items that were seen by the end of the week, oldest first."""
        found = [self.items[i] for i in dict.fromkeys(story.item_ids) if i in self.items]
        if self.fresh is None:
            found = [i for i in found if i.first_seen_at < self.week.ends_at]
        return sorted((i for i in found if i.at < self.week.ends_at), key=lambda i: (i.at, i.id))

    def document(self, item_id: str) -> str:
        """The id of the document an item is a copy of; its own when it is no copy."""
        copy = self.duplicates.get(item_id)
        return copy.of_id if copy else item_id

    def relevance(self, item: Item) -> Relevance:
        """An item's relevance; an item that was not judged yet is off-topic with score 0."""
        judged = self.judgements.get(item.id)
        return (
            judged.relevance if judged else Relevance(item_id=item.id, score=0.0, verdict="off-topic", reason="not judged yet")
        )

    def tier(self, item: Item) -> int:
        """How much the item's source weighs, 1 (most) to 4; 3 for a source that is no longer configured."""
        source = self.sources.get(item.source)
        return source.tier if source else 3

    def region(self, item: Item) -> str:
        """Where an item belongs to: its own region, else its source's; "" is worldwide."""
        source = self.sources.get(item.source)
        return item.region or (source.region if source else "")


def publisher(item: Item) -> str:
    """Who published an item: the registrable part of its URL's host, or its source's name when it has no URL.

    The host and not the source, because one source (a wire, Hacker News) may point to many publishers and several sources
    (mirrors) to one. A heuristic without the public suffix list: an unusual two-part suffix is taken for the publisher.
    """
    name = safe.host(item.url) or safe.host(item.canonical_url)
    if not name:
        return item.source
    if name.endswith(tuple(f".{shared}" for shared in _SHARED_HOSTS)):
        return name
    parts = name.split(".")
    deep = len(parts) > 2 and parts[-2] in _SECOND_LEVEL and (len(parts[-1]) == 2 or parts[-2] == "europa")  # noqa: PLR2004 - "co.uk"
    return ".".join(parts[-3:] if deep else parts[-2:])


def publishers(items: Sequence[Item], desk: Desk) -> tuple[str, ...]:
    """The distinct publishers of some items, in the order they came: copies of one document count once."""
    seen: dict[str, None] = {}
    documents: set[str] = set()
    for item in items:
        document = desk.document(item.id)
        if document not in documents:
            documents.add(document)
            seen.setdefault(publisher(item))
    return tuple(seen)
