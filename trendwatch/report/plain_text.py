"""A digest as plain text of at most 78 columns (links stand unbroken on lines of their own): complete, for any terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from trendwatch.model import Digest, Entry, Section
from trendwatch.report import rank, safe, words

WIDTH = 78
_LONGEST = 50_000  # characters of one paragraph: textwrap takes minutes for a word of millions


def _wrap(text: str, indent: str = "   ", first: str | None = None) -> list[str]:
    return textwrap.wrap(
        safe.prose(text[:_LONGEST]),
        WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=True,
        break_on_hyphens=False,
    )


def _link(url: str, host: str, indent: str = "   ") -> Iterator[str]:
    shown = safe.link(url)
    if shown:
        yield f"{indent}{shown}"
        if f"//{host}" not in shown and f"//www.{host}" not in shown:
            yield f"{indent}({safe.line(host)})"


def _also(entry: Entry) -> Iterator[str]:
    for source in words.others(entry):
        copy = "the same document at" if source.duplicate else "also"
        yield from _wrap(f"{copy} {source.source}, {words.short_day(source.at)}: {source.title}")
        yield from _link(source.url, source.host, "     ")


def _entry(number: int, entry: Entry, *, brief: bool) -> Iterator[str]:
    yield from _wrap(entry.title, first=f"{number}. ".rjust(3))
    yield from _link(entry.url, safe.host(entry.url))
    yield from _wrap(" · ".join([words.DOCTYPES[entry.doctype], *words.kicker(entry)]))
    if not brief:
        for sentence in entry.summary:
            yield from _wrap(sentence)
    for line in entry.dates:
        yield from _wrap(f"* {words.binds(line)}: {line.quote}", indent="     ", first="   ")
    if entry.tags:
        yield from _wrap("Tags: " + "; ".join(words.cited(t) for t in entry.tags))
    yield from _also(entry)
    yield from _wrap(f"Why: {entry.why}")
    yield ""


def _heading(text: str, rule: str = "-") -> list[str]:
    return [text.upper(), rule * min(WIDTH, len(text)), ""]


def _section(key: Section, heading: str, rows: tuple[Entry, ...]) -> Iterator[str]:
    yield from _heading(heading)
    for number, entry in enumerate(rows, 1):
        yield from _entry(number, entry, brief=key == "also")


def _dates(digest: Digest) -> Iterator[str]:
    if digest.upcoming:
        yield from _heading("Dates ahead")
        for line in digest.upcoming:
            yield from _wrap(f"{words.binds(line)}: {line.title}", indent="     ", first="   ")
            if line.quote:
                yield from _wrap(f"“{line.quote}”", indent="     ")
            yield from _link(line.url, safe.host(line.url), "     ")
        yield ""


def _trends(digest: Digest) -> Iterator[str]:
    if digest.trends:
        yield from _heading("Rising")
        for t in digest.trends:
            yield from _wrap(f"{t.key}: {words.rising(t)}")
        yield ""


def _footer(digest: Digest) -> Iterator[str]:
    yield "-" * WIDTH
    yield from _wrap(f"Read for this issue: {words.counts(digest.counts)}.", indent="")
    for state, sources in words.states(digest):
        named = "; ".join(f"{name} ({reason})" if reason else name for name, reason in sources)
        yield from _wrap(f"Sources {state}: {named}.", indent="  ", first="")
    yield from _wrap(rank.FORMULA, indent="")
    yield from _wrap(words.UNSUBSCRIBE, indent="")


def render(digest: Digest) -> str:
    """The digest as text that ends in a line break."""
    title = safe.line(digest.title)
    lines = [*_wrap(title, indent=""), f"{words.week(digest)}: {words.span(digest)}", "=" * min(WIDTH, max(len(title), 40)), ""]
    for sentence in digest.quiet:
        lines += [*_wrap(sentence, indent=""), ""]
    for key, heading, rows in words.sections(digest):
        lines += _section(key, heading, rows)
        if key == "first":
            lines += [*_dates(digest), *_trends(digest)]
    if "first" not in digest.sections:
        lines += [*_dates(digest), *_trends(digest)]
    return "\n".join([*lines, *_footer(digest)]) + "\n"
