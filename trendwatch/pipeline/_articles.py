"""Between crawl and enrichment: the pages behind teasers. Each article is stored soon after it came, so a killed run loses few."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from trendwatch.collect import closings
from trendwatch.model import Article, Item
from trendwatch.pipeline import _waiting
from trendwatch.pipeline._collecting import LOOK_S
from trendwatch.pipeline._holding import Held
from trendwatch.pipeline._progress import Progress, quiet

if TYPE_CHECKING:
    from trendwatch.collect.pace import Pace
    from trendwatch.config import Config
    from trendwatch.errors import ClosedError
    from trendwatch.storage import Store

TOGETHER = 16
"""So many articles are written together at most; fewer when a quarter of a second has passed."""
LOOKED_BACK = timedelta(days=14)
"""Items first seen before are not looked at again: those left over by the budget have then had fourteen days of runs."""


@dataclass(slots=True, kw_only=True)
class Articles:
    """What the step did: pages fetched and read, texts that took a teaser's place, teasers kept by reason, items left over."""

    read: int = 0
    replaced: int = 0
    kept: Counter[str] = field(default_factory=Counter)
    left: int = 0
    put_off: Counter[str] = field(default_factory=Counter)  # of those left, by the host that wants to be left alone


def read_articles(
    config: Config, store: Store, *, now: datetime, progress: Progress = quiet, pace: Pace | None = None
) -> Articles:
    """Fetch the pages behind teasers that lack it, as their sources and the budget allow. Can be killed and run again.

    `progress` is called now and then; what it raises ends the step after what came was stored. `pace` is the crawl's.
    """
    done = Articles()
    lacking = _lacking(config, store, now) if config.articles.pages and config.articles.seconds_s else []
    if not lacking:
        return done
    from trendwatch.collect import article_crawl  # noqa: PLC0415 - loads the network library, which few runs need twice

    def write(found: Sequence[Article]) -> None:
        done.replaced += store.put_articles(found)
        done.read += sum(a.state == "ok" for a in found)
        done.kept.update(a.state for a in found if a.state != "ok")

    held, pace = Held(TOGETHER, write), _waiting.paced(pace, store, now)
    total = min(len(lacking), config.articles.pages)

    def kept() -> None:
        held.flush()
        _waiting.keep(store, closings.memories(pace.unkept()), now)

    def put_off(items: Sequence[Item], error: ClosedError) -> None:
        done.put_off[error.queue] += len(items)

    def look() -> None:
        kept()
        progress("articles", min(done.read + sum(done.kept.values()), total), total)

    known = store.articles(i.id for i in lacking)
    work = article_crawl.fetch(
        lacking,
        network=config.network,
        budget=config.articles,
        now=now,
        on_article=held.take,
        tried={item_id: a.tries for item_id, a in known.items()},
        pace=pace,
        on_closed=put_off,
    )
    try:
        asyncio.run(watched(work, look))
    finally:
        kept()
    done.left = len(lacking) - done.read - sum(done.kept.values())
    return done


def _lacking(config: Config, store: Store, now: datetime) -> Sequence[Item]:
    from trendwatch.collect import article  # noqa: PLC0415 - as above

    asked = {s.name: s for s in config.sources if s.enabled and s.article != "never"}
    found = store.lacking_articles(sorted(asked), since=now - LOOKED_BACK, now=now)
    return [item for item in found if article.wanted(item, asked[item.source], now)]


async def watched(work: Coroutine[Any, Any, Any], look: Callable[[], None]) -> None:
    """Do the work and look up now and then: what `look` raises ends it, though every source keeps us waiting."""
    task = asyncio.ensure_future(work)
    try:
        while not (await asyncio.wait({task}, timeout=LOOK_S))[0]:
            look()
    finally:
        task.cancel()
        await asyncio.wait({task})
    task.result()
