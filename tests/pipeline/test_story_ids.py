"""A story keeps its id whatever joins it, and when, in the store and in the digests."""

from dataclasses import replace
from datetime import timedelta

import pytest
from press_samples import press_report
from storage_samples import NOW, a_visit

from trendwatch import config, pipeline
from trendwatch.storage import connect

DAY = timedelta(days=1)
TEXT = "A cloned voice asked four hundred tenants of the Examplia housing trust for deposits, the police say."


def report(n, days, source, text=TEXT):
    title = "Deepfake calls cheat tenants of the Examplia trust"
    return press_report(n, source, title, text, published_at=NOW - days * DAY, first_seen_at=NOW)


@pytest.fixture
def setting(tmp_path):
    path = tmp_path / "sources.yaml"
    path.write_text(
        "sources: [{name: example-lab, kind: feed, url: https://lab.example.org/feed}]\n"
        f"store: sqlite:///{tmp_path / 'archive.db'}\ntaxonomies: [dsa@1]\ndigest: {{name: weekly}}\n"
    )
    return config.load(path, {})


def story_of(store, item):
    (story,) = store.stories([item.id])
    return story


def test_a_late_report_of_an_earlier_day_joins_under_the_id_that_is_there(setting):
    first, second, late = report(1, 2, "wire"), report(2, 1, "daily"), report(3, 5, "herald")
    with connect(setting.store) as store:
        store.add_visit(a_visit(), [first, second])
        pipeline.enrich(setting, store, now=NOW)
        before = story_of(store, first)
        assert set(before.item_ids) == {first.id, second.id}
        store.add_visit(a_visit(), [late])
        pipeline.enrich(setting, store, now=NOW)
        after = story_of(store, first)
        assert set(after.item_ids) == {first.id, second.id, late.id}
        assert after.id == before.id


def test_a_story_outlives_the_founder_that_left_the_window(setting):
    old, new = report(1, 68, "wire"), report(2, 66, "daily")
    with connect(setting.store) as store:
        store.add_visit(a_visit(), [old, new])
        pipeline.enrich(setting, store, now=NOW)
        before = story_of(store, new)
        pipeline.enrich(setting, store, now=NOW + 3 * DAY)
        assert story_of(store, new).id == before.id


def test_the_id_that_an_issue_told_is_the_one_in_the_store(setting):
    first, late = report(1, 0, "wire"), report(3, 5, "herald")
    with connect(setting.store) as store:
        store.add_visit(a_visit(), [first])
        pipeline.enrich(setting, store, now=NOW)
        spec = setting.digests[0]
        week = f"{NOW:%G-W%V}"
        digest = pipeline.compose(setting, store, spec, week=week, now=NOW + 7 * DAY)
        told = {e.story_id for rows in digest.sections.values() for e in rows}
        assert told == {story_of(store, first).id}
        store.add_visit(a_visit(), [late])
        store.forget("groups")
        pipeline.enrich(setting, store, now=NOW + 7 * DAY)
        assert {story_of(store, late).id} == told


def test_what_an_issue_left_out_is_the_story_of_the_store(setting):
    first, second, late = report(1, 2, "wire"), report(2, 1, "daily"), report(3, 5, "herald")
    late = replace(late, first_seen_at=NOW + DAY)
    with connect(setting.store) as store:
        store.add_visit(a_visit(), [first, second])
        pipeline.enrich(setting, store, now=NOW)
        store.add_visit(a_visit(), [late])
        pipeline.enrich(setting, store, now=NOW + DAY)
        digest = pipeline.compose(setting, store, setting.digests[0], week=f"{NOW:%G-W%V}", now=NOW + 7 * DAY)
        assert [left.story_id for left in digest.left_out] == [story_of(store, first).id]


def test_a_rebuild_groups_the_past_as_it_was_grouped_when_it_was_new(setting):
    old = [
        replace(report(n, 0, source), published_at=NOW - 200 * DAY, first_seen_at=NOW - 199 * DAY)
        for n, source in ((1, "wire"), (2, "daily"))
    ]
    new = [report(3, 2, "herald"), report(4, 1, "post")]
    with connect(setting.store) as store:
        store.add_visit(a_visit(started_at=NOW - 199 * DAY), old)
        pipeline.enrich(setting, store, now=NOW - 199 * DAY)
        store.add_visit(a_visit(), new)
        pipeline.enrich(setting, store, now=NOW)
        before = {s.id: set(s.item_ids) for s in store.stories()}
        assert {frozenset(ids) for ids in before.values()} == {frozenset(i.id for i in old), frozenset(i.id for i in new)}
        store.forget("groups")
        pipeline.enrich(setting, store, now=NOW, from_the_first=True)
        assert {s.id: set(s.item_ids) for s in store.stories()} == before


def test_a_rebuild_leaves_no_item_without_a_story_wherever_the_windows_end(setting):
    items = [report(n, 10 * n, "wire", text=f"Report number {n}. {TEXT}") for n in range(30)]
    items = [
        replace(i, title=f"Affair {n * 37} of the Examplia trust", first_seen_at=i.published_at + 6 * DAY)
        for n, i in enumerate(items, 1)
    ]
    with connect(setting.store) as store:
        store.add_visit(a_visit(), items)
        pipeline.enrich(setting, store, now=NOW + 6 * DAY, from_the_first=True)
        assert {i for s in store.stories() for i in s.item_ids} == {i.id for i in items}
