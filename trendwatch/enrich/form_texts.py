"""Whether the beginnings of two texts are one form filled in twice: another date; in registers another number or name, too.

A form keeps its words and changes what they are about, so what differs must stand between the same words. Elsewhere than in
registers a lone number or name is an editor's: wire copy counts anew, and each outlet names its reporter. Papers are revised:
of them dates alone count. What a site says of its page ("Updated 3 May 2026") is no part of the text, nor are the byline, time and
place of the press before it; only the day among them may tell two texts apart, when it is days off.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache

from trendwatch.enrich.fingerprints import HEAD, Print
from trendwatch.enrich.form_words import MONTHS, SERIES
from trendwatch.enrich.forms import same_name
from trendwatch.enrich.lexicon import FUNCTION_WORDS, fold

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
LEAD = 15  # words, numbers and dates in which a page may say who wrote its text and when
_AGENCIES = "reuters ap afp upi dpa bloomberg pti ani xinhua efe ansa tass"
AGENCIES = frozenset(_AGENCIES.split())
MINUTES = frozenset({"min", "mins", "minute", "minutes"})  # to read it
_ASIDE = (
    "by at on in of for from and the with via a m p am pm read last first hour hours day days ago staff senior chief deputy "
    "political science technology business health writer writers reporter correspondent editor contributor"
)
ASIDE = frozenset(_ASIDE.split())  # small words in a byline
NEAR_DAYS = 3  # between the days with which two places begin one text
SHIFTED = 2  # names or numbers apart that tell two texts of the press apart
SAME_FORM = 0.7  # of the shorter beginning's words that stand in both
LONGEST_NAME = 4  # words of what is exchanged
DAYS_OF_MONTH = 31
TEXTS = 1024  # whose facts are held: members of one group are asked again and again

Date = tuple[int, int, int]  # year, month, day; 0 for what is not said


@dataclass(frozen=True, slots=True)
class _Token:
    """A word, number or date of a text. All dates bear one `sign`, and all numbers."""

    sign: str
    said: str
    date: Date | None = None
    opens: bool = False  # a sentence; of a date: the text
    after: str = ""  # what stands between it and the one before
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
    if first == second:
        return ""
    doctypes = {a.item.doctype, b.item.doctype}
    papers = doctypes == {"paper"}
    facts, other = _facts(first), _facts(second)
    if facts <= other or other <= facts or (papers and not (DATE.search(first) and DATE.search(second))):
        return ""  # nothing is exchanged, and what follows is slow
    news = doctypes == {"news"}
    aligned = _align(_tokens(first, news=news), _tokens(second, news=news))
    if aligned is None:
        return ""
    for pair in aligned.exchanged:
        if _dates_differ(pair, aligned):
            return f"dates: {pair[0].said} / {pair[1].said}"
    return "" if papers else _by_facts(aligned, 1 if doctypes & {"regulation", "incident"} else SHIFTED)


@lru_cache(TEXTS)
def _facts(text: str) -> frozenset[str]:
    """The words of a text that may be exchanged: with a digit, written large, or a month."""
    found = WORD.findall(text)
    return frozenset(word for word in found if not word.islower() or word in MONTHS or any(map(str.isdigit, word)))


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


def _tokens(text: str, *, news: bool) -> list[_Token]:
    found: list[_Token] = []
    end = 0
    for match in TOKEN.finditer(text):
        said, before = match.group(), [token.said for token in found[-3:]]
        after, end = text[end : match.start()], match.end()
        inside = bool(before) and before[-1].islower() and before[-1] != "by"  # what follows that wrote the text
        if match.group("date"):
            shown = "" if SITE.intersection(map(fold, before)) else said
            found.append(_Token(DATE_SIGN, shown, _read(said), all(map(str.isupper, before)), after))
        elif match.group("number"):
            found.append(_Token(NUMBER_SIGN, said.replace(",", ""), after=after, inside=inside))
        else:
            opens = ENDED.search(text[max(0, match.start() - 4) : match.start()]) is not None
            found.append(_Token(fold(said), said, None, opens, after, inside))
    _mark_lead(found, news=news)
    return found


def _mark_lead(tokens: list[_Token], *, news: bool) -> None:
    """Mark what a page says of itself before its text: its dates open it, or are its site's; nothing there is inside a sentence."""
    signed = here = site = dated = False  # a byline is seen at all, in this sentence; a site's word in this sentence
    large = length = 0
    for n, token in enumerate(tokens[:LEAD]):
        before, following = tokens[n - 1] if n else None, tokens[n + 1] if n + 1 < len(tokens) else None
        if before and _ended(before, token):
            here = site = False
        if token.date is not None:
            agency = following is not None and following.sign in AGENCIES
            named = signed or agency or not large or (news and large > 1 and ":" not in token.after)
            if named:
                tokens[n] = replace(token, said="" if site else token.said, opens=True)
                dated = True
        elif token.sign in SITE or _signs(token, before, following):
            signed = here = True
            site = site or token.sign in SITE
        elif token.sign != NUMBER_SIGN and not _may_stand(token, before, here=here):
            break
        else:
            large += token.said[0].isupper() and SERIES.get(token.sign, ("",))[0] != "weekday"
        length = n + 1
    if dated:
        tokens[:length] = [replace(token, inside=False) for token in tokens[:length]]


def _ended(before: _Token, token: _Token) -> bool:
    """Whether a sentence or line ends between two; after a letter or two a stop is that of an abbreviation."""
    return any(sign in token.after for sign in "?!\n") or ("." in token.after and len(before.sign) > 2)  # noqa: PLR2004 - "St."


def _signs(token: _Token, before: _Token | None, following: _Token | None) -> bool:
    """Whether a word tells that a page speaks of itself: "By" and a name (before a day it is a term), an agency, "3 min"."""
    if token.sign == "by":
        return (
            following is not None and following.said[:1].isupper() and following.date is None and following.sign not in SERIES
        )
    if token.sign in AGENCIES:
        return token.said[0].isupper() or "(" in token.after
    return token.sign in MINUTES and before is not None and before.sign == NUMBER_SIGN


def _may_stand(token: _Token, before: _Token | None, *, here: bool) -> bool:
    """Whether a word may be of a byline: a name, no word that begins a sentence, and a small one only where the byline has begun."""
    if not token.said[0].isupper():
        return here and token.sign in ASIDE
    begins = before is None or token.opens or before.date is not None
    return not (begins and token.sign in FUNCTION_WORDS)


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
    return not (one.opens or other.opens) or _days_between(one.date, other.date) > NEAR_DAYS


def _days_between(one: Date, other: Date) -> float:
    """Roughly; where one says no year both are of one."""
    years = one[0] - other[0] if one[0] and other[0] else 0
    return abs(years * 365.25 + (one[1] - other[1]) * 30.44 + one[2] - other[2])


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
