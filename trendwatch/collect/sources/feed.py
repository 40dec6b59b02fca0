"""`kind: feed`: any feed, told apart by its content."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar

from trendwatch.collect import discover
from trendwatch.collect.sources import SourceKind, _feed_size, _jsonfeed
from trendwatch.collect.sources._reading import is_html, moment, page_title, read_xml
from trendwatch.errors import ParseError
from trendwatch.model import Draft, Page, Request, Response

ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
_DAY_S = 86400
_WRAPPED = re.compile(rb"<(?:\w{1,20}:)?(?:feed|rss|RDF)[\s>]", re.IGNORECASE)
"""A feed inside a page: seen once in 442 recorded feeds, and readable."""
_SKIPPED = re.compile(rb"<skipHours>(.{0,2000}?)</skipHours>", re.DOTALL)
_PERIODS = {"hourly": 3600, "daily": _DAY_S, "weekly": 7 * _DAY_S, "monthly": 30 * _DAY_S, "yearly": 365 * _DAY_S}


@dataclass(frozen=True, kw_only=True)
class Feed(SourceKind):
    """A feed: RSS 0.9x, 1.0 and 2.0, RDF, Atom 0.3 and 1.0, JSON Feed 1.0 and 1.1. The content tells which, not the address."""

    bulky: ClassVar[bool] = True

    url: str = field(metadata={"help": "Address of the feed. `trendwatch sources add` finds it on a site's page."})

    def start(self, since: datetime | None) -> Sequence[Request]:  # noqa: ARG002 - a feed holds what it holds
        """The feed itself."""
        return (Request(url=self.url, headers={"Accept": ACCEPT}),)

    def parse(self, response: Response) -> Page:
        """Every entry of the feed, newest first as the publisher has it. Raises ParseError for anything that is no feed."""
        body = response.body.lstrip(b" \t\r\n\xef\xbb\xbf\0")
        if not body:
            raise ParseError("The answer is empty: no feed.")
        if body[:1] in b"{[":
            return _jsonfeed.read(response)
        if is_html(body) and not _WRAPPED.search(body):
            raise _page_instead(response)
        fewer, cut = _feed_size.cut(response.body)
        parsed, damaged = read_xml(replace(response, body=fewer))
        if is_html(body) and not parsed.entries:
            raise _page_instead(response)
        if not parsed.entries and (damaged or not parsed.get("version")):
            raise ParseError(f"The answer is no feed{': ' + damaged if damaged else ''}.")
        language = parsed.feed.get("language") or ""
        drafts = tuple(_draft(entry, language) for entry in parsed.entries)
        if str(parsed.get("version")).startswith("rss"):
            drafts = tuple(_dated(draft) for draft in drafts)
        return Page(
            drafts=_unshared(drafts),
            skipped=cut,
            title=_titled(parsed.feed),
            home=parsed.feed.get("link") or "",
            ttl_s=_ttl(parsed.feed),
            skip_hours=_skip_hours(body),
            damaged=damaged,
        )


def _page_instead(response: Response) -> ParseError:
    """Says which feed the page links to, so that the mistake is repaired in one step."""
    found = [url for url, _ in discover.feeds_in(response.body, response.url) if url != response.request.url]
    elsewhere = f" The page links to a feed: {found[0]}" if found else ""
    return ParseError(f"The answer is an HTML page{page_title(response.body)}, not a feed.{elsewhere}")


def _unshared(drafts: tuple[Draft, ...]) -> tuple[Draft, ...]:
    """Without ids that name nothing: some publishers write one guid (their home page, "0") on entries that differ.

    An id is void when entries with different addresses and different titles share it. The price: a feed that lists one entry
    thrice with another address and another title each time counts as three.
    """
    uses = Counter(draft.uid for draft in drafts if draft.uid)
    told = {(d.uid, d.url, d.title) for d in drafts if uses[d.uid] > 1}
    urls, titles = (
        Counter(uid for uid, _ in {(u, a) for u, a, _ in told}),
        Counter(uid for uid, _ in {(u, t) for u, _, t in told}),
    )
    void = {uid for uid in urls if urls[uid] > 1 and titles[uid] > 1}
    return tuple(replace(d, uid="") if d.uid in void else d for d in drafts) if void else drafts


def _titled(feed: Any) -> str:
    return " ".join((feed.get("title") or "").split())[:200]


def _draft(entry: Any, language: str) -> Draft:
    published = moment(_raw(entry, "published_parsed")) or _raw(entry, "published") or moment(_raw(entry, "created_parsed"))
    return Draft(
        uid=_raw(entry, "id") or "",
        url=_raw(entry, "link") or "",
        title=_marked(_raw(entry, "title_detail"), _raw(entry, "title") or ""),
        html=_content(entry),
        published=published,
        updated=moment(_raw(entry, "updated_parsed")) or _raw(entry, "updated"),
        authors=_authors(entry),
        labels=tuple(t for tag in entry.get("tags") or () if (t := tag.get("label") or tag.get("term"))),
        language=_language(entry) or language,
        identifiers=_identifiers(entry),
        about=_about(entry),
    )


def _dated(draft: Draft) -> Draft:
    """RSS knows no date of change: `dc:date`, which feedparser calls "updated", is the day of publication."""
    return draft if draft.published else replace(draft, published=draft.updated, updated=None)


def _raw(entry: Any, key: str) -> Any:
    """A value that was really published: feedparser answers "updated" with "published" where there is none."""
    return dict.get(entry, key)


def _marked(detail: Any, text: str) -> str:
    """Text as markup: what the feed declares to be plain is escaped, so that "<b>" in it stays to be read."""
    return html.escape(text, quote=False) if detail and detail.get("type") == "text/plain" else text


def _content(entry: Any) -> str:
    """The longest of the entry's contents and its summary: many feeds carry a teaser in one and the text in the other."""
    given = [(c, c.get("value") or "") for c in entry.get("content") or ()]
    given.append((entry.get("summary_detail"), entry.get("summary") or ""))
    detail, text = max(given, key=lambda pair: len(pair[1]))
    return _marked(detail, text)


def _authors(entry: Any) -> tuple[str, ...]:
    names = [a.get("name") or "" for a in entry.get("authors") or () if a]
    return tuple(dict.fromkeys(name for name in names if name)) or tuple(filter(None, (entry.get("author"),)))


def _language(entry: Any) -> str:
    details = [*(entry.get("content") or ()), entry.get("summary_detail"), entry.get("title_detail")]
    return next((d["language"] for d in details if d and d.get("language")), "")


def _identifiers(entry: Any) -> tuple[str, ...]:
    """Those of arXiv and of publishers: `oai:arXiv.org:2601.01234v1`, `<prism:doi>`, `<dc:identifier>doi:…`."""
    found = [f"doi:{doi}" for key in ("prism_doi", "arxiv_doi") if (doi := entry.get(key))]
    named = re.match(r"(?:doi:\s*)?(10\.\d{4,9}/\S+)$", entry.get("dc_identifier") or "", re.IGNORECASE)
    paper = re.match(r"oai:arXiv\.org:(\S+?)(?:v\d+)?$", entry.get("id") or "", re.IGNORECASE)
    return (*found, *((f"doi:{named[1]}",) if named else ()), *((f"arxiv:{paper[1]}",) if paper else ()))


def _about(entry: Any) -> dict[str, str]:
    told = {
        "announce": entry.get("arxiv_announce_type"),
        "comments": entry.get("comments"),
        "publisher": entry.get("publisher"),
    }
    return {key: str(value)[:500] for key, value in told.items() if value}


def _skip_hours(body: bytes) -> frozenset[int]:
    """Hours of UTC in `<skipHours>`, which feedparser does not tell; 24 is midnight in old feeds."""
    found = _SKIPPED.search(body)
    return (
        frozenset(int(hour) % 24 for hour in re.findall(rb"<hour>\s*(\d{1,2})\s*</hour>", found[1])) if found else frozenset()
    )


def _ttl(feed: Any) -> int:
    """Seconds the publisher asks to be left alone, at most a week: <ttl> in minutes, or the syndication module's period."""
    ttl = str(feed.get("ttl") or "").strip()
    if ttl.isdecimal() and len(ttl) < 10:  # noqa: PLR2004 - more digits are no time span
        return min(int(ttl) * 60, 7 * _DAY_S)
    period = _PERIODS.get(str(feed.get("sy_updateperiod") or "").strip().lower(), 0)
    times = str(feed.get("sy_updatefrequency") or "1").strip()
    return min(period // max(int(times) if times.isdecimal() and len(times) < 10 else 1, 1), 7 * _DAY_S)  # noqa: PLR2004 - as above
