"""Stage 2: embed, judge and group what lacks it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from trendwatch.collect import dates, normalise
from trendwatch.model import DATED_BY_PAGE, Item, Judgement
from trendwatch.pipeline._grouping import Survey, grouped, windows
from trendwatch.pipeline._languages import mark_languages
from trendwatch.pipeline._progress import Progress, quiet

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from trendwatch.config import Config
    from trendwatch.enrich.embed import Embedder
    from trendwatch.enrich.head import Head
    from trendwatch.storage import Store

_EVER = "9999-W52"
CHUNK = 256
"""Items put at a time: what a killed run has to do again."""


@dataclass(slots=True, kw_only=True)
class Enriched:
    """What `enrich` did: counts of texts embedded, items judged, duplicates and stories among the items of the window."""

    embedded: int = 0
    judged: int = 0
    duplicates: int = 0
    stories: int = 0
    survey: Survey | None = field(default=None, repr=False, compare=False)
    """What was seen and compared, for an issue composed at the same moment."""


def embedder_of(config: Config) -> Embedder:
    """The configured embedding engine; its model loads on first use."""
    from trendwatch.enrich import embed  # noqa: PLC0415 - numpy loads here, not with --help

    return embed.load(config.embedding)


def verify(config: Config) -> None:
    """Read what the configuration names and only enriching would read: packs and a taught head. Raises TrendwatchError."""
    from trendwatch.enrich.taxonomy import Taxonomy  # noqa: PLC0415 - numpy loads here, not with --help

    Taxonomy.load(config.taxonomies, config.packs)
    _head(config)


def enrich(
    config: Config, store: Store, *, now: datetime, progress: Progress = quiet, from_the_first: bool = False
) -> Enriched:
    """Embed, judge and group what lacks it. Can be killed at any moment and run again.

    `from_the_first` groups the past too, window after window: a rebuild has dropped its stories, and only another one makes what a
    killed one has not come to.
    """
    mark_languages(store, progress)
    embedder = embedder_of(config)
    done = Enriched(embedded=embed_lacking(store, embedder, progress))
    done.judged = judge_lacking(config, store, embedder, progress)
    seen = done.survey = survey(config, store, embedder, now=now, progress=progress)
    now_single = {i.id for i in seen.items} - {d.item_id for d in seen.duplicates}
    parted = [i for i in store.duplicates() if i in now_single]  # of any age
    for until in [*(windows(seen) if from_the_first else ()), now]:
        groups = grouped(config, seen, told=_borne(config, store), until=until)
        members = [i for s in groups.stories for i in s.item_ids]
        store.put_groups(list(groups.duplicates.values()), groups.stories, items=members, parted=parted)
        done.duplicates, done.stories = len(groups.duplicates), len(groups.stories)
    return done


def _borne(config: Config, store: Store) -> dict[str, str]:
    """The story whose id each item bears: the one it was told in, else the one it was last grouped in. A report that comes late
    and is dated before the others founds nothing anew.
    """
    borne = {item_id: story.id for story in store.stories() for item_id in story.item_ids}
    for spec in config.digests:
        borne |= {item_id: story_id for item_id, (story_id, _) in store.told(spec.name, _EVER).items()}
    return borne


def embed_lacking(store: Store, embedder: Embedder, progress: Progress = quiet) -> int:
    """Give every text without a vector of this model one; returns how many were embedded.

    Clear noise is not embedded: a row of zeros says so. It is stored, judged, counted, found by its words and compared by what
    identifies it like any other item; it is near nothing in meaning.
    """
    return _embed(store, embedder, [item for _, item in store.lacking_vectors(embedder.model_id)], progress)


def _embed(store: Store, embedder: Embedder, items: Sequence[Item], progress: Progress = quiet) -> int:
    """In an order that their lengths do not show, so that what is left to do can be told from what is done; an embedder puts those it
    is given together in order of length.
    """
    from trendwatch.enrich import embed, relevance  # noqa: PLC0415 - numpy loads here, not with --help

    noise = [item for item in items if relevance.clear_noise(item)]
    _put_blank(store, embedder, noise)
    spared = {item.id for item in noise}
    wanted = [(item.content_hash, embed.text_of(item)) for item in items if item.id not in spared]
    wanted.sort()  # by hash
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        store.put_vectors(embedder.model_id, [key for key, _ in chunk], embedder.encode([text for _, text in chunk]))
        progress("embed", start + len(chunk), len(wanted))
    return len(wanted)


def _put_blank(store: Store, embedder: Embedder, noise: Sequence[Item]) -> None:
    import numpy as np  # noqa: PLC0415 - loads with the first item, not with the command line

    if noise:
        blank = np.zeros((len(noise), embedder.dimension), np.float32)
        # Another item, of a source that writes of AI alone, may have the same text embedded.
        store.put_vectors(embedder.model_id, [item.content_hash for item in noise], blank, only_lacking=True)


def judge_lacking(config: Config, store: Store, embedder: Embedder, progress: Progress = quiet) -> int:
    """Judge, tag and date every item that this recipe has not judged; returns how many."""
    recipe = Recipe(config, embedder)
    lacking = store.lacking_judgements(recipe.key)
    for start in range(0, len(lacking), CHUNK):
        chunk = lacking[start : start + CHUNK]
        store.put_judgements(recipe.key, recipe.judge(chunk, _vectors(store, embedder, chunk)))
        progress("judge", start + len(chunk), len(lacking))
    return len(lacking)


def _vectors(store: Store, embedder: Embedder, items: Sequence[Item]) -> NDArray[np.float32]:
    """The vectors of items that are to be judged, (n, d), zeros for clear noise.

    What was noise by the words of an earlier version and is none by ours is embedded now. What was embedded and is noise now
    keeps its vector in the store, unused, so that an archive of any age gives what a new one gives.
    """
    from trendwatch.enrich import relevance  # noqa: PLC0415 - numpy loads here, not with --help

    hashes = [item.content_hash for item in items]
    vectors = store.vectors(embedder.model_id, hashes)
    noise = [relevance.clear_noise(item) for item in items]
    revived = [item for item, row, is_noise in zip(items, vectors, noise, strict=True) if not is_noise and not row.any()]
    if revived:
        _embed(store, embedder, revived)
        vectors = store.vectors(embedder.model_id, hashes)
    vectors[noise] = 0
    return vectors


class Recipe:
    """All that decides a judgement; `key` changes when any of it does, and judgements are then made anew."""

    def __init__(self, config: Config, embedder: Embedder) -> None:
        from trendwatch.enrich import tagging  # noqa: PLC0415 - numpy loads here, not with --help
        from trendwatch.enrich.relevance import Judge  # noqa: PLC0415
        from trendwatch.enrich.taxonomy import Taxonomy  # noqa: PLC0415

        self._taxonomy = Taxonomy.load(config.taxonomies, config.packs)
        self._judge = Judge(embedder)
        self._tagging = tagging
        self._embedder = embedder
        self._certain = config.thresholds.tag
        self._head, taught = _head(config)
        rules = (self._taxonomy.fingerprint, self._judge.fingerprint, tagging.fingerprint(self._certain))
        parts = (embedder.model_id, *rules, *taught)
        self.key = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    def judge(self, items: Sequence[Item], vectors: NDArray[np.float32]) -> list[Judgement]:
        """One judgement an item; it depends on that item alone."""
        from trendwatch.enrich import deadlines  # noqa: PLC0415 - numpy loads here, not with --help
        from trendwatch.enrich.corrected import correct  # noqa: PLC0415

        tagged = self._tagging.tag(items, vectors, self._taxonomy, self._embedder, certain=self._certain)
        if self._head and items:
            tagged = correct(items, vectors, tagged, learned=self._head, taxonomy=self._taxonomy, embedder=self._embedder)
        relevant = self._judge.judge(items, vectors, tagged)
        return [
            Judgement(
                item_id=item.id,
                content_hash=item.content_hash,
                relevance=score,
                taggings=tuple(tagged.get(item.id, ())),
                deadlines=tuple(deadlines.find(item)),
            )
            for item, score in zip(items, relevant, strict=True)
        ]


def _head(config: Config) -> tuple[Head | None, tuple[str, ...]]:
    """The head that sources.yaml names, and what of it goes into a recipe's key."""
    from trendwatch.enrich.head import Head  # noqa: PLC0415 - numpy loads here, not with --help

    if config.tag_head is None:
        return None, ()
    learned = Head.load(config.tag_head)
    return learned, (hashlib.sha256(config.tag_head.read_bytes()).hexdigest(),)


def as_known(store: Store, embedder: Embedder, now: datetime) -> list[Item]:
    """All items seen up to `now`, each as it read at that moment: edits made since are undone, and pages
    read since are teasers again, so an old issue stays itself.
    """
    items = store.items(seen_until=now)
    teased = store.replaced_since(now)
    items = [_teaser(item, teased[item.id]) if item.id in teased else item for item in items]
    undone = {item.id: before for item in items if item.revision > 1 and (before := _before(store, item, now))}
    undone = {item.id: item for item in items if item.id in teased} | undone
    _embed(store, embedder, list(undone.values()))
    return [undone.get(item.id, item) for item in items]


def _teaser(item: Item, content_hash: str) -> Item:
    """An item as it was published, before its page was read."""
    item = replace(item, text=normalise.text_of(item.raw_html), content_hash=content_hash)
    return replace(item, published_at=None, date_note=dates.MISSING) if item.date_note == DATED_BY_PAGE else item


def _before(store: Store, item: Item, now: datetime) -> Item | None:
    """An item as it read at `now`, or None when it has not changed since."""
    later = [(title, text) for replaced_at, title, text in store.revisions(item.id) if replaced_at > now]
    if not later:
        return None
    title, text = later[0]
    return replace(
        item, title=title, text=text, content_hash=normalise.content_hash(title, text), revision=item.revision - len(later)
    )


def survey(config: Config, store: Store, embedder: Embedder, *, now: datetime, progress: Progress = quiet) -> Survey:
    """All that was seen up to `now`, and what of it is there twice."""
    from trendwatch.enrich import duplicates, relevance  # noqa: PLC0415 - numpy loads here, not with --help

    items = as_known(store, embedder, now)
    progress("group", 0, len(items))
    judged = judgements(config, store, embedder, {i.id: i for i in items})
    vectors = store.vectors(embedder.model_id, [item.content_hash for item in items])
    vectors[[i.id in judged and judged[i.id].relevance.reason == relevance.NOTHING for i in items]] = 0
    same = duplicates.find(items, vectors, same_meaning=config.thresholds.duplicate)
    progress("group", len(items), len(items))
    return Survey(now=now, items=items, vectors=vectors, judgements=judged, duplicates=same)


def judgements(config: Config, store: Store, embedder: Embedder, items: Mapping[str, Item]) -> dict[str, Judgement]:
    """The stored judgements of these items; those of items that read otherwise then are made again, and not stored."""
    stored = store.judgements(items)
    other = [i for i in items.values() if i.id in stored and stored[i.id].content_hash != i.content_hash]
    if other:
        stored |= {j.item_id: j for j in Recipe(config, embedder).judge(other, _vectors(store, embedder, other))}
    return stored
