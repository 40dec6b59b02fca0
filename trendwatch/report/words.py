"""What every rendering says alike: headings, dates in words, counts, the state of sources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from trendwatch.model import SECTIONS, DateLine, Digest, Entry, Section, SourceLine, TagLine, Trend

DOCTYPES = {"paper": "Paper", "news": "News", "regulation": "Rule", "incident": "Incident", "post": "Post"}
BINDS = {"applies": "Applies", "ends": "Ends", "comments-close": "Comments close", "moves": "Moved to"}
_COUNTS = {
    "sources": "sources",
    "asked": "sources asked",
    "answered": "answered",
    "found": "entries found",
    "items": "items",
    "new": "new items",
    "duplicates": "duplicates",
    "off_topic": "off-topic",
    "off-topic": "off-topic",
    "stories": "stories",
    "told": "told here",
}
_UNTOLD = ("weighed",)
UNSUBSCRIBE = "To stop receiving this digest, answer it with the subject “unsubscribe”."

_SOON_SEEN = 8
"""Days from being published to being seen that go without saying: a weekly round sees what is a week old."""

_NAME, _ANY_SOURCE = 3, frozenset({"news", "blog", "feed", "press", "the", "and", "rss", "best"})
"""Parts of a source's name that tell its publisher, and parts that tell nobody's."""

LEAST_Q = 0.001
"""Below this the share of false calls is not told more exactly."""


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
    """The small line above a title, without its kind: when it was published, when first seen if that is worth a word, by whom."""
    return [_dated(entry), *_by(entry)]


def _dated(entry: Entry) -> str:
    seen = f"first seen {short_day(entry.first_seen_at)}"
    if entry.published_at is None:
        return f"undated, {seen}"
    days = (entry.first_seen_at.date() - entry.published_at.date()).days
    if 0 <= days <= _SOON_SEEN:
        return f"published {short_day(entry.published_at)}"
    same = entry.published_at.year == entry.first_seen_at.year
    published = f"{entry.published_at.day} {entry.published_at:%b}" if same else short_day(entry.published_at)
    return f"{'now dated' if days < 0 else 'published'} {published}, {seen}"  # the publisher has moved its date since


def _by(entry: Entry) -> list[str]:
    """The source that the title links to, behind the publisher where its name does not tell him: "cnn.com, through hacker-news"."""
    line = own(entry)
    if line is None:
        return []
    host = line.host.removeprefix("www.")
    telling = max(host.split("."), key=len)
    parts = [p for p in re.split(r"[\W_]+", line.source.casefold()) if len(p) >= _NAME and p not in _ANY_SOURCE]
    named = _letters(telling) in _letters(line.source) or any(p in _letters(host) for p in parts)
    return [line.source if named else f"{host}, through {line.source}"]


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())


def others(entry: Entry) -> tuple[SourceLine, ...]:
    """Where else the story stands: every source but the one its title links to."""
    return tuple(s for s in entry.sources if s.url != entry.url)


def own(entry: Entry) -> SourceLine | None:
    """The source that the title links to."""
    return next((s for s in entry.sources if s.url == entry.url), None)


def binds(line: DateLine) -> str:
    """“Applies 2 August 2026”."""
    return f"{BINDS.get(line.what, line.what.capitalize())} {day(line.on)}"


_SHORT = {"mlcommons": "AILuminate", "eu": "EU AI Act"}


def label(tag: TagLine) -> str:
    """What a tag is called where there is room for few words: a facet by its name, a framework's with whose it is and its number.

    "Voice cloning"; "OWASP LLM01 Prompt Injection"; "MIT 4.3 Fraud, scams, and targeted manipulation".
    """
    if tag.facet:
        return tag.name
    framework, _, number = tag.tag.partition(":")
    owner = framework.partition("@")[0].partition("-")[0]
    said = f"{number} " if re.fullmatch(r"[A-Z]{0,4}\d+(\.\d+)?", number) else ""
    return f"{_SHORT.get(owner, owner.upper())} {said}{tag.name}"


def cited(tag: TagLine) -> str:
    """A tag with the words that earned it, and its whole id when it is a framework's: 'Jailbreak (“jailbreaks”)'."""
    whole = "" if tag.facet else f" [{tag.tag}]"
    return f"{tag.name}{whole} (“{tag.quote}”{' in the title' if tag.where == 'title' else ''})"


def counts(counted: Mapping[str, int]) -> str:
    """“112 sources, 1,204 new items, 31 duplicates, 640 stories”: the known ones in the order of an item's path."""
    order = [*(k for k in _COUNTS if k in counted), *sorted(k for k in counted if k not in _COUNTS and k not in _UNTOLD)]
    return ", ".join(f"{counted[k]:,} {_COUNTS.get(k, k.replace('_', ' '))}" for k in order)


def states(digest: Digest) -> list[tuple[str, list[tuple[str, str]]]]:
    """Sources that are not healthy, by state: (state, [(source, reason)])."""
    found: dict[str, list[tuple[str, str]]] = {}
    for note in digest.notes:
        found.setdefault(note.state, []).append((note.source, note.reason))
    return sorted(found.items())


def shown(digest: Digest) -> int:
    """How many stories the digest tells."""
    return sum(map(len, digest.sections.values()))


def rising(trend: Trend) -> str:
    """A trend's statistics in words."""
    chance = f"q < {LEAST_Q}" if trend.q_value < LEAST_Q else f"q = {trend.q_value:.3f}"
    return f"{trend.count} this week, {trend.baseline:.1f} expected ({trend.ratio:.1f} times, {chance})"
