"""What is derived from items: evidence, duplicates, stories, relevance, tags, deadlines, trends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from trendwatch.model.vocabulary import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingModel:
    """Which model turns texts into vectors, and how it wants to be asked. Vectors of two that differ in anything are never mixed."""

    engine: str = "onnx"
    name: str = "packaged"
    revision: str = ""  # of a model on the hub: a commit, a tag or a branch
    text_prefix: str = ""  # what a model was trained to see before a text: "passage: "
    query_prefix: str = ""  # and before what is searched for: "query: "
    dimension: int = 0  # so many of the first numbers, of models made for that; 0 is all


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """From where on texts count as alike. They belong to a model, here to the packaged one; no vector depends on them."""

    duplicate: float = 0.95  # cosine from which two texts are one document, where words, numbers and names allow it
    story: float = 4.8  # least mean similarity within a story of texts of usual length, in standard deviations
    tag: float = 4.2  # standard deviations above its background from which meaning alone earns a tag; above 0
    search: float = 0.2  # cosine to the query below which an item is not found by meaning alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The characters of an item that support a claim: item.title[start:end] or item.text[start:end], equal to `quote`."""

    field: Literal["title", "text"]
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """`item_id` is the same document as `of_id`, the one kept. `of_id` is never itself a duplicate."""

    item_id: str
    of_id: str
    layer: Literal["identifier", "hash", "lexical", "embedding"]
    score: float
    reason: str  # which values: "arxiv:2601.01234", "same text", "0.93 of the words in common"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Items about one event. `id` outlives changes of membership; `item_ids` are in order of `Item.at`, duplicates included."""

    id: str
    item_ids: tuple[str, ...]
    lead_id: str  # the item that speaks for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    """Is the item about GenAI safety at all? Calibrated: of items scored 0.8, eight in ten are."""

    item_id: str
    score: float
    verdict: Verdict
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""  # one sentence for `trendwatch explain`


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagging:
    """A tag `framework@version:id` earned by an item, by which tagger, with the words that earned it (at least one span)."""

    item_id: str
    tag: str
    score: float
    tagger: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A date on which an obligation starts, ends or moves."""

    item_id: str
    on: date
    what: Literal["applies", "ends", "comments-close", "moves"]
    score: float
    evidence: Evidence | None  # None when the publisher gave the date as data
    source_field: str = ""  # then: the field's name, "effective"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A tag or phrase above its own past, in one ISO week."""

    key: str
    week: str
    count: int
    baseline: float  # expected count, from the same key's past per active source
    ratio: float
    p_value: float
    q_value: float  # after Benjamini-Hochberg over all keys tested that week
    item_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """All that is derived from one item alone, made together and replaced together."""

    item_id: str
    content_hash: str
    relevance: Relevance
    taggings: tuple[Tagging, ...] = ()
    deadlines: tuple[Deadline, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TagInfo:
    """What a tag means: for showing and for checking what a user asks for."""

    tag: str  # "owasp-llm@2026:LLM01"
    framework: str  # "owasp-llm@2026"
    name: str
    definition: str
    facet: str = (
        ""  # "hazard", "attack", "modality", "affected", "jurisdiction", "actor", "lifecycle", "control"; "" for frameworks
    )
    related: tuple[str, ...] = ()  # crosswalk: tags of other frameworks
