"""`kind: sitemap`: pages that a site lists for search engines."""

from __future__ import annotations

import fnmatch
import html
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from typing import ClassVar
from urllib.parse import parse_qs, unquote, urldefrag, urlsplit

from lxml import etree

from trendwatch.collect import dates, urls
from trendwatch.collect.markup import local_name, sound, xml_parser
from trendwatch.collect.plain import one_line
from trendwatch.collect.sources import SourceKind
from trendwatch.collect.sources._reading import is_html, page_title
from trendwatch.errors import ParseError
from trendwatch.model import Draft, Page, Request, Response, Skip

ACCEPT = "application/xml, text/xml, */*;q=0.5"
LARGEST = 60 * 1024 * 1024
"""Bytes of a sitemap once unpacked; the protocol allows 50 MiB."""
LOOK_BACK = timedelta(days=3)
"""How far before the last visit a change still counts: a day without hour, and lists that are written late."""
FOLLOWED = 40
"""Sitemaps of one index that are asked in a visit."""
_MARK = "trendwatch-since="
_STEP = 1024 * 1024
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, kw_only=True)
class Sitemap(SourceKind):
    r"""Pages of a site by its sitemap: plain, an index of others, gzipped, Google News, or one address a line.

    A pattern is a glob over path and query, in which * is anything ("/news/*"), or a regular expression after "re:"
    ("re:^/20\d\d/"). A plain sitemap has no titles: the last part of the address stands for it, and `title_from` says so.
    """

    bulky: ClassVar[bool] = True
    windowed: ClassVar[bool] = True

    url: str = field(metadata={"help": "Address of the sitemap or of an index: often /sitemap.xml; robots.txt names it."})
    include: tuple[str, ...] = field(
        default=(),
        metadata={"help": "Patterns of path and query, one of which must fit, * being anything: /news/*; empty is every page."},
    )
    exclude: tuple[str, ...] = field(default=(), metadata={"help": "Patterns of path and query that must not fit."})
    sitemaps: tuple[str, ...] = field(
        default=(), metadata={"help": "Patterns that an index's sitemaps must fit to be asked; empty is every one."}
    )
    most: int = field(default=500, metadata={"help": "Pages kept of one sitemap, those changed last."})

    def __post_init__(self) -> None:
        for pattern in (*self.include, *self.exclude, *self.sitemaps):
            try:
                _pattern(pattern)
            except re.error as error:
                raise ValueError(f"the pattern {pattern!r} is no regular expression: {error}") from None

    def start(self, since: datetime | None) -> Sequence[Request]:
        """The sitemap. What is older than `since` is left out; the moment travels in the fragment, which no server sees.

        It is always asked for whole: an index that has not changed may list sitemaps that have. Those are asked conditionally.
        """
        mark = f"#{_MARK}{since.astimezone(UTC) - LOOK_BACK:%Y-%m-%d}" if since else ""
        return (Request(url=f"{urldefrag(self.url).url}{mark}", headers={"Accept": ACCEPT}),)

    def address(self) -> str:
        """The sitemap's address."""
        return self.url

    def parse(self, response: Response) -> Page:
        """The pages that fit the patterns and changed since the last visit, or an index's sitemaps as further requests."""
        body = unpacked(response.body)
        if not body.strip():
            raise ParseError("The answer is empty: no sitemap.")
        if is_html(body):
            raise ParseError(
                f"The answer is an HTML page{page_title(body)}, not a sitemap; robots.txt often names the right one."
            )
        since = _since(response.request)
        own = urldefrag(response.request.url).url == urldefrag(self.url).url
        page = self._read(body, since, response)
        return replace(page, unsettled=own, warning=page.warning if own else "")

    def _read(self, body: bytes, since: datetime | None, response: Response) -> Page:
        if not body.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") and body[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            return self._pages([_Url(loc=line) for line in _lines(body)], since, damaged="")
        top, entries, damaged = read(body)
        if top == "sitemapindex":
            return self._index(entries, since, response, damaged)
        if top != "urlset":
            raise ParseError(f"The answer is XML, but no sitemap: its root is <{top[:40]}>.")
        return self._pages(entries, since, damaged)

    def _index(self, entries: Sequence[_Url], since: datetime | None, response: Response, damaged: str) -> Page:
        """Requests for its sitemaps, those changed last first; what is not asked is skipped by name."""
        here, wanted, skipped = urlsplit(response.url), [], list[Skip]()
        for entry in entries:
            target = urls.parts(entry.loc)
            reason = (
                "is no web address"
                if target.scheme not in {"http", "https"}
                else "lies on another site"
                if _site(target.hostname or "") != _site(here.hostname or "")
                else "fits none of the patterns (sitemaps)"
                if self.sitemaps and not _fits(entry.loc, self.sitemaps)
                else "is the index itself"
                if urldefrag(entry.loc).url == urldefrag(response.url).url
                else "has not changed since the last visit"
                if since and entry.moment and entry.moment < since
                else ""
            )
            if reason:
                skipped.append(Skip(what=entry.loc[:200], reason=reason))
            else:
                wanted.append(entry)
        wanted.sort(key=lambda e: e.moment or datetime.max.replace(tzinfo=UTC), reverse=True)
        skipped += [Skip(what=e.loc[:200], reason=f"beyond the {FOLLOWED} asked in one visit") for e in wanted[FOLLOWED:]]
        headers = {"Accept": ACCEPT} | ({"If-Modified-Since": format_datetime(since, usegmt=True)} if since else {})
        requests = [Request(url=urldefrag(e.loc).url, headers=headers) for e in wanted[:FOLLOWED]]
        lost = "" if requests or not self.sitemaps or not entries else _none_fits(len(entries), "sitemaps", self.sitemaps)
        unchanged = any(s.reason == "has not changed since the last visit" for s in skipped)
        return Page(requests=tuple(requests), skipped=tuple(skipped), damaged=damaged, warning="" if unchanged else lost)

    def _pages(self, entries: Sequence[_Url], since: datetime | None, damaged: str) -> Page:
        fitting = [e for e in entries if self._fits(e)]
        fresh = [e for e in fitting if not since or not e.moment or e.moment >= since]
        fresh.sort(key=lambda e: e.moment or dates.OLDEST, reverse=True)
        counts = (
            (len(entries) - len(fitting), "do not fit the patterns (include, exclude)"),
            (len(fitting) - len(fresh), "have not changed since the last visit"),
            (len(fresh) - self.most, f"changed before the {self.most} that are kept (most)"),
        )
        skipped = tuple(Skip(what=f"{n} pages", reason=reason) for n, reason in counts if n > 0)
        lost = _none_fits(len(entries), "include", self.include) if self.include and entries and not fitting else ""
        return Page(drafts=tuple(_draft(e) for e in fresh[: self.most]), skipped=skipped, damaged=damaged, warning=lost)

    def _fits(self, entry: _Url) -> bool:
        if urls.parts(entry.loc).scheme not in {"http", "https"}:
            return False
        return (not self.include or _fits(entry.loc, self.include)) and not _fits(entry.loc, self.exclude)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Url:
    """One entry of a sitemap or an index, as published."""

    loc: str
    lastmod: str = ""
    title: str = ""
    published: str = ""
    language: str = ""
    publication: str = ""
    keywords: tuple[str, ...] = ()

    @property
    def moment(self) -> datetime | None:
        """When it changed, else when it was published."""
        return dates.parse(self.lastmod) or dates.parse(self.published)


def _none_fits(count: int, key: str, patterns: Sequence[str]) -> str:
    return f"none of its {count} addresses fits {key}: {', '.join(patterns)[:100]}. A pattern must fit the whole path: * is anything"


def unpacked(body: bytes) -> bytes:
    """A body without gzip, which its first bytes tell whatever it is called. Raises ParseError beyond `LARGEST` or when damaged."""
    for _ in range(2):  # some servers compress the compressed file again
        if not body.startswith(_GZIP):
            return body
        body = _gunzip(body)
    return body


def _gunzip(body: bytes) -> bytes:
    parts, size, unzip = [], 0, zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        while True:
            part = unzip.decompress(body, _STEP)
            parts.append(part)
            size += len(part)
            if size > LARGEST:
                raise ParseError(f"The sitemap is larger than {LARGEST // 1024**2} MiB once unpacked.")
            body = unzip.unconsumed_tail
            if unzip.eof or (not body and not part):
                break
    except zlib.error as error:
        raise ParseError(f"The sitemap is damaged gzip: {error}.") from None
    if not unzip.eof:
        raise ParseError("The sitemap is gzip that was cut short.")
    return b"".join(parts)


def read(body: bytes) -> tuple[str, list[_Url], str]:
    """(root's name, entries, what was repaired). No entity is resolved, nothing is fetched. Raises ParseError for what is no XML."""
    parser = xml_parser(recover=True)
    try:
        top = etree.fromstring(sound(body.lstrip(b" \r\n\t")), parser)
    except (etree.LxmlError, ValueError) as error:
        raise ParseError(f"The answer is no readable XML: {str(error)[:120]}.") from None
    if top is None:
        raise ParseError("The answer is no readable XML.")
    if parser.error_log and top.getroottree().docinfo.internalDTD is not None:
        raise ParseError("The sitemap declares entities of its own: it is not read.")
    try:
        name, entries = local_name(top), [_entry(e) for e in top if local_name(e) in {"url", "sitemap"}]
    except UnicodeDecodeError as error:
        raise ParseError(f"The sitemap holds what is no text: {error}.") from None
    first = parser.error_log[0] if parser.error_log else None
    damaged = f"not well-formed XML in line {first.line} ({first.message[:120]}); read leniently" if first else ""
    return name, [e for e in entries if e.loc], damaged


def _entry(element: etree._Element) -> _Url:
    plain = {local_name(child): _text(child) for child in element}
    news = next((child for child in element if local_name(child) == "news"), None)
    told = {local_name(e): _text(e) for e in news.iter() if e is not news} if news is not None else {}
    return _Url(
        loc=plain.get("loc", ""),
        lastmod=plain.get("lastmod", ""),
        title=told.get("title", ""),
        published=told.get("publication_date", ""),
        language=told.get("language", ""),
        publication=told.get("name", ""),
        keywords=tuple(filter(None, (part.strip() for part in told.get("keywords", "").split(",")))),
    )


def _text(element: etree._Element) -> str:
    return one_line(element.text or "")


def _draft(entry: _Url) -> Draft:
    title, derived = (entry.title, "") if entry.title else (title_of(entry.loc), "address")
    told = {"title_from": derived, "publication": entry.publication}
    return Draft(
        url=entry.loc,
        title=html.escape(title, quote=False),
        published=entry.published or None,
        updated=entry.lastmod or None,
        labels=entry.keywords,
        language=entry.language,
        about={key: value for key, value in told.items() if value},
    )


def title_of(url: str) -> str:
    """The last telling part of an address as words: /2026/03/voices-cloned_12345.html is "Voices cloned"."""
    parts = urls.parts(url)
    for part in reversed([p for p in unquote(parts.path).split("/") if p]):
        bare = re.sub(r"\.(?:html?|php|aspx?|pdf|jsp)$", "", part, flags=re.IGNORECASE)
        words = re.sub(r"(?:^|(?<=\s))(?:[0-9]{5,}|[0-9a-f]{8,})(?=\s|$)", "", re.sub(r"[-_+.\s]+", " ", bare)).strip()
        if re.search(r"[^\W\d]{2}", words) and words.lower() not in {"index", "default"}:
            return one_line(words[:1].upper() + words[1:])[:200]
    return one_line(f"{parts.hostname or ''}{parts.path}")[:200]


def _fits(url: str, patterns: Sequence[str]) -> bool:
    parts = urls.parts(url)
    path = unquote(parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return any(_pattern(p).search(path) for p in patterns)


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> re.Pattern[str]:
    """A glob over the whole path, or after "re:" a regular expression that is searched for in it."""
    return re.compile(pattern[3:] if pattern.startswith("re:") else fnmatch.translate(pattern))


def _since(request: Request) -> datetime | None:
    """The moment that `start` wrote into the fragment, or an index into the header of what it asks for."""
    found = parse_qs(urlsplit(request.url).fragment).get(_MARK.rstrip("="), [""])[0]
    return dates.parse(found or request.headers.get("If-Modified-Since", ""))


def _site(host: str) -> str:
    """The last two labels of a host, three below a country's own second level."""
    labels = host.removeprefix("www.").split(".")
    return ".".join(labels[-3 if len(labels[-1]) == 2 and len(labels[-2:][0]) <= 3 else -2 :])  # noqa: PLR2004 - gov.uk, co.jp


def _lines(body: bytes) -> Iterator[str]:
    """A sitemap of plain text: one address a line. Raises ParseError when its first line is none."""
    lines = [line.strip() for line in body.decode("utf-8-sig", errors="replace").splitlines() if line.strip()]
    if not lines or not re.match(r"https?://[^\s/]+\S*$", lines[0]):
        raise ParseError("The answer is neither XML nor a list of addresses: no sitemap.")
    yield from (urls.joined(lines[0], line) for line in lines if re.match(r"https?://\S+$", line))
