"""Real recorded feeds: how many are read, what is found beside plain feedparser, and whether items keep their identity.

`feeds.parsed`, `feeds.entries_vs_feedparser`: every file that plain feedparser finds entries in, and JSON Feeds (which it does not
read). `polls.*`: the same feed at 2 to 13 real times. An item appears twice when a later poll brings an entry that is already known
by its address under a second id, or when one poll holds one id twice; it is missed when it is taken for a known one though neither
its address nor its title is the same. Entries of one feed at two addresses are two items here: telling them apart is the business of duplicates.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import feedparser
from harness import Measure, main

from trendwatch.collect.identity import adopt
from trendwatch.collect.normalise import normalise
from trendwatch.collect.sources.feed import Feed
from trendwatch.errors import ParseError
from trendwatch.model import Draft, Item, Response, Source

SEEN = datetime(2026, 11, 22, tzinfo=UTC)
READER = Feed(url="https://feeds.example.org/feed")


def drafts_of(path: Path) -> tuple[Draft, ...] | None:
    """A file's entries; None when it is refused."""
    request = READER.start(None)[0]
    try:
        return READER.parse(Response(request=request, url=request.url, status=200, headers={}, body=path.read_bytes())).drafts
    except ParseError as refused:
        print(f"  refused {path.name}: {refused}", file=sys.stderr)
        return None


def items_of(path: Path, source: Source) -> list[Item]:
    """A file's entries as items."""
    made = (normalise(draft, source, base_url=READER.url, seen_at=SEEN) for draft in drafts_of(path) or ())
    return [item for item in made if isinstance(item, Item)]


def files(folder: Path) -> Iterator[Path]:
    yield from (f for f in sorted(folder.rglob("*")) if f.is_file() and f.suffix in {".xml", ".rss", ".atom", ".rdf", ".json"})


def reading(folder: Path) -> list[Measure]:
    """Over all files: parsed, crashes, entries against feedparser's, usable items, speed."""
    parsed = crashes = found = by_feedparser = lost = usable = of_feeds = size = 0
    seconds = 0.0
    for path in files(folder):
        theirs = len(feedparser.parse(io.BytesIO(path.read_bytes())).entries)
        start = time.process_time()
        try:
            drafts = drafts_of(path)
            items = items_of(path, Source(name=path.name, kind="feed", reader=READER)) if drafts else []
        except Exception as error:  # noqa: BLE001 - a crash is what is counted
            print(f"  crash {path.name}: {error!r}", file=sys.stderr)
            crashes, drafts, items = crashes + 1, None, []
        seconds, size = seconds + time.process_time() - start, size + path.stat().st_size
        ours = len(drafts or ())
        of_feeds, parsed = of_feeds + 1, parsed + (drafts is not None)
        found, by_feedparser, usable = found + ours, by_feedparser + theirs, usable + len(items)
        lost += max(theirs - ours, 0)
    return [
        Measure("feeds.parsed", parsed / of_feeds, f"of {of_feeds} files"),
        Measure("feeds.crashes", crashes, "files", "feedparser 0"),
        Measure("feeds.entries", found, "entries", f"feedparser {by_feedparser}"),
        Measure("feeds.entries_lost", lost, "entries that feedparser finds and we do not"),
        Measure("feeds.usable", usable / max(found, 1), "of entries become items; the rest holds no title, text or address"),
        Measure("feeds.mb_per_s", size / 1e6 / seconds, "MB/s of one processor, read twice and normalised"),
    ]


def identity(folder: Path) -> list[Measure]:
    """Over the polls: items that appear twice, items missed, edits recognised."""
    twice = missed = edited = items = 0
    for feed in sorted(p for p in folder.iterdir() if p.is_dir()):
        known: dict[str, Item] = {}
        addresses: dict[str, str] = {}
        for poll in sorted(feed.iterdir()):
            seen = items_of(poll, Source(name=feed.name, kind="feed", reader=READER))
            told = adopt(seen, list(known.values()))
            twice += len(told) - len({i.id for i in told})
            for item in told:
                at = addresses.setdefault(item.canonical_url, item.id)
                twice += at != item.id and item.id not in known
                missed += item.id in known and _other(item, known[item.id])
                edited += item.id in known and known[item.id].content_hash != item.content_hash
                known[item.id] = item
        items += len(known)
    return [
        Measure("polls.twice", twice, f"of {items} items"),
        Measure("polls.missed", missed, f"of {items} items"),
        Measure("polls.edits", edited, "edited entries that stayed one item"),
    ]


def _other(item: Item, known: Item) -> bool:
    """Whether one id stands for two documents: neither the address nor the title is the same."""
    return item.canonical_url != known.canonical_url and item.title.casefold() != known.title.casefold()


def rewritten(folder: Path) -> list[Measure]:
    """A whole feed whose ids are rewritten between two polls: entries taken for new ones though they are known."""
    again = entries = 0
    for feed in sorted(p for p in folder.iterdir() if p.is_dir()):
        source = Source(name=feed.name, kind="feed", reader=READER)
        drafts = drafts_of(max(feed.iterdir())) or ()
        renamed = [
            Draft(uid=f"renamed-{n}", url=d.url, title=d.title, html=d.html, published=d.published)
            for n, d in enumerate(drafts)
        ]
        before, after = (
            [i for d in each if isinstance(i := normalise(d, source, base_url=READER.url, seen_at=SEEN), Item)]
            for each in (drafts, renamed)
        )
        again += len({i.id for i in adopt(after, before)} - {i.id for i in before})
        entries += len(after)
    return [
        Measure("polls.rewritten_told_again", again / max(entries, 1), f"of {entries} entries whose ids were all rewritten")
    ]


def measure(shared: Path) -> list[Measure]:
    folder = shared / "feeds"
    return [*reading(folder), *identity(folder / "polls"), *rewritten(folder / "polls")]


if __name__ == "__main__":
    main(measure)
