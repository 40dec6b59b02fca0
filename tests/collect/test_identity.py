from __future__ import annotations

from datetime import UTC, datetime

from trendwatch.collect.identity import adopt
from trendwatch.collect.normalise import normalise
from trendwatch.model import Draft, Item, Source

SOURCE = Source(name="mill", kind="feed", reader=None)
SEEN = datetime(2026, 3, 2, tzinfo=UTC)


def item(uid: str, path: str, title: str = "", *, day: int = 1) -> Item:
    draft = Draft(
        uid=uid, url=f"https://mill.example.org{path}", title=title or path, published=datetime(2026, 2, day, tzinfo=UTC)
    )
    made = normalise(draft, SOURCE, base_url="https://mill.example.org", seen_at=SEEN)
    assert isinstance(made, Item)
    return made


def test_a_feed_whose_ids_are_all_rewritten_holds_the_same_entries():
    known = [item(f"old-{n}", f"/{n}") for n in range(5)]
    rewritten = [item(f"new-{n}", f"/{n}") for n in range(5)]
    assert [i.id for i in adopt(rewritten, known)] == [i.id for i in known]


def test_an_entry_that_moved_with_a_new_id_is_known_by_its_text_and_day():
    known = [item("old", "/a/wheel", "The wheel turns")]
    assert adopt([item("new", "/b/wheel", "The wheel turns")], known)[0].id == known[0].id


def test_a_new_entry_stays_new_beside_a_rewrite():
    known = [item("old", "/1")]
    fresh = item("fresh", "/2", day=2)
    assert [i.id for i in adopt([item("new", "/1"), fresh], known)] == [known[0].id, fresh.id]


def test_an_address_that_several_entries_share_identifies_none():
    known = [item("old-1", "/log", "One"), item("old-2", "/log", "Two", day=2)]
    later = [item("new-3", "/log", "Three", day=3)]
    assert adopt(later, known) == later


def test_a_known_entry_that_is_still_listed_gives_its_id_to_no_other():
    known = [item("a", "/1")]
    both = [item("a", "/1"), item("b", "/1", "Another")]
    assert adopt(both, known) == both


def test_front_pages_identify_nothing():
    known = [item("old", "/", "One")]
    later = [item("new", "/", "Two")]
    assert adopt(later, known) == later
