"""The shape of sources.yaml as pydantic models: what may stand where, and one sentence on each key for the published schema."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from trendwatch import model
from trendwatch.config._values import AsList, AsNumber, AsWhole, Every, Expect, Seconds, Size, Words, YesNo, shown, wrong
from trendwatch.model import Doctype, Section

TAXONOMIES = (
    "house@1",
    "nist-ai-600-1@2024",
    "mlcommons-ailuminate@1.0",
    "owasp-llm@2025",
    "owasp-llm@2026",
    "owasp-agentic@2026",
    "mit-airisk@4",
    "eu-ai-act@2026",
)
TUNED = model.Thresholds()
SECTIONS: dict[Section, int] = {"first": 5, "papers": 10, "incidents": 6, "rules": 8, "industry": 6, "also": 15}
_NAME = re.compile(r"[\w][\w.-]{0,79}")
_ADDRESS = re.compile(r"(?:[^<>@,;\r\n]{1,80}<)?[^\s<>@,;]{1,64}@[^\s<>@,;]{1,255}>?")
_HOST_PORT = re.compile(r"(?:\[[0-9a-fA-F:]+\]|[^\s/:@]+):\d{1,5}")


def _name(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise wrong(f"{shown(value)} is no name: letters, digits, - _ and . only, at most 80")
    return value


def _language(value: str) -> str:
    if value and not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", value):
        raise wrong(f'{shown(value)} is no language tag such as "en" or "pt-BR"')
    return value


def _region(value: str) -> str:
    if not re.fullmatch(r"([a-z]{2}(-[a-z0-9]{1,3})?)?", value):
        raise wrong(f'{shown(value)} is no region such as "us", "eu" or "us-ca" (lower case; nothing is worldwide)')
    return value


def _zone(value: str) -> str:
    if value != "UTC" and value not in available_timezones():
        raise wrong(f'{shown(value)} is no time zone such as "Europe/Berlin"')
    return value


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(value) or ("<" in value) != (">" in value):
        raise wrong(f"{shown(value)} is no mail address")
    return value


def _allowed(value: str) -> str:
    if not _HOST_PORT.fullmatch(value):
        raise wrong(f'{shown(value)} is no "host:port" such as "127.0.0.1:8080"')
    return value


def _sections(value: object) -> object:
    if value is None:
        raise wrong("has no value")
    return value


Name = Annotated[str, AfterValidator(_name)]
Address = Annotated[str, AfterValidator(_address)]
Tier = Annotated[int, Field(ge=1, le=4), AsWhole]


class Strict(BaseModel):
    """No key but those named."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Filter(Strict):
    """Which entries of a source are kept. Whole words, case ignored."""

    any: Words = ()
    """Keep an entry when at least one of these words or phrases occurs; empty keeps all."""
    none: Words = ()
    """Drop an entry when one of these words or phrases occurs."""


class Defaults(Strict):
    """What a source is unless it says otherwise."""

    doctype: Doctype = "news"
    """What the entries are: paper, news, regulation, incident or post."""
    region: Annotated[str, AfterValidator(_region)] = ""
    """Where the source speaks for: us, eu, gb …; left out for worldwide."""
    language: Annotated[str, AfterValidator(_language)] = ""
    """Language of the entries, such as en or pt-BR; left out, it is found from the text."""
    every: Every = 6 * 3600
    """How often to ask: 30m, 6h, 1d, 1w."""
    expect: Expect = None
    """What healthy looks like: "3 per 7d" is at least three entries in any seven days. Less is reported."""
    tier: Tier = 3
    """How much its word weighs: 1 speaks with authority (regulator, primary source), 4 is hearsay."""
    terms: str = ""
    """A note on its licence or terms of use."""
    article: Literal["auto", "always", "never"] = "auto"
    """Whether the page behind an entry is fetched for its whole text: auto does it for short entries of news, posts and incidents. Write never where its terms forbid it."""
    enabled: YesNo = True
    """Whether it is asked at all."""
    filter: Filter = Filter()
    """Words that must or must not occur."""


class Source(Defaults):
    """One thing to watch: these keys, and those of its kind."""

    name: Name
    """A short name, used once; it stands in digests, commands and the archive. Renaming starts the source anew."""
    kind: str = "feed"
    """The code that reads it: see `trendwatch sources kinds`."""


class Digest(Strict):
    """One digest to compose each week."""

    name: Name = "weekly"
    """Used once; part of the file names."""
    title: Annotated[str, Field(max_length=120)] = "GenAI safety: the week"
    """Its heading and the subject of its mail."""
    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "monday"
    """The day it is composed; it tells the last whole week before."""
    hour: Annotated[int, Field(ge=0, le=23), AsWhole] = 6
    """The hour it is composed, in its time zone."""
    timezone: Annotated[str, AfterValidator(_zone)] = "UTC"
    """Time zone of day, hour and week, such as Europe/Berlin."""
    sections: Annotated[dict[Section, Annotated[int, Field(ge=0, le=100), AsWhole]], BeforeValidator(_sections)] = SECTIONS
    """Most entries a section: first, papers, incidents, rules, industry, also. One left out keeps its default."""
    per_source: Annotated[int, Field(ge=1), AsWhole] = 3
    """Most entries of one source in a section."""
    floor: Annotated[float, Field(ge=0, le=1), AsNumber] = 0.5
    """Least relevance, from 0 to 1."""
    tags: Words = ()
    """Tags whose stories rank higher, such as house@1:attack.jailbreak."""
    regions: Words = ()
    """Regions it is limited to; empty is all."""
    doctypes: Annotated[tuple[Doctype, ...], AsList] = ()
    """Doctypes it is limited to; empty is all."""
    languages: Words = ()
    """Languages it is limited to; empty is all."""
    recipients: Annotated[tuple[Address, ...], AsList] = ()
    """Mail addresses it goes to."""


class Network(Strict):
    """How the web may be asked."""

    contact: str = ""
    """A mail address or page that tells publishers who asks; it goes into the User-Agent."""
    allow: Annotated[tuple[Annotated[str, AfterValidator(_allowed)], ...], AsList] = ()
    """Exact host:port that may be asked though not public."""
    timeout: Seconds = 30.0
    """Longest time for one request."""
    connect_timeout: Seconds = 10.0
    """Longest time to connect."""
    max_bytes: Size = 15 * 1024 * 1024
    """Largest answer, decompressed: a number of bytes, or 15 MB."""
    at_once: Annotated[int, Field(ge=1, le=256), AsWhole] = 32
    """Most requests under way together."""
    host_gap: Seconds = 1.0
    """Least time between two requests to one host."""
    robots_for_feeds: YesNo = False
    """Whether robots.txt binds feeds too; pages always obey it."""


class Articles(Strict):
    """What a run may spend on the pages behind entries; what is left over is fetched by the next one."""

    pages: Annotated[int, Field(ge=0, le=10_000), AsWhole] = 200
    """Most pages a run; 0 fetches none."""
    time: Seconds = 300.0
    """Longest time a run spends on them."""


class Thresholds(Strict):
    """From where on texts count as alike; the defaults are the packaged model's."""

    duplicate: Annotated[float, Field(ge=0, le=1), AsNumber] = TUNED.duplicate
    """Cosine from which two texts of the same numbers and names, with words in common, are one document."""
    story: Annotated[float, Field(ge=0, le=20), AsNumber] = TUNED.story
    """Standard deviations above unrelated items that the items of a story reach on average; a single pair needs 7 more."""
    tag: Annotated[float, Field(gt=0, le=20), AsNumber] = TUNED.tag
    """Standard deviations above texts on other categories from which meaning alone earns a tag; the smaller ones that confirm a word keep their share of it."""
    search: Annotated[float, Field(ge=0, le=1), AsNumber] = TUNED.search
    """Least cosine to what is searched for of an item that has none of its words."""


class Embedding(Strict):
    """What turns text into vectors."""

    engine: Annotated[str, Field(min_length=1)] = "onnx"
    """onnx, or sentence-transformers for any other model."""
    model: Annotated[str, Field(min_length=1)] = "packaged"
    """The packaged model, or the name of one."""
    revision: str = ""
    """A model's commit, tag or branch on the hub, so that it stays the same."""
    text_prefix: str = ""
    """What the model was trained to see before a text, such as "passage: "."""
    query_prefix: str = ""
    """What it was trained to see before what is searched for, such as "query: "."""
    dimension: Annotated[int, Field(ge=0, le=8192), AsWhole] = 0
    """So many of a vector's first numbers, of models made for that; 0 takes all."""
    thresholds: Thresholds = Thresholds()
    """From where on texts count as alike: a matter of the model."""


class File(Strict):
    """Everything but what depends on a kind."""

    digest: Annotated[
        tuple[Digest, ...], BeforeValidator(lambda v: [v] if isinstance(v, dict) else [{}] if v is None else v)
    ] = (Digest(),)
    """What to compose: one digest or a list of them."""
    taxonomies: Words = TAXONOMIES
    """Frameworks whose tags are given, as name@version."""
    packs: Words = ()
    """Taxonomy files of your own; relative to this file."""
    tag_head: str = ""
    """What `trendwatch tags train` learned from labels of your own; relative to this file."""
    store: Annotated[str, Field(min_length=1)] = "sqlite:///trendwatch.db"
    """Where the archive is kept: a file, as sqlite:///file.db. TRENDWATCH_STORE overrides it."""
    network: Network = Network()
    articles: Articles = Articles()
    embedding: Embedding = Embedding()
