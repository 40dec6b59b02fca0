import asyncio
import os
import time
from datetime import UTC, datetime

import pytest
from crawl_kinds import Bulky, Evil, plain

from trendwatch.collect import child
from trendwatch.collect.child import Readers
from trendwatch.errors import ParseError
from trendwatch.model import Request, Response, Source

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def response(body):
    request = Request(url="http://example.org/")
    return Response(request=request, url=request.url, status=200, headers={}, body=body)


def read(*bodies, kind=Evil, size=1, wall_s=30.0):
    """What each body leads to in one pool: titles or the complaint, and the pool's idle children at the end."""
    source = Source(name="s", kind="evil", reader=kind(url="http://example.org/"))
    told = []

    async def go():
        async with Readers(plain, size=size, wall_s=wall_s) as readers:
            for body in bodies:
                try:
                    reading = await readers.read(source, response(body), NOW)
                    told.append([i.title for i in reading.items])
                except ParseError as error:
                    told.append(str(error))
            return len(readers._idle)

    return told, asyncio.run(go())


def test_a_child_reads_one_answer_after_another():
    told, idle = read(b"one", b"two", b"three")
    assert told == [["one no secret"], ["two no secret"], ["three no secret"]]
    assert idle == 1


def test_a_child_knows_no_secret_of_the_environment():
    os.environ["TRENDWATCH_SMTP_PASSWORD"] = "a made-up password"
    try:
        assert read(b"x")[0] == [["x no secret"]]
    finally:
        del os.environ["TRENDWATCH_SMTP_PASSWORD"]


@pytest.mark.parametrize(
    ("body", "complaint"),
    [(b"die", "SIGKILL"), (b"nest", "nested too deeply"), (b"bug", "KeyError"), (b"eat", "memory"), (b"", "empty")],
)
def test_what_ends_or_disturbs_a_child_costs_its_answer_and_nothing_else(body, complaint):
    told, _ = read(body, b"after")
    assert complaint in told[0]
    assert told[1] == ["after no secret"]


def test_a_child_that_does_not_come_back_is_killed():
    began = time.monotonic()
    told, _ = read(b"sleep", b"after", wall_s=2.0)
    assert "longer than 2 s" in told[0]
    assert told[1] == ["after no secret"]
    assert time.monotonic() - began < 20


def test_a_child_that_computes_without_end_is_ended_by_the_system():
    before, child.CPU_S = child.CPU_S, 1
    try:
        code = "import trendwatch.collect.child as c; c.CPU_S = 0; c.serve()"
        start, child._START = child._START, code
        told, _ = read(b"spin")
        child._START = start
    finally:
        child.CPU_S = before
    assert "of computing" in told[0]


def test_a_reader_that_prints_does_not_garble_the_replies():
    assert read(b"print", b"after")[0] == [["print no secret"], ["after no secret"]]


def test_read_only_mappings_survive_the_way():
    told, _ = read(b'{"entries": ["a"]}', kind=Bulky)
    assert told == [["a"]]


def test_a_reading_that_is_given_up_leaves_no_process():
    source = Source(name="s", kind="evil", reader=Evil(url="http://example.org/"))

    async def go():
        async with Readers(plain, size=1) as readers:
            task = asyncio.create_task(readers.read(source, response(b"sleep"), NOW))
            await asyncio.sleep(0.5)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert readers._idle == []
            return await readers.read(source, response(b"after"), NOW)

    assert asyncio.run(go()).found == 1


def test_there_is_room_for_no_more_while_answers_wait_to_be_read():
    async def go():
        async with Readers(size=1) as readers:
            await readers.room()
            jobs = [asyncio.ensure_future(readers.work(time.sleep, 0.2)) for _ in range(1 + child.WAITING)]
            await asyncio.sleep(0)
            waited = asyncio.ensure_future(readers.room())
            await asyncio.wait([jobs[0], waited], return_when=asyncio.FIRST_COMPLETED)
            done = [job.done() for job in jobs]
            await asyncio.gather(*jobs, waited)
            return done

    assert asyncio.run(go()) == [True] + [False] * child.WAITING
