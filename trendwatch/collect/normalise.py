"""A draft, as published, becomes an item: cleaned, dated, named, identified. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from trendwatch.collect import dates, language, urls
from trendwatch.collect.plain import one_line, plain_text, storable
from trendwatch.collect.words import passes
from trendwatch.model import Draft, Item, Skip, Source

LONGEST_TITLE = 500
LONGEST_RAW = 500_000
LONGEST_TEXT = 200_000
ONLY_CHANGED = "only the time of a change was published"
_WORDS_IN_TITLE = 12
_TRAILER = re.compile(
    r"\n\n(?:The post .{1,300}? (?:appeared first|first appeared) on .{1,200}|Continue reading\b.{0,200})$", re.DOTALL
)
"""What WordPress puts under each entry: the same words in every entry make different ones look alike."""


def normalise(draft: Draft, source: Source, *, base_url: str, seen_at: datetime) -> Item | Skip:
    """The item a draft stands for, or why there is none: it is empty, or the source's filter leaves it out.

    `base_url` is where the answer came from: relative links start there. `seen_at` stamps `first_seen_at` and bounds dates; it
    goes into nothing else, so that the same draft seen later is the same item.
    """
    url = _address(draft.url, base_url)
    text = text_of(draft.html)
    title = _title(draft, text, url)
    if not title:
        return Skip(what=one_line(draft.uid)[:100] or "an entry", reason="has neither title, text nor address")
    missed = passes(source.filter, f"{title}\n{text}\n{' '.join(draft.labels)}")
    if missed:
        return Skip(what=title[:100], reason=missed)
    canonical = urls.canonical(url)
    published_at, date_note = _published(draft, seen_at)
    return Item(
        id=item_id(source.name, draft, canonical, title),
        source=source.name,
        doctype=draft.doctype or source.doctype,
        url=url,
        canonical_url=canonical,
        title=title,
        text=text,
        raw_title=storable(draft.title[:LONGEST_RAW]),
        raw_html=storable(draft.html[:LONGEST_RAW]),
        published_at=published_at,
        date_note=date_note,
        first_seen_at=seen_at,
        updated_at=dates.read(draft.updated, seen_at=seen_at)[0],
        authors=_lines(draft.authors, most=100),
        labels=_lines(draft.labels, most=50),
        language=language.said(source.language, draft.language),
        region=source.region,
        identifiers=_identifiers(draft, url),
        dates=dict(sorted(draft.dates.items())),
        about=_about(draft.about),
        content_hash=content_hash(title, text),
    )


def text_of(html: str) -> str:
    """The plain text of what was published."""
    return _TRAILER.sub("", plain_text(html[:LONGEST_RAW]))[:LONGEST_TEXT].rstrip()


def item_id(source: str, draft: Draft, canonical: str, title: str) -> str:
    """16 hex digits over the source's name and the entry's own id: the publisher's, else the canonical URL, else title and date.

    An id that is an address counts in its canonical form, so that a publisher who moves to https, adds tracking or drops its
    guids keeps its entries. Ids are the source's own: two sources may use the same one.
    """
    uid = " ".join(draft.uid.split())
    own = urls.canonical(uid) or uid or canonical or f"{title.casefold()} {_day(draft.published)}"
    return hashlib.sha256(f"{source}\n{storable(own)}".encode()).hexdigest()[:16]


def content_hash(title: str, text: str) -> str:
    """SHA-256 over title and text, case and white space folded."""
    folded = "\n".join(" ".join(part.casefold().split()) for part in (title, text))
    return hashlib.sha256(folded.encode()).hexdigest()


def _day(published: datetime | str | None) -> str:
    moment = dates.parse(published) if isinstance(published, str) else dates.utc(published)
    return f"{moment:%Y-%m-%d}" if moment else ""


def _address(url: str, base_url: str) -> str:
    """An absolute web address, or "": other schemes lead nowhere a reader should go."""
    bare = re.sub(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff\ud800-\udfff]+", "", url)
    if not bare or len(bare) > urls.LONGEST:
        return ""
    try:
        absolute = urljoin(base_url, bare)
        parts = urlsplit(absolute)
    except ValueError:
        return ""
    if parts.fragment == "" and absolute == base_url and bare != base_url:
        return ""  # "//" and the like lead back to the feed
    return absolute if parts.scheme in {"http", "https"} and parts.hostname else ""


def _title(draft: Draft, text: str, url: str) -> str:
    """The published title; else the first words of the text, else the words in the address."""
    title = one_line(plain_text(draft.title[:LONGEST_RAW]))
    if not title and text:
        words = text.split()
        title = " ".join(words[:_WORDS_IN_TITLE]) + (" …" if len(words) > _WORDS_IN_TITLE else "")
    if not title and url:
        slug = re.sub(r"\.\w{2,5}$", "", urlsplit(url).path.rstrip("/").rpartition("/")[2])
        title = one_line(re.sub(r"[-_+]+|%20", " ", slug)) or urls.host(url)
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1].rstrip()}…"


def _published(draft: Draft, seen_at: datetime) -> tuple[datetime | None, str]:
    moment, note = dates.read(draft.published, seen_at=seen_at)
    if moment is None and note == dates.MISSING and draft.updated:
        moment, note = dates.read(draft.updated, seen_at=seen_at)
        return moment, note or ONLY_CHANGED
    return moment, note


def _identifiers(draft: Draft, url: str) -> tuple[str, ...]:
    given = {urls.identifier(text) for text in draft.identifiers}
    return tuple(
        sorted(
            {name for name in given if name.partition(":")[2]} | set(urls.identifiers(url)) | set(urls.identifiers(draft.uid))
        )
    )


def _lines(texts: Iterable[str], *, most: int) -> tuple[str, ...]:
    lines = (one_line(plain_text(text[:LONGEST_TITLE])) for text in texts)
    return tuple(dict.fromkeys(line for line in lines if line))[:most]


def _about(given: Mapping[str, str]) -> dict[str, str]:
    cleaned = {key: one_line(str(value))[:2000] for key, value in sorted(given.items())}
    return {key: value for key, value in cleaned.items() if value}
