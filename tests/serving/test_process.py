"""`trendwatch serve` and `run` as processes: signals, one at a time, full disks, kills."""

import contextlib
import json
import random
import resource
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from serving_samples import MONDAY, World

from trendwatch.demo import setting
from trendwatch.demo.server import Server

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))
import kills


@pytest.fixture
def world(tmp_path):
    with Server(setting.FIRST, port=0) as server:
        server.now = MONDAY
        yield World(tmp_path, server)


@contextlib.contextmanager
def process(world, *words, **options):
    command = [sys.executable, "-m", "trendwatch", "-c", str(world.path), "--now", MONDAY.isoformat(), *words]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, **options) as child:
        try:
            yield child
        finally:
            child.kill()


SERVE = ("serve", "--look", "0.2", "--port", "0", "--log", "json")


def until(child, event, **fields):
    """Events up to one; each line is one event."""
    heard = []
    for row in child.stderr:
        heard.append(json.loads(row))
        if heard[-1]["event"] == event and fields.items() <= heard[-1].items():
            return heard
    raise AssertionError(heard)


def test_it_serves_refuses_a_second_and_a_run_and_leaves_on_sigterm(world):
    with process(world, *SERVE) as child:
        address = until(child, "started")[-1]["address"]
        heard = until(child, "run")
        assert [e["issue"] for e in heard if e["event"] == "digest"] == ["weekly/2026-W38"]
        with urllib.request.urlopen(f"{address}/metrics", timeout=5) as answer:
            assert 'trendwatch_digests_total{digest="weekly"} 1\n' in answer.read().decode()
        for words in (SERVE, ("run",)):
            with process(world, *words) as second:
                _, told = second.communicate(timeout=30)
            assert second.returncode == 1
            assert f"in use by `trendwatch serve` (process {child.pid} " in told
        child.send_signal(signal.SIGTERM)
        assert [json.loads(row)["event"] for row in child.communicate(timeout=10)[1].splitlines()] == ["stopped"]
        assert child.returncode == 0
    with world.store() as store:
        store.check()
        assert store.digests() == ["weekly/2026-W38"]


@pytest.fixture
def silence():
    """The address of a server that takes a connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_sigterm_waits_for_no_silent_source_and_a_mail_under_way_only_until_a_second_one(world, silence):
    good = world.path.read_text()
    world.path.write_text(good.replace("allow: [", f"allow: ['{silence}', ").replace(world.server.address, f"http://{silence}"))
    with process(world, *SERVE) as child:
        until(child, "stage", stage="crawl")
        time.sleep(0.5)
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=8)
        assert child.returncode == 0
    mail = f"  smtp: {{host: 127.0.0.1, port: {silence.partition(':')[2]}, security: none, sender: tw@example.org}}"
    good = good.replace("hour: 6}", "hour: 6, recipients: [ann@example.org]}")
    world.path.write_text(good.replace("deliver: {", "deliver: {" + mail.strip() + ", "))
    with process(world, *SERVE) as child:
        until(child, "stage", stage="deliver")
        time.sleep(0.5)
        child.send_signal(signal.SIGTERM)
        time.sleep(1)
        assert child.poll() is None
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=2)
        assert child.returncode == -signal.SIGTERM
    with world.store() as store:
        assert {d.recipient: d.state for d in store.deliveries() if d.deliverer == "smtp"} == {"ann@example.org": "sending"}
        store.check()


ROOM = 40_000
"""Bytes that any file may have: enough for the journal's index (32 KiB), too few for a visit's pages of 8 KiB each."""


@pytest.mark.parametrize("words", [SERVE, ("run",)])
def test_a_disk_without_room_is_one_error_and_what_was_there_stays(world, words):
    world.at(MONDAY)
    with world.store() as store:
        before = store.counts()
    world.write(world.server.address, ("daily-ledger", "coast-wire", "evening-signal", "tech-gazette"))

    def cramped():
        resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, resource.RLIM_INFINITY))

    with process(world, *words, preexec_fn=cramped) as child:
        if words == SERVE:
            error = until(child, "error")[-1]
            assert (error["step"], child.poll()) == ("store", None)
            told = error["error"]
        else:
            _, told = child.communicate(timeout=60)
            assert child.returncode == 1
            assert told.startswith("trendwatch: ")
        assert len(told.strip().splitlines()) == 1
        assert "Check the disk and its free space" in told or "no room is left" in told
    with world.store() as store:
        store.check()
        after = store.counts()
    assert all(after[what] >= before[what] for what in ("items", "visits", "judgements", "digests"))


def test_a_damaged_store_is_refused_at_the_start_and_left_as_it_is(world):
    world.at(MONDAY)
    path = world.folder / "store.db"
    data, chance = bytearray(path.read_bytes()), random.Random(1)
    for page in range(3, len(data) // 8192):
        data[page * 8192 + 40 : page * 8192 + 3000] = chance.randbytes(2960)
    path.write_bytes(data)
    with process(world, *SERVE) as child:
        _, told = child.communicate(timeout=30)
    assert child.returncode == 1
    assert "is damaged" in told
    assert len(told.strip().splitlines()) == 1
    assert path.read_bytes() == data


def test_a_wrong_configuration_at_the_start_is_status_2(world):
    world.path.write_text("sources: [")
    with process(world, *SERVE) as child:
        _, told = child.communicate(timeout=30)
    assert child.returncode == 2
    assert "sources.yaml:2:1: " in told


def test_fifteen_kills_in_every_stage_lose_nothing_and_send_nothing_twice():
    told = kills.run(15, sources=("arxiv-jailbreaks", "federal-register", "hacker-news"))
    assert sum(told.kills.values()) >= 15
    assert all(told.kills[stage] for stage in kills.STAGES), told.kills
    assert told.mails
    assert (told.lost, told.twice, told.never, told.damaged, told.broken) == ([], 0, [], [], [])
