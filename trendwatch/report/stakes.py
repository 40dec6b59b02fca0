"""What hangs on a story: a harm that was reported, a rule that is made and no longer only asked for, an attack on a named product.

Relevance says whether a story is about the safety of generative AI, and most of a week's are; it does not say that a law signed
by a governor weighs more than a bill that was handed in, nor that people harmed weigh more than a study of thirty volunteers.

Known misses: the stage of a rule is read from its title and from what its register says of it, so a law that only its text calls
signed counts as one of unknown stage; an incident told by the press alone counts by its words in the title. Where a title also denies
or only plans something, nothing is counted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from trendwatch.model import Item, TagLine
from trendwatch.report.candidates import Candidate

REPORTED, GRAVE, MADE, ON_THE_WAY, NAMED_ATTACK = 0.2, 0.1, 0.25, 0.1, 0.1
GRAVE_HAZARDS = (
    "hazard.csam", "hazard.ncii", "hazard.self-harm", "hazard.violence", "hazard.cbrn", "hazard.physical-safety",
)  # fmt: skip
"""Harms to life, limb and sexual integrity."""
_STAGE = re.compile(r"\(([^()]{3,40})\)\s*:")
"""How registers write it: "Examplia HB 12 (Signed): chatbots"."""
_NUMBERED = re.compile(r"^.{0,40}?\b[A-Z]{1,4}\.? ?\d{1,5}\b[^:]{0,40}:")
"""A bill by its number: what follows the colon is what it would do, not what was done."""
_OPEN = re.compile(
    r"(?i)\b(?:introduced|prefiled|pre-filed|first reading|in committee|referred|not|no|never|reject(?:s|ed)?|veto(?:es|ed)?|fail(?:s|ed)?"
    r"|withdr(?:awn|aws?|ew)|block(?:s|ed)|struck down|repeal(?:s|ed)?|propos(?:es?|ed|al)|to be|would|could|might|may|should|draft|plans?"
    r"|calls? for|urges?|delay(?:s|ed)?|postpone[sd]?|den(?:y|ies|ied))\b"
)
"""Nothing is made yet, or it was undone, or it is said that nothing happened."""
_MADE = re.compile(
    r"(?i)\b(?:enacted|signed|signs|chaptered|adopt(?:s|ed)|public law|final (?:rule|guidance|decision|code)|(?:in|into) force|t(?:akes?|ook) effect"
    r"|becomes? law|became law|executive order|fine[sd]|injunction|settle(?:s|d|ment)|ruling|convicted|sentenced)\b"
)
_ON_THE_WAY = re.compile(r"(?i)\b(?:pass(?:es|ed)|engrossed|enrolled|consultation|request for comments?|agree(?:d|ment) on)\b")
_HARMED = re.compile(
    r"(?i)\b(?:died(?! in (?:the )?(?:committee|house|senate))|deaths?|killed|suicide|murder(?:ed)?|hospitali[sz]ed|arrested|charged with"
    r"|su(?:es|ed)|lawsuit|victims?|data breach|breached|stolen|hacked)\b"
)


def stakes(candidate: Candidate, tags: Sequence[TagLine]) -> tuple[float, str]:
    """From 0 to 0.3, and in words what it is for ("" where nothing is); `tags` are all of the story's."""
    harm, told = _harm(candidate)
    if harm:
        grave = next((t for t in tags if t.tag.endswith(GRAVE_HAZARDS)), None)
        return (harm + GRAVE, f"{told}, of a grave kind ({grave.name})") if grave else (harm, told)
    if candidate.lead.doctype == "regulation":
        return _stage(candidate.lead)
    attack = next((t for t in tags if t.facet == "attack"), None)
    actor = next((t for t in tags if t.facet == "actor" and t.where == "title"), None)
    if attack and actor:
        return NAMED_ATTACK, f"a weakness of {actor.name} (“{actor.quote}” in the title)"
    return 0.0, ""


def _harm(candidate: Candidate) -> tuple[float, str]:
    if any(i.doctype == "incident" for i in candidate.items):
        return REPORTED, "a reported incident"
    title = candidate.lead.title
    said = _HARMED.search(title) if candidate.lead.doctype == "news" and not _OPEN.search(title) else None
    return (REPORTED, f"harm is reported (“{said.group()}” in the title)") if said else (0.0, "")


def _stage(item: Item) -> tuple[float, str]:
    """How far a rule has come: what its register says of it, else the stage that stands in its title, else the title's words."""
    kind = item.about.get("type", "")
    if kind in ("Rule", "Presidential Document"):
        return MADE, f"a rule that is made (“{kind}” in its register)"
    if kind == "Proposed Rule":
        return ON_THE_WAY, "a rule on its way (“Proposed Rule” in its register)"
    told = _STAGE.search(item.title)
    numbered = _NUMBERED.match(item.title)
    said = told[1] if told else numbered.group() if numbered else item.title
    if _OPEN.search(said):
        return 0.0, ""
    if made := _MADE.search(said):
        return MADE, f"a rule that is made (“{made.group()}” in the title)"
    if coming := _ON_THE_WAY.search(said):
        return ON_THE_WAY, f"a rule on its way (“{coming.group()}” in the title)"
    return 0.0, ""
