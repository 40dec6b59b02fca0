"""The main text of a page and what it says of itself, by trafilatura, which loads on first use. Pure."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trendwatch.collect.plain import clean, one_line, storable
from trendwatch.collect.sources._reading import CHARSETS, charset_said

LONGEST = 200_000
PROSE = 30
"""Words from which a passage that only the lenient run found is taken for prose: teasers of other articles and notices are shorter.

Of two runs over a page, the lenient one keeps boxes and comments, the strict one drops headings and lists. What both have is kept,
and of the rest what is prose. F1 0.961 against 0.955 (lenient) and 0.964 (strict) on
one set, 0.927 against 0.926 and 0.920 on the other: neither run is the better on both.
"""
LOST = 0.7
"""Share of the lenient run's text that the strict one must have found: below, it lost the article, and the lenient one counts."""
_LEAST_KEPT = 0.5
_NOT_WORD = re.compile(r"\W+")
_FREE = re.compile(r"isAccessibleForFree\"?\s*:\s*\[?\s*\"?(?:https?://schema\.org/)?(true|false)", re.IGNORECASE)
_HEADLINE = re.compile(r"\"headline\"\s*:\s*\"((?:[^\"\\]|\\.){1,400})\"")
_MOST_TITLES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What was read of a page. `common` is the share of the lenient run's text that the strict one has too, 0 to 1."""

    text: str  # paragraphs by blank line, lines of a list by newline
    titles: tuple[str, ...]  # all that the page calls itself, the surest first
    date: str  # "2026-03-02", or ""
    authors: tuple[str, ...]
    language: str  # as declared
    common: float
    closed: bool  # it says that it is not free to read
    password: bool  # it asks for one
    html: str


def read(body: bytes, content_type: str, url: str, *, latest: datetime) -> Read | None:
    """Read a page; None when it is no HTML. No date after `latest` is believed."""
    import trafilatura  # noqa: PLC0415 - half a second, and most processes read no page

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it tells of every page that is not one
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    html = storable(_decoded(body, content_type))
    tree = trafilatura.load_html(html) if "<" in html else None
    if tree is None:
        return None
    # The latest date is given: by default it is today's, and the same page would read otherwise on another day.
    dates = {"original_date": True, "extensive_search": False, "max_date": f"{latest:%Y-%m-%d}"}
    given: dict[str, Any] = {"url": url, "include_comments": False, "date_extraction_params": dates}
    lenient: Any = trafilatura.bare_extraction(tree, with_metadata=True, **given)
    strict: Any = trafilatura.bare_extraction(tree, favor_precision=True, **given)
    text, common = merged(_lines(lenient), _lines(strict))
    return Read(
        text=text[:LONGEST],
        titles=tuple(dict.fromkeys(t for t in (one_line(t) for t in _titles(lenient, tree)) if t))[:_MOST_TITLES],
        date=(lenient.date if lenient else "") or "",
        authors=tuple(a for a in (one_line(a) for a in ((lenient.author if lenient else "") or "").split(";")) if a)[:20],
        language=(tree.get("lang") or tree.get("xml:lang") or "").strip(),
        common=common,
        closed=_closed(tree),
        password=bool(tree.xpath("//input[@type='password']")),
        html=html,
    )


def merged(lenient: list[str], strict: list[str]) -> tuple[str, float]:
    """The text that two runs come to, and the share of the first that the second has too."""
    known = "\n".join(map(_key, strict))
    size = sum(map(len, lenient)) or 1
    both = [line for line in lenient if _key(line) in known]
    common = sum(map(len, both)) / size
    if sum(map(len, strict)) < LOST * size:
        return _joined(lenient), common
    kept = [line for line in lenient if _key(line) in known or len(line.split()) >= PROSE]
    return _joined(kept if sum(map(len, kept)) >= _LEAST_KEPT * size else lenient), common


def _decoded(body: bytes, content_type: str) -> str:
    """By the header's charset where that is one of the web's and fits, else as the page says or looks."""
    from trafilatura.utils import decode_file  # noqa: PLC0415 - as above

    named = charset_said(content_type)
    try:
        return body.decode(named) if CHARSETS.fullmatch(named) else str(decode_file(body))
    except (LookupError, UnicodeDecodeError):
        return str(decode_file(body))


def _lines(document: Any) -> list[str]:
    text = (document.text if document else "") or ""
    return [line for line in (clean(part) for part in text.split("\n")) if line]


def _key(line: str) -> str:
    return _NOT_WORD.sub("", line).casefold()


def _joined(lines: list[str]) -> str:
    """One line an entry of a list or a row of a table, a blank line between all else."""
    parts: list[str] = []
    for before, line in zip(["", *lines], lines, strict=False):
        parts.append("\n" if before[:2] == line[:2] in ("- ", "| ") else "\n\n")
        parts.append(line)
    return "".join(parts[1:])


def _titles(document: Any, tree: Any) -> Iterator[str]:
    yield from tree.xpath("//meta[@property='og:title' or @name='twitter:title']/@content")[:2]
    yield from ("".join(h.itertext()) for h in tree.xpath("//h1")[:3])
    for script in _data(tree)[:5]:
        yield from (found.replace('\\"', '"').replace("\\/", "/") for found in _HEADLINE.findall(script)[:1])
    yield (document.title if document else "") or ""
    yield from ("".join(t.itertext()) for t in tree.xpath("//head/title")[:1])


def _data(tree: Any) -> list[str]:
    return [script.text or "" for script in tree.xpath("//script[@type='application/ld+json']")]


def _closed(tree: Any) -> bool:
    said = [found.lower() for script in _data(tree) for found in _FREE.findall(script)]
    said += [str(value).lower() for value in tree.xpath("//meta[@itemprop='isAccessibleForFree']/@content")]
    tiers = [str(value).lower() for value in tree.xpath("//meta[@property='article:content_tier']/@content")]
    return "false" in said or "locked" in tiers
