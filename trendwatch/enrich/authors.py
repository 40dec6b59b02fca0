"""Authors as lists of papers write them: given names cut or before, letters misspelt, accents as entities."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from trendwatch.enrich.lexicon import fold

ENTITY = re.compile(r"\s*&\s*(#?\w{2,8})\s*;\s*")  # "k &#246; nig", as an index that cut words at signs has it
ET_AL = re.compile(
    r"\s*(?:\.\.\.|\N{HORIZONTAL ELLIPSIS}|â\s*[?€]\s*¦).*"
)  # a list that was cut, at times read in another encoding
SAME_NAME = 0.8  # share of letters in order: one letter amiss in a name of five
SHORTEST_NAME = 5  # letters; shorter names that differ in one are two names


def surnames(authors: Sequence[str]) -> frozenset[str]:
    """The last word of each author, or what stands before a comma; folded."""
    whole = (ENTITY.sub(lambda found: html.unescape(f"&{found.group(1)};"), author) for author in authors)
    names = (fold(ET_AL.sub("", author)).partition(",")[0].split() for author in whole)
    return frozenset(name[-1] for name in names if name)


def in_common(one: frozenset[str], other: frozenset[str]) -> int:
    """How many of `one` are in `other`, or the other way round where that is less; a misspelt name counts."""
    same = one & other
    left, right = sorted(one - same), sorted(other - same)
    found = min(sum(any(_alike(a, b) for b in right) for a in left), sum(any(_alike(a, b) for a in left) for b in right))
    return len(same) + found


def _alike(a: str, b: str) -> bool:
    """Symmetric, as difflib is not."""
    if min(len(a), len(b)) < SHORTEST_NAME:
        return False
    first, second = sorted((a, b))
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return matcher.real_quick_ratio() >= SAME_NAME and matcher.ratio() >= SAME_NAME
