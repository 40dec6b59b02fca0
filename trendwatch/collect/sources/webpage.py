"""`kind: webpage`: a page that lists what is new, read by CSS selectors."""

from __future__ import annotations

import html
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import ClassVar
from urllib.parse import urldefrag, urlsplit

from bs4 import Tag

from trendwatch.collect import dates, datewords, urls
from trendwatch.collect.plain import one_line
from trendwatch.collect.sources import SourceKind, _webpage
from trendwatch.collect.sources._reading import page_title, root
from trendwatch.collect.sources._webpage import Entry, Selectors, Tree
from trendwatch.errors import ParseError
from trendwatch.model import Draft, Page, Request, Response, Skip

MOST = 1000
"""Items of one page that are read: a listing that a person can read is shorter."""
_FEEDS = {"rss", "feed", "rdf:rdf"}
_MARK = "trendwatch-page="
_MEND = "Look at the page and correct the selector, or let `trendwatch sources add URL` propose new ones."


@dataclass(frozen=True, kw_only=True)
class Webpage(SourceKind):
    """A page that lists what is new and has no feed: each entry is found by a CSS selector, its parts by selectors inside it.

    `trendwatch sources add URL` proposes the selectors. "." is the item itself; a selector that starts with + looks behind the
    item, up to the next one ("+ dd"). robots.txt is obeyed. When the page changes its shape, the visit says so.
    """

    obeys_robots: ClassVar[bool] = True
    bulky: ClassVar[bool] = True
    remembers: ClassVar[bool] = True

    url: str = field(metadata={"help": "Address of the page that lists the entries."})
    item: str = field(metadata={"help": "Selects each entry: `article`, `ul.news > li`, or the links themselves."})
    link: str = field(default="", metadata={"help": "The link inside an item. Default: that of its heading, else its first."})
    title: str = field(default="", metadata={"help": "The title inside an item. Default: its heading, else its link."})
    date: str = field(default="", metadata={"help": "The date inside an item. Default: `time`, else the date in the address."})
    summary: str = field(default="", metadata={"help": "The summary inside an item. Default: there is none."})
    next: str = field(default="", metadata={"help": "Selects the link to the next page, where there are several."})
    pages: int = field(default=1, metadata={"help": "Pages read in one visit at most, when `next` is given."})
    least: int = field(default=0, metadata={"help": "Items the first page always holds: with fewer, the visit warns of it."})

    def __post_init__(self) -> None:
        for key in ("item", "link", "title", "date", "summary", "next"):
            if key == "item" or getattr(self, key):
                _webpage.check(getattr(self, key), key)

    def start(self, since: datetime | None) -> Sequence[Request]:  # noqa: ARG002 - a page shows what it shows
        """The page itself."""
        return (Request(url=self.url, headers={"Accept": "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"}),)

    def parse(self, response: Response) -> Page:
        """The entries, as the page has them. Raises ParseError, naming the selector, when they cannot be found any more."""
        if not response.body.strip():
            raise ParseError("The answer is empty: no page.")
        if root(response.body) in _FEEDS:
            raise ParseError("The answer is a feed, not a page: write `kind: feed` and leave the selectors out.")
        return self.read(_webpage.tree(response.body, response.url, response.headers.get("content-type", "")), response)

    def read(self, page: Tree, response: Response) -> Page:
        """The same for a page that was read into a tree before."""
        chosen = _webpage.select(page.soup, self.item, "item")
        if not chosen:
            title = page_title(response.body)
            raise ParseError(f'The selector of "item" ({self.item}) matches nothing on the page{title}. {_MEND}')
        chosen, nested = _flat(chosen)
        among = frozenset(map(id, chosen))
        found = [_webpage.entry(tag, self._selectors(), page.base, among) for tag in chosen[:MOST]]
        self._refuse_changed(found)
        shared = _shared(found)
        kept, skipped = _distinct(found, shared)
        if nested:
            skipped.append(Skip(what=f"{nested} items", reason="hold other items, or lie in one"))
        if len(chosen) > MOST:
            skipped.append(Skip(what=f"{len(chosen) - MOST} items", reason=f"beyond the {MOST} read of one page"))
        drafts = _drafts(kept, page, response, shared)
        warning, memory = self._judged(kept, drafts, response)
        requests, left = self._next(page, response)
        return Page(
            drafts=drafts,
            requests=requests,
            skipped=(*skipped, *left),
            title=one_line(page.soup.title.get_text())[:200] if page.soup.title else "",
            home=response.url,
            damaged=page.damaged,
            warning=warning,
            memory=memory,
        )

    def _selectors(self) -> Selectors:
        return Selectors(item=self.item, link=self.link, title=self.title, date=self.date, summary=self.summary)

    def _refuse_changed(self, found: Sequence[Entry]) -> None:
        """Raise ParseError when a part without which there is no entry is in none of the items."""
        for key, css, there in (("link", self.link, [e.url for e in found]), ("title", self.title, [e.title for e in found])):
            if not any(there):
                which = f'The selector of "{key}" ({css}) matches' if css else f"The default for the {key} finds"
                raise ParseError(f'{which} nothing in the {len(found)} items that "item" ({self.item}) selects. {_MEND}')

    def _judged(self, kept: Sequence[Entry], drafts: Sequence[Draft], response: Response) -> tuple[str, str | None]:
        """(what looks wrong, what to remember): whether the entries had dates and stayed on the site, when all was well."""
        before = _memory(response.memory)
        dated = any(isinstance(d.published, datetime) or (d.published and dates.parse(d.published)) for d in drafts)
        here = urls.host(response.url)
        away = sum(not _same_site(urls.host(e.url), here) for e in kept)
        leaves = away * 2 > len(kept)
        few = len(kept) < self.least and _number(response.request.url) == 1  # a last page may be short
        warnings = [
            f"only {len(kept)} items where at least {self.least} were promised (least)" if few else "",
            "no item has a date any more" if not dated and before.get("dated") else "",
            f'no item has a date by the selector of "date" ({self.date})' if not dated and self.date and not before else "",
            f"{away} of {len(kept)} links leave {here}" if leaves and not before.get("leaves") else "",
        ]
        told = "; ".join(filter(None, warnings))
        memory = {"dated": dated or bool(before.get("dated")), "leaves": leaves if not before else bool(before.get("leaves"))}
        return (f"{told}. {_MEND}" if told else ""), json.dumps(memory, sort_keys=True)

    def _next(self, page: Tree, response: Response) -> tuple[tuple[Request, ...], tuple[Skip, ...]]:
        """The next page, when there is one on this host and the pages of a visit are not used up."""
        number = _number(response.request.url)
        if not self.next or number >= self.pages:
            return (), ()
        found = _webpage.select(page.soup, self.next, "next", limit=1)
        target = urldefrag(_webpage.address(found[0], page.base)).url if found else ""
        if not target:  # the last page has none; where the first has none, the selector is of no use
            lost = Skip(what="page 2", reason=f'the selector of "next" ({self.next}) finds no link')
            return (), (lost,) if number == 1 else ()
        if urlsplit(target).netloc != urlsplit(response.url).netloc or target == urldefrag(response.url).url:
            return (), (Skip(what=target[:200], reason="the next page is on another host or is this one"),)
        # Pages are counted in the fragment, which no server sees: whoever reads page 2 must know that it is the second.
        return (Request(url=f"{target}#{_MARK}{number + 1}", headers=response.request.headers),), ()


def _flat(chosen: Sequence[Tag]) -> tuple[list[Tag], int]:
    """Items of which none holds another, and how many were left out: those that hold several, then those that lie in one."""
    ids = frozenset(map(id, chosen))
    above = [next((id(p) for p in tag.parents if id(p) in ids), 0) for tag in chosen]
    around = {holder for holder, count in Counter(above).items() if count > 1}
    kept = [
        tag for tag, holder in zip(chosen, above, strict=True) if id(tag) not in around and (not holder or holder in around)
    ]
    return kept, len(chosen) - len(kept)


def _number(url: str) -> int:
    mark, _, number = urlsplit(url).fragment.partition("=")
    return int(number) if f"{mark}=" == _MARK and number.isdecimal() and len(number) < 4 else 1  # noqa: PLR2004 - below 1,000


def _memory(text: str) -> dict[str, bool]:
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _same_site(host: str, here: str) -> bool:
    """Whether two hosts are of one site: equal, one within the other, or alike in their last three labels (two for short ones)."""
    if not host or not here or host == here or host.endswith(f".{here}") or here.endswith(f".{host}"):
        return True
    labels, others = host.split("."), here.split(".")
    most = 3 if len(labels[-1]) == 2 and len(labels[-2:][0]) <= 3 else 2  # noqa: PLR2004 - gov.uk, co.jp
    return len(labels) >= most and labels[-most:] == others[-most:]


def _distinct(found: Sequence[Entry], shared: set[str]) -> tuple[list[Entry], list[Skip]]:
    """Entries with address and title, one each; why the others are left out. A headline is kept before a picture of the same link."""
    kept: dict[tuple[str, str], Entry] = {}
    skipped: list[Skip] = []
    headed = {e.url for e in found if e.title and not e.drawn}
    for number, e in enumerate(found, 1):
        key = (e.url, e.title if e.url in shared else "")
        reason = (
            "has no link"
            if not e.url
            else "has no title"
            if not e.title
            else "is a picture of an entry that has words, too"
            if e.drawn and e.url in headed
            else "links to the same address as an entry before it"
            if key in kept
            else ""
        )
        if reason:
            skipped.append(Skip(what=(e.title or e.url or f"item {number}")[:200], reason=reason))
        else:
            kept[key] = e
    return list(kept.values()), skipped


def _shared(found: Sequence[Entry]) -> set[str]:
    """Addresses that most entries share, such as that of the page itself: there the title tells the entries apart."""
    counts: dict[str, set[str]] = {}
    for e in found:
        if e.url and e.title and not e.drawn:
            counts.setdefault(e.url, set()).add(e.title)
    return {url for url, titles in counts.items() if len(titles) > max(3, len(found) // 3)}


def _drafts(kept: Sequence[Entry], page: Tree, response: Response, shared: set[str]) -> tuple[Draft, ...]:
    today = _today(response)
    month_first = _webpage.order_of(page, response.url, [e.when for e in kept])
    return tuple(_draft(e, page.language, today, month_first=month_first, shared=e.url in shared) for e in kept)


def _draft(e: Entry, language: str, today: date | None, *, month_first: bool, shared: bool) -> Draft:
    published, about = _dated(e, today, month_first=month_first)
    return Draft(
        uid=f"{e.url} {e.title}" if shared else "",
        url=e.url,
        title=html.escape(e.title, quote=False),
        html=html.escape(e.summary, quote=False),
        published=published,
        language=language,
        about=dict(about),
    )


def _dated(e: Entry, today: date | None, *, month_first: bool) -> tuple[datetime | str | None, Iterator[tuple[str, str]]]:
    """(when it was published, what to tell about that). What is no date to us stays in the publisher's words."""
    if found := datewords.find(e.when, today=today, month_first=month_first) if not _precise(e.when) else None:
        told = [("date_as_published", e.when[:200])] if found.relative else []
        return _midnight(found.day), iter(told)
    if e.when and (_precise(e.when) or dates.parse(e.when)):
        return e.when, iter(())
    if day := datewords.in_address(urlsplit(e.url).path):
        return _midnight(day), iter([("date_from", "address")])
    return e.when or None, iter(())


def _precise(when: str) -> bool:
    """A moment written for machines, hours and all."""
    try:
        datetime.fromisoformat(when)
    except ValueError:
        return False
    return True


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _today(response: Response) -> date | None:
    """The day on which the server answered: what "yesterday" starts from."""
    try:
        return parsedate_to_datetime(response.headers["date"]).astimezone(UTC).date()
    except (KeyError, ValueError, TypeError, IndexError, OverflowError):
        return None
