"""Looking at an address and proposing the source it could be: a feed, or a page by selectors. No command."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from trendwatch import __version__, plugins
from trendwatch.collect import discover, listing
from trendwatch.collect.fetch import Fetcher
from trendwatch.collect.sources import SourceKind
from trendwatch.config import Config
from trendwatch.errors import CollectError, FetchError, ParseError, QueryError
from trendwatch.model import Draft, Network, Page, Request, Response

_FEED, _PAGE = "feed", "webpage"
_TITLES = 3
_ROWS = 10
_GUESSES = 8
_OFFICIAL = re.compile(r"(^|\.)(gov|gouv|gob|govt|go)(\.[a-z]{2})?$|(^|\.)europa\.eu$")
_PAPERS = re.compile(r"(^|\.)(arxiv|aclanthology|openreview|biorxiv|ssrn)\.(org|net|com)$")
_NOISE = re.compile(r"\b(rss|atom|feed|feeds|blog|news|home|latest|posts|updates|the)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A source to be: `entry` is what would stand in the file; the rest lets a person judge.

    `rows` (title, date, link) is what selectors yield, () for a feed; `others` are further lists of the page by their selector.
    """

    entry: Mapping[str, str | int]
    title: str
    entries: int
    newest: str
    titles: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...] = ()
    others: tuple[str, ...] = ()
    warning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """What was found at an address: the kind that reads it, its further keys, and the page it gave."""

    url: str
    kind: str
    page: Page
    keys: Mapping[str, str | int] = field(default_factory=dict)
    others: tuple[str, ...] = ()


def propose(setting: Config, url: str, *, kind: str, name: str, choice: int = 1) -> Proposal:
    """Ask an address, find the feed there, name it; where there is none, propose selectors for the page, the `choice`-th best.

    Raises QueryError or FetchError when nothing can be read.
    """
    url = url if "://" in url else f"https://{url}"
    _refuse_known(setting, url)
    found = asyncio.run(_look(setting.network, url, kind, choice))
    _refuse_known(setting, found.url)
    taken = {s.name.casefold() for s in setting.sources}
    if name and name.casefold() in taken:
        raise QueryError(f"there is a source named {name!r} already.")
    page, host = found.page, urlsplit(found.url).hostname or ""
    doctype, tier = guess(host, page.title)
    entry = {
        "name": name or name_of(page.title, host, taken),
        "kind": found.kind,
        "url": found.url,
        "doctype": doctype,
        "tier": str(tier),
        **found.keys,
    }
    return Proposal(
        entry=entry,
        title=page.title,
        entries=len(page.drafts),
        newest=_newest(page),
        titles=tuple(_text(d.title) for d in page.drafts[:_TITLES]),
        rows=tuple(_row(d) for d in page.drafts[:_ROWS]) if found.kind == _PAGE else (),
        others=found.others,
        warning=page.warning,
    )


async def _look(network: Network, url: str, kind: str, choice: int) -> _Looked:
    """The first address that the kind can read, starting from one that a person gave; else the page itself, by selectors."""
    reader = plugins.load("trendwatch.collect.sources", kind, SourceKind)  # type: ignore[type-abstract]  # what is found is not abstract
    async with Fetcher(network, validators={}, version=__version__) as fetcher:
        if kind == _PAGE:
            return await _page(fetcher, url, choice)
        response = await _get(fetcher, url)
        page = _read(reader, response)
        if page:
            return _Looked(url=_settled(url, response), kind=kind, page=page)
        for candidate in _candidates(response):
            try:
                answer = await _get(fetcher, candidate)
            except CollectError:
                continue
            if (page := _read(reader, answer)) and page.drafts:
                return _Looked(url=_settled(candidate, answer), kind=kind, page=page)
        if kind == _FEED:
            return await _page(fetcher, url, choice)
    raise QueryError(f"{url} is no {kind}, and none was found there. If you know its {kind}, give that address.")


async def _page(fetcher: Fetcher, url: str, choice: int) -> _Looked:
    """The page by proposed selectors. It is asked anew, as it will be at every visit: only where robots.txt allows it."""
    response = await _get(fetcher, url, robots=True)
    found = listing.propose(response.body, response.url, response.headers.get("content-type", ""))
    if not found:
        raise QueryError(
            f"{url} has no feed, and nothing on the page repeats like a list of entries. If you know its feed, give that address;"
            " else write the selectors by hand (`trendwatch sources kinds` shows the keys of webpage)."
        )
    if not 1 <= choice <= len(found):
        raise QueryError(f"the page holds {len(found)} lists: --choice takes 1 to {len(found)}.")
    chosen = found[choice - 1]
    least = {"least": max(1, len(chosen.page.drafts) // 2)}
    others = tuple(
        f"--choice {n}: {len(p.page.drafts)} entries by {p.selectors.item}" for n, p in enumerate(found, 1) if n != choice
    )
    return _Looked(url=_settled(url, response), kind=_PAGE, page=chosen.page, keys={**chosen.keys, **least}, others=others)


def _row(draft: Draft) -> Mapping[str, str]:
    """An entry as the table shows it."""
    return {"title": _text(draft.title), "date": str(draft.published or "")[:10] or "undated", "link": draft.url}


async def _get(fetcher: Fetcher, url: str, *, robots: bool = False) -> Response:
    fetched = await fetcher.get(Request(url=url, conditional=False), robots=robots)
    if fetched.response is None:
        raise FetchError(f"{url} gave no content.")
    return fetched.response


def _read(reader: type[SourceKind], response: Response) -> Page | None:
    """What the kind reads in an answer; None when it is not its sort of answer."""
    try:
        kind = reader(url=response.url)  # type: ignore[call-arg]  # a kind that takes a URL; others are added by hand
    except TypeError:
        raise QueryError("this kind takes more keys than an address: write it into the file by hand.") from None
    try:
        return kind.parse(response)
    except ParseError:
        return None


def _candidates(response: Response) -> Sequence[str]:
    """Addresses of feeds that a page names, then those that sites use most."""
    named = [address for address, _ in discover.feeds_in(response.body, response.url)]
    return list(dict.fromkeys([*named, *discover.guesses(response.url)[:_GUESSES]]))


def _settled(asked: str, response: Response) -> str:
    """The address to write down: where a permanent home was shown, else what was asked."""
    return response.url if urlsplit(asked).hostname == urlsplit(response.url).hostname else asked


def _refuse_known(setting: Config, url: str) -> None:
    bare = url.rstrip("/").partition("://")[2]
    for source in setting.sources:
        if source.reader.address().rstrip("/").partition("://")[2] == bare:
            raise QueryError(f"{source.name} at {source.place} asks this address already.")


def guess(host: str, title: str) -> tuple[str, int]:
    """What a host's entries are likely to be, and how much its word weighs."""
    if _OFFICIAL.search(host):
        return "regulation", 1
    if _PAPERS.search(host):
        return "paper", 2
    if "incident" in f"{host} {title}".casefold():
        return "incident", 2
    if re.search(r"blog|substack|medium", f"{host} {title}".casefold()):
        return "post", 3
    return "news", 3


def name_of(title: str, host: str, taken: Iterable[str]) -> str:
    """A short name that is free: from the title, else from the host."""
    used = set(taken)
    plain = unicodedata.normalize("NFKD", _NOISE.sub(" ", title)).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)[:4]
    labels = [label for label in host.split(".") if label not in ("www", "blog", "news", "feeds", "rss")]
    base = "-".join(words) or "-".join(labels[:-1] or labels) or "source"
    base = base[:40].strip("-")
    return next(n for n in (base, *(f"{base}-{i}" for i in range(2, 10_000))) if n not in used)


def _newest(page: Page) -> str:
    dates = [str(d.published)[:10] for d in page.drafts if d.published]
    return max(dates, default="undated")


def _text(html: str) -> str:
    from trendwatch.collect.plain import plain_text  # noqa: PLC0415 - beside its only use

    return " ".join(plain_text(html).split())[:110]
