"""Which entries stand where: budgets for each section, no source too often, nothing twice, a rule and an incident if there are any."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from trendwatch.model import SECTIONS, DigestSpec, Doctype, Entry, Left, Section
from trendwatch.report.stakes import MADE
from trendwatch.report.summary import words

HOME: dict[Doctype, Section] = {
    "paper": "papers",
    "incident": "incidents",
    "regulation": "rules",
    "news": "industry",
    "post": "industry",
}
CONTEXT_SHOWN = 3  # plain capability releases in one issue: worth a line each, not a section
_SAME = 0.8
_SURE = 0.75
"""Relevance that a post, a report or a paper must have to open an issue. Scores are calibrated: of those below it one in three or more is off topic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """An entry with what choosing needs to know: whose item speaks, and whether it is mere context."""

    entry: Entry
    source: str
    context: bool = False


@dataclass(slots=True)
class Plan:
    """The issue as it fills up."""

    spec: DigestSpec
    sections: dict[Section, list[Ranked]] = field(default_factory=lambda: {s: [] for s in SECTIONS})
    left: list[Left] = field(default_factory=list)

    def room(self, section: Section) -> bool:
        """Whether the section's budget is not spent."""
        return len(self.sections[section]) < self.spec.sections.get(section, 0)

    def crowded(self, section: Section, source: str) -> bool:
        """Whether the source has its share of the section; in "also", a third of it when that is more."""
        most = self.spec.per_source
        if section == "also":
            most = max(most, -(-self.spec.sections.get("also", 0) // 3))
        return sum(r.source == source for r in self.sections[section]) >= most

    def takes(self, section: Section, ranked: Ranked) -> bool:
        """Add the entry to the section if budget and source allow."""
        if not self.room(section) or self.crowded(section, ranked.source):
            return False
        self.sections[section].append(ranked)
        return True


def _key(title: str) -> tuple[frozenset[str], list[str]]:
    return words(title), re.findall(r"\d+", title)


def _same(a: tuple[frozenset[str], list[str]], b: tuple[frozenset[str], list[str]]) -> bool:
    """Near-identical titles: four fifths of the words in common, and the same numbers ("SB 123" is not "SB 124")."""
    return a[1] == b[1] and bool(a[0]) and len(a[0] & b[0]) >= _SAME * len(a[0] | b[0])


def _once(ranked: Sequence[Ranked], plan: Plan) -> list[Ranked]:
    """Best first, without a second story of nearly the same title: the last guard behind duplicates and stories."""
    kept: list[tuple[Ranked, tuple[frozenset[str], list[str]]]] = []
    for r in sorted(ranked, key=lambda r: (r.context, -r.entry.score, r.entry.story_id)):
        key = _key(r.entry.title)
        twin = next((k for k, other in kept if _same(other, key)), None)
        if twin is None:
            kept.append((r, key))
        else:
            plan.left.append(_left(r, f"nearly the same title as “{twin.entry.title}”"))
    return [r for r, _ in kept]


def _left(ranked: Ranked, reason: str) -> Left:
    entry = ranked.entry
    return Left(story_id=entry.story_id, title=entry.title, score=entry.score, reason=reason)


def _leads(ranked: Ranked) -> bool:
    """What may open an issue: surely on topic, or an incident or a rule; and no mere headline of one publisher, unless it is a rule that
    is made or has a date that binds.
    """
    entry = ranked.entry
    rule = entry.doctype == "regulation" and entry.parts.get("stakes", 0.0) >= MADE
    told = entry.summary or entry.parts.get("sources") or entry.parts.get("dates") or rule
    sure = entry.doctype in ("incident", "regulation") or entry.parts.get("relevance", 0.0) >= _SURE
    return bool(told) and sure and not ranked.context


def _first(ranked: Sequence[Ranked], plan: Plan) -> set[str]:
    """What to know first: the best of all, but no more than two fifths of one kind, so that papers do not crowd out the world; of
    papers that nobody else tells of, a fifth: they score high week for week, and are seldom what the week was about. Places that this
    leaves stay empty.
    """
    fifths = plan.spec.sections.get("first", 0) / 5
    kinds: Counter[str] = Counter()
    for r in ranked:
        alone = r.entry.doctype == "paper" and not r.entry.parts.get("sources")
        most = max(1, math.ceil(fifths if alone else 2 * fifths))
        if _leads(r) and kinds[r.entry.doctype] < most and plan.takes("first", r):
            kinds[r.entry.doctype] += 1
    return {r.entry.story_id for r in plan.sections["first"]}


def _rest(ranked: Sequence[Ranked], plan: Plan) -> None:
    context = 0
    for r in ranked:
        home: Section = "industry" if r.context else HOME[r.entry.doctype]
        if r.context and context >= CONTEXT_SHOWN:
            plan.left.append(_left(r, f"context: {CONTEXT_SHOWN} such lines are enough"))
        elif plan.takes(home, r) or plan.takes("also", r):
            context += r.context
        else:
            full = not plan.room(home)
            reason = (
                f"“{SECTIONS[home]}” is full"
                if full
                else f"{r.source} has its {plan.spec.per_source} entries in “{SECTIONS[home]}”"
            )
            plan.left.append(_left(r, f"ranked too low: {reason}"))


def _promise(ranked: Sequence[Ranked], plan: Plan) -> None:
    """At least one rule and one incident: when neither its section nor the first one had room, the best takes the last first place."""
    for kind in ("regulation", "incident"):
        shown = [r for rows in plan.sections.values() for r in rows]
        best = next((r for r in ranked if r.entry.doctype == kind and not r.context), None)
        if best is None or any(r.entry.doctype == kind for r in shown):
            continue
        section: Section = next(
            (s for s in ("first", HOME[kind], "also", "industry", "papers") if plan.spec.sections.get(s, 0)), "first"
        )
        rows = plan.sections[section]
        spared = [r for r in rows if r.entry.doctype not in ("regulation", "incident")]
        if rows and not plan.room(section) and spared:
            rows.remove(spared[-1])
            plan.left.append(_left(spared[-1], f"gave its place to the week's one {kind}"))
        rows.append(best)
        plan.left = [x for x in plan.left if x.story_id != best.entry.story_id]


def choose(ranked: Sequence[Ranked], spec: DigestSpec) -> tuple[dict[Section, tuple[Entry, ...]], list[Left]]:
    """Entries by section, best first, without empty sections; and those left out, with the rule."""
    plan = Plan(spec)
    once = _once(ranked, plan)
    first = _first(once, plan)
    _rest([r for r in once if r.entry.story_id not in first], plan)
    _promise(once, plan)
    sections = {s: tuple(r.entry for r in rows) for s, rows in plan.sections.items() if rows}
    return sections, plan.left
