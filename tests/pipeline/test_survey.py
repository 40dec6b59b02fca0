"""An issue composed right after enriching shares its comparison of all with all, and is the same issue."""

from datetime import timedelta

import pytest
from press_samples import press_report
from storage_samples import NOW, a_visit

from trendwatch import config, periods, pipeline
from trendwatch.storage import connect

DAY = timedelta(days=1)
MONDAY = NOW + (7 - NOW.weekday()) * DAY


def report(n, source, title, text):
    return press_report(n, source, title, text, published_at=MONDAY - 3 * DAY, first_seen_at=MONDAY - 3 * DAY)


@pytest.fixture
def setting(tmp_path):
    path = tmp_path / "sources.yaml"
    path.write_text(
        "sources: [{name: wire, kind: feed, url: https://wire.example.org/feed},"
        " {name: daily, kind: feed, url: https://daily.example.org/feed}]\n"
        f"store: sqlite:///{tmp_path / 'archive.db'}\ntaxonomies: [house@1]\n"
        "digest: [{name: all}, {name: voices, tags: [house@1:modality.audio]}]\n"
        f"deliver: {{folder: {{path: {tmp_path / 'out'}}}}}\n"
    )
    return config.load(path, {})


@pytest.fixture
def store(setting):
    text = "A cloned voice asked four hundred tenants of the Examplia housing trust for deposits, the police say."
    with connect(setting.store) as store:
        store.add_visit(a_visit(), [report(1, "wire", "Deepfake calls cheat tenants of the Examplia trust", text)])
        store.add_visit(
            a_visit(),
            [
                report(2, "daily", "Deepfake calls cheat tenants of the Examplia trust", text),
                report(
                    3,
                    "daily",
                    "Chatbot of a bank told customers how to launder money",
                    "The bank has taken its chatbot offline.",
                ),
            ],
        )
        yield store


def test_an_issue_is_the_same_with_what_enriching_saw_and_without(setting, store):
    seen = pipeline.enrich(setting, store, now=MONDAY).survey
    (spec, _), week = setting.digests, periods.due_week(setting.digests[0], MONDAY)
    shared = pipeline.compose(setting, store, spec, week=week, now=MONDAY, seen=seen)
    assert sum(map(len, shared.sections.values())) == 2
    assert shared == pipeline.compose(setting, store, spec, week=week, now=MONDAY)


def test_what_was_seen_at_another_moment_is_not_used(setting, store):
    early = pipeline.enrich(setting, store, now=MONDAY - 5 * DAY).survey
    assert early is not None
    assert early.items == []
    spec = setting.digests[0]
    digest = pipeline.compose(setting, store, spec, week=periods.due_week(spec, MONDAY), now=MONDAY, seen=early)
    assert sum(map(len, digest.sections.values())) == 2


def test_a_run_compares_the_archive_once_for_all_its_issues(setting, store):
    told = []
    done = pipeline.run(setting, store, now=MONDAY, sources=[], progress=lambda *step: told.append(step))
    assert [len(d.sections) > 0 for d in done.digests] == [True, True]
    assert [step for step in told if step[:2] == ("group", 0)] == [("group", 0, 3)]
    assert done.enriched.survey is None
