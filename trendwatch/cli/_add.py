"""Looking at an address and proposing the source it could be. No command."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from trendwatch import __version__, plugins
from trendwatch.collect import discover
from trendwatch.collect.fetch import Fetcher
from trendwatch.collect.sources import SourceKind
from trendwatch.config import Config
from trendwatch.errors import CollectError, FetchError, ParseError, QueryError
from trendwatch.model import Network, Page, Request, Response

_TITLES = 3
_GUESSES = 8
_OFFICIAL = re.compile(r"(^|\.)(gov|gouv|gob|govt|go)(\.[a-z]{2})?$|(^|\.)europa\.eu$")
_PAPERS = re.compile(r"(^|\.)(arxiv|aclanthology|openreview|biorxiv|ssrn)\.(org|net|com)$")
_NOISE = re.compile(r"\b(rss|atom|feed|feeds|blog|news|home|latest|posts|updates|the)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A source to be: `entry` is what would stand in the file; the rest lets a person judge."""

    entry: Mapping[str, str]
    title: str
    entries: int
    newest: str
    titles: tuple[str, ...]


def propose(setting: Config, url: str, *, kind: str, name: str) -> Proposal:
    """Ask an address, find the feed there, name it. Raises QueryError or FetchError when nothing can be read."""
    url = url if "://" in url else f"https://{url}"
    _refuse_known(setting, url)
    found, page = asyncio.run(_look(setting.network, url, kind))
    _refuse_known(setting, found)
    taken = {s.name.casefold() for s in setting.sources}
    if name and name.casefold() in taken:
        raise QueryError(f"there is a source named {name!r} already.")
    host = urlsplit(found).hostname or ""
    doctype, tier = guess(host, page.title)
    entry = {
        "name": name or name_of(page.title, host, taken),
        "kind": kind,
        "url": found,
        "doctype": doctype,
        "tier": str(tier),
    }
    return Proposal(
        entry=entry,
        title=page.title,
        entries=len(page.drafts),
        newest=_newest(page),
        titles=tuple(_text(d.title) for d in page.drafts[:_TITLES]),
    )


async def _look(network: Network, url: str, kind: str) -> tuple[str, Page]:
    """The first address that the kind can read, starting from one that a person gave, and what it held."""
    reader = plugins.load("trendwatch.collect.sources", kind, SourceKind)  # type: ignore[type-abstract]  # what is found is not abstract
    async with Fetcher(network, validators={}, version=__version__) as fetcher:
        response = await _get(fetcher, url)
        page = _read(reader, response)
        if page:
            return _settled(url, response), page
        for candidate in _candidates(response):
            try:
                answer = await _get(fetcher, candidate)
            except CollectError:
                continue
            if (page := _read(reader, answer)) and page.drafts:
                return _settled(candidate, answer), page
    raise QueryError(f"{url} is no {kind}, and none was found there. If you know its feed, give that address.")


async def _get(fetcher: Fetcher, url: str) -> Response:
    fetched = await fetcher.get(Request(url=url, conditional=False))
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
