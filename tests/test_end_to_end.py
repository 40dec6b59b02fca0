"""The whole path on the bundled sample: real sockets, real store, real model, no internet."""

import json
import subprocess
import sys
from datetime import timedelta

from trendwatch import config, periods, pipeline
from trendwatch.demo import setting
from trendwatch.report.render import render
from trendwatch.storage import connect

WEEKS = setting.CYCLES[:4]


def entries(digest):
    return [e for section in digest.sections.values() for e in section]


def test_each_week_has_its_files_in_every_form(ran):
    *_, folder = ran
    written = {p.name for p in (folder / "digests").iterdir()}
    assert {f"2026-W{n}.{form}" for n in (37, 38, 39, 40) for form in ("html", "txt", "md", "json", "eml")} <= written


def test_the_voice_scam_that_three_newspapers_report_is_one_story_apart_from_what_the_vendor_did(ran):
    _, _, _, runs, _ = ran
    told = entries(runs[1].digests[0])
    scam = [e for e in told if {"daily-ledger", "coast-wire", "evening-signal"} <= {s.source for s in e.sources}]
    assert len(scam) == 1
    assert "quillmark-ai" not in {s.source for s in scam[0].sources}
    assert any({"quillmark-ai", "tech-gazette"} == {s.source for s in e.sources} for e in told)


def test_nothing_is_told_twice_over_the_weeks(ran):
    _, _, _, runs, _ = ran
    told = [i for run in runs for e in entries(run.digests[0]) for i in e.item_ids if "update" not in e.why.lower()]
    assert len(told) == len(set(told))


def test_what_is_off_topic_is_kept_in_the_archive_and_out_of_the_digest(ran):
    _, store, _, runs, _ = ran
    off = {i for i, j in store.judgements().items() if j.relevance.verdict == "off-topic"}
    assert len(off) > 30
    assert not off & {e.item_ids[0] for run in runs for e in entries(run.digests[0])}
    assert "Car maker recalls" not in json.dumps([e.title for run in runs for e in entries(run.digests[0])])


def test_every_tag_shows_words_that_stand_in_its_item(ran):
    _, store, _, runs, _ = ran
    shown = [t for run in runs for e in entries(run.digests[0]) for t in e.tags]
    items = {i.id: i for i in store.items()}
    assert len(shown) > 20
    assert all(t.quote and t.quote in (items[t.item_id].title if t.where == "title" else items[t.item_id].text) for t in shown)


def test_the_closed_source_and_the_torn_feed_are_named_in_the_foot(ran):
    *_, folder = ran
    text = (folder / "digests" / "2026-W40.txt").read_text()
    assert "closed-lab" in text
    assert "tangled-feed" in text


def test_a_second_crawl_at_the_same_moment_adds_and_embeds_nothing(ran):
    chosen, store, server, _, _ = ran
    server.now = WEEKS[-1]
    visits = pipeline.collect(chosen, store, now=WEEKS[-1])
    assert sum(v.new + v.revised for v in visits) == 0
    feeds = {s.name for s in chosen.sources if s.kind == "feed"} - {"closed-lab", "tangled-feed"}
    assert all(v.not_modified == v.requests == 1 for v in visits if v.source in feeds)
    assert pipeline.enrich(chosen, store, now=WEEKS[-1]).embedded == 0


def test_a_second_run_composes_nothing_anew_and_leaves_the_files_as_they_are(ran):
    chosen, store, server, runs, folder = ran
    before = {p.name: p.read_bytes() for p in (folder / "digests").iterdir()}
    server.now = WEEKS[-1]
    again = pipeline.run(chosen, store, now=WEEKS[-1])
    assert again.digests == runs[-1].digests
    assert {p.name: p.read_bytes() for p in (folder / "digests").iterdir()} == before


def test_an_old_issue_rebuilt_from_a_younger_archive_is_the_same_to_the_byte(ran):
    chosen, store, _, runs, _ = ran
    before = {key: r.body for key, r in render(runs[1].digests[0]).items()}
    for what in ("groups", "judgements", "vectors"):
        store.forget(what)
    pipeline.enrich(chosen, store, now=WEEKS[-1])
    again = pipeline.compose(chosen, store, chosen.digests[0], week="2026-W38", now=WEEKS[1])
    assert {key: r.body for key, r in render(again).items()} == before


def test_two_archives_crawled_alike_give_the_same_files(ran, tmp_path):
    _, _, server, _, folder = ran
    server.now = WEEKS[0]
    chosen = config.load(setting.write(tmp_path, server.address), {})
    with connect(chosen.store) as store:
        pipeline.run(chosen, store, now=WEEKS[0])
    for form in ("html", "txt", "md", "json", "eml"):
        assert (tmp_path / "digests" / f"2026-W37.{form}").read_bytes() == (
            folder / "digests" / f"2026-W37.{form}"
        ).read_bytes()


def test_without_a_network_it_says_so_once_and_blames_no_source(tmp_path):
    path = tmp_path / "sources.yaml"
    names = "\n".join(f"  - {{name: lab{n}, kind: feed, url: 'https://lab{n}.example.invalid/feed'}}" for n in range(8))
    path.write_text(f"store: sqlite:///{tmp_path / 'archive.db'}\nsources:\n{names}\n")
    done = subprocess.run(
        [sys.executable, "-m", "trendwatch", "--config", str(path), "run"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert len(done.stderr.strip().splitlines()) == 1
    assert "no network" in done.stderr
    assert "make demo" in done.stderr
    with connect(config.load(path, {}).store) as store:
        assert store.visits() == []


def test_the_week_told_is_the_one_before_the_composing_day(ran):
    chosen, _, _, runs, _ = ran
    for now, run in zip(WEEKS, runs, strict=True):
        digest = run.digests[0]
        start, end = periods.bounds(chosen.digests[0], digest.week)
        assert end <= now < end + timedelta(days=1)
        assert all(start - periods.LATE <= e.published_at < end for e in entries(digest) if e.published_at)
