from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from trendwatch.errors import QueryError
from trendwatch.model import Evidence, Item, Judgement, Query, Relevance, Tagging, Visit
from trendwatch.search import SNIPPET, parse_since, search, snippet
from trendwatch.storage import connect

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SENSES = ({"voice", "cloning", "audio", "deepfake", "impersonation"}, {"rule", "regulation", "law", "act"}, {"bread", "oven"})


class Senses:
    """An embedder of three senses: a text's vector counts the words of each."""

    model_id = "senses"
    dimension = len(SENSES)

    def query(self, words):
        return self.encode([words])[0]

    def encode(self, texts, progress=None):
        rows = np.array([[sum(w in s for w in t.lower().split()) for s in SENSES] for t in texts], dtype=np.float32)
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def an_item(n, title, text="", **changes):
    given = {
        "id": f"{n:016x}",
        "source": "s",
        "doctype": "news",
        "url": "",
        "canonical_url": "",
        "title": title,
        "text": text,
        "raw_title": title,
        "raw_html": text,
        "published_at": NOW - timedelta(days=n),
        "date_note": "",
        "first_seen_at": NOW,
        "content_hash": f"{n:064x}",
    }  # fmt: skip - one field a line would fill a page
    return Item(**{**given, **changes})


ITEMS = (
    an_item(1, "voice cloning scams", "Callers cheat banks with voice cloning."),
    an_item(2, "deepfake impersonation", "An audio that was never spoken."),
    an_item(3, "a new regulation", "The act is a law.", doctype="regulation"),
    an_item(4, "bread", "Bake it in the oven."),
)


@pytest.fixture
def store():
    with connect("sqlite://") as opened:
        opened.add_visit(Visit(source="s", started_at=NOW, outcome="ok"), ITEMS)
        yield opened


@pytest.fixture
def embedded(store):
    embed(store, ITEMS)
    return store


def embed(store, items):
    store.put_vectors("senses", [i.content_hash for i in items], Senses().encode([f"{i.title} {i.text}" for i in items]))


def ids(hits):
    return [int(hit.item.id, 16) for hit in hits]


def test_without_an_embedder_words_alone_find(store):
    assert ids(search(store, None, Query(words="voice cloning"))) == [1]


def test_meaning_finds_what_shares_no_word(embedded):
    hits = search(embedded, Senses(), Query(words="voice cloning"))
    assert ids(hits) == [1, 2]
    assert (hits[0].by_words, hits[1].by_words, hits[1].by_meaning) == (1, 0, 2)
    assert 1 >= hits[0].score > hits[1].score > 0


def test_what_is_far_in_meaning_and_words_is_not_found(embedded):
    assert 4 not in ids(search(embedded, Senses(), Query(words="regulation")))


def test_how_near_in_meaning_is_near_enough_is_the_models_to_say(embedded):
    query = Query(words="voice audio cloning rule")  # cosine 0.95 to what speaks of voices, 0.32 to rules, 0 to bread
    assert set(ids(search(embedded, Senses(), query))) == {1, 2, 3}
    assert set(ids(search(embedded, Senses(), query, least_cosine=0.5))) == {1, 2}
    assert set(ids(search(embedded, Senses(), query, least_cosine=0.0))) == {1, 2, 3, 4}


def test_filters_hold_for_both_ways_of_finding(embedded):
    assert ids(search(embedded, Senses(), Query(words="voice law", doctypes=("regulation",)))) == [3]
    assert ids(search(embedded, Senses(), Query(words="voice", since_at=NOW - timedelta(days=1)))) == [1]


def test_items_not_embedded_yet_are_found_by_words_and_the_others_by_both(store):
    embed(store, ITEMS[1:2])
    assert set(ids(search(store, Senses(), Query(words="voice cloning")))) == {1, 2}


def test_an_archive_without_any_vector_is_searched_by_words(store):
    assert ids(search(store, Senses(), Query(words="voice cloning"))) == [1]


def test_an_empty_archive_has_no_hits():
    with connect("sqlite://") as store:
        assert search(store, Senses(), Query(words="voice")) == []


def test_a_query_without_words_lists_what_passes_the_filters_newest_first(embedded):
    hits = search(embedded, Senses(), Query(words=' "" ', doctypes=("news",), limit=2))
    assert (ids(hits), {h.score for h in hits}) == ([1, 2], {0.0})


def test_the_limit_holds(embedded):
    assert len(search(embedded, Senses(), Query(words="voice", limit=1))) == 1


def test_hits_carry_their_tags_best_first_and_once(embedded):
    span = (Evidence(field="title", start=0, end=5, quote="voice"),)
    taggings = tuple(
        Tagging(item_id=ITEMS[0].id, tag=tag, score=score, tagger=by, evidence=span)
        for tag, score, by in (("house@1:b", 0.5, "keywords"), ("house@1:a", 0.9, "keywords"), ("house@1:b", 0.4, "similarity"))
    )
    relevance = Relevance(item_id=ITEMS[0].id, score=1, verdict="relevant")
    embedded.put_judgements("r", [Judgement(item_id=ITEMS[0].id, content_hash="", relevance=relevance, taggings=taggings)])
    assert search(embedded, Senses(), Query(words="voice"))[0].tags == ("house@1:a", "house@1:b")


def test_a_snippet_shows_the_passage_with_most_words_and_marks_them():
    text = f"{'Something else entirely. ' * 30}Fraudsters cloned the voices of relatives. {'More padding follows. ' * 30}"
    shown, marks = snippet(an_item(9, "t", text), "voice of the fraudster")
    assert shown.startswith("… Fraudsters cloned the voices")
    assert [shown[a:b] for a, b in marks] == ["Fraudsters", "voices"]
    assert len(shown) <= SNIPPET + 4


def test_a_snippet_without_a_shared_word_is_the_lead():
    assert snippet(an_item(9, "t", "The lead stands here. And more."), "unrelated") == ("The lead stands here. And more.", ())


def test_a_snippet_is_plain_text_and_left_unescaped():
    shown, marks = snippet(an_item(9, "t", "<b>Voice</b> & <script>"), "voice")
    assert (shown, marks) == ("<b>Voice</b> & <script>", ((3, 8),))


def test_a_snippet_of_a_sentence_without_end_begins_near_its_word():
    shown, marks = snippet(an_item(9, "t", "la " * 900 + "voice " + "la " * 900), "voice")
    assert [shown[a:b] for a, b in marks] == ["voice"]


def test_a_snippet_of_an_item_without_text_is_its_title():
    assert snippet(an_item(9, "Voice only"), "voice") == ("Voice only", ((0, 5),))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("12h", NOW - timedelta(hours=12)),
        ("90d", NOW - timedelta(days=90)),
        (" 2W ", NOW - timedelta(days=14)),
        ("6m", NOW - timedelta(days=180)),
        ("1y", NOW - timedelta(days=365)),
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T10:00:00+02:00", datetime(2026, 1, 31, 8, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_as_users_write_it(text, moment):
    assert parse_since(text, NOW) == moment


@pytest.mark.parametrize("text", ["", "soon", "90", "d", "-3d", "999999y", "2026-02-30", "2026-13-01", "1.5d"])
def test_what_is_no_moment_is_refused_with_examples(text):
    with pytest.raises(QueryError, match="90d"):
        parse_since(text, NOW)
