"""A date inside a text, in the languages of the jurisdictions watched: with a year, without one, or relative to a day. Pure.

`dates` reads what is a date and nothing else, and refuses what needs to know today. A page says "Published 3 March", "vor 2
Tagen", "07/15/2014 | News": here the date is found among other words, and "today" is given by who asks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

LONGEST = 2000
"""Characters of a text that are searched."""

_MONTHS = (
    "january jan januar janvier janv enero ene gennaio gen janeiro januari januarie styczeń stycznia sty leden ledna led január ianuarie tammikuu tammikuuta ocak января январь янв січня jänner",
    "february feb februar février févr fév febrero febbraio febr fevereiro fev februari luty lutego lut únor února február februarie helmikuu helmikuuta şubat февраля февраль фев лютого",
    "march mar märz mrz mär mars marzo março maart mrt marzec marca březen března bře marts március martie maaliskuu maaliskuuta mart марта март мар березня",
    "april apr avril avr abril abr aprile kwiecień kwietnia kwi duben dubna aprilie április huhtikuu huhtikuuta nisan апреля апрель апр квітня",
    "may mai mayo maggio mag maio mei maj maja květen května máj mája május toukokuu toukokuuta mayıs мая май травня",
    "june jun juni juin junio giugno giu junho czerwiec czerwca cze červen června jún június iunie kesäkuu kesäkuuta haziran июня июнь июн червня",
    "july jul juli juillet juil julio luglio lug julho lipiec lipca lip červenec července júl július iulie heinäkuu heinäkuuta temmuz июля июль июл липня",
    "august aug août aou agosto ago augustus augusti sierpień sierpnia sie srpen srpna augusztus elokuu elokuuta ağustos августа август авг серпня",
    "september sep sept septembre septiembre setiembre settembre set setembro wrzesień września wrz září szeptember septembrie syyskuu syyskuuta eylül сентября сентябрь сен вересня",
    "october oct oktober okt octobre octubre ottobre ott outubro out październik października paź říjen října október octombrie lokakuu lokakuuta ekim октября октябрь окт жовтня",
    "november nov novembre noviembre novembro listopad listopada lis listopadu noviembrie noiembrie marraskuu marraskuuta kasım ноября ноябрь ноя листопада",
    "december dec dezember dez décembre déc diciembre dic dicembre dezembro grudzień grudnia gru prosinec prosince decembrie joulukuu joulukuuta aralık декабря декабрь дек грудня",
)
_NUMBERS = {
    word: number
    for number, words in (
        (1, "a an one einem einer einen ein un une uno una um uma een jeden jedną en ett один одну yksi bir"),
        (2, "two zwei deux dos due dois duas twee dwa dwie два две"),
        (3, "three drei trois tres tre três drie trzy три"),
        (4, "four vier quatre cuatro quattro quatro cztery"),
        (5, "five fünf cinq cinco cinque vijf pięć"),
        (6, "six sechs seis sei zes"),
        (7, "seven sieben sept siete sette sete zeven"),
    )
    for word in words.split()
}
_UNITS = (
    (0, "seconds? secs? sekunden? secondes? segundos? secondi seconden? sekund\\w* секунд\\w* 秒 초"),
    (0, "minutes? mins? minuten? minutos? minuti minut\\w* минут\\w* 分鐘 分钟 分 분"),
    (0, "hours? hrs? stunden? std heures? horas? ore ora uur uren godzin\\w* timmar timmen? timer? час\\w* 小时 小時 個小時 時間 시간"),
    (1, "days? tag tagen? jours? días? dias? giorn[oi] dag dagen dage dagar dni dzień dnem dny день дня дней 日 天 일"),
    (7, "weeks? wks? wochen? semaines? semanas? settiman[ae] week weken tydzień tygodni\\w* vecka veckor uger? недел\\w* 週間 周 週 星期 주"),
    (30, "months? monat\\w* mois mes meses mesi mese mês maand maanden miesiąc\\w* miesięc\\w* månad\\w* måned\\w* месяц\\w* か月 ヶ月 个月 個月 개월"),
    (365, "years? jahr\\w* ans? années? años? anni anno anos? jaar rok lata lat år год\\w* лет 年 년"),
)  # fmt: skip
_NAMED = (
    (0, "today heute aujourd'hui aujourd’hui hoy oggi hoje vandaag dzisiaj dziś idag dnes сегодня today's 今日 本日 今天 오늘"),
    (1, "yesterday gestern hier ayer ieri ontem gisteren wczoraj igår včera вчера 昨日 昨天 어제"),
    (2, "vorgestern anteayer eergisteren przedwczoraj avant-hier anteontem позавчера 一昨日 前天 그저께"),
)
_ERAS = {"令和": 2018, "平成": 1988}


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=lambda w: (-len(w), w)))


def _bare(text: str) -> str:
    """Without accents and case: "März", "MARZ" and "märz" in two code points are one word."""
    if text.isascii():
        return text.lower()
    parts = (c for c in unicodedata.normalize("NFKD", text.casefold()) if not "\u0300" <= c <= "\u036f")
    return unicodedata.normalize("NFC", "".join(parts))  # Hangul came apart, too


def _edged(word: str) -> str:
    """A word that stands alone; scripts that part no words have no edges."""
    return word if word > "\u3000" else rf"(?<!\w){re.escape(word)}(?!\w)"


_BY_NAME = {_bare(word): month for month, words in enumerate(_MONTHS, 1) for word in words.split()}
_MONTH = f"(?P<month>{_alternatives(_BY_NAME)})"
_DAY = r"(?<!\d)(?P<day>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|er|\.|º|°|ª)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_FIRST_YEAR = 1970
_OF = r"[\s.,/\-]{0,3}(?:(?:de|del|of|di)\s)?\s?"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<![\d.])(?P<year>(?:19|20)\d\d)\s?[-/.]\s?(?P<month>0?[1-9]|1[0-2])\s?[-/.]\s?(?P<day>0?[1-9]|[12]\d|3[01])(?!\d)",
        r"(?P<year>(?:19|20)\d\d)\s?[年년]\s?(?P<month>0?[1-9]|1[0-2])\s?[月월]\s?(?P<day>0?[1-9]|[12]\d|3[01])\s?[日일]",
        r"(?P<era>令和|平成)\s?(?P<year>\d{1,2}|元)年\s?(?P<month>\d{1,2})月\s?(?P<day>\d{1,2})日",
        rf"{_DAY}{_OF}{_MONTH}(?![^\W\d_]){_OF}{_YEAR}",
        rf"(?<![^\W\d_]){_MONTH}\.?\s{{0,2}}(?P<day>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?\s?,?\s{{0,2}}{_YEAR}",
        r"(?<![\d.])(?P<one>\d{1,2})\s?(?P<mark>[./-])\s?(?P<two>\d{1,2})\s?(?P=mark)\s?(?P<year>(?:19|20)\d\d)(?!\d)",
        r"(?<![\d./-])(?P<one>\d{1,2})(?P<mark>[./-])(?P<two>\d{1,2})(?P=mark)(?P<year>\d\d)(?![\d./-])",
        r"(?<!\d)(?P<year>20\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?!\d)",
    )
)
_YEARLESS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_DAY}{_OF}{_MONTH}(?![^\W\d_])",
        rf"(?<![^\W\d_]){_MONTH}\.?\s{{0,2}}(?P<day>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?!\d)",
        r"(?<!\d)(?P<month>0?[1-9]|1[0-2])\s?[月월]\s?(?P<day>0?[1-9]|[12]\d|3[01])\s?[日일]",
    )
)
_COUNT = rf"(?P<count>(?<!\d)\d{{1,3}}|(?<!\w)(?:{_alternatives(map(_bare, _NUMBERS))})(?=\s))"
_AGO = tuple(
    (days, re.compile(pattern))
    for days, words in _UNITS
    for unit in (f"(?:{'|'.join(map(_bare, words.split()))})",)
    for pattern in (
        rf"{_COUNT}\s?{unit}\.?\s?(?:ago|geleden|temu|fa\b|atras|sedan|siden|назад|前|전|之前|以前)",
        rf"(?<!\w)(?:vor|il y a|hace|ha|pred|za)\s(?:etwa\s|environ\s|circa\s)?{_COUNT}\s?{unit}(?!\w)",
    )
)
_DAYS = tuple((days, re.compile("|".join(_edged(_bare(word)) for word in words.split()))) for days, words in _NAMED)
_ADDRESS = re.compile(r"(?<!\d)(?P<year>20\d\d|199\d)[/-](?P<month>0?[1-9]|1[0-2])[/-](?P<day>0?[1-9]|[12]\d|3[01])(?!\d)")
_COMPACT = re.compile(r"(?<![\da-f])(?P<year>20\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?![\da-f])")


class Found(NamedTuple):
    """A date in a text: what it means, the words (case and accents folded), and whether today had to be known for it."""

    day: date
    words: str
    relative: bool


def find(text: str, *, today: date | None = None, month_first: bool = False) -> Found | None:
    """The first date in a text, or None. Dates with a year come before those without, these before "3 days ago".

    `month_first` says how 04/05/2026 is meant where both readings are days; without `today` only full dates are found.
    A day without its year is the last such day: not later than the day after `today`.
    """
    sane = today if today and _FIRST_YEAR <= today.year < 2 * _FIRST_YEAR else None  # a server's Date header may say anything
    return _find(text[:LONGEST], sane, month_first)


@lru_cache(maxsize=8192)
def _find(text: str, today: date | None, month_first: bool) -> Found | None:
    bare = _bare(text)
    for pattern in _PATTERNS:
        for match in pattern.finditer(bare):
            day = _full(match, month_first=month_first)
            if day:
                return Found(day, match[0].strip(), relative=False)
    return _near(bare, today) if today else None


def in_address(path: str) -> date | None:
    """The date in an address: /2026/03/05/, /2026-03-05-title, /20260305.html."""
    for pattern in (_ADDRESS, _COMPACT):
        for match in pattern.finditer(path):
            if day := _day(int(match["year"]), int(match["month"]), int(match["day"])):
                return day
    return None


def month_first(texts: Iterable[str]) -> bool | None:
    """Whether a page writes 07/15/2014: told by the dates that can be read in one way only; None when none of them tells."""
    votes = [two > 12 for one, two in _pairs(texts) if (one > 12) != (two > 12)]  # noqa: PLR2004 - months of a year
    return sum(votes) * 2 > len(votes) if votes else None


def _pairs(texts: Iterable[str]) -> Iterator[tuple[int, int]]:
    for text in texts:
        for pattern in _PATTERNS[5:7]:
            yield from ((int(m["one"]), int(m["two"])) for m in pattern.finditer(text[:LONGEST]))


def _full(match: re.Match[str], *, month_first: bool) -> date | None:
    parts = match.groupdict()
    if "one" in parts:
        one, two = int(parts["one"]), int(parts["two"])
        year = int(parts["year"])
        year += 2000 if year < 100 else 0  # noqa: PLR2004 - two digits
        orders = [(two, one), (one, two)] if parts["mark"] != "/" or not month_first else [(one, two), (two, one)]
        return next((day for month, number in orders if (day := _day(year, month, number))), None)
    year = 1 if parts["year"] == "元" else int(parts["year"])
    return _day(year + _ERAS.get(parts.get("era") or "", 0), _month(parts["month"]), int(parts["day"]))


def _month(word: str) -> int:
    return int(word) if word.isdecimal() else _BY_NAME[word]


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _near(bare: str, today: date) -> Found | None:
    for pattern in _YEARLESS:
        for match in pattern.finditer(bare):
            if day := _last(_month(match["month"]), int(match["day"]), today):
                return Found(day, match[0].strip(), relative=True)
    for days, pattern in _AGO:
        if ago := pattern.search(bare):
            count = int(ago["count"]) if ago["count"].isdecimal() else _bare_numbers()[ago["count"]]
            return Found(today - timedelta(days=days * count), ago[0], relative=True)
    return next(
        (Found(today - timedelta(days=days), named[0], relative=True) for days, p in _DAYS if (named := p.search(bare))), None
    )


@lru_cache(maxsize=1)
def _bare_numbers() -> dict[str, int]:
    return {_bare(word): number for word, number in _NUMBERS.items()}


def _last(month: int, day: int, today: date) -> date | None:
    """The last day of this name, tomorrow at most: a page may be a time zone ahead. 29 February looks back to its leap year."""
    years = range(today.year + 1, today.year - 4, -1)
    days = (found for year in years if (found := _day(year, month, day)))
    return next((found for found in days if found <= today + timedelta(days=1)), None)
