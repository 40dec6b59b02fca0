"""Editorial or substantive? What is not shown to be editorial is told.

A changed passage is editorial when all that differs is: case, punctuation, list numbers, the writing of a number or date
(folded away before), words that fill ("the", "of", "also"), a word's spelling or number ("organisation", "users"), where to
write or call, or the order of a heading's words. Passages that came or went are editorial when they repeat one that is there in
both versions, when they are a bare heading or label without a word of weight, or only say where to write. All else is substantive:
numbers, dates and amounts; modal verbs; words of scope ("not", "only", "within"); defined terms; other words; clauses that came
or went. False alarms: a sentence reworded without another meaning. Misses: near words not listed, such as "affect"/"effect".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from trendwatch.collect.sources import _page_watch_noise as noises
from trendwatch.collect.sources._page_watch_diff import Step
from trendwatch.collect.sources._page_watch_passages import Passage
from trendwatch.collect.sources._page_watch_words import FILLERS, MODALS, SCOPE, is_number, same_word, tokens, weighty

NUMBERS, MODAL, SCOPES, TERMS, WORDING = "numbers or dates", "modal verbs", "scope", "defined terms", "wording"
ADDED, REMOVED = "added", "removed"
_ORDER = (NUMBERS, MODAL, SCOPES, TERMS, WORDING, ADDED, REMOVED)
_REACH = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.\w+)+|https?://\S+|www\.\S+|(?:\+\d|\b0)\d[\d\s()/.-]{6,}\d|\b(?:p\.?\s?o\.? box|postfach|b\.?p\.?|apartado) \d+",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[“\"„«]\s?([^“”\"„«»]{3,40}?)\s?[”\"“»]")
_CAPITAL = re.compile(r"(?<=[a-z,;] )([A-Z][a-z]{2,})\b")


@dataclass(frozen=True, slots=True)
class Change:
    """A step and its weight: `why` is "" for an editorial one. `swaps` are the differing words, (old, new, what follows)."""

    step: Step
    why: str = ""
    swaps: tuple[tuple[str, str, str], ...] = ()

    @property
    def substantive(self) -> bool:
        """Whether a reader must hear of it."""
        return bool(self.why)


def weigh(steps: Sequence[Step], old: Collection[Passage], new: Collection[Passage]) -> list[Change]:
    """The weight of each step that is none of "same". Passages that merely share a place count as one gone and one come."""
    single = [part for step in steps if not step.same for part in _parted(step)]
    there = {passage.key for passage in old} & {passage.key for passage in new}
    terms = _terms(old) | _terms(new)
    return [_weighed(step, there, terms) for step in single]


def _parted(step: Step) -> list[Step]:
    return [step] if step.kin else [Step(step.old, None), Step(None, step.new)]


def _weighed(step: Step, there: Collection[str], terms: Collection[str]) -> Change:
    if step.old and step.new:
        return _changed(step, step.old, step.new, terms)
    passage = step.new or step.old
    assert passage is not None  # noqa: S101 - a step has a side
    return Change(step, "" if _slight(passage, there) else ADDED if step.new else REMOVED)


def _slight(passage: Passage, there: Collection[str]) -> bool:
    """Whether it may come or go without a word."""
    words = tokens(_REACH.sub(" ", passage.text))
    return passage.key in there or (
        not weighty(words) and (passage.heading or not words or _label(passage.text) or noises.contact(passage.text))
    )


def _label(text: str) -> bool:
    """Such as "Questions?" or "Address:", which is no clause."""
    return len(text.split()) <= 3 and text.rstrip().endswith(("?", ":"))  # noqa: PLR2004 - a label


def _changed(step: Step, old: Passage, new: Passage, terms: Collection[str]) -> Change:
    before, after = (tokens(_REACH.sub(" ", passage.text)) for passage in (old, new))
    if old.heading and new.heading and _content(before) == _content(after):
        return Change(step)
    whys: set[str] = set()
    swaps: list[tuple[str, str, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        why = "" if tag == "equal" else _why(before[a:b], after[c:d], terms)
        if why:
            whys.add(why)
            swaps.append((" ".join(before[a:b]), " ".join(after[c:d]), before[b] if b < len(before) else ""))
    return Change(step, next((why for why in _ORDER if why in whys), ""), tuple(swaps))


def _content(words: Sequence[str]) -> Counter[str]:
    return Counter(word for word in words if word not in FILLERS)


def _why(gone: Sequence[str], came: Sequence[str], terms: Collection[str]) -> str:
    """Why the words that differ at one place weigh; "" when they do not."""
    if "".join(gone) == "".join(came) or (len(gone) == len(came) and all(map(same_word, gone, came))):
        return ""
    gone, came = _unspelt(gone, came)
    differ = {*(Counter(gone) - Counter(came)), *(Counter(came) - Counter(gone))} or {*gone, *came}
    if any(map(is_number, differ)):
        return NUMBERS
    if differ & MODALS:
        return MODAL
    if differ & SCOPE:
        return SCOPES
    left = differ - FILLERS
    return "" if not left else TERMS if left & set(terms) else WORDING


def _unspelt(gone: Sequence[str], came: Sequence[str]) -> tuple[list[str], list[str]]:
    """Without words that are merely spelt otherwise on the other side."""
    rest, other = list(came), []
    for word in gone:
        twin = next((w for w in rest if same_word(word, w)), None)
        if twin is None:
            other.append(word)
        else:
            rest.remove(twin)
    return other, rest


def _terms(passages: Collection[Passage]) -> set[str]:
    """Words that the text defines or treats as names: in quotes, or with a capital inside a sentence, twice at least."""
    quoted = Counter(word for p in passages for term in _QUOTED.findall(p.text) for word in tokens(term))
    capital = Counter(word.casefold() for p in passages for word in _CAPITAL.findall(p.text))
    return {word for word in quoted if word not in FILLERS} | {word for word, times in capital.items() if times > 1}
