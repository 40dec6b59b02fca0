"""What every rendering says alike: headings, dates in words, counts, the state of sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from trendwatch.model import SECTIONS, DateLine, Digest, Entry, Section, SourceLine, TagLine

DOCTYPES = {"paper": "Paper", "news": "News", "regulation": "Rule", "incident": "Incident", "post": "Post"}
BINDS = {"applies": "Applies", "ends": "Ends", "comments-close": "Comments close", "moves": "Moved to"}
_COUNTS = {"new": "new items", "items": "items", "off_topic": "off-topic", "off-topic": "off-topic", "told": "stories told"}
_UNTOLD = ("weighed",)
UNSUBSCRIBE = "To stop receiving this digest, answer it with the subject “unsubscribe”."


def day(on: date | datetime) -> str:
    """“2 August 2026”."""
    return f"{on.day} {on:%B %Y}"


def short_day(on: date | datetime) -> str:
    """“2 Aug 2026”."""
    return f"{on.day} {on:%b %Y}"


def span(digest: Digest) -> str:
    """“23 February to 1 March 2026”, without saying the same month or year twice."""
    first, last = digest.starts_on, digest.ends_on
    if first.year != last.year:
        return f"{day(first)} to {day(last)}"
    if first.month != last.month:
        return f"{first.day} {first:%B} to {day(last)}"
    return f"{first.day} to {day(last)}"


def week(digest: Digest) -> str:
    """“Week 9 of 2026”."""
    year, _, number = digest.week.partition("-W")
    return f"Week {int(number)} of {year}"


def sections(digest: Digest) -> Iterator[tuple[Section, str, tuple[Entry, ...]]]:
    """The sections that hold something, in reading order, with their headings."""
    for key, heading in SECTIONS.items():
        if rows := digest.sections.get(key, ()):
            yield key, heading, rows


def entries(digest: Digest) -> list[tuple[Section, Entry]]:
    """Every entry with its section, in reading order."""
    return [(key, e) for key, _, rows in sections(digest) for e in rows]


def kicker(entry: Entry) -> list[str]:
    """The small line above a title: what it is, when it was published, when first seen."""
    published = f"published {short_day(entry.published_at)}" if entry.published_at else "undated"
    return [DOCTYPES[entry.doctype], published, f"first seen {short_day(entry.first_seen_at)}"]


def others(entry: Entry) -> tuple[SourceLine, ...]:
    """Where else the story stands: every source but the one its title links to."""
    return tuple(s for s in entry.sources if s.url != entry.url)


def own(entry: Entry) -> SourceLine | None:
    """The source that the title links to."""
    return next((s for s in entry.sources if s.url == entry.url), None)


def binds(line: DateLine) -> str:
    """“Applies 2 August 2026”."""
    return f"{BINDS.get(line.what, line.what.capitalize())} {day(line.on)}"


def framework(tag: TagLine) -> str:
    """A framework's tag with its number, “OWASP-LLM LLM01”; "" for a facet of our own."""
    if tag.facet:
        return ""
    name, _, number = tag.tag.partition(":")
    return f"{name.partition('@')[0].upper()} {number}"


def label(tag: TagLine) -> str:
    """What a tag is called where there is room for few words: its name, with the framework's number when it has a short one."""
    number = tag.tag.partition(":")[2]
    return f"{number} {tag.name}" if not tag.facet and len(number) <= 6 and number != tag.name else tag.name  # noqa: PLR2004 - "LLM01"


def counts(counted: Mapping[str, int]) -> str:
    """“1,204 new items, 31 duplicates, 640 stories”."""
    told = [f"{n:,} {_COUNTS.get(k, k.replace('_', ' '))}" for k, n in counted.items() if k not in _UNTOLD]
    return ", ".join(told)


def states(digest: Digest) -> list[tuple[str, list[tuple[str, str]]]]:
    """Sources that are not healthy, by state: (state, [(source, reason)])."""
    found: dict[str, list[tuple[str, str]]] = {}
    for note in digest.notes:
        found.setdefault(note.state, []).append((note.source, note.reason))
    return sorted(found.items())


def shown(digest: Digest) -> int:
    """How many stories the digest tells."""
    return sum(map(len, digest.sections.values()))
