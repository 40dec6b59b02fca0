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
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
from harness import Measure, main

from trendwatch.collect.identity import adopt
from trendwatch.collect.normalise import normalise
from trendwatch.collect.sources import _quick_rss
from trendwatch.collect.sources.feed import Feed, _draft
from trendwatch.errors import ParseError
from trendwatch.model import Draft, Item, Response, Source, Visit
from trendwatch.pipeline._collecting import recognised
from trendwatch.storage import connect

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


def short_way(folder: Path) -> list[Measure]:
    """Files that plain RSS takes past feedparser, and on how many of those the two differ in anything that is read."""
    taken = differ = of_files = 0
    for path in files(folder):
        body = path.read_bytes()
        quick = _quick_rss.read(body.lstrip(), READER.url)
        of_files, taken = of_files + 1, taken + (quick is not None)
        if quick is not None:
            headers = {"content-location": READER.url, "content-type": "application/xml"}
            slow = feedparser.parse(
                io.BytesIO(body.lstrip()), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
            )
            differ += [_draft(e, "") for e in quick.entries] != [_draft(e, "") for e in slow.entries]
    return [
        Measure("feeds.short_way", taken / of_files, f"of {of_files} files are read without feedparser"),
        Measure("feeds.short_way.differ", differ, "files in which feedparser reads anything else"),
    ]


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
    """Over the polls, stored as a crawl stores them: items that appear twice, items missed, edits recognised.

    Twice is an item stored as new at a later poll under the address, or the title and day, of one that was stored before; what a
    feed itself lists twice in one answer does not count.
    """
    twice = missed = edited = items = 0
    for feed in sorted(p for p in folder.iterdir() if p.is_dir()):
        source = Source(name=feed.name, kind="feed", reader=READER)
        with connect("sqlite://") as store:
            for number, poll in enumerate(sorted(feed.iterdir())):
                before = {i.id: i for i in store.items()}
                told = recognised(store, feed.name, items_of(poll, source))
                added = store.add_visit(Visit(source=feed.name, started_at=SEEN + timedelta(hours=number), outcome="ok"), told)
                twice += sum(_told(item, before.values()) for item in told if item.id in set(added.new)) if before else 0
                missed += sum(item.id in before and _other(item, before[item.id]) for item in told)
                missed += len(told) - len({i.id for i in told})
                edited += len(added.revised)
            items += store.counts()["items"]
    return [
        Measure("polls.twice", twice, f"of {items} items"),
        Measure("polls.missed", missed, f"of {items} items"),
        Measure("polls.edits", edited, "edited entries that stayed one item"),
    ]


def _told(item: Item, before: Iterable[Item]) -> bool:
    """Whether an item stored as new was there already."""
    return any(
        i.canonical_url == item.canonical_url != ""
        or (i.title.casefold() == item.title.casefold() and i.published_at == item.published_at is not None)
        for i in before
    )


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
    return [*reading(folder), *short_way(folder), *identity(folder / "polls"), *rewritten(folder / "polls")]


if __name__ == "__main__":
    main(measure)
