"""The targets of benchmarks/fuzz.py: each reads one broken input as a visit would, and raises what must not be."""

from __future__ import annotations

import json
import random
import sys
import time
import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
from fuzz_inputs import broken, dates_said, feeds, odd_json, pages, selectors, urls_said
from harness import HERE

from trendwatch.collect import answers, dates, datewords, discover, guard, imap, listing, opml, plain, urls
from trendwatch.collect.decode import Decoder
from trendwatch.collect.reading import read
from trendwatch.collect.sources import SourceKind
from trendwatch.collect.sources.arxiv import Arxiv
from trendwatch.collect.sources.feed import Feed
from trendwatch.collect.sources.mailbox import Mailbox
from trendwatch.collect.sources.opml import Opml
from trendwatch.collect.sources.page_watch import PageWatch
from trendwatch.collect.sources.sitemap import Sitemap
from trendwatch.collect.sources.webpage import Webpage
from trendwatch.errors import FetchError, ParseError
from trendwatch.model import Request, Response, Source

LARGEST = 100_000
SLOW_S = 2.0
LONGEST: list[float] = []
"""Seconds of CPU of the readings of one input."""
SEEN = datetime(2026, 3, 2, 6, tzinfo=UTC)
URL = "https://news.example.org/a/feed"
JSON_KINDS = ("federal_register", "github_advisories", "github_releases", "gov_uk", "hacker_news", "openalex", "vendor_terms")

Target = Callable[[random.Random], None]


class FoundError(Exception):
    """What a reading must not do."""


def response(body: bytes, url: str = URL, memory: str = "", **headers: str) -> Response:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(request=Request(url=url), url=url, status=200, headers=given, body=body, memory=memory)


def visit(reader: SourceKind, answer: Response, again: bool) -> str:
    """Read an answer to items, check them, and read it once more; what the kind remembers is returned."""
    source = Source(name="s", kind="k", reader=reader)
    found = attempt(source, answer)
    if again and repr(found) != repr(attempt(source, answer)):
        raise FoundError("the same bytes were read differently the second time")
    if isinstance(found, str):
        return ""
    for item in found.items:
        check(repr(item.id), item.title, item.text, item.url, item.canonical_url, item.raw_title, item.raw_html, item.language)
        check(*item.authors, *item.labels, *item.identifiers, *item.about.values(), item.date_note)
        if item.published_at and not (dates.OLDEST <= item.published_at <= SEEN):
            raise FoundError(f"published at {item.published_at}")
        if item.url and urlsplit(item.url).scheme not in ("http", "https"):
            raise FoundError(f"leads to {item.url!r}")
    return found.memory or ""


def attempt(source: Source, answer: Response) -> Any:
    began = time.process_time()
    try:
        return read(source, answer, SEEN)
    except ParseError as error:
        return str(error)
    finally:
        took = time.process_time() - began
        LONGEST.append(took)
        if took > SLOW_S:
            raise FoundError(f"slow: {took:.1f} s")


def check(*texts: str) -> None:
    """What SQLite and UTF-8 take."""
    for text in texts:
        text.encode()
        if "\0" in text:
            raise FoundError(f"holds NUL: {text[:80]!r}")


# ---- targets


def kind_of(reader: SourceKind, samples: Sequence[bytes], **headers: str) -> Target:
    def once(rng: random.Random) -> None:
        body = broken(rng, samples)[:LARGEST]
        visit(reader, response(body, **headers), again=rng.random() < 0.1)

    return once


def answering(reader: SourceKind, samples: Sequence[bytes]) -> Target:
    """An API: mostly well-formed answers with values that were not promised."""

    def once(rng: random.Random) -> None:
        body = odd_json(rng, samples) if rng.random() < 0.8 else broken(rng, samples)
        visit(reader, response(body[:LARGEST]), again=rng.random() < 0.1)

    return once


def remembering(reader: SourceKind, samples: Sequence[bytes], **headers: str) -> Target:
    """A page read three times, each time broken in another way, with what was remembered."""

    def once(rng: random.Random) -> None:
        memory = ""
        sample = [rng.choice(samples)]
        for _ in range(3):
            answer = response(broken(rng, sample)[: LARGEST // 2], memory=memory, **headers)
            memory = visit(reader, answer, again=rng.random() < 0.1) or memory

    return once


def listings(samples: Sequence[bytes]) -> Target:
    def once(rng: random.Random) -> None:
        body = broken(rng, samples)[:LARGEST]
        found = listing.propose(body, URL, rng.choice(["", "text/html; charset=utf-8", "text/html; charset=koi8-r"]))
        for proposal in found:
            Webpage(url=URL, **dict[str, Any](proposal.keys))
        discover.feeds_in(body, URL)

    return once


def selected(samples: Sequence[bytes]) -> Target:
    def once(rng: random.Random) -> None:
        keys: dict[str, Any] = {
            k: selectors(rng) for k in ("item", "link", "title", "date", "summary", "next") if k == "item" or rng.random() < 0.4
        }
        try:
            reader = Webpage(url=URL, pages=2, **keys)
        except ValueError:
            return
        try:
            visit(reader, response(rng.choice(samples)[:LARGEST]), again=False)
        except Exception as error:
            raise FoundError(f"{keys}: {type(error).__name__}: {error}") from error

    return once


def said(rng: random.Random) -> None:
    """Dates in words and headers."""
    text = dates_said(rng)
    moment, _ = dates.read(text, seen_at=SEEN)
    if moment and not (moment <= SEEN and moment.tzinfo is UTC):
        raise FoundError(f"{text!r} is {moment!r}")
    datewords.find(text, today=rng.choice([None, date(2026, 3, 2), date.max, date.min]), month_first=rng.random() < 0.5)
    datewords.month_first([text, dates_said(rng)])
    datewords.in_address(f"/{text}/x")
    headers = {"retry-after": text, "date": dates_said(rng), "expires": text, "cache-control": f"max-age={text}"}
    limits = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": text}
    for seconds in (answers.retry_after(headers) or 0, answers.freshness(headers), answers.quota(headers | limits)):
        if not 0 <= seconds <= answers.DAY_S:
            raise FoundError(f"{headers}: wait {seconds} s")


def addresses(rng: random.Random) -> None:
    """One canonical form; and what the guard agrees to is the host that other parsers see."""
    url = urls_said(rng)
    form = urls.canonical(url)
    if form and urls.canonical(form) != form:
        raise FoundError(f"canonical is not idempotent: {url!r} -> {form!r} -> {urls.canonical(form)!r}")
    check(form, *urls.identifiers(url))
    urls.host(url)
    opml.wrong_address(url)
    try:
        address = guard.split(url)
        guard.Guard().check(address)
    except FetchError:
        return
    other, ours = urlsplit(url), httpx2.URL(url)
    seen = (other.hostname or "").rstrip(".")
    if seen.isascii() and seen != address.host:
        raise FoundError(f"{url!r}: urlsplit sees {seen!r}, the guard {address.host!r}")
    if ours.raw_host.decode().lower().rstrip(".") != address.host or guard.split(address.url) != address:
        raise FoundError(f"{url!r}: {address}")
    if (":" in address.host or address.host.replace(".", "").isdigit()) and guard.forbidden(address.host):
        raise FoundError(f"{url!r}: lets {address.host} pass")


def mails(samples: Sequence[bytes]) -> Callable[[random.Random], None]:
    readers = [Mailbox(host="imap.example.org", user="u", links=links) for links in (False, True)]

    def once(rng: random.Random) -> None:
        body, kind = imap.packed([(broken(rng, samples)[: LARGEST // 3], rng.random() < 0.2) for _ in range(rng.randint(1, 3))])
        body = broken(rng, [body])[:LARGEST] if rng.random() < 0.3 else body
        visit(rng.choice(readers), response(body, content_type=kind), again=rng.random() < 0.1)

    return once


def markup(samples: Sequence[bytes]) -> Target:
    def once(rng: random.Random) -> None:
        how = rng.choice([("utf-8", "replace"), ("utf-8", "surrogateescape"), ("latin-1", "strict"), ("utf-16", "replace")])
        text = broken(rng, samples)[:LARGEST].decode(*how)
        check(plain.plain_text(text), plain.one_line(text), plain.storable(text))

    return once


def codings(rng: random.Random) -> None:
    """Compressed bodies, broken; in pieces of any size they give the same."""
    plain_body = rng.randbytes(rng.choice([0, 10, 5000])) * rng.choice([1, 200])
    wbits = rng.choice([31, 15, -15])
    squeezer = zlib.compressobj(rng.randint(0, 9), wbits=wbits)
    body = broken(rng, [squeezer.compress(plain_body) + squeezer.flush()])
    coding = rng.choice(["gzip", "deflate", "x-gzip", "GZIP, identity", "identity", ""])
    came = []
    for step in (len(body) + 1, rng.randint(1, 4000)):
        try:
            decoder = Decoder(coding, 1 << 20)
            for at in range(0, len(body), step):
                decoder.feed(body[at : at + step])
            came.append(decoder.finish())
        except FetchError:
            came.append(b"refused")
    if came[0] != came[1] and coding != "deflate":  # raw deflate is known by the first piece alone
        raise FoundError(f"{coding}: another body in pieces")


def targets(shared: Path) -> dict[str, Target]:
    own = HERE.parent / "tests" / "pages"
    html = pages(own, "webpage", "page_watch", "article", suffix=".html")
    found: dict[str, Target] = {
        "feed": kind_of(Feed(url=URL), feeds(own, shared)),
        "jsonfeed": answering(Feed(url=URL), pages(own, "feed", suffix=".json")),
        "addresses": addresses,
        "dates": said,
        "webpage": kind_of(Webpage(url=URL, item="article, li, tr, .item, h2", pages=3, next="a[rel=next], .next a"), html),
        "listing": listings(html),
        "selectors": selected(html),
        "page_watch": remembering(PageWatch(url=URL), pages(own, "page_watch", "article", suffix=".html")),
        "pdf": remembering(PageWatch(url=URL), pdfs(), content_type="application/pdf"),
        "sitemap": remembering(Sitemap(url=URL), pages(own, "sitemap")),
        "opml": remembering(Opml(url=URL), pages(own, "opml")),
        "mail": mails(pages(own, "mailbox")),
        "arxiv": kind_of(Arxiv(query="all:x"), pages(own, "arxiv", suffix=".xml")),
        "markup": markup([*html, *feeds(own, shared)]),
        "codings": codings,
    }
    for name in JSON_KINDS:
        settings = json.loads((own / name / "source.json").read_text())
        found[name] = answering(reader_of(name, settings), pages(own, name, suffix=".json"))
    return found


def reader_of(name: str, settings: dict[str, Any]) -> SourceKind:
    from trendwatch import plugins  # noqa: PLC0415 - only here

    kind: Any = plugins.load("trendwatch.collect.sources", name, SourceKind)
    own = {k: tuple(v) if isinstance(v, list) else v for k, v in settings.items() if k in kind.__dataclass_fields__}
    made: SourceKind = kind(**own)
    return made


def pdfs() -> list[bytes]:
    sys.path.insert(0, str(HERE.parent / "tests" / "collect"))
    import pdfs as makers  # type: ignore[import-not-found]  # noqa: PLC0415 - the tests' own documents

    words = ["A policy on models", "It was changed on 2 March 2026.", *["Every paragraph counts, (and so on)."] * 9]
    return [makers.pdf([words] * 3), makers.packed(makers.pdf([words]))]
