"""All words of all packs, found in one pass over an item, with their guards.

An Aho-Corasick automaton holds every form of every word, between spaces, so a match is always of whole words. The guards
are looked at only where a word was found: `not_near` (within 60 characters), `needs` and `near` (anywhere in the item),
masks ("New York Times" hides "New York"), the case of names and capitals, and negation just before ("no evidence of …").
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import ahocorasick

from trendwatch.enrich.taggers._forms import fold, forms, lower, spread
from trendwatch.enrich.taxonomy import Category, Taxonomy

SEPARATOR = "\x00"
NEAR_CHARACTERS = 60
NEGATORS = (
    " not ", " no ", " without ", " non ", " neither ", " nor ", " rather than ", " instead of ", " unlike ", " unrelated to ",
    " other than ", " not a ", " not an ", " no evidence of ", " free of ", " excluding ", " not about ", " except ", " isn t ",
    " does not cover ", " without any ", " not any ", " no longer ",
)  # fmt: skip
_REACH = max(map(len, NEGATORS))
PLACES = 6
HINT = 0.4
"""A hint's weight beside a word's 1: it never earns a tag alone."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One word of one entry: which categories it speaks for and under which guards."""

    targets: tuple[int, ...]
    word: int  # its number: forms of one word share it
    weight: float
    named: bool
    case: str  # as it must be written; "" is any way
    needs: frozenset[int]
    not_near: frozenset[int]
    doubtful: bool
    surety: int  # the entry's number, for names that are sure and for those that need one


class Match(NamedTuple):
    """A word that was found and passed its guards; `start` and `end` are places in title + separator + text."""

    start: int
    end: int
    word: int  # its number
    pattern: Pattern


_Payload = tuple[int, tuple[Pattern, ...], tuple[int, ...], bool]
"""Of one written form: its length, the words it is a form of, the contexts it belongs to, whether it is a mask."""


class Matcher:
    """Built once for a taxonomy; `find` keeps nothing."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.tags = list(taxonomy.categories)
        self._contexts: dict[str, int] = {}
        self._keys: dict[str, tuple[list[Pattern], set[int]]] = defaultdict(lambda: ([], set()))
        self._near: dict[int, frozenset[int]] = {}
        self._words = 0
        (self._negators,) = self._context(["any negator"])
        for negator in NEGATORS:
            self._keys[negator][1].add(self._negators)
        targets = _targets(taxonomy)
        for number, category in enumerate([*taxonomy.categories.values(), *taxonomy.lenders.values()]):
            if targets[category.tag]:
                self._add(number, category, tuple(targets[category.tag]))
        masks = {f" {w.lower()} " for pack in taxonomy.packs.values() for m in pack.masks for w in spread(m)}
        self._payloads: list[_Payload] = []
        self._automaton = ahocorasick.Automaton()
        for key in sorted({*self._keys, *masks}):
            patterns, contexts = self._keys.get(key, ([], set()))
            self._automaton.add_word(key, len(self._payloads))
            self._payloads.append((len(key) - 2, tuple(patterns), tuple(sorted(contexts)), key in masks))
        if self._payloads:
            self._automaton.make_automaton()

    def _add(self, number: int, category: Category, targets: tuple[int, ...]) -> None:
        needs, not_near = self._context(category.needs), self._context(category.not_near)
        self._near[number] = self._context(category.near)
        for kind, words in (("word", category.words), ("hint", category.hints), ("doubtful", category.doubtful)):
            for word in words:
                self._words += 1
                met: set[str] = set()
                for phrase in spread(word):
                    pattern = Pattern(
                        targets=targets,
                        word=self._words,
                        weight=HINT if kind == "hint" else 1.0,
                        named=category.named,
                        case=phrase if category.named or _is_capitals(phrase) else "",
                        needs=needs,
                        not_near=not_near,
                        doubtful=kind == "doubtful",
                        surety=number,
                    )
                    for form in set(_forms(phrase, named=category.named)) - met:
                        self._keys[f" {form} "][0].append(pattern)
                        met.add(form)

    def _context(self, words: Iterable[str]) -> frozenset[int]:
        """Numbers of context words; each is in the automaton like any other."""
        found = set()
        for word in words:
            number = self._contexts.setdefault(word, len(self._contexts))
            found.add(number)
            for phrase in spread(word):
                for form in _forms(phrase, named=False):
                    self._keys[f" {form} "][1].add(number)
        return frozenset(found)

    def find(self, title: str, text: str) -> tuple[list[Match], int]:
        """Matches in an item, in order of place, and where the text begins in their places.

        Of one written form no more than the first few places are given: more would not change what it says.
        """
        folded = f" {fold(title)} {SEPARATOR} {fold(text)} "
        low = lower(folded)
        places = self._places(low)
        contexts, masks = self._around(places)
        cased = [
            Match(last - length, last, pattern.word, pattern)
            for n, lasts in places.items()
            for length, patterns, _, _ in (self._payloads[n],)
            for pattern in patterns
            if not pattern.needs or not pattern.needs.isdisjoint(contexts)
            for last in lasts[:PLACES]
            if not pattern.case or _cased(folded[last - length : last], pattern.case)
        ]
        sure = {m.pattern.surety for m in cased if m.pattern.named and not m.pattern.doubtful}
        negated = self._negators in contexts
        found = [
            m
            for m in cased
            if (not m[3].doubtful or m[3].surety in sure or not self._near[m[3].surety].isdisjoint(contexts))
            and not (m[3].not_near and _close(contexts, m[3].not_near, m[0], m[1]))
            and not (negated and low.endswith(NEGATORS, max(0, m[0] - _REACH), m[0]))
        ]
        return _uncovered(found, masks), len(title) + 4

    def _places(self, low: str) -> dict[int, list[int]]:
        """Where each written form ends, by its number."""
        places: defaultdict[int, list[int]] = defaultdict(list)
        if self._payloads:
            for last, number in self._automaton.iter(low):
                places[number].append(last)
        return places

    def _around(self, places: dict[int, list[int]]) -> tuple[dict[int, list[int]], list[tuple[int, int]]]:
        """Context words by number with their places, and the spans of masks."""
        contexts: dict[int, list[int]] = {}
        masks: list[tuple[int, int]] = []
        for n, lasts in places.items():
            length, _, numbers, hides = self._payloads[n]
            for number in numbers:
                contexts[number] = [*contexts.get(number, ()), *lasts]
            if hides:
                masks += [(last - length, last) for last in lasts]
        return contexts, masks


def _targets(taxonomy: Taxonomy) -> dict[str, list[int]]:
    """For every entry, the numbers of the categories that its words speak for."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, category in enumerate(taxonomy.categories.values()):
        for tag in (category.tag, *category.sources):
            found[tag].append(number)
    return found


def _forms(phrase: str, *, named: bool) -> Sequence[str]:
    if named:
        return [phrase.lower()]
    if _is_capitals(phrase):
        return [phrase.lower(), phrase.lower() + "s"]
    return sorted(forms(phrase))


def _is_capitals(phrase: str) -> bool:
    """An acronym: its case tells RAG from rag."""
    return phrase.isupper() and len(phrase) > 1


def _cased(found: str, wanted: str) -> bool:
    """Whether a name is written as it must be: acronyms to the letter (plural aside), other names with a capital first."""
    if wanted.isupper():
        return found == wanted or found == wanted + "s"
    return not wanted[0].isupper() or found[0].isupper()


def _close(contexts: dict[int, list[int]], unwanted: frozenset[int], start: int, end: int) -> bool:
    """Whether an unwanted word lies near the match."""
    low, high = start - NEAR_CHARACTERS, end + NEAR_CHARACTERS
    return any(low <= place <= high for number in unwanted.intersection(contexts) for place in contexts[number])


def _uncovered(found: list[Match], masks: list[tuple[int, int]]) -> list[Match]:
    """Without what lies inside a mask, or, among names, inside a longer name."""
    names = {(m.start, m.end) for m in found if m.pattern.named}
    if masks or len(names) > 1:
        found = [m for m in found if not _inside(m, names if m.pattern.named else (), masks)]
    return sorted(found, key=lambda m: (m[0], -m[1], m[2]))


def _inside(match: Match, names: Iterable[tuple[int, int]], masks: Sequence[tuple[int, int]]) -> bool:
    return any(a <= match.start and match.end <= b and b - a > match.end - match.start for a, b in (*names, *masks))
