"""What a title says of the document it names: that it names none, comes after another, or is another's in other words."""

from __future__ import annotations

import re

from trendwatch.enrich.fingerprints import Print
from trendwatch.enrich.lexicon import TOKEN, fold, stem, words

PART_OF_TITLE = 38  # letters of a title that stands whole in another
INITIALS = re.compile(r"\b[A-Z]{3,6}(?=s?\b)")
SEQUEL = re.compile(r"(?:part|volume|vol|version|v)?(?:\d{1,3}|[ivx]+)")  # what a title has more than that of the first part
COINED = re.compile(r"^(?=[^\s:]{4})([^\s:]*(?:[a-z][A-Z]|[A-Z]{2}|-)[^\s:]*|[A-Z]\w{5,})\s*:")  # "SoK:" is none

_FRONT = (
    "address announcement book call chair column contents editor editorial foreword guest index introduction introductory invited "
    "issue keynote letter message note notes opening closing panel paper preface president remarks report review section special "
    "summary talk treasurer tutorial welcome"
)
FRONT_MATTER = frozenset(words(f"{_FRONT} {' '.join(f'{word}s' for word in _FRONT.split())}"))
_MANNER = (
    "abstract demo demonstration extended full industry invited j keynote long oral panel paper poster preprint report short "
    "spotlight student survey talk technical track tutorial version workshop"
)
MANNER = frozenset(words(_MANNER))  # of publication: "(extended abstract)" and "[J]" may be one paper
_LATER = (
    "addendum addenda comment comments correction corrigendum corrigenda errata erratum rebuttal reply response retraction "
)
_LATER += "retracted withdrawal withdrawn"
LATER = frozenset(words(_LATER))
_SMALL = "a an the this our your its their of in on for with at into and"  # "to" and "from" say who does what
SMALL = frozenset(_SMALL.split())


def front_matter(made: Print) -> bool:
    """Whether a title names what every volume has ("Guest editorial", "Editor's notes"), not a work."""
    return bool(made.title) and made.title <= FRONT_MATTER


def later(a: Print, b: Print) -> bool:
    """Whether one is an erratum, a reply or the like, and the other is not."""
    one, other = (LATER.intersection(words(made.plain_title)) for made in (a, b))
    return one != other


def told_apart(a: Print, b: Print) -> bool:
    """Whether both titles carry a remark, and not the same: "(images)" and "(audio)", "(Part One)" and "(Part Two)"."""
    one, other = (frozenset(remark for remark in made.remarks if not MANNER.issuperset(words(remark))) for made in (a, b))
    return bool(one and other) and one != other


def sequel(short: str, long: str) -> bool:
    """Whether the longer of two keys is the shorter with a number after it."""
    return long.startswith(short) and bool(SEQUEL.fullmatch(long[len(short) :]))


def keys(a: Print, b: Print) -> tuple[str, str]:
    """The keys of two papers' titles, the shorter first, with words cut to the initials that the other has for them ("LLMs")."""
    one, other = sorted((_cut(a, b), _cut(b, a)), key=lambda key: (len(key), key))
    return one, other


def _cut(made: Print, other: Print) -> str:
    title = made.bare_title
    for initials in () if other.bare_title.isupper() else sorted(set(INITIALS.findall(other.bare_title))):
        whole = r"\w*[\s-]+".join(initials)
        title = re.sub(rf"\b{whole}\w*?(s?)\b", rf"{initials}\1", title, flags=re.IGNORECASE)
    return made.key if title == made.bare_title else re.sub(r"[\W_]+", "", fold(title))


def same_words(a: Print, b: Print) -> frozenset[str]:
    """The words of both titles, when they have them in one order and differ in articles and prepositions only; else none.

    What the names of two sources have in common is their publisher, or says as little: it is no word of their titles.
    """
    common = _publisher(a) & _publisher(b)
    one, other = ([word for word in _in_order(made) if word not in common] for made in (a, b))
    return frozenset(one) if one == other else frozenset()


def _in_order(made: Print) -> list[str]:
    return [stem(word) for word in TOKEN.findall(fold(made.bare_title)) if word not in SMALL]


def _publisher(made: Print) -> frozenset[str]:
    return frozenset(stem(word) for word in TOKEN.findall(fold(made.item.source).replace("_", " ")))


def same_name(a: Print, b: Print) -> str:
    """The name that two titles share before a colon, or that they share what follows it; "" when neither."""
    name = coined(a)
    if name and name == coined(b):
        return f"same coined name {name!r}"
    return "same subtitle" if subtitle(a) and subtitle(a) == subtitle(b) else ""


def coined(made: Print) -> str:
    """The name that a paper gives its matter, before a colon; "" when there is none."""
    found = COINED.match(made.item.title)
    return found.group(1).lower() if found else ""


def subtitle(made: Print) -> str:
    """The letters of what follows a title's colon, when they are many enough to name something."""
    key = re.sub(r"[\W_]+", "", made.item.title.partition(":")[2].lower())
    return key if len(key) >= PART_OF_TITLE else ""
