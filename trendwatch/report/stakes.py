"""What hangs on a story: a harm that was reported, an authority that acts, a rule that is made and no longer only asked for, a maker's
own safety rules, an attack and a product named together.

Relevance says whether a story is about the safety of generative AI, and most of a week's are; it does not say that a law signed
by a governor weighs more than a bill that was handed in, nor that people harmed weigh more than a study of thirty volunteers.

Known misses: the stage of a rule is read from its title and from what its register says of it, so a law that only its text calls
signed counts as one of unknown stage; an incident told by the press alone counts by its words in the title, and so does a post:
aggregators of links call everything one. Where a title also denies or only plans something, nothing is counted. That a title names an
attack and a product does not say that the attack succeeded, and the digest does not say so either.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from trendwatch.model import Item, TagLine
from trendwatch.report.candidates import Candidate

REPORTED, GRAVE, MADE, ON_THE_WAY, NAMED_ATTACK, OWN_RULES, TESTED, DUTY = 0.2, 0.1, 0.25, 0.1, 0.1, 0.1, 0.05, 0.05
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
    r"(?i)\b(?:died(?! in (?:the )?(?:committee|house|senate))|(?<!the )deaths?|killed(?! by (?:llms?|ai)\b)|suicide|murder(?:ed)?|hospitali[sz]ed|arrested|charged with"
    r"|su(?:es|ed|ing)|(?-i:sue)|lawsuit|victims?|data breach|breached|stolen|hacked(?! together))\b"
)
_ACTED = re.compile(
    r"(?i)\b(?:investigat(?:ed|ions?)|under investigation|prob(?:e|es|ed|ing) (?:into|over|of)|faces? (?:a )?probe|bans?|banned|recalled|cease[- ]and[- ]desist|raid(?:s|ed)?|suspend(?:s|ed)?"
    r"|subpoena(?:s|ed)?)\b"
)
"""What an authority or a maker does about a product that is named beside it."""
_DUTY = re.compile(
    r"(?i)\b(?:chatbots?|companions?|deep ?fakes?|synthetic (?:media|content|performers?)|watermark\w*|provenance|label(?:l?ing|s|led)?|disclos\w*|disclaimers?"
    r"|age[- ](?:verif\w+|assurance|estimation)|intimate|child sexual|likeness|voice clon\w*|developers?|providers?|operators?|deployers?|platforms?|frontier)\b"
)
"""What a bill is about that binds those who make or run a product."""
_AT_HOME = re.compile(
    r"(?i)\b(?:task force|commission|study|pilot|curricul\w+|schools?|universit\w+|students?|state agenc\w+|government use|procurement|appropriat\w+|sentenc\w+"
    r"|attorneys?|courts?|law enforcement)\b"
)
"""Whom a bill binds that has no product."""
_DEAD = re.compile(r"(?i)\b(?:veto\w*|fail(?:s|ed)?|withdr\w+|died|reject\w*|struck down|repeal\w*|indefinitely)\b")
_OWN_RULES = re.compile(
    r"(?i)\b(?:responsible scaling|preparedness framework|frontier (?:safety|risk)|safety (?:pledges?|polic(?:y|ies)|framework|promises?|commitments?)"
    r"|usage polic(?:y|ies)|system card|constitution)\b"
)
_ATTACKED = re.compile(
    r"(?i)\b(?:jailbr[eo]ak\w*|break(?:s|ing)?|broken|bypass\w*|exploit\w*|vulnerab\w*|hijack\w*|leak(?:s|ed|ing|age)?|attack(?:s|ed|ing)?|steal\w*"
    r"|exfiltrat\w*|extract(?:s|ed|ing|ion)|poison\w*|inject\w*|malware|unpatched|flaws?|weakness\w*|red[- ]team\w*|abus(?:e|es|ed|ing))\b"
)
_BESIDE = re.compile(
    r"(?i)\b(?:survey|review|overview|taxonomy|mapping|standards?|partner\w*|join(?:s|ed)?|work(?:s|ing)? with|collaborat\w*)\b"
)
"""A name that stands beside an attack for another reason: who wrote of it, who helps against it."""


def stakes(candidate: Candidate, tags: Sequence[TagLine]) -> tuple[float, str]:
    """From 0 to 0.3, and in words what it is for ("" where nothing is); `tags` are all of the story's."""
    harm, told = _harm(candidate)
    if harm:
        grave = next((t for t in tags if t.tag.endswith(GRAVE_HAZARDS)), None)
        return (harm + GRAVE, f"{told}, of a grave kind ({grave.name})") if grave else (harm, told)
    lead = candidate.lead
    if lead.doctype == "regulation":
        return _stage(lead)
    actor = next((t for t in tags if t.facet == "actor" and t.where == "title"), None)
    if actor and (value := _of_a_product(lead, actor, tags)):
        return value
    tested = next((t for t in tags if t.facet == "actor"), None)
    if lead.doctype == "paper" and tested and any(t.facet in ("attack", "hazard") for t in tags):
        return TESTED, f"it names a product ({tested.name}: “{tested.quote}”)"
    return 0.0, ""


def _of_a_product(lead: Item, actor: TagLine, tags: Sequence[TagLine]) -> tuple[float, str] | None:
    """What the title says of a maker or product that it names."""
    title, who = lead.title, f"{actor.name} (“{actor.quote}”)"
    headline = lead.doctype in ("news", "post") and not _OPEN.search(title)
    if headline and (acted := _ACTED.search(title)):
        return REPORTED, f"“{acted.group()}” stands in the title beside {who}"
    if any(t.facet == "attack" for t in tags) and not _BESIDE.search(title) and (attacked := _ATTACKED.search(title)):
        return NAMED_ATTACK, f"“{attacked.group()}” stands in the title beside {who}"
    if lead.doctype in ("news", "post") and (rules := _OWN_RULES.search(title)):
        return OWN_RULES, f"safety rules of a maker: “{rules.group()}” stands in the title beside {who}"
    return None


def _harm(candidate: Candidate) -> tuple[float, str]:
    if any(i.doctype == "incident" for i in candidate.items):
        return REPORTED, "a reported incident"
    title = candidate.lead.title
    said = _HARMED.search(title) if candidate.lead.doctype in ("news", "post") and not _OPEN.search(title) else None
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
    bill = item.title if told or numbered else ""
    if _OPEN.search(said):
        return _asked_of_products(bill)
    if made := _MADE.search(said):
        return MADE, f"a rule that is made (“{made.group()}” in the title)"
    if coming := _ON_THE_WAY.search(said):
        return ON_THE_WAY, f"a rule on its way (“{coming.group()}” in the title)"
    return _asked_of_products(bill)


def _asked_of_products(title: str) -> tuple[float, str]:
    """Of bills that are only handed in, those that would bind a product weigh more than those that set up a commission."""
    said = _DUTY.search(title)
    if said and not _DEAD.search(title) and not _AT_HOME.search(title):
        return DUTY, f"it would bind products (“{said.group()}” in the title)"
    return 0.0, ""
