"""Forms that are filled in anew are other documents, however much of them is the same; a title typed anew is the same one."""

from __future__ import annotations

import random
from typing import get_args

import numpy as np
import pytest
from entry_samples import alike, entry
from hypothesis import given, settings
from hypothesis import strategies as st

from trendwatch.enrich import authors, duplicates, fingerprints, form_texts, forms, sameness
from trendwatch.model import Doctype, Item

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
HEARING = "Hearing before the chamber on voice agents"


def item(number: int, title: str, text: str = BODY, **fields) -> Item:
    return entry(number, title, text, **fields)


def count(*items: Item) -> int:
    """How many are another one's document."""
    return len(duplicates.find(items, alike(len(items))))


def told(one: str, other: str) -> str:
    return sameness.veto(fingerprints.make(item(1, one)), fingerprints.make(item(2, other)))


@pytest.mark.parametrize("doctype", get_args(Doctype))
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Monthly AI safety bulletin, May", "Monthly AI safety bulletin, June"),
        ("Briefing on model incidents (Tue)", "Briefing on model incidents (Wed)"),
        ("Agent complaints, Q1", "Agent complaints, Q2"),
        ("Agent complaints in the first quarter", "Agent complaints in the third quarter"),
        ("Spring outlook of the safety office", "Summer outlook of the safety office"),
        ("Second report on deepfake fraud", "Third report on deepfake fraud"),
        ("Duties of makers, Part II", "Duties of makers, Part III"),
        ("Duties of makers, annex A", "Duties of makers, annex B"),
        ("Week 3, issue 4: model incidents", "Week 4, issue 3: model incidents"),
        ("Agent safety wire, morning edition", "Agent safety wire, evening edition"),
        ("Weekly digest of model incidents", "Monthly digest of model incidents"),
        ("Draft code for voice agents", "Final code for voice agents"),
        ("H.B. 212: an act on companion bots", "S.B. 212: an act on companion bots"),
        ("Guidance on voice agents for schools in Bavaria", "Guidance on voice agents for schools in Saxony"),
        ("Guidance on Voice Agents for Schools in Bavaria", "Guidance on Voice Agents for Schools in Saxony"),
        ("How clinics in the US use chatbots", "How clinics in the UK use chatbots"),
        ("Harm report: Alice Smith", "Harm report: Bob Jones"),
        ("Mayo Clinic tests chatbots", "Cleveland Clinic tests chatbots"),
        ("Alice Smith", "Bob Jones"),
        ("How clinics in America use chatbots", "How clinics in Britain use chatbots"),
        ("Jailbreaking GPT-4 through bedtime stories", "Jailbreaking Claude through bedtime stories"),
    ],
)
def test_a_form_filled_in_anew_is_another_document_of_whatever_kind(doctype, one, other):
    assert count(item(1, one, doctype=doctype), item(2, other, doctype=doctype)) == 0
    assert told(one, other)


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("Safety bulletin, May", "Safety bulletin, June", "month: june / may"),
        ("Duties of makers, Part II", "Duties of makers, Part Three", "number: 3 / 2"),
        ("Notice 12 on agents", "Notice 13 on agents", "numbers: 12 / 13"),
        ("Guidance for schools in Bavaria", "Guidance for schools in Saxony", "in one place: bavaria / saxony"),
    ],
)
def test_a_veto_says_what_tells_the_two_apart(one, other, reason):
    assert set(told(one, other).replace("/", "").split()) == set(reason.replace("/", "").split())
    assert told(one, one) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Monthly AI safety bulletin", "Monthly AI safety bulletin, May"),
        ("Monthly AI safety bulletin, Sept", "Monthly AI safety bulletin (September)"),
        ("Models may leak what callers say in March", "Models May Leak What Callers Say in March"),
        ("Duties of makers, Part Two", "Duties of makers, Part II"),
        ("Agent complaints, Q2 2026", "Agent complaints, second quarter of 2026"),
        ("Harm report: A. Smith", "Harm report: Alice Smith"),
        ("Harm report: Alice Smith and Bob Jones", "Harm report: Bob Jones and Alice Smith"),
        ("Clinics in the United Kingdom ask chatbots first", "Clinics in the UK ask chatbots first"),
        ("Voice cloning and the mayor of Kyiv", "Voice cloning and the mayor of Kiev"),
        ("Chatbots in the schools of München", "Chatbots in the schools of Muenchen"),
        ("Jailbreaking GPT-4 through bedtime stories", "Jailbreaking GPT4 through bedtime stories"),
        ("Quiet watermarks", "Quiet watermarks: how cloned voices are told from their owners"),
        ("LeakGuard: Spoken Prompts under a Watchful Ear", "VoiceWarden: Spoken Prompts under a Watchful Ear"),
        ("Evaluating Chatbots in Clinics and Courts", "Assessing Chatbots in Clinics and Courts"),
        ("HIDDEN VOICES IN SPOKEN PROMPTS", "Hidden Voices in Spoken Prompts"),
        ("Guards for LLM agents against jailbreaks", "Guards for AI agents against jailbreaks"),
        ("Measuring bias in GPT models at work", "Measuring bias in LLMs at work"),
        ("Measuring bias in ChatGPT with poems", "Measuring bias in LLMs with poems"),
        ("Guards for LLaMA models against poems", "Guards for LLMs against poems"),
        ("Clinics ask chatbots first in the US", "Clinics ask chatbots first in America"),
        ("Clinics ask chatbots first in the United States", "Clinics ask chatbots first in America"),
        ("Clinics in Britain ask chatbots first", "Clinics in the UK ask chatbots first"),
        ("Clinics in Europe ask chatbots first", "Clinics in the EU ask chatbots first"),
    ],
)
def test_a_title_typed_anew_or_spelt_otherwise_is_no_other_form(one, other):
    assert told(one, other) == ""
    assert count(item(1, one), item(2, other)) == 1


@pytest.mark.parametrize(
    ("short", "long"), [("kiev", "kyiv"), ("gaddafi", "qaddafi"), ("tchaikovsky", "chaikovskii"), ("a", "alice")]
)
def test_spellings_of_a_name_are_one(short, long):
    assert forms.same_name(short, long)
    assert forms.same_name(long, short)


@pytest.mark.parametrize(
    ("one", "other"), [("austria", "australia"), ("iran", "iraq"), ("niger", "nigeria"), ("gambia", "zambia")]
)
def test_names_that_look_alike_are_two(one, other):
    assert not forms.same_name(one, other)


@pytest.mark.parametrize("doctype", get_args(Doctype))
@pytest.mark.parametrize("day", ["17 June 2026", "May 21, 2026", "2026-07-02", "the 4th of May", "3. Juni 2026"])
def test_a_date_exchanged_in_a_text_makes_another_document(doctype, day):
    texts = FORM.format("3 May 2026", "Ada Quill", "4000"), FORM.format(day, "Ada Quill", "4000")
    assert count(*(item(n, HEARING, text, doctype=doctype) for n, text in enumerate(texts))) == 0


@pytest.mark.parametrize("doctype", get_args(Doctype))
@pytest.mark.parametrize(
    "other",
    [
        FORM.format("May 3rd, 2026", "Ada Quill", "4000"),
        "Updated 9 July 2026. " + FORM.format("3 May 2026", "Ada Quill", "4000"),
        "By Cy Flint. " + FORM.format("3 May 2026", "Ada Quill", "4000"),
    ],
)
def test_a_date_written_otherwise_or_said_by_the_site_makes_none(doctype, other):
    one = FORM.format("3 May 2026", "Ada Quill", "4000")
    assert count(item(1, HEARING, one, doctype=doctype), item(2, HEARING, other, doctype=doctype)) == 1


def test_the_day_that_begins_a_text_may_be_that_of_its_listing():
    first, next_day, later = (
        item(n, HEARING, f"{day}. {BODY}") for n, day in enumerate(("3 May 2026", "4 May 2026", "17 June 2026"))
    )
    assert count(first, next_day) == 1
    assert count(first, later) == 0


@pytest.mark.parametrize("doctype", get_args(Doctype))
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("By Cy Flint 3 May 2026", "By Cy Flint 4 May 2026"),
        ("By Cy Flint | Reuters | May 3, 2026", "Cy Flint, Reuters May 4, 2026"),
        ("Published at 11:20 on Tue, 3 May 2026", "Published at 10:20 on Mon, 9 May 2026"),
        ("Posted by Cy Flint on 3 May 2026 at 11:20.", "Posted by Cy Flint on 19 May 2026 at 10:10."),
        ("Published by the Northbridge Gazette on 3 May 2026.", "Published by the Northbridge Gazette on 9 May 2026."),
        ("5 min read. By Cy Flint. Tuesday, 3 May 2026.", "6 min read. By Cy Flint. Thursday, 5 May 2026."),
        ("Northbridge, 3 May 2026 (AP) -", "Northbridge, 5 May 2026 (AP) -"),
        ("BERLIN (dpa) 3 May 2026.", "BERLIN (dpa) 4 May 2026."),
        ("By Cy Flint, senior correspondent, 3 May 2026", "By Cy Flint, senior correspondent, 4 May 2026"),
        ("Tuesday, 3 May.", "Thursday, 5 May 2026."),
        ("By The Northbridge Press staff 3 May 2026 |", "By The Northbridge Press staff 4 May 2026 |"),
    ],
)
def test_the_day_in_a_byline_is_that_of_the_page(doctype, one, other):
    assert count(*(item(n, HEARING, f"{lead} {BODY}", doctype=doctype) for n, lead in enumerate((one, other)))) == 1


@pytest.mark.parametrize("doctype", get_args(Doctype))
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("By Cy Flint 3 May 2026", "By Cy Flint 17 June 2026"),
        ("By 3 May 2026 all makers answer.", "By 4 May 2026 all makers answer."),
        ("By Tuesday, 3 May 2026 all makers answer.", "By Thursday, 5 May 2026 all makers answer."),
        ("On 3 May 2026 the chamber hears Ada Quill.", "On 4 May 2026 the chamber hears Ada Quill."),
        ("Meeting date: 3 May 2026.", "Meeting date: 4 May 2026."),
        ("By Ada Quill. The chamber met on 3 May 2026.", "By Ada Quill. The chamber met on 4 May 2026."),
        ("Published at 11:20. The hearing is on 3 May 2026.", "Published at 11:20. The hearing is on 4 May 2026."),
    ],
)
def test_a_day_in_a_sentence_is_no_byline_though_one_stands_before_it(doctype, one, other):
    assert count(*(item(n, HEARING, f"{lead} {BODY}", doctype=doctype) for n, lead in enumerate((one, other)))) == 0


def test_a_listing_by_names_alone_is_a_byline_in_news_only():
    texts = [f"Cy Flint, Northbridge Gazette, {day} May 2026. {BODY}" for day in (3, 4)]
    found = [count(*(item(n, HEARING, t, doctype=kind) for n, t in enumerate(texts))) for kind in ("news", "regulation")]
    assert found == [1, 0]


def test_one_word_exchanged_by_the_same_authors_over_one_abstract_is_a_new_title():
    kin = {"authors": ("Ada Quill", "Ben Marsh")}
    one, other = "Fences for phones in Kenya", "Fences for phones in Ghana"
    assert count(item(1, one, **kin), item(2, other, **kin)) == 1
    assert count(item(1, one, **kin), item(2, other, authors=("Cy Flint",))) == 0
    assert count(item(1, one, f"{BODY} In Kenya.", **kin), item(2, other, f"{BODY} In Ghana.", **kin)) == 0


def test_registers_tell_two_cases_by_a_name_or_a_number_alone_and_the_press_by_both():
    usual = FORM.format("3 May 2026", "Ada Quill", "4000")
    name, number, both = (
        FORM.format("3 May 2026", *facts) for facts in (("Ben Marsh", "4000"), ("Ada Quill", "9500"), ("Ben Marsh", "9500"))
    )
    for doctype, expected in (("incident", [0, 0, 0]), ("news", [1, 1, 0]), ("paper", [1, 1, 1])):
        found = [
            count(item(1, HEARING, usual, doctype=doctype), item(2, HEARING, t, doctype=doctype)) for t in (name, number, both)
        ]
        assert found == expected


def test_what_a_page_shows_beside_its_text_tells_no_two_cases_apart():
    shown = [f"Lantern {market} Press Releases 07:0{n} " + BODY for n, market in enumerate(("Options", "Futures"))]
    assert (
        form_texts.apart(*(fingerprints.make(item(n, HEARING, text, doctype="regulation")) for n, text in enumerate(shown)))
        == ""
    )


def test_a_document_that_resembles_two_of_one_form_does_not_join_them():
    may, june = (item(n, f"Monthly AI safety bulletin, {month}") for n, month in enumerate(("May", "June"), 1))
    assert count(may, june, item(3, "Monthly AI safety bulletin")) == 1


def test_every_title_of_a_large_group_may_keep_another_out():
    mays = [item(n, "Monthly AI safety bulletin") for n in range(1, 30)]
    mays.append(item(30, "Monthly AI safety bulletin, May"))
    june, plain = item(31, "Monthly AI safety bulletin, June"), item(32, "Monthly AI safety bulletin")
    assert count(*mays, plain) == 30
    assert count(*mays, plain, june) == 30


MONTHS = st.sampled_from(
    ("", ", May", ", June", " (Sept)", " for September", ", Part II", ", Part 2", " in Bavaria", " in Saxony")
)
TEXTS = st.sampled_from(
    (BODY, FORM.format("3 May 2026", "Ada Quill", "4000"), FORM.format("17 June 2026", "Ben Marsh", "4000"))
)
FILLED = st.lists(st.tuples(MONTHS, TEXTS, st.sampled_from(get_args(Doctype))), min_size=2, max_size=8)


@settings(max_examples=100, deadline=None)
@given(FILLED, st.randoms(use_true_random=False))
def test_forms_are_told_apart_alike_in_any_order_of_arrival(filled, chance: random.Random):
    items = [item(n, "Bulletin on voice agents" + end, text, doctype=doctype) for n, (end, text, doctype) in enumerate(filled)]
    rows = np.ones((len(items), 1), np.float32)
    expected = duplicates.find(items, rows)
    chance.shuffle(items)
    assert duplicates.find(items, rows) == expected
    a, b = map(fingerprints.make, items[:2])
    assert sameness.veto(a, b) == sameness.veto(b, a)


@pytest.mark.parametrize("cut", ["B Marsh...", "B Marsh\N{HORIZONTAL ELLIPSIS}", "B Marshâ ? ¦"])
def test_a_list_of_authors_that_was_cut_keeps_the_names_before(cut):
    assert authors.surnames([cut]) == {"marsh"}
