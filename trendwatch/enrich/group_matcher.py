"""Words in named groups, found in a text at the cost of one look-up a word of it.

A regular expression of a thousand alternatives is tried anew at every letter: 4 ms an abstract, more than all else that judging
it takes. A word can only begin where a run of letters and digits does, and that run decides which groups have a word for it; so
runs are looked up, and a group's own expression is tried where the run may begin one of its words, and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

_RUN = re.compile(r"\w+")
_HEAD = re.compile(r"(\w+)(\*?)")
_SEEN = 1 << 15
"""Runs whose groups are remembered: more than the words of an archive that are not rare."""


class GroupMatcher:
    """Built once; `find` keeps nothing but what runs lead to."""

    def __init__(self, groups: Mapping[str, Sequence[str]]) -> None:
        """`groups` maps a group to its words. A word stands for itself, whole; `*` stands for any ending; a blank also matches a
        hyphen. A word with a capital letter is looked for as written, one without in any case.

        Raises `ValueError` for a word that does not begin with a letter or a digit.
        """
        self._patterns: list[tuple[str, re.Pattern[str]]] = []
        self._whole: dict[str, set[int]] = {}
        self._begun: dict[str, set[int]] = {}
        for name, words in groups.items():
            self._add(name, [w for w in words if w == w.lower()], re.IGNORECASE)
            self._add(name, [w for w in words if w != w.lower()], 0)
        self._lengths = sorted({len(head) for head in self._begun})
        self._led = lru_cache(_SEEN)(self._leads)

    def _add(self, name: str, words: Sequence[str], flags: int) -> None:
        if not words:
            return
        for word in words:
            head = _HEAD.match(word)
            if head is None:
                raise ValueError(f"{name}: {word!r} does not begin with a letter or a digit")
            starts = self._begun if head[2] else self._whole
            starts.setdefault(_folded(head[1]), set()).add(len(self._patterns))
        self._patterns.append((name, _pattern(words, flags)))

    def find(self, text: str) -> Iterator[tuple[str, int, int]]:
        """(group, start, end) of each word, by start. Of one group no two that are written alike in capitals or not overlap: the
        first counts, and of those that begin together the one whose entry is longest.
        """
        ends: dict[int, int] = {}
        for run in _RUN.finditer(text):
            start = run.start()
            for n in self._led(run.group()):
                if start >= ends.get(n, 0) and (match := self._patterns[n][1].match(text, start)):
                    ends[n] = match.end()
                    yield self._patterns[n][0], start, match.end()

    def _leads(self, run: str) -> tuple[int, ...]:
        """Numbers of the patterns of which a word may begin with this run."""
        folded = _folded(run)
        found = set(self._whole.get(folded, ()))
        for length in self._lengths:
            found |= self._begun.get(folded[:length], set())
        return tuple(sorted(found))


def _pattern(words: Sequence[str], flags: int) -> re.Pattern[str]:
    """Any of the words, whole, the longest first."""
    forms = [re.escape(w).replace(r"\*", r"\w*").replace(r"\ ", r"[\s-]+") for w in sorted(words, key=lambda w: (-len(w), w))]
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)", flags)


def _folded(run: str) -> str:
    """As expressions fold that ignore case: they take a dotless i, an i with its dot apart and a long s for i and s."""
    return run.lower().replace("i\u0307", "i").replace("\u0131", "i").replace("\u017f", "s")
