"""Which entries stand where: budgets for each section, no source too often, nothing twice, a rule and an incident if there are any."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from trendwatch.model import SECTIONS, DigestSpec, Doctype, Entry, Left, Section
from trendwatch.report.stakes import MADE, NAMED_ATTACK, REPORTED
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
_MOST_FIRST: dict[Doctype, int] = {"incident": 3, "regulation": 3}
"""Fifths of "What to know first" that a kind may take; two for those not named."""
_SURE = 0.75
"""Relevance that a post, a report or a paper must have to open an issue. Scores are calibrated: of those below it one in three or more is off topic."""

_SURE_OF_SEVERAL = 0.6
"""The same where several publishers tell of something at stake: a headline alone seldom scores higher."""


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


_BILL = re.compile(r"^(.{0,30}?)\b([A-Z]{1,4})\.? ?\d{1,5}\b[^:]{0,40}:\s*(.+)$", re.DOTALL)
_BILL_WORDS = 8
"""A bill's words that must be there to know it again: "relating to artificial intelligence" is any bill."""


def _bill(entry: Entry) -> tuple[tuple[str, str], str] | None:
    """Whose bill with what words, and its chamber's letters: two chambers hand in the same text under numbers of their own."""
    found = _BILL.match(entry.title) if entry.doctype == "regulation" else None
    said = found[3].casefold().rstrip(". ").split() if found else []
    return ((found[1].strip().casefold(), " ".join(said)), found[2]) if found and len(said) >= _BILL_WORDS else None


def _once(ranked: Sequence[Ranked], plan: Plan) -> list[Ranked]:
    """Best first, without a second story of nearly the same title: the last guard behind duplicates and stories."""
    kept: list[tuple[Ranked, tuple[frozenset[str], list[str]]]] = []
    bills: dict[tuple[str, str], tuple[str, Ranked]] = {}
    for r in sorted(ranked, key=lambda r: (r.context, -r.entry.score, r.entry.story_id)):
        key = _key(r.entry.title)
        words_of, chamber = _bill(r.entry) or (None, "")
        letters, companion = bills.get(words_of, ("", r)) if words_of else ("", r)
        twin = next((k for k, other in kept if _same(other, key)), None)
        if twin is not None:
            plan.left.append(_left(r, f"nearly the same title as “{twin.entry.title}”"))
        elif letters not in ("", chamber):
            plan.left.append(_left(r, f"the same words as “{companion.entry.title}”, handed in in the other chamber"))
        else:
            kept.append((r, key))
            if words_of:
                bills.setdefault(words_of, (chamber, r))
    return [r for r, _ in kept]


def _left(ranked: Ranked, reason: str) -> Left:
    entry = ranked.entry
    return Left(story_id=entry.story_id, title=entry.title, score=entry.score, reason=reason)


def _leads(ranked: Ranked) -> bool:
    """What may open an issue: surely on topic, or an incident or a rule; and no mere headline of one publisher, unless it reports a harm,
    is a rule that is made, or has a date that binds.
    """
    entry = ranked.entry
    stakes = entry.parts.get("stakes", 0.0)
    grave = stakes >= (MADE if entry.doctype == "regulation" else REPORTED)
    several = entry.parts.get("sources", 0.0)
    told = entry.summary or several or entry.parts.get("dates") or grave
    least = _SURE_OF_SEVERAL if stakes and several else _SURE
    sure = entry.doctype in ("incident", "regulation") or entry.parts.get("relevance", 0.0) >= least
    return bool(told) and sure and not ranked.context


def _weighty(ranked: Ranked) -> bool:
    """Whether something happened: a harm, an act, a rule or an attack, told by several, or with a date that binds."""
    parts = ranked.entry.parts
    return parts.get("stakes", 0.0) >= NAMED_ATTACK or bool(parts.get("sources") or parts.get("dates"))


def _alone(ranked: Ranked) -> bool:
    """A paper that nobody else tells of."""
    return ranked.entry.doctype == "paper" and not ranked.entry.parts.get("sources")


def _first(ranked: Sequence[Ranked], plan: Plan) -> set[str]:
    """What to know first: the best of what happened; where that fills less than four fifths of the places, the best of the rest makes
    it up; where that fills less than three fifths, papers that nobody else tells of and that name no product do: they score high week
    for week, and are seldom what the week was about. Of incidents and of rules three fifths at most, of lone papers one, of anything
    else two. Places that this leaves stay empty.
    """
    fifth = plan.spec.sections.get("first", 0) / 5
    kinds: Counter[str] = Counter()
    talked_of = [r for r in ranked if not _alone(r) or r.entry.parts.get("stakes")]
    for part, places in (([r for r in ranked if _weighty(r)], 5), (talked_of, 4), (ranked, 3)):
        for r in part:
            if len(plan.sections["first"]) >= places * fifth:
                break
            kind = r.entry.doctype
            most = max(1, math.ceil(fifth * (1 if _alone(r) else _MOST_FIRST.get(kind, 2))))
            fits = _leads(r) and r not in plan.sections["first"] and kinds[kind] < most
            if fits and plan.takes("first", r):
                kinds[kind] += 1
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
    """Entries by section, best first ("What to know first": what happened first), without empty sections; and those left out, with
    the rule.
    """
    plan = Plan(spec)
    once = _once(ranked, plan)
    first = _first(once, plan)
    _rest([r for r in once if r.entry.story_id not in first], plan)
    _promise(once, plan)
    sections = {s: tuple(r.entry for r in rows) for s, rows in plan.sections.items() if rows}
    return sections, plan.left
