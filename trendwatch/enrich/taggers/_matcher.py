"""All words of all packs, found in one pass over an item, with their guards.

An Aho-Corasick automaton holds every form of every word, between spaces, so a match is always of whole words. The guards
are looked at only where a word was found: `not_near` (within 60 characters), `needs` and `near` (anywhere in the item),
masks ("New York Times" hides "New York"), the case of names and capitals, and negation (see `_negation`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, BytesAhoCorasick

from trendwatch.enrich.taggers import _negation, _persons
from trendwatch.enrich.taggers._forms import fold, forms, lower, spread
from trendwatch.enrich.taxonomy import Category, Taxonomy

SEPARATOR = "\x00"
_LATIN = "latin-1"
NEAR_CHARACTERS = 60
_NEXT, _PLAIN, _CONTRACTED, _MASKING = range(4)
"""Numbers of the contexts that negators and masks are."""
_NEGATORS = frozenset({_NEXT, _PLAIN, _CONTRACTED})
_NOTHING: frozenset[int] = frozenset()
PLACES = 6
HINT = 0.4
"""A hint's weight beside a word's 1: it never earns a tag alone."""
RULES = (NEAR_CHARACTERS, PLACES, HINT, _negation.RULES, _persons.RULES, "matcher-4")
"""All that decides, for a fingerprint; the last changes with the code of this file and of `_forms`."""


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """One word of one entry: which categories it speaks for and under which guards."""

    targets: tuple[int, ...]
    word: int  # its number: forms of one word share it
    weight: float
    named: bool
    control: bool  # it names a safeguard, whose lack is a matter too
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


class Matcher:
    """Built once for a taxonomy; `find` keeps nothing."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.tags = list(taxonomy.categories)
        self._contexts: dict[str, int] = {}
        self._keys: dict[str, tuple[list[Pattern], set[int]]] = defaultdict(lambda: ([], set()))
        self._words = 0
        masks = [w.lower() for pack in taxonomy.packs.values() for m in pack.masks for w in spread(m)]
        for number, words in enumerate((_negation.NEXT, _negation.PLAIN, _negation.CONTRACTED, masks)):
            self._contexts[f"{SEPARATOR}{number}"] = number  # contexts of their own
            for word in words:
                self._keys[f" {word} "][1].add(number)
        targets = _targets(taxonomy)
        for number, category in enumerate([*taxonomy.categories.values(), *taxonomy.lenders.values()]):
            if targets[category.tag]:
                self._add(number, category, tuple(targets[category.tag]))
        keys = sorted(self._keys, key=lambda key: (not _is_latin(key), key))
        self._automaton = AhoCorasick(keys)
        self._quick = BytesAhoCorasick([key.encode(_LATIN) for key in keys if _is_latin(key)])  # of the same numbers
        found = [self._keys[key] for key in keys]
        # by a written form's number: its length, the words it is a form of, the contexts it belongs to
        self._lengths = [len(key) - 2 for key in keys]
        self._rows: list[tuple[_Row, ...]] = [tuple(map(_row, patterns)) for patterns, _ in found]
        self._numbers = [frozenset(contexts) for _, contexts in found]
        self._speaking: dict[int, list[int]] = defaultdict(list)  # for a context, the written forms that speak for it
        for n, (_, contexts) in enumerate(found):
            for context in contexts:
                self._speaking[context].append(n)
        self._negating = {n: kind for kind in sorted(_NEGATORS) for n in self._speaking[kind]}

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
                        control=category.facet == "control" and kind == "word",
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
        raw = f" {title} {SEPARATOR} {text} "
        folded = fold(raw)
        low = lower(folded)
        places = self._places(low)
        contexts = _NOTHING.union(*map(self._numbers.__getitem__, places))
        plain, guarded = self._written(folded, places, contexts)
        if guarded:
            guarded = self._guarded(guarded, places, contexts, raw)
        if not _NEGATORS.isdisjoint(contexts):
            words, names = self._denied(raw, low, places, plain + guarded)
            if words or names:
                plain = [m for m in plain if m[0] not in words]
                guarded = [m for m in guarded if m[0] not in (names if m[3].named else words)]
        found = plain + _longest(guarded) if guarded else plain
        if _MASKING in contexts:
            masks = [(last - self._lengths[n], last) for n in self._speaking[_MASKING] if n in places for last in places[n]]
            found = [m for m in found if not _inside(m, masks)]
        found.sort()
        return found, len(title) + 4

    def _denied(self, raw: str, low: str, places: dict[int, list[int]], found: list[Match]) -> tuple[set[int], set[int]]:
        """Starts of the words and of the names that a negation denies. Names are denied by a negator right before them only: a
        text that "does not need" a product is still about it.
        """
        ends: tuple[list[int], list[int], list[int]] = ([], [], [])
        for n in self._negating.keys() & places.keys():
            ends[self._negating[n]].extend(places[n])
        following, plain, contracted = ends
        starts = {m[0] for m in found}
        direct = {last + 1 for last in following if last + 1 in starts}
        names = direct.union([last + 1 for last in plain if last + 1 in starts])
        near = _negation.candidates(low, plain + contracted, starts)
        if not near:
            return direct, names
        spans: dict[int, int] = {}
        controls: list[tuple[int, int]] = []
        for start, minus_end, _, pattern in found:
            if pattern.named:
                continue
            if spans.get(start, 0) < -minus_end:
                spans[start] = -minus_end
            if pattern.control:
                controls.append((start, -minus_end))
        longest = {start for start, end in controls if spans[start] == end}
        return direct | _negation.denied(raw, near, spans, longest), names

    def _places(self, low: str) -> dict[int, list[int]]:
        """Where each written form ends, by its number."""
        places: defaultdict[int, list[int]] = defaultdict(list)
        try:  # a byte a character: nearly every text, once its quotation marks and dashes are folded, and twice as fast
            found = self._quick.find_matches_as_indexes(low.encode(_LATIN), overlapping=True)
        except UnicodeEncodeError:
            found = self._automaton.find_matches_as_indexes(low, overlapping=True)
        for number, _, end in found:
            places[number].append(end - 1)
        return places

    def _written(self, folded: str, places: dict[int, list[int]], contexts: frozenset[int]) -> tuple[list[Match], list[Match]]:
        """Words whose contexts are there and that are written as they must be (acronyms to the letter, names with a capital):
        those without and those with further guards.
        """
        plain: list[Match] = []
        guarded: list[Match] = []
        for n, lasts in places.items():
            for pattern, word, needs, exact, capital, wary in self._rows[n]:
                if needs and needs.isdisjoint(contexts):
                    continue
                found = guarded if wary else plain
                length = self._lengths[n]
                for last in lasts if len(lasts) <= PLACES else lasts[:PLACES]:
                    start = last - length
                    if exact:
                        if folded[start:last] not in (exact, exact + "s"):
                            continue
                    elif capital and not folded[start].isupper():
                        continue
                    found.append((start, -last, word, pattern))
        return plain, guarded

    def _guarded(self, found: list[Match], places: dict[int, list[int]], contexts: frozenset[int], raw: str) -> list[Match]:
        """Without doubtful names that nothing vouches for or that are a person's, and without words in another sense."""
        if any(m[3].doubtful for m in found):
            sure = {m[3].surety for m in found if m[3].named and not m[3].doubtful}
            vouched = [m for m in found if not m[3].doubtful or m[3].surety in sure or not m[3].near.isdisjoint(contexts)]
            found = [m for m in vouched if not m[3].doubtful or not _persons.is_person(raw, m[0], -m[1])]
        return [m for m in found if m[3].not_near.isdisjoint(contexts) or not self._close(m, places, contexts)]

    def _close(self, match: Match, places: dict[int, list[int]], contexts: frozenset[int]) -> bool:
        """Whether an unwanted word ends near the match."""
        unwanted = match[3].not_near.intersection(contexts)
        low, high = match[0] - NEAR_CHARACTERS, NEAR_CHARACTERS - match[1]
        return any(low <= place <= high for number in unwanted for n in self._speaking[number] for place in places.get(n, ()))


def _is_latin(key: str) -> bool:
    return all(ord(letter) < 256 for letter in key)  # noqa: PLR2004 - what _LATIN can hold


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
