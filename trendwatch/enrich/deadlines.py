"""Dates on which an obligation starts, ends or moves, with the sentence that says so.

Two ways. A date that the publisher gives as data (the Federal Register's effective date and end of comments) is taken as it is.
A date in the text counts only when words beside it in the same sentence say that it binds: "takes effect on", "comments are due
by", "providers must … by". Dates of signing, publication, meetings, products and scope ("systems placed on the market before …")
are passed over, and so is "within 180 days of …", whose day nobody can name from the sentence alone. Dates gone by more than a
month before publication are history.

Known errors: a list whose verb stands in another sentence is missed; a voluntary date worded as a duty is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from trendwatch.enrich import deadline_dates
from trendwatch.enrich.deadline_dates import Written
from trendwatch.enrich.sentences import sentences
from trendwatch.model import Deadline, Evidence, Item

What = Literal["applies", "ends", "comments-close", "moves"]
_FIELDS: dict[str, What] = {"effective": "applies", "comments_close": "comments-close"}
_GONE_BY = timedelta(days=31)
_FIRM = 0.9
_LONGEST = 1000  # characters of a sentence: what is longer is code, a table or a list run together; only rules write such
_MOST_CHARACTERS = 60_000  # of a text: the rest of a very long rule is not searched

_ON = r"(?:on|from|as of|as from|beginning|starting|commencing|by|at|to be|is|was|are|as|for|of|in|since|no later than|not later than|on or (?:before|after)|until|till|through)"
_BY = r"(?:by|no later than|not later than|on or before|before|until|till|through|up to|ahead of|prior to)"
_FROM = r"(?:from|as of|as from|beginning|starting|commencing|beginning on|starting on|commencing on|on or after|on and after|effective)"
_BETWEEN = r"[\s,:;(–—-]*(?:the\s+)?(?:(?:close of business|end of(?: the day)?|midnight|11:59\s*p\.?m\.?|\d{1,2}(?::\d\d)?\s*[ap]\.?m\.?)(?:\s+[A-Z]{2,4})?\s*(?:on|,|of)?\s*)?$"


def _re(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_DUTY = (
    r"\b(?:must|shall|required?|requires|requiring|requirements?|prohibit\w*|bans?|banned|obligat\w*|obliges?|obliged|compl(?:y|ies|iance)|mandat\w*|may not|"
    r"directs?|directed|instructs?|orders?|ordered|compels|demands|have to|has to|need to|needs to|apply|applies|applicable|enforce\w*|"
    r"duty|duties|deadline|will be (?:subject|illegal|unlawful|allowed|able to fine)|report(?:s|ing)? (?:is |are )?due|due)\b"
)
# What a sentence must be about where the words beside the date could speak of anything.
_LAW = _re(
    r"\b(?:acts?|laws?(?! firm| school| professor)|binding|rules?|regulations?|bills?|directives?|codes? of|orders?|guidelines?|guidance|agenc\w+|commission\w*|providers?|deployers?|"
    r"platforms?|operators?|obligations?|requirements?|statutes?|bans?|standards?|consultation|provisions?|regulators?|ministry|"
    r"prohibitions?|exempt\w*|penalt\w+|enforce\w*|comply|complies|call for evidence|comments|stakeholders|inquiry|public comment|comment (?:period|window)|codes?|duties|offences?|offenses?|crimes?|courts?|tribunals?|parliament|senate|congress|council|deadlines?|decrees?|injunction|settlement|licen[cs]\w+|treaty|convention|mandatory|draft code|legislat\w+|authorit\w+|ordinance|decree|measures?|article|section|amendments?|moratorium|companies|developers?|EU|compliance)\b"
)
_MODAL = _re(r"\b(?:must|shall|have to|has to|prohibit\w*|is banned|are banned|illegal|unlawful)\b")
_STARTS = _re(
    r"\b(?:rules?|acts?|laws?|enforcement|obligations?|duty|duties|requirements?|bans?|prohibitions?|regime|provisions?|code|fines|penalties|"
    rf"phase|checks|regulation)\b[^;.]{{0,50}}\b(?:begins?|starts?|follows?|commences?) (?:on|from){_BETWEEN}"
)
_FORBIDS_AFTER = _re(
    rf"\b(?:prohibit\w*|bans?|banned|forbid\w*|unlawful|illegal|may not|must not|shall not)\b[^;]{{0,160}}\bafter{_BETWEEN}"
)
_BEARS = _re(
    r"\b(?:must|shall|requir\w+|prohibit\w*|bann?(?:s|ed|ing)?|fined|fines|penalt\w+|oblig\w+|mandat\w+|illegal|crime|unlawful|offen[sc]e|subject to|exempt\w*|orders?|ordered|"
    r"moratorium|stay|suspens\w+|suspend\w*|enforce\w*|comply|complian\w+|appl(?:y|ies)|binds?|binding|have to|has to|disclose|force|civil actions?|licen[cs]\w+|deadline)\b"
)
_VETO = _re(
    r"\b(?:must have \w+|strikes?|protests?|free until|(?:fiscal|financial) year|quarter ending|tax credits?|conference|workshop|webinar|summit|hackathon|call for papers|camera.ready|abstracts? (?:are )?due|paper submissions?|"
    r"tickets?|early.bird|discount|promotion|offer ends|subscriptions?|pricing|plans? start|trading|ticker|symbol|"
    r"knowledge cutoff|training cutoff|beta|applications? (?:are )?(?:open|close|due)|funds? (?:\w+ )*remain available|appropriat\w+|"
    r"scholarship|\d+ comments|views and|fellowship|grants? applications?|nominations?|job|vacanc\w+)\b"
)
_PASSED_OVER = _re(
    r"(?:\b(?:days?|weeks?|months?|years?)\s+(?:after|of|following|from|before|prior to|since)|"
    r"\b(?:originally|previously|initially|formerly)\b[^.;]{0,60}|\b(?:instead of|rather than|(?:was|were|had been) (?:due|set|supposed|scheduled|meant|expected|planned|to)\b[^.;]{0,40})(?:\s+on)?|"
    r"\b(?:placed on the market|put into service|signed|published|adopted|issued|introduced|passed|enacted|approved|dated|announced|filed|"
    r"held|released|launched|made|created|entered into|deceased|born|founded|revised|updated|posted|ratified|proposed|circulated|committed|took place)"
    r"(?:\s+(?:in\s+\w+|\w+\s+\w+))?\s+(?:on|by|in|before|after|on or after|on or before|from|since|as of|prior to|of)|\bsigned(?: it)?(?: into law)?(?: \w+){0,4} on"
    r"|\bif\b[^.;]{0,80}\bby|\b(?:trial|hearing|session|inquest)\b[^.;]{0,80}|\bdue out(?: on)?|\b(?:elections?|verdict|ruling|decision|results?|album|film)\b[^;.]{0,30}\bdue(?: on)?|\b(?:hired|joins?|joined|steps? down|retires?)\b[^;.]{0,60}\b(?:from|on|until|by)|\bbetween|\bas amended|\bversion of|\b(?:meet|meets|met|meeting|hearing|session|trial|vote|votes|voted|speak|panel)\b[^.;]{0,25}\b(?:on|at|in))"
    r"[\s,:(]*(?:the\s+)?$"
)
_MOVE = r"\b(?:postpon\w+|delay\w*|deferr?\w*|extend\w*|push\w* back|pushed|moved?|moves|brought forward|brings? forward|reschedul\w+|shift\w*|slip\w*|prolong\w*)\b"
_MOVED = _re(rf"{_MOVE}[^;]{{0,140}}?\b(?:to|until|till|through){_BETWEEN}")
_COMMENTS = _re(
    r"\b(?:comments?|commenting|consultation|feedback|responses?|views|submissions?|written evidence|input|call for evidence)\b"
    rf"[^;]{{0,110}}?\b(?:due|clos\w+|ends?|ending|accepted|open|runs?|receiv\w+|submit\w*|deadline|by|period|invited|welcome\w*|must|end date)\b[^;]{{0,50}}?"
    rf"(?:\b(?:{_BY}|on|is|are|for|of|date)|:){_BETWEEN}"
)
_COMMENTS_BY = _re(
    rf"\b(?:(?:comments?|feedback|consultation|call for evidence|views|submissions|responses|respond|input)\b[^;.]{{0,90}}\b{_BY}|"
    rf"(?:comments?|comment window|public comment|period for comment|submissions|responses|feedback|inquiry|consultation)\b[^;.]{{0,60}}\b(?:due|closes?|shuts?|ends?)(?: on)?){_BETWEEN}"
)
_GIVEN = _re(rf"\b(?:have|has|had|given|gets?|gives?|gave)\b[^;]{{0,40}}\b(?:until|till){_BETWEEN}")
_TO_DO = _re(r"^[\s,]*(?:by [^,.;]{1,40} )?to (?P<do>\w+)[^.;]{0,40}")
_SCOPE = _re(rf"\bappl(?:y|ies)\s+(?:only )?to\b[^;.]{{0,120}}\b(?:on (?:or|and) )?after{_BETWEEN}")
_SUBMIT = _re(
    rf"\b(?:submit|send|file|provide|receive)\w*\b[^;]{{0,60}}\b(?:comments?|feedback|responses?|views)\b[^;]{{0,60}}?\b{_BY}{_BETWEEN}"
)
_ENDS = _re(
    r"(?:\b(?:expir\w+|sunsets?|repeal\w*|ceas\w+|laps\w+|terminat\w+|dissolv\w+|(?<!the )end|ends|ending|cut-off|runs? out|ran out)\b"
    rf"[^;]{{0,70}}?(?:\b{_ON}{_BETWEEN}|{_BETWEEN})|\b(?:remains?|stays?|continues?|in (?:effect|force)|effective|valid|suspend\w*|moratorium|bans?|appl(?:y|ies)|paus\w+|exempt\w*)\b"
    rf"[^;]{{0,90}}?\b(?:until|till|through){_BETWEEN})"
)
_TIGHT = _re(
    r"(?:\b(?:tak(?:e|es|ing)|took|gone? into|goes into|went into|com(?:e|es|ing) into|came into|ent(?:er|ers|ering)(?: into)?|entered into|putting? into) (?:legal )?(?:effect|force|application|operation)"
    r"|\b(?:be|is|are|becomes?|became|becoming) (?:effective|operative|applicable|binding|mandatory|enforceable|law|illegal|compulsory)|\bin (?:effect|force)|\beffective(?: date)?|\bcompliance date|"
    r"\b(?:appl(?:y|ies|ied|icable)|implement(?:s|ed)?|enforce(?:d|able|ment)?(?: (?:begins?|starts?))?|operative|commences?(?: the \w+)?|begins? to apply|starts? to apply|phased? in|kicks? in))\b"
    rf"(?:\s+(?:to\s+[^;.]{{1,60}}?|for [\w\s]{1, 50}?|generally|in full|fully|only|immediately|across [\w\s]{{1,30}}))?[\s,:(]*(?:{_ON}\b)?{_BETWEEN}"
)
_LOOSE = _re(rf"{_DUTY}[^;]{{0,260}}?\b(?:{_BY}|{_FROM}|by the end of [^;,]{{1,40}} on){_BETWEEN}")
_PREPOSITION = _re(rf"\b(?:{_BY}|{_FROM}|by the end of [^;,]{{1,40}} on){_BETWEEN}")
_FROM_THEN = _re(rf"\b(?:from|starting|beginning|as from){_BETWEEN}")
_UNTIL_THEN = _re(rf"\b(?:until|till|through){_BETWEEN}")
_IS_DEADLINE = _re(r"^[\s,)]*(?:is|as|was set as|will be) the (?:\w+ )?deadline")
_DEADLINE = _re(
    rf"(?:\b(?:deadline|due date|compliance date|due)\b[^;.]{{0,60}}?(?:(?:\b{_ON})|:)|"
    rf"\b(?:report|study|plan|assessment|audit|inventory|review|mandates?|requires?)\b[^;.]{{0,80}}\bdue){_BETWEEN}"
)
_RULE_BY = _re(rf"\b(?:by|no later than|not later than|on or before){_BETWEEN}")
_LED = _re(rf"(?:^|[,;:]\s+(?:and\s+)?|\band\s+|\bthat\s+)(?:{_FROM}|on|by|after|until){_BETWEEN}")
_FOLLOWED = _re(
    r"^[\s,)–—]*[^;]{0,140}?\b(?:tak(?:e|es) effect|(?:come|comes|enter|enters|go|goes) into (?:force|effect|application)|(?:start|starts|begin|begins) to apply|appl(?:y|ies)|"
    r"must|shall|(?:will|would) (?:be )?(?:required|prohibited|banned|have to|illegal|need to|apply|take effect)|are required|is required|ha(?:ve|s) to|needs? to|becomes? (?:effective|mandatory|illegal)|may no(?:t| longer))\b"
)
_ENDED = _re(r"^[\s,)]*(?:sunset|expir\w+|is the (?:end|last day)|repeal)")
_CLOSED = _re(r"^[\s,)]*(?:is the )?(?:comment deadline|deadline for comments|close of (?:the )?(?:comments?|consultation))")
_JOINED = _re(
    r"^\s*(?:for [\w\s]{1,40}?)?\s*(?:,|and|or|, and|;|and then|, then)\s*(?:for [\w\s]{1,40}?[\s,]+|the (?:\w+ ){1,4})?(?:from|on|by|as of)?\s*$"
)
_OLD_DAY = _re(rf"^\s*(?:to|until)\s+{deadline_dates.START}")


@dataclass(frozen=True, slots=True)
class _Sentence:
    field: Literal["title", "text"]
    start: int
    text: str


def find(item: Item) -> list[Deadline]:
    """The item's deadlines, by date, each date and kind once. Those given as data come with the field's name and no evidence."""
    best: dict[tuple[object, str], Deadline] = {}
    for deadline in (*_given(item), *_said(item)):
        key = (deadline.on, deadline.what)
        if key not in best or deadline.score > best[key].score:
            best[key] = deadline
    return sorted(best.values(), key=lambda d: (d.on, d.what))


def _given(item: Item) -> Iterator[Deadline]:
    for name, what in _FIELDS.items():
        if name in item.dates:
            yield Deadline(item_id=item.id, on=item.dates[name], what=what, score=1.0, evidence=None, source_field=name)


def _said(item: Item) -> Iterator[Deadline]:
    today = item.at.date()
    for sentence in _sentences(item):
        last: tuple[What, float] | None = None
        written = deadline_dates.find(sentence.text, today, item.region)
        for position, when in enumerate(written):
            left_end = written[position - 1].end if position else 0
            found = _binds(sentence.text, left_end, when, item)
            if found is None and last is not None and _JOINED.search(sentence.text[left_end : when.start]):
                found = last
            last = found
            if (
                found is not None
                and when.on >= today - _GONE_BY
                and (item.doctype != "incident" or _is_firm(found[1], when, today))
            ):
                yield _deadline(item, sentence, when, *found)


def _is_firm(score: float, when: Written, today: date) -> bool:
    """What a report of an incident must have: it tells of days gone by, in words that elsewhere bind."""
    return score >= _FIRM and when.on > today


def _sentences(item: Item) -> Iterator[_Sentence]:
    fields: tuple[tuple[Literal["title", "text"], str], ...] = (("title", item.title), ("text", item.text[:_MOST_CHARACTERS]))
    for field, text in fields:
        for start, end in sentences(text):
            if end - start <= _LONGEST or item.doctype == "regulation":
                yield _Sentence(field, start, text[start:end])


def _deadline(item: Item, sentence: _Sentence, when: Written, what: What, score: float) -> Deadline:
    end = sentence.start + len(sentence.text)
    evidence = Evidence(field=sentence.field, start=sentence.start, end=end, quote=sentence.text)
    return Deadline(item_id=item.id, on=when.on, what=what, score=round(score * when.sure, 3), evidence=evidence)


def _binds(text: str, left_end: int, when: Written, item: Item) -> tuple[What, float] | None:
    """What the words beside a date say of it, with a score; None when they do not say that it binds.

    The words before it count from the date before that one on, and from the start for duties, which may be told once for several.
    """
    flat = re.sub(r"\s", " ", text)
    near, left, right = flat[left_end : when.start], flat[: when.start], flat[when.end :]
    legal = (
        item.doctype == "regulation" or _LAW.search(f"{item.title}. {flat}") or (item.doctype != "post" and _MODAL.search(flat))
    )
    if _VETO.search(flat) or not legal or (_OLD_DAY.search(right) and re.search(_MOVE, left, re.IGNORECASE)):
        return None
    if _MOVED.search(left):
        return ("comments-close" if re.search(r"\bcomment|consultation", left, re.IGNORECASE) else "moves"), 0.9
    if _PASSED_OVER.search(near):
        return ("applies", 0.85) if _SCOPE.search(near) else None
    found = _direct(near, right, when) or _by_duty(left, near, right, when)
    return found or (
        None
        if when.whole_month or when.on <= item.at.date() or not (item.doctype == "regulation" or _BEARS.search(flat))
        else _by_bearing(near, right, rule=item.doctype == "regulation")
    )


def _direct(near: str, right: str, when: Written) -> tuple[What, float] | None:
    """Words that stand right beside the date."""
    to_do = _TO_DO.search(right) if _GIVEN.search(near) else None
    if to_do and not re.search(r"\bcomment|feedback|respon|view", to_do.group(), re.IGNORECASE):
        return "applies", 0.85
    if to_do or any(p.search(near) for p in (_COMMENTS, _COMMENTS_BY, _SUBMIT)) or _CLOSED.search(right):
        return None if when.whole_month else ("comments-close", 0.95)
    if _ENDS.search(near) or _ENDED.search(right):
        return None if when.whole_month else ("ends", 0.9)
    return ("applies", 0.95) if any(p.search(near) for p in (_TIGHT, _STARTS, _FORBIDS_AFTER)) else None


def _by_bearing(near: str, right: str, *, rule: bool) -> tuple[What, float] | None:
    """The least that is taken, of days to come: where a law is spoken of, "from" a day something holds and "until" a day it does."""
    if _IS_DEADLINE.search(right) or _FROM_THEN.search(near):
        return "applies", 0.75
    if _UNTIL_THEN.search(near):
        return "ends", 0.75
    return ("applies", 0.8) if rule and _RULE_BY.search(near) else None  # "Appoints an officer by …": a rule's verbs are duties


def _by_duty(left: str, near: str, right: str, when: Written) -> tuple[What, float] | None:
    """A duty somewhere before "by", or after "From"."""
    by = re.search(rf"\b(?:{_BY}|in){_BETWEEN}", near, re.IGNORECASE) is not None
    if when.whole_month and by:
        return None
    if _LOOSE.search(left) and _PREPOSITION.search(near):
        return "applies", 0.85
    if _DEADLINE.search(near):
        return "applies", 0.85
    return ("applies", 0.85) if _LED.search(near or " ") and _FOLLOWED.search(right) else None
