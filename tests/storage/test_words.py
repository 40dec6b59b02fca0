from __future__ import annotations

import time
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from storage_samples import NOW, a_judgement, add, an_item

from trendwatch.model import Query
from trendwatch.storage import connect

ALL = Query()


def found(store, words, **filters):
    return [i[-1] for i, _ in store.search_words(Query(words=words, **filters), 10)]


def filtered(store, **filters):
    return [i[-1] for i, _ in store.search_filter(Query(**filters))]


@pytest.fixture
def archive(store):
    add(
        store,
        an_item(1, title="Voice cloning scams rise", text="Banks warn of callers.", source="bank", doctype="news"),
        an_item(2, title="A model card", text="It mentions cloning once, among much else.", doctype="paper"),
        an_item(3, title="Über Alignment", text="aligned models", published_at=NOW - timedelta(days=40)),
        an_item(4, title="Nothing of note", text="AND OR NOT NEAR", published_at=None),
    )
    store.put_judgements("r", [a_judgement(an_item(1), tags=("owasp-llm@2026:LLM01", "house@1:audio"))])
    store.put_judgements("r", [a_judgement(an_item(2), "off-topic", ("owasp-llm@2025:LLM01",))])
    return store


def test_any_word_finds_and_more_of_them_rank_higher(archive):
    assert found(archive, "voice cloning") == ["1", "2"]


def test_words_are_found_by_their_stems_and_without_accents(archive):
    assert found(archive, "scam") == ["1"]
    assert found(archive, "uber") == ["3"]


def test_the_form_as_written_ranks_above_its_stem(store):
    add(store, an_item(1, title="x", text="aligned models here"), an_item(2, title="x", text="alignment models here"))
    assert found(store, "alignment") == ["2", "1"]


def test_scores_fall_and_the_limit_holds(archive):
    scores = [score for _, score in archive.search_words(Query(words="cloning voice"), 10)]
    assert scores == sorted(scores, reverse=True)
    assert len(archive.search_words(Query(words="cloning"), 1)) == 1


def test_a_revised_text_is_found_by_its_new_words_only(archive):
    add(archive, an_item(1, title="Corrected", text="Zebras.", content_hash="new"), minutes=1)
    assert found(archive, "zebras") == ["1"]
    assert found(archive, "scams") == []


@pytest.mark.parametrize("words", ["AND", "OR", "NOT", "NEAR", "near AND", "NEAR("])
def test_operators_are_words(archive, words):
    assert found(archive, words) == ["4"]


@pytest.mark.parametrize(
    "words",
    [
        "",
        '"',
        '""',
        "'",
        "-",
        "*",
        "title:",
        "^",
        "(((",
        ")" * 2000,
        "x" * 100_000,
        "OR " * 5000,
        '" OR 1',
        "a\0b",
        "cloning*",
        "\ud83d",
    ],
)
def test_no_query_is_an_error_or_takes_long(archive, words):
    started = time.perf_counter()
    archive.search_words(Query(words=words), 10)
    assert time.perf_counter() - started < 2


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(max_size=60))
def test_any_text_is_a_query(archive, words):
    archive.search_words(Query(words=words), 10)


def test_filters_by_source_doctype_and_verdict(archive):
    assert filtered(archive) == ["1", "2", "3", "4"]
    assert filtered(archive, sources=("bank",)) == ["1"]
    assert filtered(archive, doctypes=("paper", "news")) == ["1", "2"]
    assert filtered(archive, verdicts=("relevant",)) == ["1"]
    assert filtered(archive, verdicts=("off-topic",), sources=("bank",)) == []


def test_filters_by_date_of_publication_else_of_first_sight(archive):
    assert filtered(archive, since_at=NOW) == ["4"]
    assert filtered(archive, until_at=NOW - timedelta(days=30)) == ["3"]
    assert filtered(archive, since_at=NOW - timedelta(days=40), until_at=NOW - timedelta(days=40)) == ["3"]


@pytest.mark.parametrize(
    ("tags", "ids"),
    [
        (("owasp-llm@2026:LLM01",), ["1"]),
        (("owasp-llm@2026",), ["1"]),
        (("owasp-llm",), ["1", "2"]),
        (("owasp-llm@2026", "house@1:audio"), ["1"]),
        (("owasp-llm@2025", "house@1:audio"), []),
        (("owasp-llm@20",), []),
        (("owasp",), []),
        (("%",), []),
    ],
)
def test_tags_are_exact_or_a_framework_and_all_must_be_there(archive, tags, ids):
    assert filtered(archive, tags=tags) == ids


def test_filters_narrow_a_search_by_words(archive):
    assert found(archive, "cloning", sources=("bank",)) == ["1"]
    assert found(archive, "cloning", tags=("owasp-llm@2025",)) == ["2"]


def test_content_hashes_come_with_the_filter(archive):
    assert archive.search_filter(Query(sources=("bank",))) == [(an_item(1).id, an_item(1).content_hash)]


def units(rows):
    made = np.asarray(rows, np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


@pytest.fixture
def near(store):
    """A hundred items of ten sources, whose vectors turn away from (1, 0) one after the other; two share a text."""
    items = [an_item(n, source=f"s{n % 10}") for n in range(100)]
    items.append(an_item(500, source="s1", content_hash=items[7].content_hash))
    add(store, *items, an_item(600))
    angles = np.linspace(0, np.pi, 100)
    store.put_vectors("m", [i.content_hash for i in items[:100]], units(np.stack([np.cos(angles), np.sin(angles)], axis=1)))
    return store


def nearest(store, limit, **filters):
    return [int(i, 16) for i, _ in store.search_near(Query(**filters), "m", np.array([1, 0], np.float32), limit)]


def test_the_nearest_come_first_and_copies_of_a_text_by_id(near):
    assert nearest(near, 9) == [0, 1, 2, 3, 4, 5, 6, 7, 500]
    ((_, best), *_) = near.search_near(Query(), "m", np.array([1, 0], np.float32), 1)
    assert best == pytest.approx(1)


def test_filters_reach_beyond_the_nearest(near):
    assert nearest(near, 3, sources=("s9",)) == [9, 19, 29]
    assert nearest(near, 1000, sources=("s1",)) == [1, 500, *range(11, 100, 10)]
    assert nearest(near, 3, sources=("none",)) == []


def test_what_has_no_vector_or_one_of_another_model_is_near_nothing(near):
    assert 600 not in nearest(near, 1000)
    assert near.search_near(Query(), "other", np.array([1, 0], np.float32), 5) == []
    assert near.search_near(Query(), "m", np.array([1, 0, 0], np.float32), 5) == []


@given(st.lists(st.sampled_from([0.0, 0.5, 0.5000001, 0.9]), min_size=1, max_size=40), st.integers(1, 6))
@settings(max_examples=40, deadline=None)
def test_ties_at_the_edge_are_settled_by_id(cosines, limit):
    with connect("sqlite://") as store:
        rows = [(c, (1 - c * c) ** 0.5) for c in cosines]
        items = [an_item(n) for n in range(len(rows))]
        add(store, *items)
        store.put_vectors("m", [i.content_hash for i in items], np.asarray(rows, np.float32))
        expected = sorted(range(len(rows)), key=lambda n: (-round(cosines[n], 6), n))[:limit]
        assert nearest(store, limit) == expected
