"""What words a passage is compared by, and which of them carry weight: numbers, modal verbs, scope. Five languages.

Two passages with the same tokens say the same: case, punctuation, quotes, list numbers, contractions, number words under a
hundred ("thirty (30) days"), the writing of dates and a short list of equal phrases are folded away.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

# Verbs that oblige, forbid, allow or advise, and the adjectives that do the same.
MODALS = frozenset(
    (  # noqa: SIM905 - a list would take a line a word
        "must shall should may might can could cannot will would ought need needs required requires require obliged obligatory mandatory "
        "prohibited prohibits prohibit forbidden banned allowed allows permitted permits permit recommended optional voluntary binding "
        "encouraged expected entitled exempt exempted excluded included applies apply "
        "muss müssen musste müssten soll sollen sollte sollten darf dürfen dürfte kann können könnte könnten verpflichtet verboten "
        "untersagt erlaubt zulässig unzulässig freiwillig verpflichtend verbindlich empfohlen erforderlich "
        "doit doivent devra devront devrait devraient peut peuvent pourra pourront pourrait pourraient interdit interdite interdits "
        "interdites autorisé autorisée obligatoire facultatif facultative tenu tenus tenue recommandé recommandée "
        "debe deben deberá deberán debería deberían puede pueden podrá podrán podría podrían prohibido prohibida prohibidos permitido "
        "permitida obligatorio obligatoria voluntario voluntaria facultativo recomendado "
        "deve devono dovrà dovranno dovrebbe dovrebbero può possono potrà potranno potrebbe potrebbero vietato vietata vietati consentito "
        "consentita obbligatorio obbligatoria facoltativo facoltativa tenuto tenuti raccomandato"
    ).split()
)
# Words that turn, widen, narrow or time a clause.
SCOPE = frozenset(
    (  # noqa: SIM905 - as above
        "not no never nor none neither without unless except only solely all any every each both some most few and or if before after "
        "until by within between during immediately promptly annually monthly weekly daily quarterly yearly least minimum maximum more "
        "less over under above below exceeding always sometimes first second third half double twice once from including excluding "
        "day days week weeks month months year years hour hours minute minutes "
        "nicht kein keine keinen keiner nie niemals ohne außer nur alle jede jeder jedes und oder wenn falls vor nach bis binnen innerhalb "
        "zwischen mindestens höchstens mehr weniger über unter tag tage tagen woche wochen monat monate monaten jahr jahre jahren stunden "
        "ne pas non jamais aucun aucune sans sauf seulement uniquement tous toutes tout toute chaque et ou si avant après moins plus "
        "jour jours semaine semaines mois an ans année années heures "
        "no nunca ningún ninguna sin salvo excepto solo sólo todos todas cada y o antes después hasta dentro menos más día días semana "
        "semanas mes meses año años horas "
        "mai nessun nessuna senza salvo tranne soltanto tutti tutte ogni e prima dopo fino entro meno più giorno giorni settimana "
        "settimane mese mesi anno anni ore"
    ).split()
)
# Words whose coming and going changes nothing by itself.
FILLERS = frozenset(
    (  # noqa: SIM905 - as above
        "the a an of to in on at for with as that which who this these those it its their such is are be been was were has have had do "
        "does also then there here so please further thereof therein hereby own about into upon via per them "
        "der die das den dem des ein eine einen einem einer im in zu zur zum von vom mit für auf als auch ist sind wird werden sich es "
        "le la les l un une des du de d à au aux en dans pour par sur avec que qui ce cette ces est sont se s y il elle ils "
        "el los las una unos unas del al en para por con que se es son su sus lo este esta estos "
        "il lo gli i uno di del della dei delle da dal dalla in nel nella per con su che è sono si al alla ai"
    ).split()
)
_UNITS = (
    ("zero null zéro cero", 0), ("one eins un uno", 1), ("two zwei deux dos due", 2), ("three drei trois tres tre", 3),
    ("four vier quatre cuatro quattro", 4), ("five fünf cinq cinco cinque", 5), ("six sechs seis sei", 6),
    ("seven sieben sept siete sette", 7), ("eight acht huit ocho otto", 8), ("nine neun neuf nueve nove", 9),
    ("ten zehn dix diez dieci", 10), ("eleven elf onze once undici", 11), ("twelve zwölf douze doce dodici", 12),
    ("thirteen dreizehn treize", 13), ("fourteen vierzehn quatorze catorce quattordici", 14),
    ("fifteen fünfzehn quinze quince quindici", 15), ("sixteen sechzehn seize", 16), ("seventeen siebzehn", 17),
    ("eighteen achtzehn", 18), ("nineteen neunzehn", 19), ("twenty zwanzig vingt veinte venti", 20),
    ("thirty dreißig trente treinta trenta", 30), ("forty vierzig quarante cuarenta quaranta", 40),
    ("fifty fünfzig cinquante cincuenta cinquanta", 50), ("sixty sechzig soixante sesenta sessanta", 60),
    ("seventy siebzig setenta settanta", 70), ("eighty achtzig ochenta ottanta", 80), ("ninety neunzig noventa novanta", 90),
)  # fmt: skip
_NUMBERS = {word: str(n) for words, n in _UNITS for word in words.split() if word not in {"un", "uno", "once", "sei", "one"}}
"""Not "one" and its kin, which are articles and pronouns as well, nor words that mean something else in another language."""
_MONTHS = {
    word: n
    for n, words in enumerate(
        (
            "january jan januar jänner janvier enero gennaio", "february feb februar février febrero febbraio",
            "march mar märz mars marzo", "april apr avril abril aprile", "may mai mayo maggio", "june jun juni juin junio giugno",
            "july jul juli juillet julio luglio", "august aug août agosto", "september sep sept septembre septiembre settembre",
            "october oct oktober octobre octubre ottobre", "november nov novembre noviembre",
            "december dec dezember décembre diciembre dicembre",
        ),
        start=1,
    )
    for word in words.split()
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=lambda word: (-len(word), word)))
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?\s+(?:de\s+|of\s+)?({_MONTH})\.?,?\s+(?:de\s+)?(\d{{4}})\b")
_MONTH_FIRST = re.compile(rf"\b({_MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b")
_SAME = tuple(
    (re.compile(rf"\b(?:{old})\b"), new)
    for old, new in (
        (r"(\w+)n't", r"\1 not"), ("can not", "cannot"), ("wo not", "will not"), ("ca not", "cannot"), ("prior to", "before"),
        ("in order to", "to"), (r"e\.\s?g\.?|for instance", "for example"), (r"i\.\s?e\.?", "that is"), ("per cent|prozent", "percent"),
        ("e mail|e-mail", "email"), ("web site", "website"), ("on line", "online"), ("programme", "program"), ("whilst", "while"),
        ("amongst", "among"), ("judgement", "judgment"), ("we'll", "we will"), ("you'll", "you will"), ("we're", "we are"),
        ("you're", "you are"), ("it's", "it is"), ("they're", "they are"), ("eur|euros?", "€"), ("z\\.\\s?b\\.?", "zum beispiel"),
    )
)  # fmt: skip
_NUMBERED = re.compile(
    r"^\s*(?:(?:\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-z]|[ivx]{1,4})[.)]|[•▪●◦·–—*-])\s+)+|^\s*\d{1,2}(?:\.\d{1,2})+\s+(?=[A-ZÄÖÜÉ])"
)
_SIZE = re.compile(
    r"[(\[]\s*(?:pdf|docx?|html|odt|xlsx?)?[,;]?\s*\d+(?:[.,]\d+)?\s*(?:kb|mb|ko|mo|bytes)[^)\]]{0,20}[)\]]", re.IGNORECASE
)
_ID = re.compile(
    r"\b(?=\w*\d)(?=\w*[a-zA-Z])(?:[0-9a-fA-F]{4,}-){2,}[0-9a-fA-F]+\b|\b(?=[\w]*\d[\w]*\d)(?=\w*[a-zA-Z])\w{14,}\b"
)
_TOKEN = re.compile(
    r"\d{4}-\d\d-\d\d|\d{1,3}(?:[ ,.'’\u202f]\d{3})+(?![\d])(?:[.,]\d+)?|\d+(?:[.,]\d+)*|[€$£¥%§<>≤≥±°]|"
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W\d_]+(?:'[^\W\d_]+)?"
)
_MARKS = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "‑": "-", "\xad": None})


@lru_cache(maxsize=50_000)
def tokens(text: str) -> tuple[str, ...]:
    """The words a passage is compared by; () when nothing is left of it."""
    text = unicodedata.normalize("NFC", text).translate(_MARKS)
    text = _ID.sub(" ", _SIZE.sub(" ", _NUMBERED.sub("", text)))
    text = unicodedata.normalize("NFKC", text).casefold()
    for pattern, same in _SAME:
        text = pattern.sub(same, text)
    text = text.replace("%", " percent ")
    text = _DAY_FIRST.sub(lambda m: _day(m[3], m[2], m[1]), text)
    text = _MONTH_FIRST.sub(lambda m: _day(m[3], m[1], m[2]), text)
    found = [_number(word) for word in _TOKEN.findall(text)]
    return tuple(word for place, word in enumerate(found) if not (place and word == found[place - 1] and word.isdecimal()))


def _day(year: str, month: str, day: str) -> str:
    return f"{year}-{_MONTHS[month]:02}-{int(day):02}"


def starts_month(text: str) -> bool:
    """Whether a text begins with the name of a month."""
    word = re.match(r"[^\W\d_]+", text)
    return word is not None and word[0].casefold() in _MONTHS


def _number(word: str) -> str:
    if word in _NUMBERS:
        return _NUMBERS[word]
    if word[0].isdigit() and re.fullmatch(r"\d{1,3}(?:[ ,.'\u202f]\d{3})+", word):
        return re.sub(r"\D", "", word)
    return word


def is_number(word: str) -> bool:
    """A number, a date, a currency, a comparison sign."""
    return not word.isalpha() and (any(map(str.isdigit, word)) or word in "€$£¥%<>≤≥±°")


def weighty(words: Iterable[str]) -> bool:
    """Whether any of the words counts, obliges or allows."""
    return any(is_number(word) or word in MODALS for word in words)


_OPPOSED = ("un", "in", "im", "il", "ir", "non", "dis", "mis", "de", "anti")
_NEAR_BUT_OTHER = frozenset(
    frozenset(pair.split("/"))
    for pair in (  # noqa: SIM905 - as above
        "prescribe/proscribe employer/employee licensor/licensee within/without accept/except adverse/averse ensure/insure "
        "prescribed/proscribed public/publish minor/major import/export casual/causal country/county party/parity trail/trial "
        "precede/proceed principal/principle personal/personnel moral/morale statue/statute"
    ).split()
)


_SURE = 5  # letters from which two that changed places are a slip


def same_word(old: str, new: str) -> bool:
    """Whether one is a misspelling, another spelling or another number of the other: one edit or swap in five letters or more,
    two in nine; the first letter stays. Never for opposites; of words that weigh only a swap of letters, or
    one letter in ten. Wrong for near words not listed.
    """
    if old == new:
        return True
    old, new = (word.replace("'", "") for word in (old, new))
    if not (old.isalpha() and new.isalpha()) or frozenset((old, new)) in _NEAR_BUT_OTHER:
        return False
    if {old, new} & (MODALS | SCOPE):
        return (
            len(old) >= _SURE
            and sorted(old) == sorted(new)
            and _distance(old, new, 1) <= 1
            and not {old, new} <= MODALS | SCOPE
        )
    short, long = sorted((old, new), key=len)
    if any(long == prefix + short for prefix in _OPPOSED) or old[0] != new[0]:
        return False
    most = 2 if len(short) >= 9 and old[-1] == new[-1] else 1 if len(long) >= 5 else 0  # noqa: PLR2004 - see above
    return _distance(old, new, most) <= most


def _distance(a: str, b: str, most: int) -> int:
    """Edits and swaps of neighbours between two words; more than `most` as soon as that is sure."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        two, before, row = before, row, [i]
        for j, y in enumerate(b, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and y == a[i - 2]:
                cost = min(cost, two[j - 2] + 1)
            row.append(cost)
    return row[-1]


def contains(long: Sequence[str], short: Sequence[str]) -> bool:
    """Whether the words of one stand together in the other, in order."""
    return bool(short) and f" {' '.join(short)} " in f" {' '.join(long)} "
