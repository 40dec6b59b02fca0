"""What a source's visits say of its health. Pure: told from visits, the dates of its items and `now`.

A source fails (no answer, the wrong answer, no entries), or it answers and keeps silent. The first is told from the last visits
in a row, the second by the source's own habit (`_habit.py`) or by what the user expects. One bad visit is no alarm, unless there
never was a good one: the web hiccups, and a mistake in sources.yaml must show at once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import dropwhile, groupby
from types import MappingProxyType
from typing import Any

from trendwatch.collect import _habit
from trendwatch.collect._arrivals import Arrival, oddity
from trendwatch.collect._habit import LEARNED_FROM, pace_s
from trendwatch.collect.tally import LOOKS_WRONG
from trendwatch.collect.urls import host
from trendwatch.model import Source, SourceState, Visit

__all__ = ["ALARMS", "LEARNED_FROM", "ORDER", "Arrival", "pace_s", "states"]

ORDER = ("gone", "blocked", "malformed", "failing", "empty", "frozen", "silent", "moved", "new", "quiet", "healthy")
"""States, worst first."""
ALARMS = frozenset(ORDER) - {"new", "quiet", "healthy"}
"""States that want somebody to look."""
FAILURES = 3
"""Refusals or unreadable answers in a row that make an alarm; two failures of any sort do when they lie `FAILING_FOR` apart, so a
night of maintenance is none, and one does when nothing ever succeeded."""
FAILING_FOR = timedelta(hours=18)
EMPTY_FOR = timedelta(hours=12)
"""An empty list is no alarm before it was met twice, so far apart."""
MOVED_FOR = 3
"""Good answers in a row through the same permanent redirect before it is believed; two do when they lie `MOVED_SPAN` apart."""
MOVED_SPAN = timedelta(days=1)
COSTS_OF = timedelta(days=28)
"""Visits of so long are told with what they cost."""
ARXIV_REST = timedelta(days=4)
"""arXiv empties its feeds at weekends, and for a Monday that is a holiday."""
LONGEST_EMPTY = timedelta(days=7)
NONE: Mapping[str, Any] = MappingProxyType({})
_GONE = {404, 410}
_BARRED = {401, 402, 403, 407, 451}
_WALL = re.compile(
    r"captcha|just a moment|are you (?:a )?(?:human|robot)|access denied|request access|attention required|log ?in|sign ?in|"
    r"verify you|checking your browser|bot (?:wall|check)|forbidden|unusual traffic|enable javascript",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """One source, all that is known of it, oldest first."""

    source: Source
    visits: Sequence[Visit]
    dates: Sequence[datetime]
    arrivals: Sequence[Arrival]
    duplicates: int
    now: datetime

    @property
    def successes(self) -> list[Visit]:
        return [visit for visit in self.visits if visit.succeeded]

    @property
    def failures(self) -> list[Visit]:
        """The failed visits since the last success."""
        return _trailing(self.visits, lambda visit: not visit.succeeded)

    @property
    def empties(self) -> list[Visit]:
        """The good answers without entries since entries were last seen, and those that say that nothing changed since."""
        bare = _trailing(self.successes, lambda visit: visit.outcome in {"empty", "unchanged"})
        return list(dropwhile(lambda visit: visit.outcome != "empty", bare))


def states(
    sources: Sequence[Source],
    visits: Sequence[Visit],
    items: Mapping[str, Sequence[datetime]],
    now: datetime,
    *,
    arrivals: Mapping[str, Sequence[Arrival]] = NONE,
    duplicates: Mapping[str, int] = NONE,
) -> list[SourceState]:
    """The state of each enabled source with its reason, worst first, then by name.

    `items` maps a source's name to the dates (`Item.at`) of all its items; what lies after `now` does not count. `arrivals`, where
    given, tell of the same items when they came, with which date and from which host; `duplicates` counts those that are some.
    """
    by_source: dict[str, list[Visit]] = defaultdict(list)
    for visit in sorted(visits, key=lambda v: v.started_at):
        if visit.started_at <= now:
            by_source[visit.source].append(visit)
    records = [
        _Record(
            source=source,
            visits=by_source[source.name],
            dates=sorted(at for at in items.get(source.name, ()) if at <= now),
            arrivals=[a for a in arrivals.get(source.name, ()) if a.seen_at <= now],
            duplicates=duplicates.get(source.name, 0),
            now=now,
        )
        for source in sources
        if source.enabled
    ]
    return sorted(map(_state, records), key=lambda s: (ORDER.index(s.state), s.source))


def _state(record: _Record) -> SourceState:
    state, reason = _judged(record)
    successes, dates, arrivals = record.successes, record.dates, record.arrivals
    lately = [v for v in record.visits if v.started_at > record.now - COSTS_OF]
    return SourceState(
        source=record.source.name,
        state=state,
        reason=reason,
        last_success_at=successes[-1].started_at if successes else None,
        newest_at=dates[-1] if dates else None,
        streak=len(record.failures) or len(record.empties),
        items=len(dates),
        items_per_week=_habit.per_week(dates, record.now),
        cadence_s=_habit.cadence_s(dates, record.now),
        undated=_share(sum(a.published_at is None for a in arrivals), len(arrivals)),
        duplicates=_share(record.duplicates, len(dates)),
        visits=len(lately),
        bytes=round(sum(v.bytes for v in lately) / max(len(lately), 1)),
        seconds_s=round(sum(v.seconds_s for v in lately) / max(len(lately), 1), 3),
        proposed_url=_new_address(record),
    )


def _judged(record: _Record) -> tuple[str, str]:
    """The state and its reason."""
    if not record.visits:
        return "new", "not asked yet"
    told = _failed(record) or _misshapen(record) or _emptied(record) or oddity(record.arrivals)
    hushed = _hushed(record)
    if told or (hushed and hushed[0] in ALARMS):
        return told or hushed or ("", "")
    return _moved(record) or hushed or ("healthy", "answers as usual")


def _share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 0.0


def _failed(record: _Record) -> tuple[str, str] | None:
    """Gone, blocked, malformed or failing: by the last failure, once there are enough of them."""
    failed = record.failures
    if not failed:
        return None
    lasted = failed[-1].started_at - failed[0].started_at
    refused = _trailing(failed, lambda visit: visit.outcome != "transient")
    enough = len(refused) >= FAILURES or (len(failed) > 1 and lasted >= FAILING_FOR)
    if not enough and record.successes and failed[-1].status != 410:  # noqa: PLR2004 - 410 Gone is said on purpose
        return None
    return _sort_of(failed[-1]), f"{_error(failed[-1])}{_astray(record)}; {_since(record)}"


def _misshapen(record: _Record) -> tuple[str, str] | None:
    """Answers that were read and have not the shape they should have: at once when that was never otherwise, else the second time."""
    odd = _trailing(record.successes, lambda visit: visit.error.startswith(LOOKS_WRONG))
    if not odd or (len(odd) == 1 and len(record.successes) > 1):
        return None
    return "malformed", f"{odd[-1].error.removeprefix(LOOKS_WRONG).rstrip('. ')}; so since {odd[0].started_at:%Y-%m-%d}"


def _sort_of(visit: Visit) -> str:
    if visit.status in _GONE:
        return "gone"
    if visit.status in _BARRED or visit.outcome == "policy" or _WALL.search(visit.error):
        return "blocked"
    return "malformed" if visit.outcome == "parse-error" else "failing"


def _error(visit: Visit) -> str:
    return visit.error.rstrip(". ") or (f"HTTP {visit.status}" if visit.status else visit.outcome)


def _astray(record: _Record) -> str:
    """Where the address leads now, when it led elsewhere as long as it worked: a domain that was sold, a login."""
    last = host(record.failures[-1].url)
    before = {host(v.url) for v in record.successes if v.url}
    return f" (the address now leads to {last})" if last and before and last not in before else ""


def _since(record: _Record) -> str:
    failed = len(record.failures)
    times = "once" if failed == 1 else f"{failed} times in a row"
    successes = record.successes
    return (
        f"failed {times}, last good answer {successes[-1].started_at:%Y-%m-%d}"
        if successes
        else f"failed {times}, never answered"
    )


def _emptied(record: _Record) -> tuple[str, str] | None:
    """A list without entries. Where a visit asks only for what is new, that is no news; arXiv empties its feeds at weekends."""
    empties = record.empties
    if not empties or getattr(record.source.reader, "windowed", False):
        return None
    lasted = empties[-1].started_at - empties[0].started_at
    patience = _patience(record, empties)
    if len(empties) < 2 or lasted < patience:  # noqa: PLR2004 - one empty answer is a hiccup
        return ("new", "answered, but without entries") if not record.dates and len(record.visits) == 1 else None
    known = f"it once held {len(record.dates)}" if record.dates else "it never held any"
    return "empty", f"answers without entries since {empties[0].started_at:%Y-%m-%d}; {known}"


def _patience(record: _Record, empties: Sequence[Visit]) -> timedelta:
    """How long a list may be empty: a quarter longer than it ever was and recovered, at most a week."""
    spans = [EMPTY_FOR, *([ARXIV_REST] if "arxiv.org" in empties[-1].url else [])]
    if "arxiv.org" in empties[-1].url and _habit.holidays(record.now):
        spans.append(_habit.HOLIDAYS)
    earlier = [v for v in record.successes if v.started_at < empties[0].started_at and v.outcome != "unchanged"]
    for empty, group in groupby(earlier, lambda v: v.outcome == "empty"):
        spell = [v.started_at for v in group] if empty else []
        if len(spell) > 1:
            spans.append(min((spell[-1] - spell[0]) * 1.25, LONGEST_EMPTY))
    return max(spans)


def _hushed(record: _Record) -> tuple[str, str] | None:
    """Frozen, silent or quiet. Judged up to the last good answer: what was not asked cannot be said to be silent."""
    successes = record.successes
    if not successes:
        return None
    asked_at = successes[-1].started_at
    fresh = [visit.started_at for visit in successes[1:] if visit.new]  # the first visit brings the whole backlog
    newest = max([*record.dates[-1:], *fresh[-1:]], default=successes[0].started_at)
    hush = asked_at - newest
    short = _habit.short_of(record.source.expect, record.dates, asked_at, since=successes[0].started_at)
    if short:
        return short
    habit = _habit.learned(record.dates, asked_at)
    if hush > habit.frozen:
        return "frozen", f"answers, but with nothing new for {_days(hush)}; {habit.words}"
    if hush > habit.silent:
        return "silent", f"nothing new for {_days(hush)}; {habit.words}"
    return ("quiet", f"nothing new for {_days(hush)}; {habit.words}") if hush > habit.quiet else None


def _moved(record: _Record) -> tuple[str, str] | None:
    target = _new_address(record)
    return (
        ("moved", f"permanently moved to {target}: write this address into {record.source.place or 'sources.yaml'}")
        if target
        else None
    )


def _new_address(record: _Record) -> str:
    """Where permanent redirects alone led to what was read, or had been; "" when that has not held for several visits."""
    target = record.successes[-1].moved_to if record.successes else ""
    run = _trailing(record.successes, lambda v: v.moved_to == target)
    held = len(run) >= MOVED_FOR or (len(run) > 1 and run[-1].started_at - run[0].started_at >= MOVED_SPAN)
    return target if held else ""


def _days(span: timedelta) -> str:
    return f"{span.days} days" if span.days != 1 else "1 day"


def _trailing(visits: Sequence[Visit], wanted: Callable[[Visit], bool]) -> list[Visit]:
    """The last visits, back to the first that is not wanted; oldest first."""
    kept: list[Visit] = []
    for visit in reversed(visits):
        if not wanted(visit):
            break
        kept.append(visit)
    return kept[::-1]
