"""What happens to a text between two visits: edits that matter, one word each where one word suffices, and edits that do not."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from page_watch_pages import Block
from page_watch_texts import NEW_CLAUSES, NEW_ENTRIES
from page_watch_texts_held import CLAUSES_C, ENTRIES_C

Document = tuple[Block, ...]
CLAUSES, ENTRIES = NEW_CLAUSES | {"c": CLAUSES_C}, NEW_ENTRIES | {"c": ENTRIES_C}
Edit = Callable[[Document, random.Random, str, str], "tuple[Document, str] | None"]
"""(document, random, set, language) → the new document and words that the entry must show; None where it does not fit."""

MODALS = {
    "en": (("must", "may"), ("must", "should"), ("shall", "should"), ("may", "must"), ("should", "must"), ("can", "cannot"), ("are required to", "are encouraged to"), ("must not", "should not"), ("may not", "may"), ("will", "may")),
    "de": (("muss", "kann"), ("soll", "muss"), ("darf", "muss"), ("kann", "muss"), ("untersagt", "erlaubt")),
    "fr": (("doit", "peut"), ("peut", "doit"), ("devra", "pourra")),
    "es": (("debe", "puede"), ("puede", "debe"), ("deberá", "podrá"), ("podrá", "deberá")),
    "it": (("deve", "può"), ("può", "deve"), ("dovrà", "potrà")),
}  # fmt: skip
NOTS = {
    "en": ((" is ", " is not "), (" are ", " are not "), (" must ", " must not "), (" do not ", " do "), (" is not ", " is ")),
    "de": ((" nicht ", " "), (" werden ", " werden nicht "), (" kann ", " kann nicht ")),
    "fr": ((" peut ", " ne peut pas "), (" ne peut pas ", " peut ")),
    "es": ((" puede ", " no puede "), (" debe ", " no debe "), (" se responden ", " no se responden ")),
    "it": ((" deve ", " non deve "), (" non può ", " può ")),
}  # fmt: skip
SCOPES = {
    "en": ((" within ", " after "), (" all ", " most "), (" every ", " the first "), (" before ", " after "), (" at least ", " at most "), (" only ", " "), (" always ", " sometimes "), (" unless ", " if "), (" up to ", " over "), (" and ", " or "), (" any ", " one ")),
    "de": ((" jede ", " manche "), (" vor ", " nach "), (" mehr ", " weniger "), (" höchstens ", " mindestens "), (" und ", " oder ")),
    "fr": ((" tout ", " certain "), (" plus ", " moins "), (" tous ", " certains ")),
    "es": ((" toda ", " alguna "), (" todos ", " algunos "), (" antes ", " después ")),
    "it": ((" tutti ", " alcuni "), (" entro ", " dopo "), (" ogni ", " qualche ")),
}  # fmt: skip
TERMS = {"en": (("Member", "Maker"), ("Operator", "Host"), ("Board", "Chair"), ("Speaker", "Singer"), ("Trust Team", "Sales Team"), ("Processor", "Partner"), ("laboratory", "company"), ("provider", "reseller"), ("Council", "Minister"), ("offices", "schools"), ("prompts", "pictures"), ("person", "machine"), ("Supplier", "School"), ("Rights Holder", "Uploader"), ("Unit", "Department"), ("Pupils", "Parents"))}  # fmt: skip
WORD_NUMBERS = {"en": (("two years", "five years"), ("thirty days", "sixty days"), ("twelve months", "six months"), ("three working", "eight working"), ("three years", "seven years"), ("one month", "two months"), ("twice", "once"))}  # fmt: skip


def _swap(pairs: Sequence[tuple[str, str]], kinds: Sequence[str] = ("text", "entry", "row")) -> Edit:
    def edit(document: Document, rng: random.Random, _set: str, _language: str) -> tuple[Document, str] | None:
        sites = [
            (i, m.start(), old, new)
            for i, (kind, text) in enumerate(document)
            if kind in kinds
            for old, new in pairs
            for m in re.finditer(rf"(?<!\w){re.escape(old)}(?!\w)" if old[0] != " " else re.escape(old), text)
        ]
        if not sites:
            return None
        i, at, old, new = rng.choice(sites)
        kind, text = document[i]
        changed = text[:at] + new + text[at + len(old) :]
        return _with(document, i, (kind, changed)), new.strip() or old.strip()

    return edit


def _with(document: Document, place: int, *new: Block) -> Document:
    return document[:place] + new + document[place + 1 :]


def _by_language(table: dict[str, tuple[tuple[str, str], ...]]) -> Edit:
    return lambda document, rng, which, language: _swap(table.get(language, (("\0", ""),)))(document, rng, which, language)


def number(document: Document, rng: random.Random, _set: str, _language: str) -> tuple[Document, str] | None:
    """One figure becomes another: a term, an amount, an age; not in a heading."""
    sites = [
        (i, m)
        for i, (kind, text) in enumerate(document)
        if kind in {"text", "row"}
        for m in re.finditer(r"(?<![\w.,-])\d{1,3}(?:[.,]\d{3})*(?![\w.,-]*[@\d])", text)
        if "@" not in text and not re.search(r"\b(?:19|20)\d\d$", m[0])
    ]
    if not sites:
        return None
    i, m = rng.choice(sites)
    value = int(re.sub(r"\D", "", m[0]))
    new = rng.choice([value * 2, max(1, value // 2), value + 1, value + 10])
    new = new + 1 if new == value else new
    kind, text = document[i]
    return _with(document, i, (kind, text[: m.start()] + str(new) + text[m.end() :])), str(new)


def date(document: Document, rng: random.Random, _set: str, _language: str) -> tuple[Document, str] | None:
    """A day on which something begins or ends moves."""
    sites = [
        (i, m)
        for i, (kind, text) in enumerate(document)
        if kind == "text"
        for m in re.finditer(r"(\d{1,2})(er|\.)? (de )?([^\W\d_]+) (de )?(20\d\d)", text)
    ]
    if not sites:
        return None
    i, m = rng.choice(sites)
    day, year = rng.choice([(int(m[1]) % 28 + 1, int(m[6])), (int(m[1]), int(m[6]) + 1)])
    kind, text = document[i]
    new = f"{day}{m[2] or ''} {m[3] or ''}{m[4]} {m[5] or ''}{year}"
    return _with(document, i, (kind, text[: m.start()] + new + text[m.end() :])), new


def entry_gone(document: Document, rng: random.Random, _set: str, _language: str) -> tuple[Document, str] | None:
    """An entry leaves its list."""
    places = [i for i, (kind, _) in enumerate(document) if kind in {"entry", "row"}]
    if not places:
        return None
    i = rng.choice(places)
    return _with(document, i), document[i][1].split(" | ")[0]


def entry_come(document: Document, rng: random.Random, which: str, language: str) -> tuple[Document, str] | None:
    """An entry joins its list."""
    places = [i for i, (kind, _) in enumerate(document) if kind == "entry"]
    if not places:
        return None
    i, new = rng.choice(places), rng.choice(ENTRIES[which][language])
    return _with(document, i, document[i], ("entry", new)), new


def sentence_gone(document: Document, rng: random.Random, _set: str, _language: str) -> tuple[Document, str] | None:
    """A clause is struck."""
    places = [i for i, (kind, text) in enumerate(document) if kind == "text" and i > 1 and text.count(". ") and "@" not in text]
    if not places:
        return None
    i = rng.choice(places)
    parts = re.split(r"(?<=[a-zé%]\.) (?=[A-ZÉ])", document[i][1])
    gone = rng.choice(parts)
    left = " ".join(part for part in parts if part is not gone)
    return _with(document, i, *([("text", left)] if left else [])), gone[:40]


def sentence_come(document: Document, rng: random.Random, which: str, language: str) -> tuple[Document, str] | None:
    """A clause is added, at the end of a paragraph or as one of its own."""
    places = [i for i, (kind, _) in enumerate(document) if kind == "text" and i > 1]
    i, new = rng.choice(places), rng.choice(CLAUSES[which][language])
    text = document[i][1]
    added = [("text", f"{text} {new}")] if rng.random() < 0.5 else [("text", text), ("text", new)]
    return _with(document, i, *added), new


def section_gone(document: Document, rng: random.Random, _set: str, _language: str) -> tuple[Document, str] | None:
    """A section with all it holds is struck."""
    heads = [i for i, (kind, _) in enumerate(document) if kind == "heading"]
    at = rng.choice(heads)
    end = next((i for i in heads if i > at), len(document))
    return document[:at] + document[end:], document[at + 1][1].split(". ")[0].split(" | ")[0][:40]


def rewritten(document: Document, rng: random.Random, which: str, language: str) -> tuple[Document, str] | None:
    """Another text altogether under the same title."""
    clauses = list(CLAUSES[which][language]) * 3
    rng.shuffle(clauses)
    made = [("text", f"{clause[:-1]} in case {number}.") for number, clause in enumerate(clauses, start=11)]
    return (document[0], *made), "in case 11"


SUBSTANTIVE: dict[str, Edit] = {
    "modal verb": _by_language(MODALS),
    "number": number,
    "negation": _by_language(NOTS),
    "scope": _by_language(SCOPES),
    "date": date,
    "entry removed": entry_gone,
    "entry added": entry_come,
    "clause removed": sentence_gone,
    "clause added": sentence_come,
    "defined term": _by_language(TERMS),
    "number in words": _by_language(WORD_NUMBERS),
    "section removed": section_gone,
    "rewritten": rewritten,
}


# ---- edits without another meaning: document → document


def typo(document: Document, rng: random.Random) -> Document:
    """Two letters of a long word change places, or one is lost: in three words."""
    done: set[str] = set()
    for _ in range(3):
        sites = [
            (i, m)
            for i, (kind, text) in enumerate(document)
            if kind == "text"
            for m in re.finditer(r"\b[a-zäöüéèàóíñ]{7,}\b", text)
            if m[0] not in _WEIGHTY | done
        ]
        i, m = rng.choice(sites)
        at = rng.randint(m.start() + 2, m.end() - 3)
        kind, text = document[i]
        new = text[:at] + text[at + 1] + text[at] + text[at + 2 :] if rng.random() < 0.6 else text[:at] + text[at + 1 :]
        done |= {m[0], re.split(r"\W", new[m.start() :], maxsplit=1)[0]}
        document = _with(document, i, (kind, new))
    return document


_WEIGHTY = {
    "required",
    "excluded",
    "permitted",
    "charged",
    "innerhalb",
    "spätestens",
    "höchstens",
    "untersagt",
    "business",
    "verboten",
    "encouraged",
    "mindestens",
    "monaten",
}


def punctuation(document: Document, rng: random.Random) -> Document:
    """Other quotes and dashes, commas that come and go, full stops after entries."""

    def one(kind: str, text: str) -> Block:
        text = text.replace("“", '"').replace("”", '"').replace("'", "’")
        if kind == "text":
            text = (
                text.replace(", and", " and")
                if rng.random() < 0.5
                else re.sub(r" (and|or|und|oder|et|e|y) ", r", \1 ", text, count=1)
            )
        return kind, f"{text};" if kind == "entry" else text

    return tuple(one(kind, text) for kind, text in document)


def case(document: Document, _rng: random.Random) -> Document:
    """Headings in capitals, entries in small letters."""
    return tuple(
        (kind, text.upper() if kind == "heading" else text[0].lower() + text[1:] if kind == "entry" else text)
        for kind, text in document
    )


def reorder(document: Document, rng: random.Random) -> Document:
    """Sections change places, and so do the entries of the lists."""
    heads = [i for i, (kind, _) in enumerate(document) if kind == "heading"]
    parts = [list(document[at:end]) for at, end in zip(heads, [*heads[1:], len(document)], strict=True)]
    rng.shuffle(parts)
    for part in parts:
        entries = [block for block in part if block[0] == "entry"]
        rng.shuffle(entries)
        part[:] = [entries.pop() if block[0] == "entry" else block for block in part]
    return document[: heads[0]] + tuple(block for part in parts for block in part)


def renumber(document: Document, _rng: random.Random) -> Document:
    """Entries and sections get numbers or lose them."""
    count = iter(range(1, 99))
    return tuple(
        (kind, f"({chr(96 + next(count) % 26)}) {text}" if kind == "entry" else re.sub(r"^\d+\. ", "", text))
        for kind, text in document
    )


def spelling(document: Document, _rng: random.Random) -> Document:
    """The other shore's spelling, shortened forms, figures for number words, days written otherwise."""
    pairs = (
        ("Organisation", "Organization"),
        ("organis", "organiz"),
        ("withdrawn at", "withdrawn at"),
        ("do not", "don't"),
        ("cannot", "can not"),
        ("thirty days", "30 days"),
        ("two years", "2 years"),
        ("twelve months", "twelve (12) months"),
        ("three years", "3 years"),
        ("percent", "%"),
        ("before", "prior to"),
        ("e-mail", "email"),
        ("three working", "3 working"),
        ("5 %", "5%"),
    )
    months = r"January|February|March|April|May|June|July|August|September|October|November|December"

    def one(text: str) -> str:
        for old, new in pairs:
            text = text.replace(old, new)
        return re.sub(rf"\b(\d{{1,2}}) ({months}) (\d{{4}})", r"\2 \1, \3", text)

    return tuple((kind, one(text)) for kind, text in document)


def fillers(document: Document, rng: random.Random) -> Document:
    """Small words that change nothing."""
    pairs = (
        (" that ", " which "),
        (" is kept by ", " is also kept by "),
        ("This ", "The "),
        ("Der ", "Ein "),
        (" are given", " are then given"),
    )
    places = [
        (i, old, new)
        for i, (kind, text) in enumerate(document)
        if kind == "text"
        for old, new in pairs
        if old in text and old != new
    ]
    for i, old, new in rng.sample(places, min(2, len(places))):
        document = _with(document, i, ("text", document[i][1].replace(old, new, 1)))
    return document


EDITORIAL: dict[str, Callable[[Document, random.Random], Document]] = {
    "typing errors": typo,
    "punctuation": punctuation,
    "case": case,
    "reordered": reorder,
    "numbering": renumber,
    "spelling": spelling,
    "small words": fillers,
}
