"""All words of all packs, found in one pass over an item, with their guards.

An Aho-Corasick automaton holds every form of every word, between spaces, so a match is always of whole words. The guards
are looked at only where a word was found: `not_near` (within 60 characters), `needs` and `near` (anywhere in the item),
masks ("New York Times" hides "New York"), the case of names and capitals, and negation just before ("no evidence of …").
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from trendwatch.enrich.taggers._forms import fold, forms, lower, spread
from trendwatch.enrich.taxonomy import Category, Taxonomy

SEPARATOR = "\x00"
NEAR_CHARACTERS = 60
NEGATORS = (
    " not ", " no ", " without ", " non ", " neither ", " nor ", " rather than ", " instead of ", " unlike ", " unrelated to ",
    " other than ", " not a ", " not an ", " no evidence of ", " free of ", " excluding ", " not about ", " except ", " isn t ",
    " does not cover ", " without any ", " not any ", " no longer ",
)  # fmt: skip
PLACES = 6
HINT = 0.4
"""A hint's weight beside a word's 1: it never earns a tag alone."""


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """One word of one entry: which categories it speaks for and under which guards."""

    targets: tuple[int, ...]
    word: int  # its number: forms of one word share it
    weight: float
    named: bool
    capital: bool  # it must begin with a capital
    exact: str  # as it must be written, plural aside; "" is any way
    needs: frozenset[int]
    near: frozenset[int]
    not_near: frozenset[int]
    doubtful: bool
    surety: int  # the entry's number, for names that are sure and for those that need one


Match = tuple[int, int, int, Pattern]
"""A word that was found and passed its guards: start, minus its end, the word's number, the pattern. Start and end are places in
title + separator + text. In this order matches sort as they are read: by place, the longer first."""

_Row = tuple[Pattern, int, frozenset[int], str, bool, bool]
"""A pattern, and what is asked of it at every place: its word, needs, exact, capital, and whether it has further guards."""
_Form = tuple[int, tuple[_Row, ...], tuple[int, ...], bool]
"""Of one written form: its length, the words it is a form of, the contexts it belongs to, whether it is a mask."""


class Matcher:
    """Built once for a taxonomy; `find` keeps nothing."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.tags = list(taxonomy.categories)
        self._contexts: dict[str, int] = {}
        self._keys: dict[str, tuple[list[Pattern], set[int]]] = defaultdict(lambda: ([], set()))
        self._words = 0
        self._negators = self._contexts.setdefault("", 0)  # a context of its own
        for negator in NEGATORS:
            self._keys[negator][1].add(self._negators)
        targets = _targets(taxonomy)
        for number, category in enumerate([*taxonomy.categories.values(), *taxonomy.lenders.values()]):
            if targets[category.tag]:
                self._add(number, category, tuple(targets[category.tag]))
        masks = {f" {w.lower()} " for pack in taxonomy.packs.values() for m in pack.masks for w in spread(m)}
        keys = sorted({*self._keys, *masks})
        found = [(key, *self._keys.get(key, ([], set()))) for key in keys]
        self._forms: list[_Form] = [
            (len(key) - 2, tuple(map(_row, patterns)), tuple(sorted(contexts)), key in masks)
            for key, patterns, contexts in found
        ]
        self._automaton = AhoCorasick(keys)
        self._speaking: dict[int, list[int]] = defaultdict(list)  # for a context, the written forms that speak for it
        for n, form in enumerate(self._forms):
            for context in form[2]:
                self._speaking[context].append(n)

    def _add(self, number: int, category: Category, targets: tuple[int, ...]) -> None:
        needs, near, not_near = (self._context(words) for words in (category.needs, category.near, category.not_near))
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
                        capital=category.named and phrase[0].isupper(),
                        exact=phrase if phrase.isupper() and (category.named or len(phrase) > 1) else "",
                        needs=needs,
                        near=near,
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
        places = self._places(lower(folded))
        contexts, masks = self._around(places)
        plain, guarded = self._written(folded, places, contexts)
        if guarded:
            guarded = self._guarded(guarded, places, contexts)
        if self._negators in contexts:
            denied = {last + 1 for n in self._speaking[self._negators] for last in places.get(n, ())}
            plain = [m for m in plain if m[0] not in denied]
            guarded = [m for m in guarded if m[0] not in denied]
        found = plain + _longest(guarded)
        if masks:
            found = [m for m in found if not _inside(m, masks)]
        return sorted(found), len(title) + 4

    def _places(self, low: str) -> dict[int, list[int]]:
        """Where each written form ends, by its number."""
        places: defaultdict[int, list[int]] = defaultdict(list)
        for number, _, end in self._automaton.find_matches_as_indexes(low, overlapping=True):
            places[number].append(end - 1)
        return places

    def _around(self, places: dict[int, list[int]]) -> tuple[set[int], list[tuple[int, int]]]:
        """Numbers of the context words, and the spans of masks."""
        contexts: set[int] = set()
        masks: list[tuple[int, int]] = []
        for n, lasts in places.items():
            length, _, numbers, hides = self._forms[n]
            if numbers:
                contexts.update(numbers)
            if hides:
                masks += [(last - length, last) for last in lasts]
        return contexts, masks

    def _written(self, folded: str, places: dict[int, list[int]], contexts: set[int]) -> tuple[list[Match], list[Match]]:
        """Words whose contexts are there and that are written as they must be (acronyms to the letter, names with a capital):
        those without and those with further guards.
        """
        plain: list[Match] = []
        guarded: list[Match] = []
        for n, lasts in places.items():
            length, rows, _, _ = self._forms[n]
            for pattern, word, needs, exact, capital, wary in rows:
                if needs and needs.isdisjoint(contexts):
                    continue
                found = guarded if wary else plain
                for last in lasts if len(lasts) <= PLACES else lasts[:PLACES]:
                    start = last - length
                    if exact:
                        if folded[start:last] not in (exact, exact + "s"):
                            continue
                    elif capital and not folded[start].isupper():
                        continue
                    found.append((start, -last, word, pattern))
        return plain, guarded

    def _guarded(self, found: list[Match], places: dict[int, list[int]], contexts: set[int]) -> list[Match]:
        """Without doubtful names that nothing vouches for, and without words in another sense."""
        if any(m[3].doubtful for m in found):
            sure = {m[3].surety for m in found if m[3].named and not m[3].doubtful}
            found = [m for m in found if not m[3].doubtful or m[3].surety in sure or not m[3].near.isdisjoint(contexts)]
        return [m for m in found if m[3].not_near.isdisjoint(contexts) or not self._close(m, places, contexts)]

    def _close(self, match: Match, places: dict[int, list[int]], contexts: set[int]) -> bool:
        """Whether an unwanted word ends near the match."""
        unwanted = match[3].not_near.intersection(contexts)
        low, high = match[0] - NEAR_CHARACTERS, NEAR_CHARACTERS - match[1]
        return any(low <= place <= high for number in unwanted for n in self._speaking[number] for place in places.get(n, ()))


def _row(pattern: Pattern) -> _Row:
    wary = pattern.named or pattern.doubtful or bool(pattern.not_near)
    return pattern, pattern.word, pattern.needs, pattern.exact, pattern.capital, wary


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


def _longest(found: list[Match]) -> list[Match]:
    """Without names inside a longer name."""
    names = {(m[0], -m[1]) for m in found if m[3].named}
    return [m for m in found if not m[3].named or not _inside(m, names)] if len(names) > 1 else found


def _inside(match: Match, spans: Iterable[tuple[int, int]]) -> bool:
    start, end = match[0], -match[1]
    return any(a <= start and end <= b and b - a > end - start for a, b in spans)
