"""Made-up documents of one form that are two, and documents told twice that are one: how many of them are judged wrongly.

Each pair of titles is tried with one text under both, as paper, news, regulation, incident and post of two sources, and with
vectors that are alike: then nothing but a veto keeps two apart. What must merge is tried as what it says, with the texts it says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, product

import numpy as np
from sets import item

from trendwatch.enrich import duplicates
from trendwatch.model import Item

DOCTYPES = ("paper", "news", "regulation", "incident", "post")
BODY = (
    "The office watches what chatbots and voice agents do in schools, clinics and courts. It counts complaints, asks the makers "
    "for answers and tells the public what was found. Whoever was harmed can write to the office; nothing is charged. What is "
    "not answered within a month goes to the ombudsman, who may order a product to be withdrawn from the market."
)
FORM = (
    "The chamber hears on {} what {} has to say on the matter. A fine of {} euro is asked for, as an agent placed orders that "
    "nobody had asked it for. Whoever wishes to speak tells the clerk a week before. The hearing is public, and what is said "
    "there is written down and kept. Who comes late waits for the break. The chamber decides within a month of the hearing."
)
USUAL = ("3 May 2026", "Ada Quill", "4000")

APART = (
    ("Monthly AI safety bulletin, May", "Monthly AI safety bulletin, June"),
    ("Monthly AI safety bulletin: March", "Monthly AI safety bulletin: May"),
    ("January bulletin on voice agents", "Bulletin on voice agents for February 2026"),
    ("Voice agents watch, Dec", "Voice agents watch, Nov"),
    ("Monday briefing on model incidents", "Thursday briefing on model incidents"),
    ("Model incidents briefing (Tue)", "Model incidents briefing (Wed)"),
    ("Agent complaints, Q1", "Agent complaints, Q2"),
    ("Agent complaints in the first quarter", "Agent complaints in the third quarter"),
    ("Agent complaints in the first half of 2026", "Agent complaints in the second half of 2026"),
    ("Spring outlook of the safety office", "Summer outlook of the safety office"),
    ("Chatbot watch, autumn issue", "Chatbot watch, winter issue"),
    ("Second report on deepfake fraud", "Third report on deepfake fraud"),
    ("The Fourth Annual Audit of Chatbots", "The Fifth Annual Audit of Chatbots"),
    ("Duties of makers, Part II", "Duties of makers, Part III"),
    ("Duties of makers II", "Duties of makers IV"),
    ("Duties of makers: Part One", "Duties of makers: Part Two"),
    ("Duties of makers, annex A", "Duties of makers, annex B"),
    ("Duties of makers: Option X", "Duties of makers: Option Y"),
    ("Agent safety wire, morning edition", "Agent safety wire, evening edition"),
    ("Weekly digest of model incidents", "Monthly digest of model incidents"),
    ("Draft code for voice agents", "Final code for voice agents"),
    ("Interim findings on the helpline bot", "Final findings on the helpline bot"),
    ("Weekly bulletin 17 of the safety office", "Weekly bulletin 18 of the safety office"),
    ("Notice 12 of 2026: voice agents", "Notice 13 of 2026: voice agents"),
    ("Notice 12 of 2026: voice agents", "Notice 12 of 2025: voice agents"),
    ("Week 3, issue 4: model incidents", "Week 4, issue 3: model incidents"),
    ("HB 212: an act on companion bots", "SB 214: an act on companion bots"),
    ("H.B. 212: an act on companion bots", "S.B. 212: an act on companion bots"),
    ("House Bill 212 on companion bots", "Senate Bill 212 on companion bots"),
    ("Lantern toolkit 1.2.3 closes a leak", "Lantern toolkit 1.2.4 closes a leak"),
    ("Guidance on voice agents for schools in Bavaria", "Guidance on voice agents for schools in Saxony"),
    ("Guidance on Voice Agents for Schools in Bavaria", "Guidance on Voice Agents for Schools in Saxony"),
    ("Guidance on voice agents, Austria", "Guidance on voice agents, Australia"),
    ("How clinics in the US use chatbots", "How clinics in the UK use chatbots"),
    ("Harm report: Alice Smith", "Harm report: Bob Jones"),
    ("Alice Smith harmed by a helpline bot", "Bob Jones harmed by a helpline bot"),
    ("Complaint of Alice Smith v. Northbridge Bank", "Complaint of Bob Jones v. Eastport Bank"),
    ("Jailbreaking ChatGPT through bedtime stories", "Jailbreaking DeepSeek through bedtime stories"),
    ("Fee change proposed by Northbridge Exchange", "Fee change proposed by Eastport Exchange"),
    ("Safety card of the Mistwood model", "Safety card of the Larkspur model"),
    ("CONSUMER ALERT FOR OHIO", "CONSUMER ALERT FOR IOWA"),
    ("Recall notice for Fulton County", "Recall notice for Dade County"),
    ("Warning Letter: Northbridge Inc.", "Warning Letter: Eastport Inc."),
    ("Minutes of the AI board, 1st meeting", "Minutes of the AI board, 2nd meeting"),
    ("Monatsbericht Sprachassistenten, Mai", "Monatsbericht Sprachassistenten, Juni"),
    ("Bulletin mensuel, mars", "Bulletin mensuel, avril"),
    ("Phase I trial of companion bots", "Phase II trial of companion bots"),
    ("Day one at the safety summit", "Day two at the safety summit"),
    ("Voice agents in nursing: the case of Kenya", "Voice agents in nursing: the case of Nigeria"),
    ("Complaint no. IV of the assembly", "Complaint no. V of the assembly"),
    ("Alice Smith", "Bob Jones"),
    ("How clinics in America use chatbots", "How clinics in Britain use chatbots"),
    ("How clinics in the United States use chatbots", "How clinics in the United Kingdom use chatbots"),
    ("Jailbreaking GPT-4 through bedtime stories", "Jailbreaking Claude through bedtime stories"),
)
APART_TEXTS = (
    ("Hearing before the chamber on agents", USUAL, ("17 June 2026", *USUAL[1:])),
    ("Hearing before the chamber on agents", USUAL, ("May 21, 2026", *USUAL[1:])),
    ("Hearing before the chamber on agents", USUAL, ("2026-07-02", *USUAL[1:])),
    ("Hearing before the chamber on agents", ("the 3rd of May", *USUAL[1:]), ("the 4th of May", *USUAL[1:])),
)
APART_LEADS = (  # before BODY: no bylines, or too many days between them
    ("By 3 May 2026 all makers answer.", "By 4 May 2026 all makers answer."),
    ("By Tuesday, 3 May 2026 all makers answer.", "By Thursday, 5 May 2026 all makers answer."),
    ("On 3 May 2026 the chamber hears Ada Quill.", "On 4 May 2026 the chamber hears Ada Quill."),
    ("Meeting date: 3 May 2026.", "Meeting date: 4 May 2026."),
    ("By Ada Quill. The chamber met on 3 May 2026.", "By Ada Quill. The chamber met on 4 May 2026."),
    ("By Ada Quill 3 May 2026.", "By Ada Quill 17 June 2026."),
)
APART_ENTRIES = (  # of registers
    ("Hearing before the chamber on agents", USUAL, ("3 May 2026", "Ben Marsh", "4000")),
    ("Hearing before the chamber on agents", USUAL, ("3 May 2026", "Ada Quill", "9500")),
    ("Hearing before the chamber on agents", USUAL, ("3 May 2026", "Ben Marsh", "9500")),
)


@dataclass(frozen=True, slots=True)
class Same:
    """Two tellings of one document: titles, its doctype, authors of both, and whether its text is known."""

    one: str
    other: str
    doctype: str = "paper"
    authors: tuple[str, ...] = ()
    text: bool = True


KIN = ("Ada Quill", "Ben Marsh")
SAME = (
    Same("Hidden Voices: Leaks from Spoken Prompts", "Hidden voices: leaks from spoken prompts"),
    Same("Hidden Voices: Leaks from Spoken Prompts", "HIDDEN VOICES: LEAKS FROM SPOKEN PROMPTS", text=False),
    Same("Evaluating Chatbots in Clinics and Courts", "Assessing Chatbots in Clinics and Courts", authors=KIN),
    Same("Evaluating chatbots in clinics and courts", "Benchmarking chatbots in clinics and courts", authors=KIN),
    Same("A Survey of Spoken Prompt Leaks", "A Review of Spoken Prompt Leaks", authors=KIN),
    Same("Hidden Marks for Borrowed Voices", "Quiet Watermarks for Cloned Voices", authors=KIN),
    Same("Towards robust watermarks for borrowed voices", "Toward robust watermarks for borrowed voices", text=False),
    Same("Quiet watermarks", "Quiet watermarks: how cloned voices are told from their owners"),
    Same("Jailbreaking GPT-4 through bedtime stories", "Jailbreaking GPT4 through bedtime stories"),
    Same("Bedtime stories that jailbreak GPT-4", "Bedtime Stories That Jailbreak GPT4", text=False),
    Same("Bedtime Stories That Jailbreak LLMs", "Bedtime Stories That Jailbreak Large Language Models", text=False),
    Same("Bedtime stories that jailbreak LLMs", "Bedtime stories that jailbreak an LLM"),
    Same("LeakGuard: Spoken Prompts under a Watchful Ear and Eye", "VoiceWarden: Spoken Prompts under a Watchful Ear and Eye"),
    Same("LeakGuard: Spoken Prompts under a Watchful Ear and Eye", "Leak Guard: Spoken prompts under a watchful ear and eye"),
    Same("Chatbots in the Schools of München", "Chatbots in the Schools of Muenchen"),
    Same("Voice cloning and the mayor of Kyiv", "Voice cloning and the mayor of Kiev"),
    Same("What Tchaikovsky's heirs ask of music models", "What Chaikovskii's heirs ask of music models"),
    Same("Clinics in the United Kingdom ask chatbots first", "Clinics in the UK ask chatbots first"),
    Same("Clinics in the U.S. ask chatbots first", "Clinics in the US ask chatbots first"),
    Same("How Dostoevsky is told by chatbots", "How Dostoyevskiy is told by chatbots"),
    Same("Chatbots of the EU", "Chatbots of the European Union"),
    Same("Chatbots in Zurich", "Chatbots in Zürich"),
    Same("Harmless Bots Considered Harmful", "Harmless Bots Deemed Harmful", authors=KIN),
    Same("A Framework for Auditing Companion Bots", "A Taxonomy for Auditing Companion Bots", authors=KIN),
    Same("Companion bots: a randomised trial", "Companion bots: a randomized trial"),
    Same("Red-teaming Lantern-2 through poems", "Red teaming Lantern 2 through poems"),
    Same("Prompt leaks (extended abstract)", "Prompt Leaks", authors=KIN),
    Same("Duties of makers, Part II", "Duties of makers, part 2"),
    Same("Duties of makers, Part Two", "Duties of makers, Part II"),
    Same("A database of voice scams", "A Data Base of Voice Scams"),
    Same("Two attacks on spoken prompts", "2 attacks on spoken prompts"),
    Same("Monthly AI safety bulletin, May", "Monthly AI safety bulletin, May 2026", "post"),
    Same("Monthly AI safety bulletin", "Monthly AI safety bulletin, May", "post"),
    Same("Monthly AI safety bulletin, Sept", "Monthly AI safety bulletin (September)", "regulation"),
    Same("Monthly AI safety bulletin, May", "Monthly AI safety bulletin, May", "regulation"),
    Same("Agent complaints, Q2 2026", "Agent complaints, second quarter of 2026", "regulation"),
    Same("Second report on deepfake fraud", "2nd report on deepfake fraud", "regulation"),
    Same("Models may leak what callers say in March", "Models May Leak What Callers Say in March", "news"),
    Same("Residents fooled by a cloned voice", "Cloned voice fooled residents", "news"),
    Same("Northbridge council halts its voice agent", "Northbridge Council Halts Its Voice Agent", "news"),
    Same("Harm report: A. Smith", "Harm report: Alice Smith", "incident"),
    Same("Harm report: Alice Smith and Bob Jones", "Harm report: Bob Jones and Alice Smith", "incident"),
    Same("Introducing the Lantern letter", "Introducing our Lantern letter", "post", text=False),
    Same("Fences for LLM agents on the phone", "Fences for AI agents on the phone"),
    Same("Counting slurs in GPT models at school", "Counting slurs in LLMs at school"),
    Same("Counting slurs in ChatGPT at school", "Counting slurs in LLMs at school"),
    Same("Fences for LLaMA models on the phone", "Fences for LLMs on the phone"),
    Same("Picture riddles that fool VLMs", "Picture riddles that fool MLLMs"),
    Same("Fences for Phones in Kenya", "Fences for Phones in Ghana", authors=KIN),
    Same("Clinics ask chatbots first in the US", "Clinics ask chatbots first in America", "news"),
    Same("Clinics ask chatbots first in the United States", "Clinics ask chatbots first in America", "news"),
    Same("Clinics ask chatbots first in the UK", "Clinics ask chatbots first in Britain", "news"),
    Same("Clinics across Europe ask chatbots first", "Clinics across the EU ask chatbots first", "news"),
)
SAME_TEXTS = (  # one telling more, or a site's own words
    ("Hearing before the chamber on agents", FORM.format(*USUAL), "Updated 9 July 2026. " + FORM.format(*USUAL)),
    ("Hearing before the chamber on agents", FORM.format(*USUAL), FORM.format("May 3, 2026", *USUAL[1:])),
    ("Hearing before the chamber on agents", FORM.format(*USUAL), "By Cy Flint. " + FORM.format(*USUAL)),
    ("Hearing before the chamber on agents", "3 May 2026. " + BODY, "4 May 2026. " + BODY),
    ("Hearing before the chamber on agents", "By Cy Flint 3 May 2026 " + BODY, "By Cy Flint 4 May 2026 " + BODY),
    (
        "Hearing before the chamber on agents",
        "By Cy Flint | Reuters | May 3, 2026 " + BODY,
        "Cy Flint, Reuters May 4, 2026 " + BODY,
    ),
    (
        "Hearing before the chamber on agents",
        "Published at 11:20 on Tue, 3 May 2026 " + BODY,
        "Published at 10:20 on Mon, 9 May 2026 " + BODY,
    ),
    (
        "Hearing before the chamber on agents",
        "5 min read. By Cy Flint. Tuesday, 3 May 2026. " + BODY,
        "6 min read. By Cy Flint. Thursday, 5 May 2026. " + BODY,
    ),
)
COUNT = len(APART) + len(APART_TEXTS) + len(APART_LEADS) + len(APART_ENTRIES) + len(SAME) + len(SAME_TEXTS)


def _pair(titles: tuple[str, str], texts: tuple[str, str], doctype: str, authors: tuple[str, ...] = ()) -> list[Item]:
    return [
        item(key, title, text, doctype=doctype, authors=authors)
        for key, title, text in zip(("first", "second"), titles, texts, strict=True)
    ]


def _joined(two: list[Item]) -> bool:
    return bool(duplicates.find(two, np.eye(1, 384, dtype=np.float32).repeat(2, axis=0)))


def wrong() -> Iterator[str]:
    """What is judged wrongly, told."""
    yield from _joined_wrongly()
    yield from _kept_apart_wrongly()


def _joined_wrongly() -> Iterator[str]:
    for titles, doctype in product(APART, DOCTYPES):
        if _joined(_pair(titles, (BODY, BODY), doctype)):
            yield f"joined as {doctype}: {titles[0]} | {titles[1]}"
    for form, doctype in chain(product(APART_TEXTS, DOCTYPES), product(APART_ENTRIES, ("regulation", "incident"))):
        title, one, other = form
        if _joined(_pair((title, title), (FORM.format(*one), FORM.format(*other)), doctype)):
            yield f"joined as {doctype}: {one} | {other}"

    for leads, doctype in product(APART_LEADS, DOCTYPES):
        title, texts = "Hearing before the chamber on agents", [f"{lead} {BODY}" for lead in leads]
        if _joined(_pair((title, title), (texts[0], texts[1]), doctype)):
            yield f"joined as {doctype}: {leads[0]} | {leads[1]}"


def _kept_apart_wrongly() -> Iterator[str]:
    for same in SAME:
        texts = (BODY, f"{BODY} More follows.") if same.text else ("", "")
        if not _joined(_pair((same.one, same.other), texts, same.doctype, same.authors)):
            yield f"kept apart: {same.one} | {same.other}"
    for (title, *texts), doctype in product(SAME_TEXTS, DOCTYPES):
        if not _joined(_pair((title, title), (texts[0], texts[1]), doctype)):
            yield f"kept apart as {doctype}: {texts[0][:40]} | {texts[1][:40]}"


if __name__ == "__main__":
    for told in wrong():
        print(told)
