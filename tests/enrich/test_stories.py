from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from entry_samples import START, entry
from scipy import sparse

from trendwatch.enrich import linkage, similarity_space, stories
from trendwatch.model import Duplicate, Item, Story

WIDTH = 256


def item(number: int, title: str, text: str = "", *, day: float = 0.0, **fields) -> Item:
    return entry(number, title, text, **{"doctype": "news", "published_at": START + timedelta(days=day)} | fields)


def event(number: int, copies: int, **fields) -> list[tuple[Item, np.ndarray]]:
    """Reports of one made-up event: words of its own, some words that all news share, vectors around one direction."""
    random_numbers = np.random.default_rng(number)
    centre = random_numbers.normal(size=WIDTH)
    made = []
    for copy in range(copies):
        own = [f"event{number}word{place}" for place in random_numbers.permutation(12)[:8]]
        common = [f"common{place}" for place in random_numbers.integers(0, 30, 6)]
        vector = centre + 0.5 * random_numbers.normal(size=WIDTH)
        title = " ".join(own[:4])
        made.append((item(number * 100 + copy, title, " ".join(own[4:] + common), **fields), vector))
    return made


def week(events: int = 30, copies: int = 4) -> tuple[list[Item], np.ndarray]:
    pairs = [pair for number in range(events) for pair in event(number, copies)]
    return [one for one, _ in pairs], unit([vector for _, vector in pairs])


def unit(rows: list[np.ndarray]) -> np.ndarray:
    matrix = np.array(rows, dtype=np.float32)
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def members(found: list[Story]) -> set[tuple[str, ...]]:
    return {tuple(sorted(story.item_ids)) for story in found}


def test_reports_of_one_event_are_one_story_and_each_item_is_in_exactly_one():
    items, vectors = week()
    found = stories.group(items, vectors, [], {})
    assert members(found) == {tuple(f"{number * 100 + copy:016x}" for copy in range(4)) for number in range(30)}
    assert sorted(key for story in found for key in story.item_ids) == sorted(one.id for one in items)


def test_no_items_make_no_stories():
    assert stories.group([], np.zeros((0, WIDTH), np.float32), [], {}) == []


def test_one_item_is_a_story_of_its_own():
    (only,) = stories.group([item(1, "A clone called")], np.eye(1, WIDTH, dtype=np.float32), [], {})
    assert (only.item_ids, only.lead_id) == ((f"{1:016x}",), f"{1:016x}")


def test_the_order_of_arrival_does_not_matter():
    items, vectors = week(12, 3)
    expected = stories.group(items, vectors, [], {})
    for seed in range(5):
        order = random.Random(seed).sample(range(len(items)), len(items))
        assert stories.group([items[row] for row in order], vectors[order], [], {}) == expected


@pytest.mark.parametrize(("doctype", "source"), [("paper", None), ("regulation", "register"), ("incident", "register")])
def test_two_papers_or_two_entries_of_a_register_are_two_stories(doctype, source):
    items, vectors = week()
    fields = {"doctype": doctype} | ({"source": source} if source else {})
    items[0], items[1] = replace(items[0], **fields), replace(items[1], **fields)
    found = stories.group(items, vectors, [], {})
    where = {key: story.id for story in found for key in story.item_ids}
    assert where[items[0].id] != where[items[1].id]
    assert where[items[2].id] in {where[items[0].id], where[items[1].id]}


def test_a_duplicate_goes_where_its_original_goes():
    items, vectors = week()
    same = [Duplicate(item_id=items[90].id, of_id=items[0].id, layer="hash", score=1.0, reason="same text")]
    found = stories.group(items, vectors, same, {})
    (story,) = [one for one in found if items[90].id in one.item_ids]
    assert items[0].id in story.item_ids
    assert story.lead_id != items[90].id


def test_duplicates_whose_original_is_outside_the_window_stay_together():
    items, vectors = week()
    same = [Duplicate(item_id=items[row].id, of_id="elsewhere", layer="hash", score=1.0, reason="same text") for row in (0, 50)]
    found = stories.group(items, vectors, same, {})
    assert any({items[0].id, items[50].id} <= set(story.item_ids) for story in found)


def test_the_stages_of_one_bill_are_one_story():
    bill = {"doctype": "regulation", "source": "bills"}
    items = [
        item(1, "Northland SB 12 (Introduced): chatbots", **bill),
        item(2, "Northland SB 12 (Enacted): chatbots", day=9, **bill),
        item(3, "Northland SB 13 (Introduced): chatbots", **bill),
    ]
    found = stories.group(items, unit([np.ones(WIDTH)] * 3), [], {})
    assert members(found) == {(items[0].id, items[1].id), (items[2].id,)}


def test_instalments_of_a_serial_are_stories_of_their_own():
    items, vectors = week()
    a = replace(items[0], source="letter", title="Lantern release 1.2.3", text=items[0].text)
    b = replace(items[1], source="letter", title="Lantern release 1.2.4", text=items[1].text)
    where = {key: story.id for story in stories.group([a, b, *items[2:]], vectors, [], {}) for key in story.item_ids}
    assert where[a.id] != where[b.id]


def test_the_same_words_two_months_later_are_another_story():
    items, vectors = week()
    late = [replace(one, published_at=START + timedelta(days=60)) if row in (2, 3) else one for row, one in enumerate(items)]
    where = {key: story.id for story in stories.group(late, vectors, [], {}) for key in story.item_ids}
    assert where[items[0].id] == where[items[1].id] != where[items[2].id] == where[items[3].id]


def test_no_story_outgrows_its_cap():
    flood = event(99, 90) + [pair for number in range(20) for pair in event(number, 2)]
    found = stories.group([one for one, _ in flood], unit([vector for _, vector in flood]), [], {})
    assert max(len(story.item_ids) for story in found) <= stories.LEAST_CAP


def test_a_story_keeps_its_id_when_members_come_and_go():
    items, vectors = week()
    before = stories.group(items[:-1], vectors[:-1], [], {})
    told = {key: story.id for story in before for key in story.item_ids}
    after = stories.group(items[1:], vectors[1:], [], told)
    assert all(told.get(key, story.id) == story.id for story in after for key in story.item_ids)
    assert all(story.id.startswith("s") for story in after)


def test_an_id_goes_to_the_part_that_holds_most_of_its_members():
    items, vectors = week()
    told = {items[0].id: "s-old", items[4].id: "s-old", items[5].id: "s-old"}
    found = stories.group(items, vectors, [], told)
    (holder,) = [story for story in found if story.id == "s-old"]
    assert items[4].id in holder.item_ids
    assert len({story.id for story in found}) == len(found)


def test_the_mean_similarity_of_groups_follows_from_their_sums():
    items, vectors = week(6, 3)
    texts = [f"{one.title} {one.text}" for one in items]
    made = similarity_space.space(texts, vectors, np.arange(len(items), dtype=float))
    whole = made.block(slice(0, len(items)), slice(0, len(items)))
    assert np.allclose(whole, whole.T, atol=1e-3)
    a, b = slice(0, 3), slice(3, 9)
    total = made.dense[a].sum(axis=0) @ made.dense[b].sum(axis=0)
    total += (made.rare[a].sum(axis=0) * made.rare[b].sum(axis=0)).sum()
    assert total / 18 - made.offset[a].mean() - made.offset[b].mean() == pytest.approx(whole[a, b].mean(), abs=1e-2)


def test_candidates_are_pairs_over_the_threshold_within_the_band():
    items, vectors = week(6, 3)
    days = np.sort(np.linspace(0, 40, len(items)))
    made = similarity_space.space([one.title for one in items], vectors, days)
    left, right = linkage.candidates(made, 3.0, 10.0)
    whole = made.block(slice(0, len(items)), slice(0, len(items)))
    least = linkage.threshold_of((made.length + made.length[:, None]) / 2, 3.0)
    close = (whole >= least) & (np.abs(days - days[:, None]) <= 10.0)
    expected = {(a, b) for a in range(18) for b in range(a + 1, 18) if close[a, b]}
    assert set(zip(left.tolist(), right.tolist(), strict=True)) == expected


def space_of(rows: np.ndarray, words: int) -> similarity_space.Space:
    """A space whose S is the product of the rows, of texts of so many words."""
    count = len(rows)
    return similarity_space.Space(
        dense=rows.astype(np.float32),
        rare=sparse.csr_array((count, 1), dtype=np.float32),
        offset=np.zeros(count, np.float32),
        days=np.zeros(count),
        length=np.full(count, np.log2(words), np.float32),
    )


def test_of_one_item_no_more_candidates_are_kept_than_the_nearest():
    flood = 3 + np.random.default_rng(1).random((linkage.NEAREST * 3, 4))
    left, _ = linkage.candidates(space_of(flood, 32), 3.0, 10.0)
    assert np.bincount(left).max() == linkage.NEAREST


@pytest.mark.parametrize(("words", "groups"), [(6, 1), (200, 2)])
def test_two_sides_of_a_story_in_headlines_are_two_events_in_articles(words, groups):
    """Two groups of six: S is 12 within each, 7 between them."""
    side = np.array([[1.0, 0.0], [7 / 12, np.sqrt(1 - (7 / 12) ** 2)]]) * np.sqrt(12)
    made = space_of(np.repeat(side, 6, axis=0), words)
    pairs = linkage.candidates(made, 4.8, 10.0)
    labels = linkage.average(made, pairs, [frozenset()] * 12, threshold=4.8, few=7.0, most=40)
    assert len(set(labels.tolist())) == groups


def test_companion_bills_of_two_chambers_are_one_story_and_bills_of_another_text_are_not():
    about = "Election Laws - requires political advertisements to disclose deepfake elements"
    titles = [
        f"Tennessee HB 1513 (Introduced): {about}",
        f"Tennessee SB 1624 (Introduced): {about}",
        f"Ohio SB 9 (Introduced): {about}",
    ]
    items = [item(n, title, doctype="regulation", source="bills") for n, title in enumerate(titles)]
    vectors = unit(list(np.random.default_rng(5).normal(size=(3, WIDTH))))
    assert members(stories.group(items, vectors, [], {})) == {(items[0].id, items[1].id), (items[2].id,)}


def test_in_a_window_of_some_dozens_two_close_reports_of_an_event_find_each_other():
    pairs = [pair for number in range(12) for pair in event(number, 1)] + event(50, 2)
    found = stories.group([one for one, _ in pairs], unit([vector for _, vector in pairs]), [], {})
    assert [len(s.item_ids) for s in found if len(s.item_ids) > 1] == [2]
