"""All words of all packs, found in one pass over an item, with their guards.

An Aho-Corasick automaton holds every form of every word, between spaces, so a match is always of whole words. The guards
are looked at only where a word was found: `not_near` (within 60 characters), `needs` and `near` (anywhere in the item),
masks ("New York Times" hides "New York"), the case of names and capitals, and negation just before ("no evidence of …").
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Match:
    """A word that was found and passed its guards; `start` and `end` are places in title + separator + text."""

    start: int
    end: int
    pattern: Pattern


class Matcher:
    """Built once for a taxonomy; `find` keeps nothing."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.tags = list(taxonomy.categories)
        self._contexts: dict[str, int] = {}
        self._keys: dict[str, tuple[list[Pattern], set[int]]] = defaultdict(lambda: ([], set()))
        self._near: dict[int, frozenset[int]] = {}
        self._words = 0
        targets = _targets(taxonomy)
        for number, category in enumerate([*taxonomy.categories.values(), *taxonomy.lenders.values()]):
            if targets[category.tag]:
                self._add(number, category, tuple(targets[category.tag]))
        masks = {w.lower() for pack in taxonomy.packs.values() for m in pack.masks for w in spread(m)}
        self._masks = {f" {mask} " for mask in masks}
        self._automaton = ahocorasick.Automaton()
        for key in sorted({*self._keys, *self._masks}):
            self._automaton.add_word(key, key)
        if len(self._automaton):
            self._automaton.make_automaton()

    def _add(self, number: int, category: Category, targets: tuple[int, ...]) -> None:
        needs, not_near = self._context(category.needs), self._context(category.not_near)
        self._near[number] = self._context(category.near)
        for kind, words in (("word", category.words), ("hint", category.hints), ("doubtful", category.doubtful)):
            for word in words:
                self._words += 1
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
                    for form in _forms(phrase, named=category.named):
                        self._keys[f" {form} "][0].append(pattern)

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
        """Matches in an item, in order of place, and where the text begins in their places."""
        folded = f" {fold(title)} {SEPARATOR} {fold(text)} "
        low = lower(folded)
        hits, contexts, masks = self._hits(low)
        if not hits:
            return [], len(title) + 4
        sure = {p.surety for start, end, p in hits if p.named and not p.doubtful and _cased(folded[start:end], p.case)}
        seen = set(contexts)
        found = [
            Match(start, end, p)
            for start, end, p in hits
            if (not p.case or _cased(folded[start:end], p.case))
            and (not p.needs or not p.needs.isdisjoint(seen))
            and (not p.doubtful or p.surety in sure or not self._near[p.surety].isdisjoint(seen))
            and not (p.not_near and _close(contexts, p.not_near, start, end))
            and not low[max(0, start - _REACH) : start].endswith(NEGATORS)
        ]
        return _uncovered(found, masks), len(title) + 4

    def _hits(self, low: str) -> tuple[list[tuple[int, int, Pattern]], dict[int, list[int]], list[tuple[int, int]]]:
        hits: list[tuple[int, int, Pattern]] = []
        contexts: dict[int, list[int]] = {}
        masks: list[tuple[int, int]] = []
        if not len(self._automaton):
            return hits, contexts, masks
        keys, hiding = self._keys, self._masks
        for last, key in self._automaton.iter(low):
            start = last - len(key) + 2
            if key in keys:
                patterns, numbers = keys[key]
                hits += [(start, last, p) for p in patterns]
                for number in numbers:
                    contexts.setdefault(number, []).append(start)
            if key in hiding:
                masks.append((start, last))
        return hits, contexts, masks


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
    return sorted(found, key=lambda m: (m.start, m.end, m.pattern.word))


def _inside(match: Match, names: Iterable[tuple[int, int]], masks: Sequence[tuple[int, int]]) -> bool:
    return any(a <= match.start and match.end <= b and b - a > match.end - match.start for a, b in (*names, *masks))
