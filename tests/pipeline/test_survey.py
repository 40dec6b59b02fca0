"""An issue composed right after enriching shares its comparison of all with all, and is the same issue."""

from dataclasses import replace
from datetime import timedelta

import pytest
from storage_samples import NOW, a_visit, an_item

from trendwatch import config, periods, pipeline
from trendwatch.collect import normalise
from trendwatch.enrich import duplicates
from trendwatch.storage import connect

DAY = timedelta(days=1)
MONDAY = NOW + (7 - NOW.weekday()) * DAY


def report(n, source, title, text):
    item = an_item(
        n, source=source, doctype="news", title=title, text=text, raw_html=text, language="en", published_at=MONDAY - 3 * DAY,
        first_seen_at=MONDAY - 3 * DAY, url=f"https://{source}.example.org/{n}", canonical_url=f"https://{source}.example.org/{n}",
        identifiers=(),
    )  # fmt: skip
    return replace(item, content_hash=normalise.content_hash(item.title, item.text))


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


def test_a_run_compares_the_archive_once_for_all_its_issues(setting, store, monkeypatch):
    asked, find = [], duplicates.find
    monkeypatch.setattr(duplicates, "find", lambda *given, **named: asked.append(1) or find(*given, **named))
    done = pipeline.run(setting, store, now=MONDAY, sources=[])
    assert [len(d.sections) > 0 for d in done.digests] == [True, True]
    assert len(asked) == 1
    assert done.enriched.survey is None
