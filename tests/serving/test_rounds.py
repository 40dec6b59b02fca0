"""What a serving process does in its rounds, on a real store, with real feeds from loopback."""

import sys
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from serving_samples import MONDAY, SOURCES, Ears, World

from trendwatch.demo import setting
from trendwatch.demo.server import Server
from trendwatch.report.deliverers import Deliverer

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "report"))
from smtp_server import Mailbox

HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)


@pytest.fixture
def server():
    with Server(setting.FIRST, port=0) as opened:
        yield opened


@pytest.fixture
def world(tmp_path, server):
    return World(tmp_path, server)


def issues(heard):
    return [e["issue"] for e in heard.of("digest")]


def crawls(heard):
    return [e["sources"] for e in heard.of("stage") if e["stage"] == "crawl"]


def test_a_round_visits_composes_and_delivers_and_the_next_ones_find_nothing_to_do(world):
    heard = world.at(MONDAY)
    assert sorted(v["source"] for v in heard.of("visit")) == sorted(SOURCES)
    assert issues(heard) == ["weekly/2026-W38"]
    assert [(d["deliverer"], d["state"]) for d in heard.of("delivery")] == [("folder", "sent")]
    assert heard.of("run")[0]["ended"] == "done"
    for minutes in (1, 2, 60, 120):
        assert world.at(MONDAY + timedelta(minutes=minutes)).heard == []
    assert len(world.at(MONDAY + 18 * HOUR).of("visit")) == len(SOURCES), "the slowest publisher within 18 hours"
    world.begin()  # a new process on the same store
    assert [name for name, _ in world.at(MONDAY + 19 * HOUR).heard if name in ("visit", "digest", "delivery")] == []


def test_weeks_slept_through_are_caught_up_with_one_issue(world):
    world.at(MONDAY)
    assert issues(world.at(MONDAY + 4 * WEEK + 5 * HOUR)) == ["weekly/2026-W42"]
    assert issues(world.at(MONDAY + 4 * WEEK + 6 * HOUR)) == []
    with world.store() as store:
        assert store.digests() == ["weekly/2026-W38", "weekly/2026-W42"]


def test_a_clock_set_back_tells_no_old_week_and_a_lost_one_does_nothing(world):
    world.at(MONDAY)
    assert issues(world.at(MONDAY - timedelta(days=3))) == []
    assert [e["step"] for e in world.at(datetime(1970, 1, 1, 5, tzinfo=UTC)).of("error")] == ["clock"]
    assert [e["step"] for e in world.at(MONDAY + HOUR).of("recovered")] == ["clock"]
    with world.store() as store:
        assert store.digests() == ["weekly/2026-W38"]


def test_a_mail_that_a_server_puts_off_is_tried_again_later_and_later_and_arrives_once(tmp_path, server):
    with Mailbox("defer-recipient") as mailbox:
        smtp = f"{{host: 127.0.0.1, port: {mailbox.port}, security: none, sender: tw@example.org, timeout: 5}}"
        world = World(
            tmp_path, server, more=f"digest: {{day: monday, hour: 6, recipients: [ann@example.org]}}\ndeliver: {{smtp: {smtp}}}"
        )
        assert [d["state"] for d in world.at(MONDAY).of("delivery")] == ["retry"]
        tried = [m for m in range(1, 121) if world.at(MONDAY + timedelta(minutes=m)).of("delivery")]
        assert tried == [5, 10, 20, 40, 80]
        mailbox.fault = ""
        assert [d["state"] for d in world.at(MONDAY + timedelta(minutes=161)).of("delivery")] == ["sent"]
        world.begin()
        assert world.at(MONDAY + 6 * HOUR).of("delivery") == []
        assert Counter(r for _, readers, _ in mailbox.mails for r in readers) == {"ann@example.org": 1}


def test_a_broken_edit_is_said_once_and_the_last_good_configuration_goes_on(world):
    good = world.path.read_text()
    world.at(MONDAY)
    world.path.write_text(good.replace("kind: feed", "kind: fed"))
    heard = world.at(MONDAY + 18 * HOUR)
    assert [e["step"] for e in heard.of("error")] == ["configuration"]
    assert "sources.yaml:" in heard.of("error")[0]["error"]
    assert len(heard.of("visit")) == len(SOURCES)
    assert world.board.health()[1]["status"] == "degraded"
    assert world.board.health()[0], "a restart would only make it worse"
    assert world.at(MONDAY + 19 * HOUR).of("error") == []
    world.write(world.server.address, SOURCES[:1])
    assert world.at(MONDAY + 36 * HOUR).of("configuration") == [{"sources": 1, "state": "read again"}]
    assert [v["source"] for v in world.ears.of("visit")] == [SOURCES[0]]
    assert world.board.health()[1]["status"] == "ok"


def test_another_store_is_taken_up_by_a_restart_only(world):
    world.at(MONDAY)
    world.path.write_text(world.path.read_text().replace("store.db", "other.db"))
    assert "restart" in world.at(MONDAY + HOUR).of("error")[0]["error"]
    assert not (world.folder / "other.db").exists()


def test_without_a_network_a_few_sources_are_tried_and_the_issue_waits_for_it(tmp_path, server):
    many = tuple(f"source-{n}" for n in range(8))
    world = World(tmp_path, server, address="http://HOST.invalid")
    world.write("http://HOST.invalid", many)
    heard = world.at(MONDAY)
    assert crawls(heard) == [8]
    assert [e["step"] for e in heard.of("error")] == ["network"]
    assert heard.of("digest") == []
    tries = {m: crawls(world.at(MONDAY + timedelta(minutes=m))) for m in range(1, 61)}
    assert {m: asked for m, asked in tries.items() if asked} == {5: [4], 10: [4], 20: [4], 40: [4]}
    assert world.board.health()[1]["failing"].keys() == {"network"}
    world.write(server.address)
    heard = world.at(MONDAY + 2 * HOUR)
    assert sorted(v["source"] for v in heard.of("visit")) == sorted(SOURCES)
    assert issues(heard) == ["weekly/2026-W38"]
    assert world.board.health()[1]["status"] == "ok"


@dataclass(frozen=True)
class Broken(Deliverer):
    """A deliverer with a bug."""

    def recipients(self, digest, asked):
        return ("someone",)

    def deliver(self, digest, renderings, recipient, secrets):
        raise ValueError("a bug")


def test_a_bug_in_one_step_is_told_in_full_and_ends_neither_the_others_nor_the_process(world):
    world.settings.config = replace(world.settings.config, deliver={"broken": Broken(), **world.settings.config.deliver})
    error = world.at(MONDAY).of("error")[0]
    assert (error["step"], error["error"]) == ("delivery weekly", "ValueError: a bug")
    assert "Traceback" in error["traceback"]
    heard = world.at(MONDAY + HOUR)
    assert {(d["deliverer"], d["state"]) for d in heard.of("delivery")} == {("broken", "unknown"), ("folder", "sent")}
    assert heard.of("recovered") == [{"step": "delivery weekly"}]


def test_being_asked_to_stop_ends_a_crawl_after_a_write_and_the_next_process_goes_on(world):
    world.ears = Ears(then=lambda event, _: world.stop.set() if event == "visit" else None)
    world.begin()
    heard = world.at(MONDAY)
    stored = len(heard.of("visit"))
    assert stored
    assert heard.of("stopping")
    assert [r["ended"] for r in heard.of("run")] == ["stopped"]
    assert not heard.of("digest")
    world.stop.clear()
    world.ears = Ears()
    world.begin()
    heard = world.at(MONDAY + timedelta(minutes=1))
    assert len(heard.of("visit")) == len(SOURCES) - stored
    assert issues(heard) == ["weekly/2026-W38"]


def test_a_store_that_cannot_be_used_is_one_error_an_alarm_and_no_end_and_is_left_as_it_is(world):
    world.at(MONDAY)
    path = world.folder / "store.db"
    good = path.read_bytes()
    for rest in world.folder.glob("store.db-*"):
        rest.unlink()
    path.write_bytes(b"a shopping list\n" * 4000)
    heard = world.at(MONDAY + 18 * HOUR)
    assert [e["step"] for e in heard.of("error")] == ["store"]
    assert "is not a store" in heard.of("error")[0]["error"]
    assert not heard.of("visit")
    assert world.board.health()[0] is False
    assert path.read_bytes() == b"a shopping list\n" * 4000
    path.write_bytes(good)
    heard = world.at(MONDAY + 36 * HOUR)
    assert heard.of("recovered") == [{"step": "store"}]
    assert len(heard.of("visit")) == len(SOURCES)
    assert world.board.health()[0]
