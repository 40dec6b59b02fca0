"""Processes killed while they write, and processes that read meanwhile. A driver of its own forks the victims: it has no threads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

DRIVER = """
import os, random, signal, sys, time
sys.path.insert(0, sys.argv[2])
from storage_samples import a_digest, a_judgement, a_visit, an_item
from trendwatch.model import Query, Story, Validators
from trendwatch.storage import connect

URL, PER_VISIT = sys.argv[1], 20

def write(start, done):
    with connect(URL) as store:
        for visit in range(start, start + 10_000):
            items = [an_item(visit * PER_VISIT + n, text=f"visit{visit} " * 30) for n in range(PER_VISIT)]
            edited = [an_item(n, title=f"again {visit}", text="visit0 " * 30, content_hash=f"again {visit}") for n in range(5)]
            store.add_visit(a_visit(f"source-{visit}"), (edited if visit else []) + items, [Validators(url="feed", etag=str(visit))])
            os.write(done, b".")
            store.put_judgements("r", [a_judgement(i) for i in items])
            store.put_groups([], [Story(id=items[0].id, item_ids=tuple(i.id for i in items), lead_id=items[0].id)])
            store.put_digest(a_digest(item_ids=tuple(i.id for i in items)))

def check():
    with connect(URL) as store:
        assert store._file.rows("PRAGMA integrity_check") == [("ok",)]
        assert store._file.rows("PRAGMA foreign_key_check") == []
        for index in ("words", "forms"):
            with store._file.writing():
                store._file.run(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")
        visits = len(store.visits())
        items = [i for i in store.items() if i.text.startswith("visit")]
        assert sum(v.new for v in store.visits()) == len(store.items()), "a visit says what it did not do"
        assert len(items) == visits * PER_VISIT, "half a visit"
        if visits:
            assert store.known_validators()["feed"].etag == str(visits - 1), "validators apart from their items"
            assert len(store.search_words(Query(words=f"visit{visits - 1}"), 100)) == PER_VISIT
            judged = store.counts()["judgements"]
            assert judged % PER_VISIT == 0, "half of the judgements"
            assert all(len(s.item_ids) == PER_VISIT for s in store.stories()), "half a story"
            digest = store.digest("weekly/2026-W09")
            told = store.told("weekly", "2026-W10")
            assert digest is None or {i for e in digest.sections["papers"] for i in e.item_ids} == set(told)
        return visits

def victim(start):
    heard, done = os.pipe()
    child = os.fork()
    if not child:
        try:
            write(start, done)
        finally:
            os._exit(1)
    os.close(done)
    return child, heard

def end(child, heard):
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(heard)

def kills():
    # By the work done, not by the clock: after some visits, then a moment that can fall anywhere in the next ones.
    rng = random.Random(0)
    visits = 0
    for n in range(40):
        child, heard = victim(visits)
        for _ in range(rng.choice((0, 1, 1, 2))):
            os.read(heard, 1)
        time.sleep(rng.uniform(0, 0.03))
        end(child, heard)
        visits = check()
    print("killed 40 times,", "some written" if visits >= 20 else "too little written")

def reading():
    connect(URL).close()
    child, heard = victim(0)
    torn = 0
    for n in range(15):
        os.read(heard, 1)
        with connect(URL, read_only=True) as store:
            torn += len(store.items()) % PER_VISIT != 0
            assert store.search_words(Query(words="visit0"), 5)
    end(child, heard)
    print("torn", torn)

{"kills": kills, "reading": reading}[sys.argv[3]]()
"""


def drive(tmp_path, what):
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, f"sqlite:///{tmp_path}/store.db", str(Path(__file__).parent), what],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.stderr == ""
    return done.stdout.strip()


def test_forty_kills_while_writing_leave_only_whole_visits_judgements_stories_and_digests(tmp_path):
    assert drive(tmp_path, "kills") == "killed 40 times, some written"


def test_a_reader_never_waits_for_the_writer_nor_sees_half_a_visit(tmp_path):
    assert drive(tmp_path, "reading") == "torn 0"
