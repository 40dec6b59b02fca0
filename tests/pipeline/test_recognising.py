"""An entry that a feed repeats under a new id, with a moved date or an edited title, is one item with revisions."""

from dataclasses import replace
from datetime import timedelta

import pytest
from storage_samples import NOW, a_visit, an_item

from trendwatch.pipeline._collecting import recognised
from trendwatch.storage import connect

SOURCE = "example-lab"


def entry(n, **changes):
    given = {"source": SOURCE, "title": f"Entry {n}", "text": f"Text {n}", "content_hash": f"hash-{n}"}
    address = f"https://lab.example.org/{n}"
    at = NOW - timedelta(days=n)
    return an_item(n, **(given | {"url": address, "canonical_url": address, "published_at": at} | changes))


@pytest.fixture
def store():
    with connect("sqlite://") as opened:
        opened.add_visit(a_visit(source=SOURCE), [entry(n) for n in range(10)])
        yield opened


def visit(store, items, minutes):
    return store.add_visit(a_visit(source=SOURCE, minutes=minutes), recognised(store, SOURCE, items))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"published_at": NOW},
        {"title": "Edited", "content_hash": "edited"},
        {"text": "Edited", "content_hash": "edited"},
    ],
)
def test_one_entry_with_a_new_id_stays_one_item(store, changes):
    again = [entry(3, id="f" * 16, **changes), *[entry(n) for n in range(10) if n != 3]]
    assert visit(store, again, 1).new == ()
    assert visit(store, again, 2).new == (), "and the next visits say the same"
    assert len(store.items()) == 10


def test_a_feed_whose_ids_were_all_rewritten_stays_itself_while_it_moves_on(store):
    for step in range(1, 8):
        moved = [entry(n, id=f"{n:016x}".replace("0", "e")) for n in range(10 - step)]
        fresh = [entry(100 + n, published_at=NOW + timedelta(hours=n)) for n in range(step)]
        assert len(visit(store, [*fresh, *moved], step).new) == 1
    assert len(store.items()) == 17


def test_a_page_that_holds_another_story_each_day_holds_many_items(store):
    for day in range(1, 4):
        latest = entry(
            20 + day, url="https://lab.example.org/latest", canonical_url="https://lab.example.org/latest", published_at=NOW + timedelta(days=day)
        )  # fmt: skip
        assert len(visit(store, [latest], day).new) == 1


def test_entries_that_share_one_address_are_told_apart(store):
    page = "https://lab.example.org/changes"
    shared = [entry(40 + n, url=page, canonical_url=page, published_at=NOW) for n in range(3)]
    assert len(visit(store, shared, 1).new) == 3
    assert len(visit(store, [entry(50, url=page, canonical_url=page, published_at=NOW), *shared[:2]], 2).new) == 1


def test_a_known_entry_keeps_its_own_id(store):
    twin = replace(entry(11), canonical_url=entry(3).canonical_url, title=entry(3).title)
    visit(store, [entry(3), twin], 1)
    assert visit(store, [twin], 2).new == ()
    assert {i.id for i in store.items()} == {entry(n).id for n in [*range(10), 11]}
