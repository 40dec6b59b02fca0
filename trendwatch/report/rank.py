"""The rank of a story: a sum of parts, each kept by name in `Entry.parts` and told in words in `Entry.why`.

| part | from | least to most |
|---|---|---|
| relevance | the calibrated score of the item that speaks; from 0.9 on, all are surely on topic and weigh alike | 0 to 0.9 |
| tier | the weightiest source that tells it | 0 (hearsay) to 0.3 (primary) |
| sources | log2 of the number of independent publishers × 0.15 | 0 to 0.45 |
| novelty | words of its title that no title told in the last eight weeks shares | 0 to 0.2; a told story gets a quarter |
| asked | it bears tags the digest asks for | 0, 0.25, + 0.05 each more, to 0.35 |
| dates | the next date that binds: 0.3 within two weeks, fading out at half a year | 0 to 0.3 |
| stakes | a reported harm, an authority that acts, a rule that is made, an attack beside a named product: see `stakes` | 0 to 0.3 |
| text | there is something to read beyond a headline | 0 or 0.15 |
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from trendwatch.model import DateLine, TagLine
from trendwatch.report.candidates import Candidate
from trendwatch.report.desk import Desk, Week
from trendwatch.report.summary import words

FORMULA = (
    "Stories are ranked by relevance to GenAI safety, plus the weight of their best source, the number of independent publishers, "
    "how new they are against earlier issues, the tags asked for, dates that bind soon, what hangs on them "
    "(a reported harm, an authority that acts, a rule that is made, an attack beside a named product), and whether there is a text to read."
)
_TIER = {1: 0.3, 2: 0.2, 3: 0.1}
_CERTAIN = 0.9
_SOON_DAYS, _FAR_DAYS, _MEMORY_WEEKS = 14, 180, 8


class Memory:
    """The telling words of titles told before, found again by any word they share with a new one."""

    def __init__(self, titles: Iterable[frozenset[str]]) -> None:
        self._titles = list(titles)
        self._by_word: dict[str, list[int]] = {}
        for at, title in enumerate(self._titles):
            for word in title:
                self._by_word.setdefault(word, []).append(at)

    def nearest(self, title: frozenset[str]) -> float:
        """The largest share of words in common with any title told before (Jaccard), 0 when there is none."""
        shared = Counter(at for word in title for at in self._by_word.get(word, ()))
        return max((n / (len(title) + len(self._titles[at]) - n) for at, n in shared.items()), default=0.0)


def remembered(desk: Desk) -> Memory:
    """Every title told in the last eight weeks, for novelty."""
    since = f"{(desk.week.starts_on - timedelta(weeks=_MEMORY_WEEKS)):%G-W%V}"
    told = sorted(i for i, (_, week) in desk.told.items() if week >= since and i in desk.items)
    return Memory(words(desk.items[i].title) for i in told)


def _novelty(candidate: Candidate, memory: Memory) -> float:
    return 0.2 * (1 - memory.nearest(words(candidate.lead.title))) * (0.25 if candidate.told_week else 1.0)


def _dates(lines: Sequence[DateLine], week: Week) -> float:
    days = [(d.on - week.ends_on).days for d in lines if d.on > week.ends_on]
    if not days:
        return 0.0
    return 0.3 * max(0.0, min(1.0, (_FAR_DAYS - min(days)) / (_FAR_DAYS - _SOON_DAYS)))


def _asked(tags: Sequence[TagLine], desk: Desk) -> float:
    hits = len({t.tag for t in tags} & set(desk.spec.tags))
    return min(0.35, 0.2 + 0.05 * hits) if hits else 0.0


def parts(
    candidate: Candidate,
    tags: Sequence[TagLine],
    dates: Sequence[DateLine],
    memory: Memory,
    desk: Desk,
    *,
    stakes: float,
    readable: bool,
) -> dict[str, float]:
    """The summands of a story's score, by name. `tags` are all of its tags, not only those shown; `readable`: it has a summary;
    `stakes` is what hangs on it.
    """
    found = {
        "relevance": min(candidate.relevance.score, _CERTAIN),
        "tier": max(_TIER.get(desk.tier(i), 0.0) for i in candidate.items),
        "sources": min(0.45, 0.15 * math.log2(max(1, len(candidate.publishers)))),
        "novelty": _novelty(candidate, memory),
        "asked": _asked(tags, desk),
        "dates": _dates(dates, desk.week),
        "stakes": stakes,
        "text": 0.15 if readable else 0.0,
    }
    return {name: round(value, 4) for name, value in found.items()}


def _day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"


def why(
    candidate: Candidate,
    summands: Mapping[str, float],
    tags: Sequence[TagLine],
    dates: Sequence[DateLine],
    desk: Desk,
    *,
    at_stake: str,
) -> str:
    """Why a story stands in the issue, in one or two sentences made from its parts, the most telling first; `at_stake` is what hangs on
    it, in words.
    """
    relevance = candidate.relevance
    said = [f"context, not safety as such (relevance {relevance.score:.2f})"] if relevance.verdict == "context" else []
    if at_stake:
        said.append(at_stake)
    soon = [d.on for d in dates if d.on > desk.week.ends_on]
    if summands["dates"] and soon:
        said.append(f"a date that binds on {_day(min(soon))}")
    asked = [t.name for t in tags if t.tag in desk.spec.tags]
    if asked:
        said.append(f"you asked for {', '.join(dict.fromkeys(asked[:3]))}")
    voices = len(candidate.publishers)
    said.append(f"{voices} independent publishers" if voices > 1 else "one publisher so far")
    best = min(desk.tier(i) for i in candidate.items)
    if best <= 2:  # noqa: PLR2004 - tiers 1 and 2 carry authority
        said.append(f"a tier {best} source")
    if relevance.verdict != "context":
        said.append(f"relevance {relevance.score:.2f} (floor {desk.spec.floor:.2f})")
    first = f"{'; '.join(said)}."
    if candidate.told_week:
        return f"Update on a story of {candidate.told_week}: {' and '.join(candidate.moved)}. {first[0].upper()}{first[1:]}"
    return f"{first[0].upper()}{first[1:]}"
