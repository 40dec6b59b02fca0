from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from entry_samples import COUNCIL, START, alike, entry

from trendwatch.enrich import blocks, duplicates
from trendwatch.model import Item


def item(number: int, title: str, text: str = "", **fields) -> Item:
    url = f"https://site-{number}.example.org/entry"
    return entry(number, title, text, **{"doctype": "news", "url": url, "canonical_url": url} | fields)


def found(*items: Item) -> dict[str, str]:
    return {one.item_id: one.of_id for one in duplicates.find(items, alike(len(items)))}


def test_one_arxiv_paper_in_two_lists_is_one_document_whatever_its_version():
    a = item(1, "Prompt worms", doctype="paper", identifiers=("arxiv:2601.01234v1",))
    b = item(2, "Self-spreading prompts", doctype="paper", canonical_url="https://arxiv.org/abs/2601.01234")
    (only,) = duplicates.find([b, a], alike(2))
    assert (only.item_id, only.of_id, only.layer) == (b.id, a.id, "identifier")
    assert only.reason == "arxiv:2601.01234"


def test_a_post_that_links_to_a_paper_is_not_the_paper():
    paper = item(1, "Prompt worms", doctype="paper", identifiers=("arxiv:2601.01234",))
    post = item(2, "What we learned from a worm", "Read https://arxiv.org/abs/2601.01234. " + COUNCIL, doctype="post")
    assert found(paper, post) == {}


def test_the_same_text_under_another_headline_is_a_duplicate_with_its_share():
    a = item(1, "Cloned voice fooled residents", COUNCIL)
    b = item(2, "Residents fooled by a cloned voice", COUNCIL + " Reported by our staff.")
    (only,) = duplicates.find([a, b], alike(2))
    assert only.layer == "lexical"
    assert only.score > 0.7
    assert "in common" in only.reason


def test_equal_texts_are_told_by_their_hash():
    a, b = item(1, "A headline", COUNCIL, content_hash="x"), item(2, "A headline", COUNCIL, content_hash="x")
    (only,) = duplicates.find([a, b], alike(2))
    assert (only.layer, only.reason) == ("hash", "same text")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Exchange notice 2025-24055: change of a fee", "Exchange notice 2025-24059: change of a fee"),
        ("Lantern toolkit release 1.2.3 fixes a leak", "Lantern toolkit release 1.2.4 fixes a leak"),
        ("Fee change proposed by Northbridge Exchange", "Fee change proposed by Eastport Exchange"),
    ],
)
def test_a_number_a_version_or_a_name_apart_is_another_document(one, other):
    assert found(item(1, one, COUNCIL), item(2, other, COUNCIL)) == {}


def test_a_register_never_lists_a_thing_twice_unless_its_identifier_says_so():
    notices = [item(n, "Notice of redemption", COUNCIL, source="register", doctype="regulation") for n in range(1, 4)]
    assert found(*notices) == {}
    again = [replace(one, canonical_url="https://register.example.org/doc/7") for one in notices[:2]]
    assert found(*again) == {notices[1].id: notices[0].id}


def test_two_entries_of_a_register_stay_apart_though_a_mirror_resembles_both():
    a, b = (item(n, "Notice of redemption of bonds", COUNCIL, source="register", doctype="regulation") for n in (1, 2))
    mirror = item(3, "Notice of redemption of bonds", COUNCIL, source="mirror", doctype="regulation")
    assert len(found(a, b, mirror)) == 1


def test_two_federal_register_numbers_are_two_documents():
    a = item(1, "Order on voice agents", COUNCIL, identifiers=("fr:2026-00001",))
    b = item(2, "Order on voice agents", COUNCIL, identifiers=("fr:2026-00002",))
    assert found(a, b) == {}


def test_wire_copy_with_a_long_headline_is_one_document_within_days_only():
    title = "Northbridge council halts voice agent after cloned treasurer calls residents"
    a, b = item(1, title), item(2, title)
    late = replace(b, published_at=START + timedelta(days=40))
    assert found(a, b) == {b.id: a.id}
    assert found(a, late) == {}
    assert found(item(1, "AI news"), item(2, "AI news")) == {}


def test_a_form_that_one_source_uses_again_is_not_a_duplicate():
    weekly = [item(n, "Our weekly letter on the state of agents and models", source="letter") for n in (1, 2)]
    assert found(*weekly) == {}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("LeakGuard: Defending Agents against Prompt Leaks", "LEAKGUARD: DEFENDING AGENT AGAINST PROMPT LEAKS"),
        ("The $\\textit{Quiet}$ Model: Silence under Attack", "The Quiet Model: Silence Under Attack"),
        ("Shared Weights, Shared Flaws: Transfer of Jailbreaks among Distilled Models",
         "Transfer of Jailbreaks among Distilled Models"),
        ("FlawFinder: Transfer of Jailbreaks among Distilled Models", "HolePuncher: Transfer of Jailbreaks among Distilled Models"),
    ],
)  # fmt: skip
def test_a_paper_is_known_by_most_of_its_title(one, other):
    assert len(found(item(1, one, doctype="paper"), item(2, other, doctype="paper"))) == 1


def test_papers_of_one_title_and_other_authors_are_two():
    a = item(1, "A survey of prompt injection", doctype="paper", authors=("Ada Quill", "Ben Marsh"))
    b = item(2, "A survey of prompt injection", doctype="paper", authors=("Cy Flint",))
    assert found(a, b) == {}
    assert len(found(a, replace(b, authors=("Marsh, Ben",)))) == 1


def test_a_long_title_that_is_the_same_to_the_letter_names_a_paper_whatever_a_list_makes_of_its_authors():
    a = item(1, "Quiet watermarks for borrowed voices", doctype="paper", authors=("Ada Quill",))
    assert len(found(a, replace(a, id="b", url="", canonical_url="", authors=("Q. Adda",)))) == 1


def test_a_column_of_a_journal_is_told_apart_by_its_authors():
    a = item(1, "Guest column", doctype="paper", authors=("Ed Itor", "Ada Quill", "Ben Marsh"))
    b = item(2, "Guest column", doctype="paper", authors=("Ed Itor", "Cy Flint", "Dee Moor"))
    assert found(a, b) == {}
    assert len(found(a, replace(b, authors=("Ed Itor", "Ada Quill")))) == 1


@pytest.mark.parametrize(("one", "other"), [("", ", Part II"), (", Part I", ", Part II"), ("", " v1.5"), ("", " 2")])
def test_a_paper_and_its_sequel_are_two(one, other):
    title = "Measuring how chatbots answer the lonely and the bereaved"
    assert found(item(1, title + one, doctype="paper"), item(2, title + other, doctype="paper")) == {}


def test_the_earliest_then_the_longest_is_kept():
    short = item(1, "Cloned voice fooled residents of a town", COUNCIL, published_at=START)
    long = item(2, "Cloned voice fooled residents of a town", COUNCIL + " More follows.", published_at=START)
    early = item(3, "Cloned voice fooled residents of a town", COUNCIL, published_at=START - timedelta(days=1))
    assert found(short, long) == {short.id: long.id}
    assert found(short, long, early) == {short.id: early.id, long.id: early.id}


def test_the_result_does_not_depend_on_the_order_of_arrival():
    items = []
    for n in range(40):
        words = [f"word{(n // 2) * 7 + k}" for k in range(60)]
        items.append(item(n, f"Report about the matter of place{n // 2} town and people", " ".join(words)))
    expected = duplicates.find(items, alike(40))
    assert len(expected) == 20
    for seed in range(10):
        shuffled = items[:]
        random.Random(seed).shuffle(shuffled)
        assert duplicates.find(shuffled, alike(40)) == expected


def test_pairs_worth_comparing_are_found_without_comparing_all():
    items = [item(n, f"word{n}a word{n}b word{n}c", " ".join(f"body{n}x{k}" for k in range(60))) for n in range(200)]
    like = [replace(items[n], id=f"like-{n}", title=f"Other headline {n}", url="", canonical_url="") for n in (3, 70)]
    assert blocks.pairs([*items, *like]).tolist() == [[3, 200], [70, 201]]


def test_a_form_of_hundreds_makes_few_pairs_and_one_text_in_hundreds_of_places_is_joined():
    form = [item(n, "Notice of a meeting", f"Number {n}. " + COUNCIL, source="register") for n in range(200)]
    assert len(blocks.pairs(form)) < 1000
    copies = [item(n, f"Headline {n}", COUNCIL, content_hash="same") for n in range(100)]
    assert len(found(*copies)) == 99


def test_no_items_have_no_duplicates():
    assert duplicates.find([], alike(0)) == []
