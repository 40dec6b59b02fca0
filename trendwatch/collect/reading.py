"""One answer becomes items: the kind reads it, every draft is normalised. Pure, so it runs as well in a child process."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from trendwatch.collect.normalise import normalise as _normalise
from trendwatch.collect.sources import MOST_ENTRIES, SourceKind
from trendwatch.errors import ParseError
from trendwatch.model import Draft, Item, Request, Response, Skip, Source


class Normalise(Protocol):
    """See trendwatch.collect.normalise.normalise."""

    def __call__(self, draft: Draft, source: Source, *, base_url: str, seen_at: datetime) -> Item | Skip:
        """The item a draft stands for, or why there is none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one answer held. `keys` names its drafts, so that a page that only repeats another is seen to."""

    items: tuple[Item, ...]
    skipped: tuple[Skip, ...]
    requests: tuple[Request, ...]
    found: int
    keys: frozenset[str]
    ttl_s: int
    damaged: str
    warning: str
    memory: str | None
    unsettled: bool
    skip_hours: frozenset[int]


def read(source: Source, response: Response, seen_at: datetime, normalise: Normalise = _normalise) -> Reading:
    """Parse and normalise. Raises ParseError when the answer is not what the kind reads."""
    if not response.body.strip():
        raise ParseError("the answer is empty")
    reader: SourceKind = source.reader
    page = reader.parse(response)
    drafts, skipped = page.drafts[:MOST_ENTRIES], list(page.skipped)
    if len(page.drafts) > MOST_ENTRIES:
        skipped.append(
            Skip(what=f"{len(page.drafts) - MOST_ENTRIES} more entries", reason=f"only {MOST_ENTRIES} are read at a time")
        )
    items: dict[str, Item] = {}
    for draft in drafts:
        found = normalise(draft, source, base_url=response.url, seen_at=seen_at)
        if isinstance(found, Skip):
            skipped.append(found)
        elif found.id in items:
            skipped.append(Skip(what=found.title[:100], reason="has the same id as an entry before it"))
        else:
            items[found.id] = found
    return Reading(
        items=tuple(items.values()),
        skipped=tuple(skipped),
        requests=page.requests,
        found=len(page.drafts) + len(page.skipped),
        keys=frozenset(_key(d) for d in drafts),
        ttl_s=page.ttl_s,
        damaged=page.damaged,
        warning=page.warning,
        memory=page.memory,
        unsettled=page.unsettled,
        skip_hours=page.skip_hours,
    )


def _key(draft: Draft) -> str:
    """The same for the same entry on another page; a fifth of a kilobyte of text suffices to tell entries without id apart."""
    named = draft.uid or draft.url or f"{draft.title}\n{draft.html[:200]}"
    return hashlib.sha256(named.encode("utf-8", "replace")).hexdigest()[:16]
