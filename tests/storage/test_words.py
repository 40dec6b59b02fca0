from __future__ import annotations

import time
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from storage_samples import NOW, a_judgement, add, an_item

from trendwatch.model import Query

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
