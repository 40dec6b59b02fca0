"""Whether two titles are one form filled in twice: "Bulletin, May" and "Bulletin, June", "Guidance for Bavaria" and "for Saxony".

Two kinds of words tell such documents apart, however much else is alike. Words of a series (months, days, seasons, counts, stages)
do wherever they stand, when each title has one that the other has not. Names do when one stands where the other has another.

What a name is, case tells: in a title that writes common words small it is what is written large. In A Title Like This One
nothing tells, and a word counts as a name only if the titles differ in nothing else and neither text, list nor ending makes it
a common one. Spellings of one name are no two names: initials, cut given names, accents, other vowels ("Kiev", "Kyiv"). Nor are
two words for one land ("US", "America") or for the matter of a field ("AI", "LLMs").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

from trendwatch.enrich import titles
from trendwatch.enrich.fingerprints import Print
from trendwatch.enrich.form_words import LANDS, ROMAN, SERIES, common, generic, land, number, values
from trendwatch.enrich.lexicon import FUNCTION_WORDS, TOKEN, fold, stem

TELLING_WORD = 4  # letters of a word whose case says how its title is written
LONG_NAME = 7  # letters of a name in which one amiss is a slip of the pen
SAME_LETTERS = 0.74  # share of the letters in order of two spellings that sound alike
FULL_NAME = (2, 3)  # words
TITLES = 4096  # whose words are held: in a large group each is asked of every other one
SMALL = re.compile(r"\b[a-z][a-z]+")
OPENING = re.compile(r"(?:^|[:.?!\N{EN DASH}\N{EM DASH}|]|\s-)\W*$")  # what comes next is written large whatever it is
VOWELS = re.compile(r"[aeiouyjwh']+")
SOUNDS = str.maketrans({"q": "k", "c": "k", "g": "k", "v": "f", "z": "s", "x": "s"})

_Token = tuple[str, bool]  # a word of a title, and whether it stands where any word is written large


@dataclass(frozen=True, slots=True)
class _Name:
    """A word that may be a name; `sure` when case tells so."""

    word: str
    sure: bool


def apart(a: Print, b: Print, *, one_paper: bool = False) -> str:
    """What tells two titles of one form apart ("may / june"), "" when nothing does. Symmetric.

    `one_paper` when authors and abstract say that both are one: then a single word exchanged is a new title.
    """
    if a.plain_title == b.plain_title:
        return ""
    first, second = sorted((a, b), key=lambda made: made.plain_title)  # difflib is not symmetric
    return _by_series(first, second) or _by_counted(first, second) or _by_names(first, second, one_paper=one_paper)


def _by_series(a: Print, b: Print) -> str:
    here, there = _values(a.plain_title), _values(b.plain_title)
    for series in sorted(here.keys() & there.keys()):
        one, other = here[series] - there[series], there[series] - here[series]
        if one and other and _one_form(a, b):
            return f"{series}: {', '.join(sorted(one))} / {', '.join(sorted(other))}"
    return ""


@lru_cache(TITLES)
def _values(title: str) -> dict[str, frozenset[str]]:
    return values(TOKEN.findall(title))


def _by_counted(a: Print, b: Print) -> str:
    """Numbers after one word, though each be elsewhere in the other title: "week 3, issue 4" and "week 4, issue 3"."""
    here, there = _counted(a.plain_title), _counted(b.plain_title)
    for word in sorted(here.keys() & there.keys()):
        if here[word].isdisjoint(there[word]):
            return f"{word}: {', '.join(sorted(here[word]))} / {', '.join(sorted(there[word]))}"
    return ""


@lru_cache(TITLES)
def _counted(title: str) -> dict[str, set[str]]:
    """The numbers of a title by the content word before them."""
    found: dict[str, set[str]] = {}
    for before, token in pairwise(map(fold, TOKEN.findall(title))):
        if before.isalpha() and before not in FUNCTION_WORDS and token.isdigit():
            found.setdefault(before, set()).add(token.lstrip("0"))
    return found


def _one_form(a: Print, b: Print) -> bool:
    """Whether half of the shorter title's words are in the other one, those of a series aside."""
    one, other = (frozenset(word for word in map(fold, TOKEN.findall(made.plain_title)) if _plain(word)) for made in (a, b))
    return len(one & other) * 2 >= min(len(one), len(other))


def _plain(word: str) -> bool:
    return word.isalpha() and word not in SERIES and word not in FUNCTION_WORDS and not ROMAN.fullmatch(word.upper())


def _by_names(a: Print, b: Print, *, one_paper: bool) -> str:
    if not (_large(a) - _large(b) and _large(b) - _large(a)):
        return ""  # no name is exchanged, and what follows is slow
    here, there = _tokens(a), _tokens(b)
    flat = [fold(token) for token, _ in here], [fold(token) for token, _ in there]
    runs = SequenceMatcher(None, *flat, autojunk=False).get_opcodes()
    kept, strict, found = sum(j - i for what, i, j, _, _ in runs if what == "equal"), True, []
    changed = 0  # words
    for what, i, j, k, m in runs:
        one, other = flat[0][i:j], flat[1][k:m]
        if what == "equal" or _glued(one, other) or _coined(a, b, i, k) or _one_matter(a, one, b, other):
            continue
        changed += max(j - i, m - k)
        names = list(_names(a, here[i:j], flat[1], other, b)), list(_names(b, there[k:m], flat[0], one, a))
        if all(names):
            found.append(names)
        else:
            strict = strict and _same_words(one, other)
    if one_paper and changed == 1 and _unsaid(a, b, *found):
        return ""
    loose = kept * 2 >= min(len(here), len(there))
    strict = strict and (kept > 0 or _full_names(here, there, *found))
    for one_s, other_s in found:
        if strict or (loose and kept and _sure(one_s) and _sure(other_s)):
            return f"in one place: {_said(one_s)} / {_said(other_s)}"
    return ""


def _one_matter(a: Print, one: Sequence[str], b: Print, other: Sequence[str]) -> bool:
    """Whether two spans say one land, or the matter of one field in two words of it."""
    if (here := land(one)) and here == land(other):
        return True
    both = (one, a), (other, b)
    return all(span and all(word in FUNCTION_WORDS or generic(word, made.bare_title) for word in span) for span, made in both)


def _unsaid(a: Print, b: Print, *found: tuple[list[_Name], list[_Name]]) -> bool:
    """Whether no name of a title is in one text alone: there it would be what that paper is about."""
    here, there = (frozenset(map(fold, TOKEN.findall(made.body))) for made in (a, b))
    return not any(fold(name.word) in here ^ there for pair in found for names in pair for name in names)


def _large(made: Print) -> set[str]:
    """The words that a title writes large."""
    return {word for word in TOKEN.findall(made.bare_title) if word[0].isupper()}


def _full_names(here: Sequence[_Token], there: Sequence[_Token], *found: tuple[list[_Name], list[_Name]]) -> bool:
    """Whether the whole of both titles is a name of two words or three, as of a victim."""
    whole = len(found) == 1 and (len(found[0][0]), len(found[0][1])) == (len(here), len(there))
    return whole and len(here) in FULL_NAME and len(there) in FULL_NAME


def _said(names: Sequence[_Name]) -> str:
    return " ".join(name.word for name in names)


def _same_words(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two spans are the same but for spaces ("database") and small words."""
    left, right = ("".join(word for word in span if word not in FUNCTION_WORDS) for span in (one, other))
    return left == right


def _glued(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether one span ends with the other but for spaces: listing pages glue a category to a title ("ResearchLantern")."""
    short, long = sorted(("".join(one), "".join(other)), key=len)
    return short == long or (len(short) >= TELLING_WORD and long.endswith(short))


def _sure(names: Sequence[_Name]) -> bool:
    return any(name.sure for name in names)


def _coined(a: Print, b: Print, i: int, k: int) -> bool:
    """Whether the titles begin here with the name that a paper gives its matter: one that is renamed stays the same paper."""
    return i == k == 0 and a.item.doctype == b.item.doctype == "paper" and bool(titles.coined(a) and titles.coined(b))


def _tokens(made: Print) -> list[_Token]:
    """A title's words, and whether each stands where any word is written large."""
    title = made.bare_title
    return [(found.group(), OPENING.search(title[: found.start()]) is not None) for found in TOKEN.finditer(title)]


def _names(
    made: Print, span: Sequence[_Token], elsewhere: Sequence[str], place: Sequence[str], other: Print
) -> Iterator[_Name]:
    """The names of a span of a title that are not in the other title, nor another spelling of what stands in their place."""
    words = [fold(token) for token, _ in span]
    if _initials(words, place) or _initials(place, words):
        return
    shouted, tells, small = made.bare_title.isupper(), _tells(made), None
    for (token, opening), word in zip(span, words, strict=True):
        if not token[0].isupper() or word in elsewhere or generic(word, made.bare_title):
            continue
        if any(_one_thing(token, there) for there in place):
            continue
        sure = not shouted and (token[1:].lower() != token[1:] or (tells and not opening))
        small = _small(made, other) if small is None and not sure else small
        if sure or not (common(word) or stem(word) in (small or ())):
            yield _Name(word, sure)


def _tells(made: Print) -> bool:
    """Whether a title writes common words small: then what is large in it is a name."""
    cases = [token[0].isupper() for token, opening in _tokens(made) if len(token) >= TELLING_WORD and not opening]
    return False in cases and sum(cases) * 2 <= len(cases)


def _small(a: Print, b: Print) -> frozenset[str]:
    """The words that either item writes small somewhere."""
    return frozenset(stem(word) for made in (a, b) for word in SMALL.findall(f"{made.plain_title}\n{made.body}"))


def _one_thing(token: str, there: str) -> bool:
    """Whether a word may be what stands in its place: in another spelling, or of one series, which `_by_series` judges."""
    word = fold(token)
    in_series = word in SERIES and SERIES[word][0] == SERIES.get(there, ("", ""))[0]
    one_land = word in LANDS and LANDS[word] == LANDS.get(there)
    return in_series or one_land or bool(number(token, "") and number(there.upper(), "")) or same_name(word, there)


def _initials(short: Sequence[str], long: Sequence[str]) -> bool:
    """Whether one span is the initials of the other: "UK" and "United Kingdom"."""
    letters = "".join(short)
    return len(short) == 1 and len(long) > 1 and letters in {(first := "".join(word[0] for word in long)), first + "s"}


def same_name(one: str, other: str) -> bool:
    """Whether two folded words may be spellings of one name: an initial, other vowels or sounds, a slip in a long one. Symmetric."""
    if stem(one) == stem(other):
        return True
    short, long = sorted((one, other), key=lambda word: (len(word), word))
    if len(short) == 1 or not short.isalpha() or not long.isalpha():
        return len(short) == 1 and short.isalpha() and long.startswith(short) and len(long) > 1
    if (
        len(long) - len(short) <= (1 if len(short) < LONG_NAME else 2)
        and (heard := _heard(short)) == _heard(long)
        and len(heard) > 1
    ):
        return SequenceMatcher(None, short, long, autojunk=False).ratio() >= SAME_LETTERS
    return len(short) >= LONG_NAME and short[0] == long[0] and _one_slip(short, long)


def _heard(word: str) -> str:
    """A name's consonants as languages write them: "tchaikovsky", "chaikovskii"."""
    sounds = VOWELS.sub("", word.translate(SOUNDS).replace("tk", "k"))
    return "".join(letter for letter, after in pairwise(sounds + "\0") if letter != after)


def _one_slip(short: str, long: str) -> bool:
    """Whether two words differ in one letter, or by one."""
    same = next((n for n, (x, y) in enumerate(zip(short, long, strict=False)) if x != y), len(short))
    return short[same + (len(short) == len(long)) :] == long[same + 1 :]
