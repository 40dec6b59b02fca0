"""The stages in order. Only this package knows them all; each function is one step of an item's path and can be run again.

Every function takes `now`: the same archive, configuration and `now` give the same digest, byte for byte. Nothing seen after
`now` is looked at, so an old issue can be composed again from a younger archive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from trendwatch import periods
from trendwatch.collect.closings import PutOff
from trendwatch.collect.pace import Pace
from trendwatch.model import Digest, Source, Visit
from trendwatch.pipeline._articles import Articles, read_articles
from trendwatch.pipeline._collecting import collect, states
from trendwatch.pipeline._composing import compose, issue, unsettled
from trendwatch.pipeline._delivering import Handed, deliver
from trendwatch.pipeline._enriching import Enriched, embed_lacking, embedder_of, enrich, verify
from trendwatch.pipeline._following import followed, lists_of
from trendwatch.pipeline._grouping import Survey
from trendwatch.pipeline._progress import Progress, quiet

if TYPE_CHECKING:
    from trendwatch.config import Config
    from trendwatch.storage import Store

__all__ = [
    "Articles",
    "Enriched",
    "Handed",
    "Pace",
    "Progress",
    "PutOff",
    "Run",
    "Survey",
    "collect",
    "compose",
    "deliver",
    "embed_lacking",
    "embedder_of",
    "enrich",
    "followed",
    "issue",
    "lists_of",
    "read_articles",
    "run",
    "states",
    "unsettled",
    "verify",
]


@dataclass(slots=True, kw_only=True)
class Run:
    """What one run did, for the command line to tell."""

    visits: list[Visit] = field(default_factory=list)
    put_off: list[PutOff] = field(default_factory=list)
    articles: Articles = field(default_factory=Articles)
    enriched: Enriched = field(default_factory=Enriched)
    digests: list[Digest] = field(default_factory=list)
    handed: list[Handed] = field(default_factory=list)


def run(
    config: Config, store: Store, *, now: datetime, sources: Sequence[Source] | None = None, progress: Progress = quiet
) -> Run:
    """Crawl, fetch the pages behind teasers, enrich, compose every issue that is due and not yet composed, deliver what is not yet delivered."""
    listed, asked = config, followed(config, store)
    done, pace = Run(), Pace()

    def crawl(config: Config, sources: Sequence[Source] | None) -> None:
        found = collect(config, store, now=now, sources=sources, progress=progress, tell_put_off=done.put_off.append, pace=pace)
        done.visits += found

    crawl(asked, sources)
    config = followed(listed, store)
    known = {s.name for s in asked.sources}
    if named := [s for s in config.sources if s.name not in known]:  # what a list named just now is not put off to the next run
        crawl(config, named)
    done.articles = read_articles(config, store, now=now, progress=progress, pace=pace)
    done.enriched = enrich(config, store, now=now, progress=progress)
    for spec in config.digests:
        week = periods.due_week(spec, now)
        digest = store.digest(f"{spec.name}/{week}") or compose(
            config, store, spec, week=week, now=now, progress=progress, seen=done.enriched.survey
        )
        done.digests.append(digest)
        done.handed += deliver(config, store, digest, now=now)
    done.enriched.survey = None  # a whole archive: nobody needs it any more
    return done
