"""When a title says that two items are one document, and when it only seems to; nothing here depends on the order of arrival."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from entry_samples import COUNCIL, START, alike, entry
from hypothesis import given, settings
from hypothesis import strategies as st

from trendwatch.enrich import authors, blocks, duplicates, fingerprints, sameness
from trendwatch.model import Item


def one_document(a: Item, b: Item) -> bool:
    return len(duplicates.find([a, b], alike(2))) == 1


def post(number: int, title: str, **fields) -> Item:
    return entry(number, title, doctype="post", **fields)


def test_a_mirror_that_types_a_title_anew_is_found():
    assert one_document(post(1, "Piloting Lantern in the classroom"), post(2, "Piloting Lantern for a classroom"))
    late = post(2, "Introducing our Lantern letter", published_at=START + timedelta(days=50))
    assert one_document(post(1, "Introducing the Lantern letter"), late)


def test_a_publisher_s_own_name_is_no_word_of_its_titles():
    a = post(1, "Northbridge Speech 2.6", source="mirror/northbridge_blog")
    b = post(2, "Speech-2.6", source="other-mirror/northbridge_news")
    assert one_document(a, b)
    assert not one_document(a, replace(b, title="Speech-2.5"))
    assert not one_document(a, replace(b, source="eastport"))


def test_more_on_a_matter_is_another_post():
    assert not one_document(post(1, "Lantern chess player"), post(2, "More on Lantern chess player"))


def test_front_matter_names_no_paper_unless_its_authors_are_the_same():
    a, b = entry(1, "Guest editors' introduction"), entry(2, "Guest editors' introduction")
    assert not one_document(a, b)
    assert not one_document(replace(a, authors=("Ada Quill",)), b)
    assert one_document(replace(a, authors=("Ada Quill",)), replace(b, authors=("A. Quill",)))


@pytest.mark.parametrize(
    "later", ["Erratum: {}", "Reply to \N{LEFT DOUBLE QUOTATION MARK}{}\N{RIGHT DOUBLE QUOTATION MARK}", "{} (addendum)"]
)
def test_what_comes_after_a_paper_is_another_one(later):
    title = "Emergent habits of chatbots that answer the lonely"
    assert not one_document(entry(1, title), entry(2, later.format(title)))


def test_a_remark_in_brackets_is_no_part_of_a_title_but_a_part_s_number_is():
    a = entry(1, "Chatbots for the lonely (extended abstract)")
    assert one_document(a, entry(2, "Chatbots for the Lonely [J]"))
    assert not one_document(entry(1, "Chatbots for the lonely (part I)"), entry(2, "Chatbots for the lonely (part II)"))


def test_initials_are_the_words_that_they_stand_for():
    a = entry(1, "Prompt worms among LLMs")
    assert one_document(a, entry(2, "Prompt Worms among Large Language Models"))
    assert not one_document(a, entry(2, "Prompt Worms among Large Vision Models"))


def test_the_same_words_in_another_order_are_one_paper_by_the_same_authors_only():
    a = entry(1, "Quiet watermarks: a borrowed-voice detector and its limits", authors=("Ada Quill", "Ben Marsh"))
    b = entry(2, "A borrowed-voice quiet watermarks detector and its limits", authors=("B. Marsh", "A. Quill"))
    assert one_document(a, b)
    assert not one_document(a, replace(b, authors=("Cy Flint",)))


@pytest.mark.parametrize("written", ["Ben Marshe", "Marhs, Ben", "Ben M &#228; rsh"])
def test_a_misspelt_author_is_the_same(written):
    a = entry(1, "Quiet watermarks", authors=("Ben Marsh",))
    assert one_document(a, entry(2, "Quiet watermarks", authors=(written,)))
    assert not one_document(a, entry(2, "Quiet watermarks", authors=("Ben Flint",)))


NAMES = st.frozensets(st.sampled_from(("marsh", "marshe", "mersh", "quill", "quiller", "li", "lin", "flint")))


@given(NAMES, NAMES)
def test_authors_in_common_are_as_many_from_either_side(one, other):
    count = authors.in_common(one, other)
    assert count == authors.in_common(other, one)
    assert len(one & other) <= count <= min(len(one), len(other))


TITLES = ("Quiet watermarks for borrowed voices", "Quiet watermarks for borrowed voices II", "Loud marks", "Editorial")
ARRIVALS = st.lists(
    st.builds(
        lambda title, source, doctype, arxiv, day, text: {
            "title": title,
            "source": source,
            "doctype": doctype,
            "identifiers": (f"arxiv:2601.0000{arxiv}",) if arxiv else (),
            "published_at": START + timedelta(days=day),
            "text": text,
        },
        st.sampled_from(TITLES),
        st.sampled_from(("one", "two")),
        st.sampled_from(("paper", "post", "news", "regulation")),
        st.integers(0, 2),
        st.sampled_from((0, 1, 40)),
        st.sampled_from(("", COUNCIL, COUNCIL + " More follows.")),
    ),
    min_size=2,
    max_size=9,
)


@settings(max_examples=150, deadline=None)
@given(ARRIVALS, st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_result_with_vetoes_among_them(arrivals, chance):
    items = [entry(n, **arrival) for n, arrival in enumerate(arrivals)]
    expected = duplicates.find(items, alike(len(items)))
    chance.shuffle(items)
    assert duplicates.find(items, alike(len(items))) == expected
    held: dict[str, set[str]] = {}
    kept = {one.item_id: one.of_id for one in expected}
    for one in items:
        held.setdefault(kept.get(one.id, one.id), set()).update(one.identifiers)
    assert all(len(values) <= 1 for values in held.values())


@settings(max_examples=100, deadline=None)
@given(ARRIVALS)
def test_two_items_are_compared_alike_whichever_comes_first(arrivals):
    a, b = (fingerprints.make(entry(n, **arrival)) for n, arrival in enumerate(arrivals[:2]))
    u, v = alike(2)
    assert sameness.compare(a, b, u, v) == sameness.compare(b, a, v, u)


def test_titles_that_share_two_rare_words_and_little_else_are_not_compared():
    filler = [entry(n, f"word{n}a word{n}b word{n}c") for n in range(100)]
    a = entry(200, "Gryphon lantern among seven unrelated content tokens here")
    b = entry(201, "Marble gryphon beside wooden lantern under quiet harbour lights")
    assert blocks.pairs([*filler, a, b]).tolist() == []
    near = entry(201, "Marble gryphon beside seven lantern tokens")
    assert blocks.pairs([*filler, a, near]).tolist() == [[100, 101]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jailbreaks in the wild (images)", "Jailbreaks in the wild (audio)"),
        ("Watermarks for spoken text (Part One)", "Watermarks for spoken text (Part Two)"),
        ("Annual report on model incidents [retracted]", "Annual report on model incidents"),
    ],
)
def test_remarks_that_differ_tell_two_papers_apart(one, other):
    assert not one_document(entry(1, one), entry(2, other))
    assert one_document(entry(1, one), entry(2, one))


def test_who_does_it_to_whom_tells_two_titles_apart():
    assert not one_document(post(1, "Opening Lantern to users in the EU"), post(2, "Opening Lantern from users in the EU"))


def test_a_title_of_small_words_is_a_title():
    assert one_document(entry(1, "Do We?"), entry(2, "Do We?"))
