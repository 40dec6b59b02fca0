from __future__ import annotations

import numpy as np
import pytest
from storage_samples import a_judgement, add, an_item

from trendwatch.errors import StorageError
from trendwatch.model import Duplicate, Story

MODEL = "made-up"


def unit_rows(count, dimension=8, seed=0):
    rows = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def a_copy(item, of, score=0.93):
    return Duplicate(item_id=item.id, of_id=of.id, layer="lexical", score=score, reason="0.93 of the words in common")


def a_story(story_id, *items):
    return Story(id=story_id, item_ids=tuple(i.id for i in items), lead_id=items[0].id)


@pytest.mark.parametrize("count", [3, 2500])
def test_vectors_come_back_bit_for_bit_in_the_order_asked_for(store, count):
    rows = unit_rows(count)
    hashes = [f"{n:064x}" for n in range(count)]
    store.put_vectors(MODEL, hashes, rows)
    asked = [*reversed(hashes), hashes[1]]
    found = store.vectors(MODEL, asked)
    assert found.dtype == np.float32
    assert np.array_equal(found, np.vstack([rows[::-1], rows[1:2]]))


def test_no_vectors_asked_for_are_none(store):
    assert store.vectors(MODEL, []).shape[0] == 0


def test_a_text_without_vector_is_named(store):
    store.put_vectors(MODEL, ["aa"], unit_rows(1))
    with pytest.raises(StorageError, match="bb"):
        store.vectors(MODEL, ["aa", "bb"])
    with pytest.raises(StorageError, match="aa"):
        store.vectors("another", ["aa"])


def test_vectors_of_two_dimensions_never_mix_under_one_name(store):
    store.put_vectors(MODEL, ["aa"], unit_rows(1))
    with pytest.raises(StorageError, match="another model"):
        store.put_vectors(MODEL, ["bb"], unit_rows(1, 16))
    assert store.forget("vectors") == 1
    store.put_vectors(MODEL, ["bb"], unit_rows(1, 16))
    assert store.vectors(MODEL, ["bb"]).shape == (1, 16)


def test_each_text_without_a_vector_is_named_once_in_order(store):
    add(store, an_item(1, content_hash="bb"), an_item(2, content_hash="aa"), an_item(3, content_hash="aa"))
    assert [(key, item.id) for key, item in store.lacking_vectors(MODEL)] == [("aa", an_item(2).id), ("bb", an_item(1).id)]
    store.put_vectors(MODEL, ["aa"], unit_rows(1))
    assert [key for key, _ in store.lacking_vectors(MODEL)] == ["bb"]
    assert len(store.lacking_vectors("another")) == 2


def test_a_judgement_comes_out_equal(store):
    add(store, an_item(1), an_item(2))
    store.put_judgements("r1", [a_judgement(an_item(1))])
    assert store.judgements() == {an_item(1).id: a_judgement(an_item(1))}
    assert store.judgements([an_item(2).id]) == {}


def test_items_lack_a_judgement_until_judged_by_this_recipe_at_this_text(store):
    add(store, an_item(1), an_item(2))
    store.put_judgements("r1", [a_judgement(an_item(1))])
    assert [i.id for i in store.lacking_judgements("r1")] == [an_item(2).id]
    assert len(store.lacking_judgements("r2")) == 2
    add(store, an_item(1, content_hash="changed"), minutes=1)
    assert len(store.lacking_judgements("r1")) == 2


def test_a_new_judgement_replaces_the_old_with_its_tags(store):
    add(store, an_item(1))
    store.put_judgements("r1", [a_judgement(an_item(1), tags=("house@1:a", "house@1:b"))])
    store.put_judgements("r2", [a_judgement(an_item(1), tags=("house@1:c",))])
    assert [t.tag for t in store.judgements()[an_item(1).id].taggings] == ["house@1:c"]
    assert store.counts()["judgements"] == 1


def test_a_judgement_of_an_unknown_item_is_refused_whole(store):
    add(store, an_item(1))
    with pytest.raises(StorageError):
        store.put_judgements("r1", [a_judgement(an_item(1)), a_judgement(an_item(9))])
    assert store.judgements() == {}


def test_groups_come_out_equal_and_keep_their_members_order(store):
    items = [an_item(n) for n in range(1, 5)]
    add(store, *items)
    stories = [a_story("s2", items[3]), a_story("s1", items[2], items[0], items[1])]
    store.put_groups([a_copy(items[1], items[0])], stories)
    assert store.duplicates() == {items[1].id: a_copy(items[1], items[0])}
    assert store.stories() == stories[::-1]
    assert store.stories([items[1].id]) == [stories[1]]


def test_grouping_again_replaces_what_names_the_same_items_and_leaves_the_rest(store):
    items = [an_item(n) for n in range(1, 7)]
    add(store, *items)
    store.put_groups(
        [a_copy(items[1], items[0]), a_copy(items[5], items[4])], [a_story("old", *items[:3]), a_story("far", *items[4:])]
    )
    store.put_groups([], [a_story("new", *items[:2]), a_story("single", items[2])])
    assert [s.id for s in store.stories()] == ["far", "new", "single"]
    assert set(store.duplicates()) == {items[5].id}


def test_items_grouped_into_nothing_leave_their_old_groups(store):
    items = [an_item(n) for n in range(1, 3)]
    add(store, *items)
    store.put_groups([a_copy(items[1], items[0])], [a_story("old", *items)])
    store.put_groups([], [], items=[i.id for i in items])
    assert (store.duplicates(), store.stories()) == ({}, [])


def test_forgetting_counts_and_leaves_the_facts(store):
    items = [an_item(n) for n in range(1, 4)]
    add(store, *items)
    store.put_judgements("r1", [a_judgement(i) for i in items])
    store.put_groups([a_copy(items[1], items[0])], [a_story("s", *items)])
    assert (store.forget("judgements"), store.forget("groups"), store.forget("vectors")) == (3, 2, 0)
    assert (store.judgements(), store.stories(), store.duplicates()) == ({}, [], {})
    assert len(store.items()) == 3


def test_a_copy_compared_anew_stays_in_the_story_of_its_time(store):
    items = [an_item(n) for n in range(4)]
    add(store, *items)
    store.put_groups([a_copy(items[1], items[0])], [a_story("old", *items[:2])])
    store.put_groups([a_copy(items[1], items[0])], [a_story("new", *items[2:])], items=[i.id for i in items[2:]])
    assert [s.id for s in store.stories()] == ["new", "old"]
    store.put_groups([], [], parted=[items[1].id])
    assert store.duplicates() == {}
    assert [s.id for s in store.stories()] == ["new", "old"]


def test_a_story_put_again_keeps_members_that_are_too_old_to_be_grouped(store):
    items = [an_item(n) for n in range(4)]
    add(store, *items)
    store.put_groups([], [a_story("s", *items[:3])])
    store.put_groups([], [a_story("s", *items[1:])], items=[i.id for i in items[1:]])
    (story,) = store.stories([items[0].id])
    assert story.item_ids == tuple(i.id for i in items)
