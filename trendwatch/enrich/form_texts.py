"""Whether the beginnings of two texts are one form filled in twice: another date; in registers another number or name, too.

A form keeps its words and changes what they are about, so what differs must stand between the same words. Elsewhere than in
registers a lone number or name is an editor's: wire copy counts anew, and each outlet names its reporter. Papers are revised:
of them dates alone count. What a site says of its page ("Updated 3 May 2026") is no part of the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from trendwatch.enrich.fingerprints import HEAD, Print
from trendwatch.enrich.form_words import MONTHS
from trendwatch.enrich.forms import same_name
from trendwatch.enrich.lexicon import fold

_ACCENTED = ("märz", "février", "août", "décembre")
_MONTH = rf"(?:{'|'.join(sorted((*MONTHS, *_ACCENTED), key=len, reverse=True))})\b\.?"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?\b\.?"
DATE = re.compile(
    rf"\b\d{{4}}-\d\d-\d\d\b|\b{_DAY}\s(?:of\s)?{_MONTH}(?:,?\s\d{{4}}\b)?|\b{_MONTH}\s{_DAY}(?:,?\s\d{{4}}\b)?"
    rf"|\b{_MONTH},?\s\d{{4}}\b|\b\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}\b",
    re.IGNORECASE,
)
NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
WORD = re.compile(r"[^\W_]+")
TOKEN = re.compile(rf"(?P<date>{DATE.pattern})|(?P<number>{NUMBER.pattern})|[^\W_]+", re.IGNORECASE)
ENDED = re.compile(r"(?:^|[.?!:]\s|\n)\W*$")  # what comes next is written large whatever it is
DATE_SIGN, NUMBER_SIGN = "\0date", "\0number"
_SITE = "published posted updated modified accessed retrieved checked archived"
SITE = frozenset(_SITE.split())  # before a date: said of the page by its site
NEAR_DAYS = 3  # between the days with which two places begin one text
SHIFTED = 2  # names or numbers apart that tell two texts of the press apart
SAME_FORM = 0.7  # of the shorter beginning's words that stand in both
LONGEST_NAME = 4  # words of what is exchanged
DAYS_OF_MONTH = 31

Date = tuple[int, int, int]  # year, month, day; 0 for what is not said


@dataclass(frozen=True, slots=True)
class _Token:
    """A word, number or date of a text. All dates bear one `sign`, and all numbers."""

    sign: str
    said: str
    date: Date | None = None
    opens: bool = False  # a sentence; of a date: the text
    inside: bool = False  # a sentence, after a word written small: what a page shows beside its text is not


@dataclass(frozen=True, slots=True)
class _Aligned:
    """Two texts word by word: what they are, and what stands in one place of both and is not the same."""

    here: Sequence[_Token]
    there: Sequence[_Token]
    exchanged: Sequence[tuple[_Token, _Token]]  # dates and numbers between the same words
    replaced: Sequence[tuple[Sequence[_Token], Sequence[_Token]]]  # few words by few


def apart(a: Print, b: Print) -> str:
    """What tells two texts of one form apart ("dates: 3 May 2026 / 17 June 2026"), "" when nothing does. Symmetric."""
    first, second = sorted((a.body[:HEAD], b.body[:HEAD]))
    doctypes = {a.item.doctype, b.item.doctype}
    papers = doctypes == {"paper"}
    facts, other = _facts(first), _facts(second)
    if facts <= other or other <= facts or (papers and not (DATE.search(first) and DATE.search(second))):
        return ""  # nothing is exchanged, and what follows is slow
    aligned = _align(_tokens(first), _tokens(second))
    if aligned is None:
        return ""
    for pair in aligned.exchanged:
        if _dates_differ(pair, aligned):
            return f"dates: {pair[0].said} / {pair[1].said}"
    return "" if papers else _by_facts(aligned, 1 if doctypes & {"regulation", "incident"} else SHIFTED)


def _facts(text: str) -> set[str]:
    """The words of a text that may be exchanged: with a digit, written large, or a month."""
    return {word for word in WORD.findall(text) if not word.islower() or word in MONTHS or any(map(str.isdigit, word))}


def _align(here: Sequence[_Token], there: Sequence[_Token]) -> _Aligned | None:
    """The two side by side; None when they are no form of each other."""
    runs = SequenceMatcher(None, [t.sign for t in here], [t.sign for t in there], autojunk=False).get_opcodes()
    same = [(here[i:j], there[k:m]) for what, i, j, k, m in runs if what == "equal" and j - i > 1]
    if sum(len(one) for one, _ in same) < SAME_FORM * min(len(here), len(there)):
        return None
    exchanged = [pair for one, other in same for pair in zip(one, other, strict=True) if pair[0].said != pair[1].said]
    short = [(i, j, k, m) for what, i, j, k, m in runs if what == "replace" and max(j - i, m - k) <= LONGEST_NAME]
    replaced = [(here[i:j], there[k:m]) for i, j, k, m in short if here[i].inside and there[k].inside]
    return _Aligned(here, there, exchanged, replaced)


def _by_facts(aligned: _Aligned, least: int) -> str:
    """By names, and numbers with them, `least` at all; by a number alone where one is enough."""
    numbers = [
        pair
        for pair in aligned.exchanged
        if pair[0].sign == NUMBER_SIGN and all(token.inside for token in pair) and not _anywhere(pair, aligned)
    ]
    both = [(_names(one, other, aligned.there), _names(other, one, aligned.here)) for one, other in aligned.replaced]
    names = [pair for pair in both if all(pair)]
    if len(numbers) + len(names) < least or (least > 1 and not names):
        return ""
    one, other = names[0] if names else (numbers[0][0].said, numbers[0][1].said)
    return f"{'names' if names else 'numbers'}: {one} / {other}"


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    for match in TOKEN.finditer(text):
        said, before = match.group(), [token.said for token in found[-3:]]
        inside = bool(before) and before[-1].islower() and before[-1] != "by"  # what follows that wrote the text
        if match.group("date"):
            shown = "" if SITE.intersection(map(fold, before)) else said
            found.append(_Token(DATE_SIGN, shown, _read(said), opens=all(map(str.isupper, before))))
        elif match.group("number"):
            found.append(_Token(NUMBER_SIGN, said.replace(",", ""), inside=inside))
        else:
            opens = ENDED.search(text[max(0, match.start() - 4) : match.start()]) is not None
            found.append(_Token(fold(said), said, opens=opens, inside=inside))
    return found


def _read(said: str) -> Date:
    """What a date says; one of figures alone as year, month, day where it begins with a year, else as month and day at a guess."""
    month = next((MONTHS[word] for word in re.findall(r"[a-z]{3,}", fold(said)) if word in MONTHS), 0)
    counts = [int(count) for count in re.findall(r"\d+", said)]
    if not month and len(counts) > 2:  # noqa: PLR2004 - year, month, day
        year, month, day = counts if counts[0] > DAYS_OF_MONTH else (counts[2], counts[1], counts[0])
        return year, month, day
    years, days = [n for n in counts if n > DAYS_OF_MONTH], [n for n in counts if n <= DAYS_OF_MONTH]
    return max(years, default=0), month, max(days, default=0)


def _dates_differ(pair: tuple[_Token, _Token], aligned: _Aligned) -> bool:
    """Whether two dates in one place are two days, and the one text does not speak of the other's, too."""
    one, other = pair
    if one.date is None or other.date is None or not (one.said and other.said):
        return False
    if not any(x and y and x != y for x, y in zip(one.date, other.date, strict=True)):
        return False
    if one.date in {token.date for token in aligned.there} or other.date in {token.date for token in aligned.here}:
        return False
    return not (one.opens or other.opens) or abs(_day(one.date) - _day(other.date)) > NEAR_DAYS


def _day(read: Date) -> float:
    """Days, roughly; dates that say no year are of one."""
    year, month, day = read
    return year * 365.25 + month * 30.44 + day


def _anywhere(pair: tuple[_Token, _Token], aligned: _Aligned) -> bool:
    """Whether one of two numbers stands in the other text, too."""
    one, other = pair
    return one.said in {token.said for token in aligned.there} or other.said in {token.said for token in aligned.here}


def _names(span: Sequence[_Token], place: Sequence[_Token], text: Sequence[_Token]) -> str:
    """The names of a span that are nowhere in the other text, nor another spelling of what stands in their place."""
    known = {token.sign for token in text}
    return " ".join(
        token.said
        for token in span
        if token.said[0].isupper()
        and not token.opens
        and token.sign not in known
        and not any(same_name(token.sign, other.sign) for other in place)
    )
