"""The text of a page takes the place of a teaser, and the teaser stays known."""

from dataclasses import replace
from datetime import timedelta

import pytest
from storage_samples import NOW, a_judgement, add, an_item

from trendwatch.model import Article, Query
from trendwatch.storage import connect

LONG = "A whole report about a cloned voice.\n\nIt was used to ask a treasurer for money, twice."


def an_article(item, **changes):
    given = {
        "item_id": item.id,
        "state": "ok",
        "fetched_at": NOW,
        "text": LONG,
        "of_hash": item.content_hash,
        "content_hash": "e" * 64,
        "confidence": 0.75,
        "authors": ("A. Writer",),
        "url": item.url,
        "title": item.title,
    }
    return Article(**given | changes)


@pytest.fixture
def item(store):
    found = an_item(text="A teaser …")
    add(store, found)
    return found


def lacking(store, **more):
    given = {"since": NOW - timedelta(days=7), "now": NOW} | more
    return [i.id for i in store.lacking_articles(["example-lab"], **given)]


def test_an_article_comes_out_equal_with_every_field_filled(store, item):
    full = an_article(item, published_at=NOW, language="en", tries=2, next_at=NOW, reason="why")
    store.put_articles([full])
    assert store.articles() == {item.id: full}
    assert store.articles(["nothing"]) == {}


def test_its_text_and_hash_become_the_items_and_what_was_published_stays(store, item):
    assert store.put_articles([an_article(item)]) == 1
    assert store.items() == [replace(item, text=LONG, content_hash="e" * 64)]
    assert store.published_hashes("example-lab") == {item.id: item.content_hash}
    assert store.revisions(item.id) == []


def test_the_item_is_found_by_the_words_of_its_article(store, item):
    store.put_articles([an_article(item)])
    query = Query(words="treasurer")
    assert [i for i, _ in store.search_words(query, 5)] == [item.id]
    assert store.search_words(Query(words="teaser"), 5) == []


def test_what_was_derived_from_the_teaser_is_lacking_again(store, item):
    store.put_judgements("r", [a_judgement(item)])
    assert store.lacking_judgements("r") == []
    store.put_articles([an_article(item)])
    assert [i.id for i in store.lacking_judgements("r")] == [item.id]


def test_the_teaser_seen_again_is_no_revision(store, item):
    store.put_articles([an_article(item)])
    added = add(store, item, minutes=5)
    assert (added.revised, added.unchanged) == ((), 1)
    assert store.items()[0].text == LONG


def test_a_teaser_that_is_really_revised_drops_the_article_and_its_page_is_asked_for_anew(store, item):
    store.put_articles([an_article(item)])
    assert lacking(store) == []
    edited = replace(item, text="Another teaser.", content_hash="9" * 64)
    assert add(store, edited, minutes=5).revised == (item.id,)
    assert store.items() == [replace(edited, revision=2)]
    assert [text for _, _, text in store.revisions(item.id)] == [LONG]
    assert (store.articles(), store.published_hashes("example-lab"), lacking(store)) == ({}, {}, [item.id])
    assert add(store, edited, minutes=6).revised == ()


def test_an_article_of_an_earlier_revision_changes_nothing(store, item):
    edited = replace(item, text="Another teaser.", content_hash="9" * 64)
    add(store, edited, minutes=5)
    assert store.put_articles([an_article(item)]) == 0
    assert store.items()[0].text == "Another teaser."


def test_the_same_article_twice_counts_once(store, item):
    assert (store.put_articles([an_article(item)]), store.put_articles([an_article(item)])) == (1, 0)
    assert store.published_hashes("example-lab") == {item.id: item.content_hash}


@pytest.mark.parametrize("changes", [{"state": "paywall", "text": ""}, {"text": "short"}])
def test_a_failure_and_a_text_shorter_than_the_teaser_leave_the_item_as_it_is(store, item, changes):
    assert store.put_articles([an_article(item, **changes)]) == 0
    assert store.items() == [item]
    assert list(store.articles()) == [item.id]


def test_an_item_without_language_and_date_takes_them_from_its_page(store):
    bare = an_item(published_at=None, date_note="the feed gives none", text="x")
    add(store, bare)
    store.put_articles([an_article(bare, language="de", published_at=NOW)])
    found = store.items()[0]
    assert (found.language, found.published_at, found.date_note) == ("de", NOW, "the date stands on its page alone")


def test_an_item_that_has_language_and_date_keeps_them(store):
    item = an_item(language="en", text="x")
    add(store, item)
    store.put_articles([an_article(item, language="de", published_at=NOW + timedelta(days=3))])
    found = store.items()[0]
    assert (found.language, found.published_at) == ("en", item.published_at)


def test_an_article_of_an_unknown_item_is_not_stored(store, item):
    assert store.put_articles([an_article(an_item(5)), an_article(item)]) == 1
    assert list(store.articles()) == [item.id]


def test_pages_not_asked_for_and_those_due_again_are_lacking(store):
    items = [an_item(n, text="x") for n in range(1, 5)]
    add(store, *items)
    store.put_articles(
        [
            an_article(items[0], state="unreached", next_at=NOW + timedelta(hours=1)),
            an_article(items[1], state="unreached", next_at=NOW),
            an_article(items[2], state="gone"),
        ]
    )
    assert lacking(store) == [items[1].id, items[3].id]
    assert lacking(store, now=NOW + timedelta(hours=1)) == [items[0].id, items[1].id, items[3].id]


def test_only_the_sources_and_the_days_named_are_looked_at(store):
    add(store, an_item(1), an_item(2, source="other"), an_item(3, first_seen_at=NOW - timedelta(days=9)))
    assert lacking(store) == [an_item(1).id]
    assert lacking(store, now=NOW - timedelta(seconds=1)) == []
    assert store.lacking_articles([], since=NOW - timedelta(days=7), now=NOW) == []


def test_a_store_of_the_schema_before_is_brought_up_to_date_and_keeps_its_items(tmp_path):
    url = f"sqlite:///{tmp_path}/old.db"
    with connect(url) as store:
        add(store, an_item(text="x"))
        store._file.run("DROP TABLE articles")
        store._file.run("DROP INDEX items_by_published_hash")
        store._file.run("ALTER TABLE items DROP COLUMN published_hash")
        store._file.run("DELETE FROM _sqlite_migrations WHERE name = '0003 articles'")
        store._file.run("PRAGMA user_version=2")
    with connect(url) as store:
        assert store.items() == [an_item(text="x")]
        assert store.put_articles([an_article(an_item())]) == 1
