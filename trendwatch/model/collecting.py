"""What to watch, what was asked, what came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from trendwatch.model.vocabulary import NO_DATES, NO_TEXT, ArticleState, Doctype, Outcome

DATED_BY_PAGE = "the date stands on its page alone"
"""The `date_note` of an item whose feed has no date and whose page has one."""
SUCCESSES: tuple[Outcome, ...] = ("ok", "partial", "unchanged", "empty")
"""Outcomes of a visit whose source answered as it should, with or without news."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What healthy looks like: at least `items` new items in any `days` days."""

    items: int
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WordFilter:
    """Keep a draft when any of `any` occurs (or `any` is empty) and none of `none` does. Whole words, case ignored."""

    any: tuple[str, ...] = ()
    none: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One entry of sources.yaml. `reader` is the kind's own object (a `SourceKind`), built from the kind's own keys."""

    name: str
    kind: str
    reader: Any
    doctype: Doctype = "news"
    region: str = ""  # "us", "eu", "gb" …; "" is worldwide
    language: str = ""  # BCP 47; "" is unknown and is found from the text
    every_s: int = 6 * 3600
    expect: Expectation | None = None
    tier: int = 3  # 1 speaks with authority (regulator, primary), 4 is hearsay
    terms: str = ""
    enabled: bool = True
    filter: WordFilter = WordFilter()
    article: Literal["auto", "always", "never"] = "auto"  # whether the page behind an entry is fetched for its text
    place: str = ""  # "sources.yaml:42", for messages


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """How the web may be asked."""

    contact: str = ""  # an address or URL that goes into the User-Agent
    allow: tuple[str, ...] = ()  # exact "host:port" that may be asked though not public
    total_timeout_s: float = 30.0
    connect_timeout_s: float = 10.0
    max_bytes: int = 15 * 1024 * 1024  # after decompression
    at_once: int = 32
    host_gap_s: float = 1.0
    robots_for_feeds: bool = False  # pages always honour robots.txt; a feed the user named need not


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A secret that a request needs: where it is found, and where it is put at the last moment, so that it is never stored."""

    variable: str  # of the environment: "TRENDWATCH_OPENALEX_KEY"; its name starts with TRENDWATCH_
    place: Literal["query", "header", "login"] = "header"  # "login" is for schemes other than http, whose URL holds the user
    name: str = "Authorization"  # of the query parameter or the header
    prefix: str = ""  # written before the secret: "Bearer "
    required: bool = False  # False: the request goes without it where the environment has none


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One GET. `pace` names a queue shared by sources that one host counts together; "" means the URL's host."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    pace: str = ""
    gap_s: float = 0.0  # least seconds between two requests of one pace; 0 takes the network's
    conditional: bool = True  # may be sent with the validators of the last answer
    credential: Credential | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One answer with a body worth parsing (2xx). `url` is where it came from after redirects."""

    request: Request
    url: str
    status: int
    headers: Mapping[str, str]  # lower-case names
    body: bytes
    memory: str = ""  # what the kind left (`Page.memory`) when it last read an answer to this request's URL


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a conditional GET of `url` sends back, byte for byte, and the body it stands for."""

    url: str
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""  # SHA-256 of the decoded body


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What a kind wants to find again at the next answer to `url`. Earlier ones are kept, so a page's versions stay known."""

    source: str
    url: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """An entry that was seen and not kept, and why. Nothing is dropped in silence."""

    what: str  # title, URL or position
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An entry as published. `title` and `html` may hold any markup; a date may be a datetime or the publisher's own words."""

    uid: str = ""  # the publisher's own id: guid, atom:id, document number
    url: str = ""
    title: str = ""
    html: str = ""
    published: datetime | str | None = None
    updated: datetime | str | None = None
    authors: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()  # the publisher's categories
    language: str = ""
    identifiers: tuple[str, ...] = ()  # "arxiv:2601.01234", "doi:10.1/x", "fr:2026-00123"
    dates: Mapping[str, date] = field(
        default_factory=lambda: NO_DATES
    )  # dates published as data: "effective", "comments_close"
    about: Mapping[str, str] = field(default_factory=lambda: NO_TEXT)  # other published facts: "agencies", "type", "points"
    doctype: Doctype | None = None  # where the entry knows better than its source


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one response held: entries, what to ask next, and what was left out and why."""

    drafts: tuple[Draft, ...] = ()
    requests: tuple[Request, ...] = ()
    skipped: tuple[Skip, ...] = ()
    title: str = ""  # the feed's own title
    home: str = ""  # the site it belongs to
    ttl_s: int = 0  # how long the feed asks to be left alone
    skip_hours: frozenset[int] = frozenset()  # hours of UTC at which the feed does not want to be asked
    damaged: str = ""  # what had to be repaired to read it; "" when nothing
    warning: str = ""  # what looks wrong with an answer that was read: fewer items than promised, no dates
    memory: str | None = None  # to be found in the next answer's `Response.memory`; None leaves what is there
    unsettled: bool = False  # the next visit asks for the whole answer again, though it may not have changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A draft, cleaned and identified. `raw_*` is as published; `title` and `text` are plain text (paragraphs by blank line)."""

    id: str  # 16 hex digits of SHA-256 over the source's name and the entry's own id
    source: str
    doctype: Doctype
    url: str
    canonical_url: str
    title: str
    text: str
    raw_title: str
    raw_html: str
    published_at: datetime | None
    date_note: str  # why published_at is missing or is not what the publisher wrote; "" when it is
    first_seen_at: datetime
    updated_at: datetime | None = None
    authors: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    language: str = ""
    region: str = ""
    identifiers: tuple[str, ...] = ()
    dates: Mapping[str, date] = field(default_factory=lambda: NO_DATES)
    about: Mapping[str, str] = field(default_factory=lambda: NO_TEXT)
    content_hash: str = ""  # SHA-256 over title and text, case and space folded: the key of everything derived from the text
    revision: int = 1

    @property
    def at(self) -> datetime:
        """When it was published, as far as known; else when it was first seen."""
        return self.published_at or self.first_seen_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One attempt at one source: what came of it and what it cost."""

    source: str
    started_at: datetime
    outcome: Outcome
    error: str = ""
    status: int = 0  # last HTTP status; 0 when none came
    url: str = ""  # the last URL asked, after redirects
    moved_to: str = ""  # target of a permanent redirect
    found: int = 0  # entries in the answers
    new: int = 0
    revised: int = 0
    skipped: tuple[Skip, ...] = ()
    requests: int = 0
    not_modified: int = 0
    bytes: int = 0
    seconds_s: float = 0.0
    next_at: datetime | None = None  # not to be asked before: Retry-After, ttl, back-off

    @property
    def succeeded(self) -> bool:
        """Whether the source answered as it should, with or without news."""
        return self.outcome in SUCCESSES


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleBudget:
    """What one run may spend on the pages behind entries."""

    pages: int = 200
    seconds_s: float = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What the page behind an item's link came to: its text, or why the item keeps its teaser."""

    item_id: str
    state: ArticleState
    fetched_at: datetime
    reason: str = ""  # a sentence on every state but "ok"
    url: str = ""  # where the page came from, after redirects
    text: str = ""  # paragraphs by blank line; "" unless `state` is "ok"
    title: str = ""
    published_at: datetime | None = None
    authors: tuple[str, ...] = ()
    language: str = ""
    confidence: float = 0.0  # that `text` is the item's article, whole and nothing else; see trendwatch.collect.article
    of_hash: str = ""  # content_hash of the item that the page was fetched for
    content_hash: str = ""  # what it becomes with this text
    tries: int = 1
    next_at: datetime | None = None  # not to be asked before; None: not again


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What `Store.add_visit` did with a visit's items. Ids, in the order given."""

    new: tuple[str, ...] = ()
    revised: tuple[str, ...] = ()
    unchanged: int = 0
