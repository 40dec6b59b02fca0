"""The stages in order. Only this module knows them all; each function is one step of an item's path and can be run again.

Every function takes `now`: the same archive, configuration and `now` give the same digest, byte for byte. Nothing seen after
`now` is looked at, so an old issue can be composed again from a younger archive.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from trendwatch import periods
from trendwatch.collect import health
from trendwatch.collect.crawl import crawl, offline
from trendwatch.errors import DeliveryError, OfflineError, QueryError
from trendwatch.model import (
    Delivery,
    Digest,
    DigestSpec,
    Duplicate,
    Item,
    Judgement,
    Rendering,
    Source,
    SourceNote,
    SourceState,
    Story,
    Validators,
    Visit,
)

if TYPE_CHECKING:
    from trendwatch.config import Config
    from trendwatch.enrich.embed import Embedder
    from trendwatch.storage import Store

Progress = Callable[[str, int, int], None]
"""Called as progress(step, done, total)."""

WINDOW = timedelta(days=70)
"""How far back items can still join a story. Reports on one event lie within weeks; ten leave room for a slow court."""

CHUNK = 256
"""Items put at a time: what a killed run has to do again."""


@dataclass(slots=True, kw_only=True)
class Enriched:
    """What `enrich` did: counts of texts embedded, items judged, duplicates and stories among the items of the window."""

    embedded: int = 0
    judged: int = 0
    duplicates: int = 0
    stories: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """The archive as of one moment, grouped."""

    items: Mapping[str, Item]
    duplicates: Mapping[str, Duplicate]
    stories: Sequence[Story]


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What `deliver` did for one recipient; `new` is false when it had been done before."""

    delivery: Delivery
    new: bool


def quiet(_step: str, _done: int, _total: int) -> None:
    """No progress is shown."""


# ---- collect -----------------------------------------------------------------------------------------------------


def collect(
    config: Config,
    store: Store,
    *,
    now: datetime,
    sources: Sequence[Source] | None = None,
    progress: Progress = quiet,
) -> list[Visit]:
    """Ask the sources (default: all enabled ones) and store what is new. Raises OfflineError when no host could be reached."""
    asked = [s for s in (config.sources if sources is None else sources) if s.enabled]
    last: dict[str, datetime | None] = {s.name: None for s in asked}
    for visit in store.visits(until=now):
        if visit.succeeded and visit.source in last:
            last[visit.source] = visit.started_at
    visits: list[Visit] = []

    def keep(visit: Visit, items: Sequence[Item], validators: Sequence[Validators]) -> None:
        added = store.add_visit(visit, items, validators)
        visits.append(replace(visit, new=len(added.new), revised=len(added.revised)))
        progress("crawl", len(visits), len(asked))

    asyncio.run(crawl(asked, network=config.network, since=last, validators=store.known_validators(), now=now, on_visit=keep))
    if offline(visits):
        raise OfflineError(f"none of the {len(asked)} sources could be reached: this machine seems to have no network.")
    return sorted(visits, key=lambda v: v.source)


def states(config: Config, store: Store, *, now: datetime) -> list[SourceState]:
    """What each source's visits say of its health, worst first."""
    seen: dict[str, list[datetime]] = defaultdict(list)
    for item in store.items(seen_until=now):
        seen[item.source].append(item.at)
    return health.states(config.sources, store.visits(until=now), seen, now)


# ---- enrich ------------------------------------------------------------------------------------------------------


def embedder_of(config: Config) -> Embedder:
    """The configured embedding engine; its model loads on first use."""
    from trendwatch.enrich import embed  # noqa: PLC0415 - numpy loads here, not with --help

    return embed.load(config.engine, config.model)


def enrich(config: Config, store: Store, *, now: datetime, progress: Progress = quiet) -> Enriched:
    """Embed, judge and group what lacks it. Can be killed at any moment and run again."""
    embedder = embedder_of(config)
    done = Enriched(embedded=embed_lacking(store, embedder, progress))
    done.judged = judge_lacking(config, store, embedder, progress)
    groups = grouped(store, embedder, now=now, progress=progress)
    store.put_groups(list(groups.duplicates.values()), groups.stories, items=list(groups.items))
    done.duplicates, done.stories = len(groups.duplicates), len(groups.stories)
    return done


def embed_lacking(store: Store, embedder: Embedder, progress: Progress = quiet) -> int:
    """Give every text without a vector of this model one; returns how many. Short texts first: batches of like length."""
    from trendwatch.enrich import embed  # noqa: PLC0415 - numpy loads here, not with --help

    lacking = [(key, embed.text_of(item)) for key, item in store.lacking_vectors(embedder.model_id)]
    lacking.sort(key=lambda pair: (len(pair[1]), pair[0]))
    for start in range(0, len(lacking), CHUNK):
        chunk = lacking[start : start + CHUNK]
        store.put_vectors(embedder.model_id, [key for key, _ in chunk], embedder.encode([text for _, text in chunk]))
        progress("embed", start + len(chunk), len(lacking))
    return len(lacking)


def judge_lacking(config: Config, store: Store, embedder: Embedder, progress: Progress = quiet) -> int:
    """Judge, tag and date every item that this recipe has not judged; returns how many."""
    recipe = Recipe(config, embedder)
    lacking = store.lacking_judgements(recipe.key)
    for start in range(0, len(lacking), CHUNK):
        chunk = lacking[start : start + CHUNK]
        vectors = store.vectors(embedder.model_id, [item.content_hash for item in chunk])
        store.put_judgements(recipe.key, recipe.judge(chunk, vectors))
        progress("judge", start + len(chunk), len(lacking))
    return len(lacking)


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
        parts = (embedder.model_id, self._taxonomy.fingerprint, self._judge.fingerprint, tagging.fingerprint())
        self.key = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    def judge(self, items: Sequence[Item], vectors: object) -> list[Judgement]:
        """One judgement an item; it depends on that item alone."""
        from trendwatch.enrich import deadlines  # noqa: PLC0415 - numpy loads here, not with --help

        tagged = self._tagging.tag(items, vectors, self._taxonomy, self._embedder)
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


def grouped(
    store: Store, embedder: Embedder, *, now: datetime, told: Mapping[str, str] | None = None, progress: Progress = quiet
) -> Groups:
    """Duplicates and stories among all that was seen up to `now`. `told` maps items to the stories they were told in."""
    from trendwatch.enrich import duplicates, stories  # noqa: PLC0415 - numpy loads here, not with --help

    items = store.items(seen_until=now)
    progress("group", 0, len(items))
    vectors = store.vectors(embedder.model_id, [item.content_hash for item in items])
    same = duplicates.find(items, vectors)
    recent = [n for n, item in enumerate(items) if item.at >= now - WINDOW]
    members = {items[n].id for n in recent}
    window = [d for d in same if d.item_id in members and d.of_id in members]
    found = stories.group([items[n] for n in recent], vectors[recent], window, told or {})
    progress("group", len(items), len(items))
    return Groups(items={i.id: i for i in items}, duplicates={d.item_id: d for d in same}, stories=found)


# ---- report ------------------------------------------------------------------------------------------------------


def compose(
    config: Config,
    store: Store,
    spec: DigestSpec,
    *,
    week: str,
    now: datetime,
    progress: Progress = quiet,
) -> Digest:
    """Compose one issue from what was seen up to `now`, and store it before anyone is told."""
    from trendwatch.enrich.taxonomy import Taxonomy  # noqa: PLC0415 - only where it is needed
    from trendwatch.report.compose import compose as choose  # noqa: PLC0415

    told = store.told(spec.name, week)
    groups = grouped(store, embedder_of(config), now=now, told={i: s for i, (s, _) in told.items()}, progress=progress)
    fresh = periods.fresh(groups.items.values(), spec, week, composed_before=previous(store, spec, week))
    digest = choose(
        spec,
        week=week,
        now=now,
        stories=groups.stories,
        items=groups.items,
        judgements=store.judgements(groups.items),
        duplicates=groups.duplicates,
        sources={s.name: s for s in config.sources},
        told=told,
        fresh=fresh,
        tags=Taxonomy.load(config.taxonomies, config.packs).infos,
        notes=notes(config, store, now),
        counts=crawl_counts(store, now=now, since=periods.bounds(spec, week)[0]),
    )
    store.put_digest(digest)
    return digest


def previous(store: Store, spec: DigestSpec, week: str) -> datetime | None:
    """When the issue before this week's was composed; None when there is none."""
    earlier = [issue for issue in store.digests(spec.name) if issue.rpartition("/")[2] < week]
    last = store.digest(earlier[-1]) if earlier else None
    return last.composed_at if last else None


def notes(config: Config, store: Store, now: datetime) -> list[SourceNote]:
    """The sources a reader must know to be unwell."""
    return [
        SourceNote(source=s.source, state=s.state, reason=s.reason)
        for s in states(config, store, now=now)
        if s.state not in ("healthy", "quiet", "new")
    ]


def crawl_counts(store: Store, *, now: datetime, since: datetime) -> dict[str, int]:
    """What was crawled in (since, now]: sources that answered, sources asked, entries found, items new."""
    visits = store.visits(since=since, until=now)
    return {
        "asked": len({v.source for v in visits}),
        "answered": len({v.source for v in visits if v.succeeded}),
        "found": sum(v.found for v in visits),
        "new": sum(v.new for v in visits),
    }


def issue(store: Store, key: str) -> Digest:
    """A stored issue. Raises QueryError when there is none."""
    found = store.digest(key)
    if found is None:
        raise QueryError(f"there is no issue {key}; stored: {', '.join(store.digests()) or 'none'}.")
    return found


def deliver(config: Config, store: Store, digest: Digest, *, now: datetime) -> list[Handed]:
    """Hand an issue to everyone it is for who does not have it. A failure is recorded and the others still get theirs."""
    from trendwatch.report.render import render  # noqa: PLC0415 - templates load here, not with --help

    spec = next((d for d in config.digests if d.name == digest.name), DigestSpec(name=digest.name))
    renderings = render(digest)
    known = {(d.deliverer, d.recipient): d for d in store.deliveries(digest.issue)}
    handed: list[Handed] = []
    for name, deliverer in sorted(config.deliver.items()):
        for recipient in deliverer.recipients(digest, spec.recipients):
            before = known.get((name, recipient)) if deliverer.remembered else None
            handed.append(_hand(config, store, digest, renderings, name, recipient, before, now))
    return handed


def _hand(
    config: Config,
    store: Store,
    digest: Digest,
    renderings: Mapping[str, Rendering],
    name: str,
    recipient: str,
    before: Delivery | None,
    now: datetime,
) -> Handed:
    """One recipient. The claim is stored before the wire is touched, so a run that dies in between is never repeated unasked."""
    if before and before.state == "sending":
        before = replace(before, state="unknown", detail="the run ended while the mail was on its way", at=now)
        store.put_delivery(before)
    if before and before.state != "retry":
        return Handed(delivery=before, new=False)
    claim = Delivery(issue=digest.issue, deliverer=name, recipient=recipient, state="sending", at=now)
    store.put_delivery(claim)
    try:
        detail = config.deliver[name].deliver(digest, renderings, recipient, config.secrets)
        result = replace(claim, state="sent", detail=detail)
    except DeliveryError as error:
        result = replace(claim, state=error.outcome, detail=str(error))
    store.put_delivery(result)
    return Handed(delivery=result, new=True)


# ---- all of it -----------------------------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class Run:
    """What one run did, for the command line to tell."""

    visits: list[Visit] = field(default_factory=list)
    enriched: Enriched = field(default_factory=Enriched)
    digests: list[Digest] = field(default_factory=list)
    handed: list[Handed] = field(default_factory=list)


def run(
    config: Config, store: Store, *, now: datetime, sources: Sequence[Source] | None = None, progress: Progress = quiet
) -> Run:
    """Crawl, enrich, compose every issue that is due and not yet composed, deliver what is not yet delivered."""
    done = Run(visits=collect(config, store, now=now, sources=sources, progress=progress))
    done.enriched = enrich(config, store, now=now, progress=progress)
    for spec in config.digests:
        week = periods.due_week(spec, now)
        digest = store.digest(f"{spec.name}/{week}") or compose(config, store, spec, week=week, now=now, progress=progress)
        done.digests.append(digest)
        done.handed += deliver(config, store, digest, now=now)
    return done
