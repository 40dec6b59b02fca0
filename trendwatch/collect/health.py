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
from itertools import dropwhile

from trendwatch.collect import _habit
from trendwatch.model import Source, SourceState, Visit

ORDER = ("gone", "blocked", "malformed", "failing", "empty", "frozen", "silent", "moved", "new", "quiet", "healthy")
"""States, worst first."""
FAILURES = 3
"""Failures in a row that make an alarm; two do when they lie `FAILING_FOR` apart, one when nothing ever succeeded."""
FAILING_FOR = timedelta(hours=12)
MOVED_FOR = 2
"""Visits in a row that must meet the same permanent redirect before it is believed."""
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
    sources: Sequence[Source], visits: Sequence[Visit], items: Mapping[str, Sequence[datetime]], now: datetime
) -> list[SourceState]:
    """The state of each enabled source with its reason, worst first, then by name.

    `items` maps a source's name to the dates (`Item.at`) of all its items; what lies after `now` does not count.
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
            now=now,
        )
        for source in sources
        if source.enabled
    ]
    return sorted(map(_state, records), key=lambda s: (ORDER.index(s.state), s.source))


def _state(record: _Record) -> SourceState:
    state, reason = _failed(record) or _emptied(record) or _hushed(record) or _moved(record) or ("healthy", "answers as usual")
    if not record.visits:
        state, reason = "new", "not asked yet"
    successes = record.successes
    return SourceState(
        source=record.source.name,
        state=state,
        reason=reason,
        last_success_at=successes[-1].started_at if successes else None,
        newest_at=record.dates[-1] if record.dates else None,
        streak=len(record.failures) or len(record.empties),
        items=len(record.dates),
        items_per_week=_habit.per_week(record.dates, record.now),
    )


def _failed(record: _Record) -> tuple[str, str] | None:
    """Gone, blocked, malformed or failing: by the last failure, once there are enough of them."""
    failed = record.failures
    if not failed:
        return None
    lasted = failed[-1].started_at - failed[0].started_at
    enough = len(failed) >= FAILURES or (len(failed) > 1 and lasted >= FAILING_FOR)
    if not enough and record.successes and failed[-1].status != 410:  # noqa: PLR2004 - 410 Gone is said on purpose
        return None
    return _sort_of(failed[-1]), f"{_error(failed[-1])}; {_since(record)}"


def _sort_of(visit: Visit) -> str:
    if visit.status in _GONE:
        return "gone"
    if visit.status in _BARRED or visit.outcome == "policy" or _WALL.search(visit.error):
        return "blocked"
    return "malformed" if visit.outcome == "parse-error" else "failing"


def _error(visit: Visit) -> str:
    return visit.error.rstrip(". ") or (f"HTTP {visit.status}" if visit.status else visit.outcome)


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
    patience = timedelta(days=4) if "arxiv.org" in empties[-1].url else FAILING_FOR
    if len(empties) < 2 or lasted < patience:  # noqa: PLR2004 - one empty answer is a hiccup
        return ("new", "answered, but without entries") if not record.dates and len(record.visits) == 1 else None
    known = f"it once held {len(record.dates)}" if record.dates else "it never held any"
    return "empty", f"answers without entries since {empties[0].started_at:%Y-%m-%d}; {known}"


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
    targets = [visit.moved_to for visit in record.successes[-MOVED_FOR:]]
    if len(targets) < MOVED_FOR or not targets[-1] or len(set(targets)) > 1:
        return None
    return "moved", f"permanently moved to {targets[-1]}: write this address into {record.source.place or 'sources.yaml'}"


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
