"""A digest as Markdown: what the sources wrote is escaped, so that it is shown and never acts."""

from __future__ import annotations

from collections.abc import Iterator

from trendwatch.model import Digest, Entry, Section
from trendwatch.report import rank, safe, words


def _m(text: str) -> str:
    return safe.markdown(text[:50_000])


def _link(text: str, url: str) -> str:
    shown = safe.link(url).replace("(", "%28").replace(")", "%29")
    return f"[{_m(text)}](<{shown}>) ({_m(safe.host(shown))})" if shown else _m(text)


def _entry(entry: Entry, *, brief: bool) -> Iterator[str]:
    facts = " · ".join(_m(x) for x in [words.DOCTYPES[entry.doctype], *words.kicker(entry)])
    if brief:
        yield f"- {_link(entry.title, entry.url)} · {facts}"
        yield from (f"  - **{_m(words.binds(d))}**: {_m(d.quote)}" for d in entry.dates)
        yield from (f"  - also {_m(s.source)}: {_link(s.title, s.url)}" for s in words.others(entry))
        return
    yield from (f"### {_link(entry.title, entry.url)}", "", facts, "")
    if entry.summary:
        yield from (" ".join(_m(s) for s in entry.summary), "")
    yield from (f"- **{_m(words.binds(d))}**: {_m(d.quote)}" for d in entry.dates)
    if entry.tags:
        yield "- Tags: " + "; ".join(_m(words.cited(t)) for t in entry.tags)
    for s in words.others(entry):
        yield f"- {'Same document' if s.duplicate else 'Also'}: {_m(s.source)}, {_link(s.title, s.url)}"
    yield from (f"- Why: {_m(entry.why)}", "")


def _section(key: Section, heading: str, rows: tuple[Entry, ...]) -> Iterator[str]:
    yield from (f"## {heading}", "")
    for entry in rows:
        yield from _entry(entry, brief=key == "also")
    if key == "also":
        yield ""


def _dates(digest: Digest) -> Iterator[str]:
    if digest.upcoming:
        yield from ("## Dates ahead", "")
        for d in digest.upcoming:
            yield f"- **{_m(words.binds(d))}**: {_link(d.title, d.url) if d.title else ''} {_m(d.quote)}".rstrip()
        yield ""
    if digest.trends:
        yield from ("## Rising", "")
        yield from (f"- **{_m(t.key)}**: {_m(words.rising(t))}" for t in digest.trends)
        yield ""


def _footer(digest: Digest) -> Iterator[str]:
    yield from ("---", "", f"Read for this issue: {_m(words.counts(digest.counts))}.", "")
    for state, sources in words.states(digest):
        yield f"- Sources {_m(state)}: " + "; ".join(f"{_m(n)} ({_m(r)})" if r else _m(n) for n, r in sources)
    yield from ("", _m(rank.FORMULA), "", _m(words.UNSUBSCRIBE))


def render(digest: Digest) -> str:
    """The digest as Markdown text that ends in a line break."""
    lines = [f"# {_m(digest.title)}", "", f"{words.week(digest)}: {words.span(digest)}", ""]
    for sentence in digest.quiet:
        lines += [f"*{_m(sentence)}*", ""]
    parts = [(key, list(_section(key, heading, rows))) for key, heading, rows in words.sections(digest)]
    ahead = list(_dates(digest))
    for key, part in parts:
        lines += part
        if key == "first":
            lines += ahead
            ahead = []
    return "\n".join([*lines, *ahead, *_footer(digest)]) + "\n"
