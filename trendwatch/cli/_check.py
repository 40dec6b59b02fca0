"""Asking sources once, storing nothing. No command."""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from trendwatch.cli import _seek
from trendwatch.cli._bars import bars
from trendwatch.cli._seek import Found
from trendwatch.collect import language
from trendwatch.collect.crawl import crawl, offline
from trendwatch.collect.pace import Pace
from trendwatch.config import Config
from trendwatch.errors import OfflineError, QueryError
from trendwatch.model import Item, Memory, Source, Visit

PAGES = 3
"""Requests at most to one source: enough to see that paging works, few enough to be polite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A source, how its visit ended, and the items a digest would see."""

    source: Source
    visit: Visit
    items: tuple[Item, ...]
    found: Found | None = None  # on the site of a dead feed: what could take its place
    named: tuple[str, ...] = ()  # the addresses of further sources that this one names

    @property
    def newest(self) -> datetime | None:
        """The latest date among the items."""
        return max((i.published_at for i in self.items if i.published_at), default=None)


def choose(config: Config, names: Sequence[str], *, everything: bool) -> list[Source]:
    """The sources named, enabled or not; else all enabled ones, or really all. Raises QueryError for a name that is none."""
    known = {s.name: s for s in config.sources}
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]!r}?" if near else "; see `trendwatch sources list`."
            raise QueryError(f"there is no source {name!r} in {config.path}{hint}")
    return [known[n] for n in dict.fromkeys(names)] if names else [s for s in config.sources if s.enabled or everything]


def _spoken(item: Item) -> Item:
    """With the language that a run would find after its crawl."""
    return item if item.language else replace(item, language=language.of(item.title, item.text))


def check(config: Config, sources: Sequence[Source], *, now: datetime) -> list[Checked]:
    """Ask each once, as if for the first time, and look on the sites of dead feeds. See `told` for the order and the error."""
    asked = {s.name: replace(s, enabled=True) for s in sources}
    done: list[Checked] = []
    pace = Pace()
    with bars() as progress:

        def keep(visit: Visit, items: Sequence[Item], _: object, memories: Sequence[Memory]) -> None:
            source = asked[visit.source]
            named = tuple(str(e.get("url", "")) for e in source.reader.sources({m.url: m.text for m in memories}))
            done.append(Checked(source=source, visit=visit, items=tuple(map(_spoken, items)), named=named))
            progress("crawl", len(done), len(asked))

        asyncio.run(
            crawl(
                list(asked.values()),
                network=config.network,
                since=dict.fromkeys(asked),
                validators={},
                now=now,
                on_visit=keep,
                secrets=config.variables,
                max_requests=PAGES,
                pace=pace,
            )
        )
        ordered = told(done)
        lost = [c for c in ordered if _seek.dead(c.source, c.visit, c.newest, now)]
        taken = [s.reader.address() for s in config.sources]
        found = (
            _seek.seek(config.network, [(c.source, c.newest) for c in lost], taken=taken, now=now, progress=progress, pace=pace)
            if lost
            else {}
        )
    return [replace(c, found=found.get(c.source.name)) for c in ordered]


def told(done: Sequence[Checked]) -> list[Checked]:
    """Failures, successes without entries, the rest; then by name. Raises OfflineError when no host could be reached."""
    if offline([c.visit for c in done]):
        raise OfflineError(f"none of the {len(done)} sources could be reached: this machine seems to have no network.")
    return sorted(done, key=lambda c: (c.visit.succeeded, bool(c.items), c.source.name))
