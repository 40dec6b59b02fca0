"""The seam: what trendwatch asks of a store. One abstract class; the URL's scheme names the file that implements it.

Facts (items, visits, digests, deliveries) are kept for good and as published. Derived data (vectors, judgements, duplicates,
stories) can be forgotten and made again. Query syntax of a database never leaves this package.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Self

from trendwatch import plugins
from trendwatch.errors import StorageError
from trendwatch.model import (
    Added,
    Article,
    Delivery,
    Digest,
    Duplicate,
    Item,
    Judgement,
    Memory,
    Query,
    Story,
    Validators,
    Visit,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Derived = Literal["vectors", "judgements", "groups"]


class Store(ABC):
    """Everything a run leaves behind. Every `add_*` and `put_*` is one transaction. Not shared between threads."""

    @classmethod
    @abstractmethod
    def open(cls, url: str, *, read_only: bool = False) -> Store:
        """Open or create the store at `url`, migrated to the newest schema. Raises StorageError."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the file or connection."""

    def check(self) -> None:  # noqa: B027 - a store whose server looks after itself has nothing to check
        """Read the store's structure through and raise StorageError when it is damaged, before anything is written to it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @abstractmethod
    def batch(self) -> AbstractContextManager[None]:
        """What is added or put inside is one transaction: a disk is waited for once, and all of it is lost or none."""

    # ---- facts

    @abstractmethod
    def add_visit(
        self,
        visit: Visit,
        items: Sequence[Item] = (),
        validators: Sequence[Validators] = (),
        memories: Sequence[Memory] = (),
    ) -> Added:
        """Record a visit with what it brought, all or nothing; validators last, so they never outlive lost items.

        An item whose id is known and whose content_hash differs becomes a new revision: the old title, text and hash go to the
        revisions, first_seen_at stays, and its article is dropped. Where an article's text took the teaser's place, it is the
        teaser's hash that is compared. The visit is stored with `new` and `revised` as they really were.
        """

    @abstractmethod
    def items(
        self,
        *,
        ids: Iterable[str] | None = None,
        source: str = "",
        seen_since: datetime | None = None,
        seen_until: datetime | None = None,
    ) -> list[Item]:
        """Items, each at its newest revision, in order (first_seen_at, id). `seen_since` excludes, `seen_until` includes its end."""

    @abstractmethod
    def known(self, ids: Iterable[str]) -> set[str]:
        """Those of these ids that items have."""

    @abstractmethod
    def find_items(self, text: str) -> list[Item]:
        """Items named by an id, the start of one (4 digits or more), a URL or an identifier such as "arxiv:2601.01234"."""

    @abstractmethod
    def revisions(self, item_id: str) -> list[tuple[datetime, str, str]]:
        """Earlier states of an item, oldest first: (replaced at, title, text)."""

    @abstractmethod
    def visits(self, *, source: str = "", since: datetime | None = None, until: datetime | None = None) -> list[Visit]:
        """Visits in order (started_at, source)."""

    @abstractmethod
    def last_visits(self, sources: Iterable[str], *, until: datetime, succeeded: bool = False) -> list[Visit]:
        """The last visit up to `until` of each of these sources that had one (of those that succeeded), in order of source."""

    @abstractmethod
    def arrivals(self, sources: Iterable[str], *, until: datetime, most: int) -> dict[str, list[datetime]]:
        """The hours in which something was published (`Item.at`), newest first and at most `most`, by source."""

    @abstractmethod
    def put_articles(self, articles: Sequence[Article]) -> int:
        """Store what pages came to, one transaction; returns how many texts took a teaser's place.

        The text of an article that is "ok", longer than what its item has, becomes the item's, with its `content_hash`, and where
        the item has none its language and date; only while the item's content_hash is the article's `of_hash`. Of an unknown
        item nothing is stored.
        """

    @abstractmethod
    def lacking_articles(self, sources: Iterable[str], *, since: datetime, now: datetime) -> list[Item]:
        """Items of these sources first seen in (since, now] whose page was never asked for, or is due again (`next_at`)."""

    @abstractmethod
    def articles(self, item_ids: Iterable[str] | None = None) -> dict[str, Article]:
        """Articles by item id; items whose page was not asked for are absent."""

    @abstractmethod
    def published_hashes(self, source: str) -> dict[str, str]:
        """The content_hash as published, by item id, of a source's items whose text is their page's."""

    @abstractmethod
    def replaced_since(self, moment: datetime) -> dict[str, str]:
        """The content_hash as published, by item id, of items whose text became their page's after that moment."""

    @abstractmethod
    def validators(self, urls: Iterable[str]) -> dict[str, Validators]:
        """What is known of these URLs; those unknown are absent."""

    @abstractmethod
    def known_validators(self) -> dict[str, Validators]:
        """All validators, by URL."""

    @abstractmethod
    def remember(self, memories: Sequence[Memory], *, seen_at: datetime) -> None:
        """Keep memories that no visit brought, one transaction. What is remembered already is not written again."""

    @abstractmethod
    def memories(self, sources: Iterable[str]) -> dict[tuple[str, str], str]:
        """What these sources' kinds remember: (source, URL) → the newest text."""

    @abstractmethod
    def versions(self, source: str) -> list[tuple[datetime, str, str]]:
        """All that was ever remembered for a source, oldest first: (seen at, URL, text)."""

    @abstractmethod
    def akin(self, source: str, items: Sequence[Item]) -> list[Item]:
        """Items of the source that have the canonical URL or, as published, the text of any of these, in order (first_seen_at, id)."""

    @abstractmethod
    def lacking_languages(self, most: int) -> list[Item]:
        """At most so many items whose language nobody has said or looked for yet, oldest first."""

    @abstractmethod
    def put_languages(self, languages: Mapping[str, str]) -> None:
        """Set items' languages, by id; "und" where a look found none."""

    @abstractmethod
    def put_digest(self, digest: Digest) -> None:
        """Store an issue; the same issue again replaces it (only a deliberate recomposing does that)."""

    @abstractmethod
    def digest(self, issue: str) -> Digest | None:
        """An issue as it was stored, or None."""

    @abstractmethod
    def digests(self, name: str = "") -> list[str]:
        """Keys of the stored issues, "weekly/2026-W09", in order."""

    @abstractmethod
    def told(self, name: str, before_week: str) -> dict[str, tuple[str, str]]:
        """Items told in earlier issues of this digest: item id → (story id, week first told)."""

    @abstractmethod
    def put_delivery(self, delivery: Delivery) -> None:
        """Record the newest state of one (issue, deliverer, recipient)."""

    @abstractmethod
    def deliveries(self, issue: str = "") -> list[Delivery]:
        """The newest states, in order (issue, deliverer, recipient)."""

    # ---- derived

    @abstractmethod
    def lacking_vectors(self, model_id: str) -> list[tuple[str, Item]]:
        """(content_hash, one item that has it) for every text without a vector of this model, in order of hash."""

    @abstractmethod
    def put_vectors(
        self, model_id: str, hashes: Sequence[str], vectors: NDArray[np.float32], *, only_lacking: bool = False
    ) -> None:
        """Store unit vectors (n, d), one a content hash; in place of those before, unless only what lacks one is to get it."""

    @abstractmethod
    def vectors(self, model_id: str, hashes: Sequence[str]) -> NDArray[np.float32]:
        """(n, d) in the order of `hashes`. Raises StorageError naming a hash that has none."""

    @abstractmethod
    def lacking_judgements(self, recipe: str) -> list[Item]:
        """Items with no judgement by this recipe (the digest of all that decides one) or whose content has changed since."""

    @abstractmethod
    def put_judgements(self, recipe: str, judgements: Sequence[Judgement]) -> None:
        """Store, replacing any earlier judgement of the same item."""

    @abstractmethod
    def judgements(self, item_ids: Iterable[str] | None = None) -> dict[str, Judgement]:
        """Judgements by item id."""

    @abstractmethod
    def put_groups(
        self,
        duplicates: Sequence[Duplicate],
        stories: Sequence[Story],
        *,
        items: Iterable[str] = (),
        parted: Iterable[str] = (),
    ) -> None:
        """Replace the duplicates of these items and the stories of their members; others stay as they are.

        `items` names further ids that were grouped: what they were part of before is dropped, though they are in nothing now.
        `parted` are copies no more. A copy of any age may be compared anew; that takes it out of no story of its own time. A story
        that is put again keeps those of its members that were not grouped this time.
        """

    @abstractmethod
    def duplicates(self) -> dict[str, Duplicate]:
        """By the id of the item that is the duplicate."""

    @abstractmethod
    def stories(self, item_ids: Iterable[str] | None = None) -> list[Story]:
        """Stories, or those that hold any of these items, in order of id."""

    @abstractmethod
    def forget(self, what: Derived) -> int:
        """Drop derived rows of one sort; returns how many."""

    # ---- looking back

    @abstractmethod
    def search_words(self, query: Query, limit: int) -> list[tuple[str, float]]:
        """(item id, score, higher is better) by words within the query's filters, best first; ties by id. Words are literal text:
        none of them can be an operator. Any word finds; the more of them and the rarer, the higher the score.
        """

    @abstractmethod
    def search_near(self, query: Query, model_id: str, vector: NDArray[np.float32], limit: int) -> list[tuple[str, float]]:
        """(item id, cosine) of the items within the query's filters, words aside, whose vectors of this model are nearest to the unit
        vector (d,), nearest first; cosines alike to six places tie, by id. Items without a vector are not among them.
        """

    @abstractmethod
    def search_filter(self, query: Query) -> list[tuple[str, str]]:
        """(item id, content hash) that pass the query's filters, words aside, in order of id."""

    @abstractmethod
    def counts(self) -> Mapping[str, int]:
        """Rows by what they are: items, visits, articles, vectors, judgements, duplicates, stories, digests, deliveries,
        bytes.
        """

    @abstractmethod
    def sources(self) -> Iterator[tuple[str, int, datetime | None]]:
        """(source, items, newest first_seen_at) of every source that ever brought an item, in order of name."""


def kind_of(url: str) -> type[Store]:
    """Which kind of store a URL names; nothing is opened. Raises StorageError, or ConfigError for a kind that is not there."""
    scheme = url.partition("://")[0]
    if not scheme or "://" not in url:
        raise StorageError(f"store {url!r} is not a URL such as sqlite:///trendwatch.db")
    return plugins.load(__name__, scheme, Store)  # type: ignore[type-abstract]


def connect(url: str, *, read_only: bool = False) -> Store:
    """Open the store a URL names: "sqlite:///trendwatch.db", "sqlite://" (in memory)."""
    return kind_of(url).open(url, read_only=read_only)
