"""Stage 3, first half: an issue from what was seen, stored before anyone is told."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from trendwatch import periods
from trendwatch.errors import QueryError
from trendwatch.model import Digest, DigestSpec, SourceNote
from trendwatch.pipeline._collecting import states
from trendwatch.pipeline._enriching import embedder_of, survey
from trendwatch.pipeline._following import followed
from trendwatch.pipeline._grouping import Survey, grouped
from trendwatch.pipeline._progress import Progress, quiet
from trendwatch.pipeline._trending import rising

if TYPE_CHECKING:
    from trendwatch.config import Config
    from trendwatch.storage import Store


def compose(
    config: Config,
    store: Store,
    spec: DigestSpec,
    *,
    week: str,
    now: datetime,
    progress: Progress = quiet,
    seen: Survey | None = None,
    keep: bool = True,
) -> Digest:
    """Compose one issue from what was seen up to `now`, and, unless `keep` says it is only looked at, store it before anyone is told.

    `seen` is what `enrich` found at this very moment, with nothing stored since; of another moment it is not used.
    """
    from trendwatch.enrich.taxonomy import Taxonomy  # noqa: PLC0415 - only where it is needed
    from trendwatch.report.compose import compose as choose  # noqa: PLC0415

    config = followed(config, store)
    told = store.told(spec.name, week)
    if seen is None or seen.now != now:
        seen = survey(config, store, embedder_of(config), now=now, progress=progress)
    groups = grouped(config, seen, told={i: s for i, (s, _) in told.items()})
    fresh = periods.fresh(groups.items.values(), spec, week, composed_before=previous(store, spec, week))
    tags = Taxonomy.load(config.taxonomies, config.packs).infos
    digest = choose(
        spec,
        week=week,
        now=now,
        stories=groups.stories,
        items=groups.items,
        judgements=groups.judgements,
        duplicates=groups.duplicates,
        sources={s.name: s for s in config.sources},
        told=told,
        fresh=fresh,
        tags=tags,
        trends=rising(groups, tags, week=week, now=now),
        notes=notes(config, store, now),
        counts=crawl_counts(store, now=now, since=periods.bounds(spec, week)[0]),
    )
    if keep:
        store.put_digest(digest)
    return digest


def unsettled(store: Store, spec: DigestSpec, week: str, *, now: datetime) -> str:
    """Why a week's issue cannot be final yet; "" when it can: an issue that was composed is not composed again by itself."""
    ends = periods.bounds(spec, week)[1]
    if now < ends:
        return f"{week} is not over"
    answered = any(visit.succeeded for visit in store.visits(since=ends, until=now))
    return "" if answered else f"no source was asked since {week} ended"


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
