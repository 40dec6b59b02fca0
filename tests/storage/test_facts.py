from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from storage_samples import NOW, a_digest, a_full_item, a_visit, add, an_item

from trendwatch.errors import StorageError
from trendwatch.model import Delivery, Memory, Skip, Validators
from trendwatch.storage import connect


def test_an_item_comes_out_equal_with_every_field_filled(store):
    add(store, a_full_item())
    assert store.items() == [a_full_item()]


def test_facts_outlive_the_connection(url):
    with connect(url) as store:
        add(store, an_item())
    with connect(url) as store:
        assert store.items() == [an_item()]


def test_the_same_items_twice_add_nothing(store):
    first = add(store, an_item(1), an_item(2))
    second = add(store, an_item(1), an_item(2), minutes=1)
    assert (first.new, first.unchanged) == ((an_item(1).id, an_item(2).id), 0)
    assert (second.new, second.revised, second.unchanged) == ((), (), 2)


def test_added_ids_keep_the_order_given(store):
    assert add(store, an_item(3), an_item(1), an_item(2)).new == (an_item(3).id, an_item(1).id, an_item(2).id)


def test_an_item_twice_in_one_visit_counts_once_and_the_first_wins(store):
    added = add(store, an_item(title="first"), an_item(title="second", content_hash="other"))
    assert (len(added.new), added.revised, added.unchanged) == (1, (), 1)
    assert [i.title for i in store.items()] == ["first"]


def test_an_edited_item_becomes_a_revision_and_keeps_its_first_seen_time(store):
    add(store, an_item())
    edited = an_item(title="Corrected", content_hash="f" * 64, first_seen_at=NOW + timedelta(days=1))
    added = add(store, edited, minutes=5)
    assert added.revised == (edited.id,)
    assert store.items() == [replace(edited, first_seen_at=NOW, revision=2)]
    assert store.revisions(edited.id) == [(NOW + timedelta(minutes=5), an_item().title, an_item().text)]


def test_revisions_come_oldest_first(store):
    for n in range(3):
        add(store, an_item(title=f"Title {n}", content_hash=f"{n:064x}"), minutes=n)
    assert [title for _, title, _ in store.revisions(an_item().id)] == ["Title 0", "Title 1"]


def test_the_visit_is_stored_with_what_it_really_brought(store):
    skipped = (Skip(what="entry 3", reason="no title"),)
    visit = a_visit(new=99, revised=99, skipped=skipped, seconds_s=0.1 + 0.2, next_at=NOW)
    store.add_visit(visit, [an_item(1), an_item(2)])
    assert store.visits() == [replace(visit, new=2, revised=0)]


def test_two_visits_at_one_moment_are_both_kept(store):
    store.add_visit(a_visit())
    store.add_visit(a_visit(outcome="unchanged"))
    assert [v.outcome for v in store.visits()] == ["ok", "unchanged"]


def test_visits_are_filtered_and_in_order(store):
    for source, minutes in (("b", 0), ("a", 0), ("a", 5), ("a", 10)):
        store.add_visit(a_visit(source, minutes))
    assert [(v.source, v.started_at) for v in store.visits()][:2] == [("a", NOW), ("b", NOW)]
    within = store.visits(source="a", since=NOW, until=NOW + timedelta(minutes=5))
    assert [v.started_at for v in within] == [NOW + timedelta(minutes=5)]


def test_items_since_excludes_and_until_includes(store):
    add(store, *(an_item(n, first_seen_at=NOW + timedelta(days=n)) for n in range(1, 4)))
    found = store.items(seen_since=NOW + timedelta(days=1), seen_until=NOW + timedelta(days=2))
    assert [i.id for i in found] == [an_item(2).id]


def test_items_are_in_order_of_first_seen_then_id(store):
    add(store, an_item(3), an_item(1), an_item(2, first_seen_at=NOW - timedelta(days=1)))
    assert [i.id for i in store.items()] == [an_item(n).id for n in (2, 1, 3)]
    assert [i.id for i in store.items(ids=[an_item(3).id, "unknown"])] == [an_item(3).id]
    assert store.items(ids=[]) == []


def test_items_of_one_source(store):
    add(store, an_item(1), an_item(2, source="other"))
    assert [i.id for i in store.items(source="other")] == [an_item(2).id]
    assert list(store.sources()) == [("example-lab", 1, NOW), ("other", 1, NOW)]


@pytest.mark.parametrize(
    "text",
    [
        "0000000000000007",
        "00000000000000",
        "https://lab.example.org/posts/7",
        "https://lab.example.org/posts/7/",
        "https://lab.example.org/posts/7?ref=feed",
        "arXiv:2601.01234",
        "doi:10.1000/xyz",
    ],
)
def test_an_item_is_found_by_any_of_its_names(store, text):
    add(store, a_full_item(), an_item(0x1000000000000000))
    assert [i.id for i in store.find_items(text)] == [a_full_item().id]


@pytest.mark.parametrize("text", ["", "000", "%", "posts", "0000'; --", "0000_0000"])
def test_nothing_is_found_by_less_than_a_name(store, text):
    add(store, a_full_item())
    assert store.find_items(text) == []


def test_an_identifier_that_a_revision_dropped_no_longer_finds_it(store):
    add(store, a_full_item())
    add(store, replace(a_full_item(), identifiers=(), content_hash="e" * 64), minutes=1)
    assert store.find_items("arxiv:2601.01234") == []


def test_validators_are_replaced_and_unknown_urls_absent(store):
    old, new = (Validators(url="https://lab.example.org/feed", etag=tag) for tag in ('W/"1"', 'W/"2"'))
    store.add_visit(a_visit(), validators=[old])
    store.add_visit(a_visit(minutes=1), validators=[new])
    assert store.validators([new.url, "https://unknown.example.org/"]) == {new.url: new}
    assert store.known_validators() == {new.url: new}


def test_a_digest_comes_out_equal_and_in_the_same_order(store):
    store.put_digest(a_digest())
    found = store.digest("weekly/2026-W09")
    assert found == a_digest()
    assert list(found.sections) == ["papers", "first", "also"]
    assert list(found.sections["papers"][0].parts) == ["relevance", "novelty"]
    assert store.digest("weekly/2026-W10") is None


def test_digests_are_listed_by_name(store):
    for name, week in (("weekly", "2026-W10"), ("legal", "2026-W09"), ("weekly", "2026-W09")):
        store.put_digest(a_digest(week, name))
    assert store.digests() == ["legal/2026-W09", "weekly/2026-W09", "weekly/2026-W10"]
    assert store.digests("legal") == ["legal/2026-W09"]


def test_told_names_the_first_issue_before_the_week_asked_for(store):
    store.put_digest(a_digest("2026-W08", story="s1", item_ids=("a",)))
    store.put_digest(a_digest("2026-W09", story="s2", item_ids=("a", "b")))
    store.put_digest(a_digest("2026-W10", story="s3", item_ids=("c",)))
    store.put_digest(a_digest("2026-W07", name="legal", item_ids=("z",)))
    assert store.told("weekly", "2026-W10") == {"a": ("s1", "2026-W08"), "b": ("s2", "2026-W09")}


def test_a_digest_composed_again_replaces_what_it_told(store):
    store.put_digest(a_digest(item_ids=("a", "b")))
    store.put_digest(a_digest(item_ids=("b",)))
    assert set(store.told("weekly", "2026-W10")) == {"b"}


def test_a_delivery_keeps_its_newest_state(store):
    sending = Delivery(issue="weekly/2026-W09", deliverer="smtp", recipient="pm@example.org", state="sending", at=NOW)
    store.put_delivery(sending)
    store.put_delivery(replace(sending, recipient="an@example.org"))
    store.put_delivery(replace(sending, state="sent", message_id="<1@example.org>"))
    assert [(d.recipient, d.state) for d in store.deliveries()] == [("an@example.org", "sending"), ("pm@example.org", "sent")]
    assert store.deliveries("weekly/2026-W10") == []


def test_half_characters_of_a_publisher_become_replacement_signs(store):
    add(store, an_item(title="half \ud83d here"))
    assert [i.title for i in store.items()] == ["half � here"]


def test_a_number_too_large_for_any_database_is_refused_whole(store):
    with pytest.raises(StorageError, match="too large"):
        store.add_visit(a_visit(bytes=2**63), [an_item()])
    assert (store.items(), store.visits()) == ([], [])


def test_a_moment_without_a_zone_is_refused_whole(store):
    with pytest.raises(ValueError, match="no time zone"):
        add(store, an_item(1), an_item(2, first_seen_at=NOW.replace(tzinfo=None)))
    assert (store.items(), store.visits()) == ([], [])


def test_counts_name_every_sort_of_row(store):
    add(store, an_item())
    counts = store.counts()
    assert (counts["items"], counts["visits"], counts["stories"]) == (1, 1, 0)
    assert counts["bytes"] > 0


def test_memories_are_found_by_source_and_address_and_their_versions_are_kept(store):
    first = Memory(source="a", url="https://a.example.org/policy", text="one")
    other = Memory(source="b", url="https://a.example.org/policy", text="of b")
    store.add_visit(a_visit(), memories=[first, other])
    store.add_visit(a_visit(minutes=1), memories=[replace(first, text="two")])
    store.add_visit(a_visit(minutes=2), memories=[replace(first, text="two")])
    assert store.memories(["a", "c"]) == {("a", first.url): "two"}
    assert [(at, text) for at, _, text in store.versions("a")] == [(NOW, "one"), (NOW + timedelta(minutes=1), "two")]


def test_what_no_visit_brought_is_remembered_too(store):
    told = Memory(source=":pace", url="queue example.org", text="later")
    for minutes in (0, 1):
        store.remember([told], seen_at=NOW + timedelta(minutes=minutes))
    assert store.memories([":pace"]) == {(":pace", told.url): "later"}
    assert store.versions(":pace") == [(NOW, told.url, "later")]


def test_the_last_visits_are_told_by_source_and_by_success(store):
    store.add_visit(a_visit(source="a"))
    store.add_visit(a_visit(source="a", minutes=1, outcome="transient"))
    store.add_visit(a_visit(source="a", minutes=9))
    store.add_visit(a_visit(source="b", minutes=2, outcome="permanent"))
    until = NOW + timedelta(minutes=5)
    assert [(v.source, v.outcome) for v in store.last_visits("abc", until=until)] == [("a", "transient"), ("b", "permanent")]
    assert [(v.source, v.started_at) for v in store.last_visits("abc", until=until, succeeded=True)] == [("a", NOW)]


def test_hours_of_publication_are_told_newest_first_and_once(store):
    hours = [NOW - timedelta(hours=5), NOW - timedelta(hours=5), NOW - timedelta(hours=2), NOW + timedelta(hours=2)]
    add(store, *[an_item(n, source="a", published_at=at) for n, at in enumerate(hours)])
    found = store.arrivals(["a", "b"], until=NOW, most=9)
    assert list(found) == ["a"]
    assert found["a"] == [at.replace(minute=0, second=0, microsecond=0) for at in (hours[2], hours[0])]
    assert len(store.arrivals(["a"], until=NOW, most=1)["a"]) == 1
