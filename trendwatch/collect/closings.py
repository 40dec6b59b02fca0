"""Hosts that want to be left alone, and the sources put off for it, as the store keeps them from one process to the next.

They are kept as memories under a name that no source can have: what a queue closed until, and what a source waits for. The newest
one counts until its moment has come, and a source's only for the address it was put off at. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from trendwatch.collect.answers import DAY_S
from trendwatch.collect.pace import queues_of
from trendwatch.model import Memory, Source

KEEPER = ":pace"
"""Stands where a memory names its source; a source's name begins with a letter, a digit or an underscore."""
_QUEUE, _SOURCE = "queue ", "source "
LONGEST = timedelta(seconds=DAY_S)
"""No host is obeyed for longer; a moment that lies further off was written by a clock gone wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOff:
    """A source that was not asked: the queue it would wait in, its own or one that its address leads to, is closed until a moment."""

    source: str
    queue: str
    until: datetime
    address: str = ""

    def about(self, source: Source) -> bool:
        """Whether it still is about the source: its address is the same, or its requests wait in the same queue."""
        with suppress(Exception):  # whatever is wrong with a source is told by its visit
            return self.address == source.reader.address() or self.queue in queues_of(source.reader.start(None))
        return False

    def __str__(self) -> str:
        return f"put off until {self.until:%Y-%m-%d %H:%M} UTC: {self.queue} asked to be left alone"


def memories(closed: Mapping[str, datetime], put_off: Iterable[PutOff] = ()) -> list[Memory]:
    """For the store."""
    return [
        *(Memory(source=KEEPER, url=_QUEUE + name, text=_text(until)) for name, until in sorted(closed.items())),
        *(Memory(source=KEEPER, url=_SOURCE + p.source, text=f"{_text(p.until)} {p.queue}\n{p.address}") for p in put_off),
    ]


def queues(kept: Mapping[tuple[str, str], str], now: datetime) -> dict[str, datetime]:
    """The queues that are closed at `now`, and until when, from the store's memories."""
    found = {
        url.removeprefix(_QUEUE): datetime.fromisoformat(text) for (_, url), text in kept.items() if url.startswith(_QUEUE)
    }
    return {name: until for name, until in found.items() if now < until <= now + LONGEST}


def sources(kept: Mapping[tuple[str, str], str], now: datetime, known: Iterable[Source]) -> dict[str, PutOff]:
    """Those of the known sources that are put off at `now`, by name, from the store's memories."""
    read = [_read(url, text) for (_, url), text in kept.items() if url.startswith(_SOURCE)]
    found = {p.source: p for p in read if now < p.until <= now + LONGEST}
    return {s.name: found[s.name] for s in known if s.name in found and found[s.name].about(s)}


def since(versions: Sequence[tuple[datetime, str, str]], asked: Mapping[str, datetime]) -> dict[str, datetime]:
    """When each source was first put off since it was last asked, from all that the store remembers; those not put off are absent."""
    found: dict[str, datetime] = {}
    for seen_at, url, _ in versions:
        name = url.removeprefix(_SOURCE)
        if url.startswith(_SOURCE) and (name not in asked or seen_at > asked[name]):
            found.setdefault(name, seen_at)
    return found


def _text(until: datetime) -> str:
    return (until + timedelta(microseconds=999_999)).replace(microsecond=0).isoformat()  # never early


def _read(url: str, text: str) -> PutOff:
    until, _, place = text.partition(" ")
    queue, _, address = place.partition("\n")
    return PutOff(source=url.removeprefix(_SOURCE), queue=queue, until=datetime.fromisoformat(until), address=address)
