import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from crawl_kinds import Bulky, Evil, Lines, Remembering, Scraped, plain
from loopback import Web, answer

from trendwatch.collect.crawl import crawl, in_turn, offline
from trendwatch.collect.pace import Pace
from trendwatch.errors import StorageError
from trendwatch.model import Network, Source, Visit

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)


@pytest.fixture
def web():
    server = Web()
    yield server
    server.close()


def page(*entries, **more):
    headers = more.pop("headers", {})
    return answer(body=json.dumps({"entries": entries, **more}).encode(), **headers)


def source(web, path, kind=Lines, name="", **keys):
    return Source(name=name or path, kind="lines", reader=kind(url=web.url(path) if web else path, **keys))


class Kept:
    """What a crawl handed on, and the validators as a store would keep them."""

    def __init__(self):
        self.visits, self.items, self.validators, self.memories = {}, {}, {}, {}

    def keep(self, visit, items, validators, memories):
        self.visits[visit.source] = visit
        self.items[visit.source] = [i.title for i in items]
        self.validators |= {v.url: v for v in validators}
        self.memories |= {(m.source, m.url): m.text for m in memories}


def run(web, *sources, kept=None, since=None, max_requests=50, pace=None, on_closed=None, **network):
    kept = kept or Kept()
    settings = {"allow": (web.place,) if web else (), "host_gap_s": 0.001, "total_timeout_s": 5.0} | network
    asyncio.run(
        crawl(
            sources,
            network=Network(**settings),
            since=since or {},
            validators=dict(kept.validators),
            now=NOW,
            on_visit=kept.keep,
            memories=dict(kept.memories),
            max_requests=max_requests,
            normalise=plain,
            pace=pace,
            on_closed=on_closed,
        )
    )
    return kept


@pytest.mark.parametrize("kind", [Lines, Bulky])
def test_a_visit_tells_what_came_of_it_and_what_it_cost(web, kind):
    web.routes["/a"] = page("one", "skip two")
    kept = run(web, source(web, "/a", kind))
    visit = kept.visits["/a"]
    assert kept.items["/a"] == ["one"]
    assert (visit.outcome, visit.status, visit.found, visit.requests, visit.error) == ("ok", 200, 2, 1, "")
    assert visit.started_at == NOW
    assert [s.reason for s in visit.skipped] == ["says so"]
    assert visit.bytes > 0


def test_a_second_crawl_with_what_the_first_left_brings_nothing(web):
    web.routes["/a"] = page("one")
    kept = run(web, source(web, "/a"))
    again = run(web, source(web, "/a"), kept=kept)
    assert again.visits["/a"].outcome == "unchanged"
    assert again.visits["/a"].not_modified == 1
    assert again.items["/a"] == []


def test_pages_that_a_page_points_to_are_asked_and_pages_known_are_not_asked_again(web):
    web.routes |= {"/a": page("1", next=["/b", "/c"]), "/b": page("2", next=["/a"]), "/c": page("3")}
    kept = run(web, source(web, "/a"))
    assert kept.items["/a"] == ["1", "2", "3"]
    assert {path: len(seen) for path, seen in web.seen.items()} == {"/a": 1, "/b": 1, "/c": 1}


def test_a_failing_page_leaves_what_the_others_brought_and_the_way_there_is_asked_whole_again(web):
    web.routes |= {"/a": page("1", next=["/b", "/c"]), "/b": answer(503), "/c": page("3")}
    kept = run(web, source(web, "/a"))
    visit = kept.visits["/a"]
    assert kept.items["/a"] == ["1", "3"]
    assert visit.outcome == "partial"
    assert "503" in visit.error
    assert set(kept.validators) == {web.url("/c")}
    web.routes["/b"] = page("2")
    again = run(web, source(web, "/a"), kept=kept)
    assert again.items["/a"] == ["1", "2"]
    assert again.visits["/a"].outcome == "ok"


def test_paging_ends_at_the_cap_and_says_so(web):
    web.routes["/a"] = lambda request: page(request.path, next=[f"/a?{len(request.path)}{request.path[-3:]}0"])(request)
    kept = run(web, source(web, "/a"), max_requests=4)
    assert kept.visits["/a"].requests == 4
    assert "4 requests are enough" in kept.visits["/a"].skipped[-1].reason


def test_paging_ends_when_a_page_brings_nothing_new(web):
    numbers = iter(range(100))
    web.routes["/a"] = lambda request: page("same", next=[f"/a?{next(numbers)}"])(request)  # noqa: PLW0108 - another page each time
    kept = run(web, source(web, "/a"))
    assert kept.items["/a"] == ["same"]
    assert kept.visits["/a"].requests == 2
    assert "nothing new" in kept.visits["/a"].skipped[-1].reason


@pytest.mark.parametrize(
    ("handler", "outcome", "word"),
    [
        (answer(404), "permanent", "404"),
        (answer(500), "transient", "500"),
        (answer(302, Location="http://127.0.0.2/"), "policy", "127.0.0.2"),
        (page(wrong="not what this kind reads"), "parse-error", "not what this kind reads"),
        (answer(body=b"  "), "parse-error", "empty"),
        (page(), "empty", ""),
        (page("a", damaged="line 3 was cut"), "partial", "line 3"),
        (answer(204), "unchanged", ""),
    ],
)
def test_every_end_of_a_visit_has_its_word(web, handler, outcome, word):
    web.routes["/a"] = handler
    visit = run(web, source(web, "/a")).visits["/a"]
    assert visit.outcome == outcome
    assert word in visit.error


def test_one_failing_source_is_a_visit_and_the_others_go_on(web):
    web.routes |= {"/ok": page("fine"), "/die": answer(body=b"die"), "/bug": answer(body=b"bug"), "/gone": answer(410)}
    kept = run(web, source(web, "/die", Evil), source(web, "/bug", Evil), source(web, "/gone"), source(web, "/ok", Bulky))
    assert {name: v.outcome for name, v in kept.visits.items()} == {
        "/die": "parse-error",
        "/bug": "parse-error",
        "/gone": "permanent",
        "/ok": "ok",
    }


def test_validators_of_an_answer_that_was_not_read_or_was_damaged_are_not_kept(web):
    web.routes |= {
        "/wrong": page(wrong="x", headers={"ETag": '"1"'}),
        "/damaged": page("a", damaged="y", headers={"ETag": '"1"'}),
    }
    assert run(web, source(web, "/wrong"), source(web, "/damaged")).validators == {}


def test_each_visit_is_handed_on_when_it_is_over(web):
    order = []
    web.routes |= {f"/{n}": page("x") for n in range(3)}

    class Watching(Kept):
        def keep(self, visit, items, validators, memories):
            order.append((visit.source, len(web.times)))

    run(web, *(source(web, f"/{n}") for n in range(3)), kept=Watching(), host_gap_s=0.2)
    assert [name for name, _ in order] == ["/0", "/1", "/2"]
    assert order[0][1] <= 2


def test_a_failure_to_keep_ends_the_crawl_as_itself(web):
    web.routes["/a"] = page("x")

    class Full(Kept):
        def keep(self, visit, items, validators, memories):
            raise StorageError("disk full")

    with pytest.raises(StorageError, match="disk full"):
        run(web, source(web, "/a"), kept=Full())


def test_one_host_is_asked_one_request_at_a_time_with_its_gap(web):
    web.routes |= {f"/{n}": page("x") for n in range(5)}
    run(web, *(source(web, f"/{n}") for n in range(5)), host_gap_s=0.1)
    gaps = [after[0] - before[1] for before, after in zip(web.times, web.times[1:], strict=False)]
    assert min(gaps) >= 0.08


def test_sources_of_several_hosts_share_a_named_queue(web):
    other = Web()
    try:
        for server in (web, other):
            server.routes["/a"] = page("x")
        pair = [source(s, "/a", name=str(s.port), pace="shared", gap_s=0.4) for s in (web, other)]
        run(web, *pair, allow=(web.place, other.place))
        begins = sorted(began for s in (web, other) for began, _ in s.times)
        assert begins[1] - begins[0] >= 0.4
    finally:
        other.close()


def test_a_source_whose_host_wants_to_be_left_alone_is_put_off_and_is_no_visit(web):
    web.routes |= {"/a": answer(429, Retry_After="3600"), "/b": page("x"), "/c": page("y")}
    put_off = {}
    pace = Pace()
    pace.begin(NOW)
    kept = run(
        web, *(source(web, p) for p in ("/a", "/b", "/c")), pace=pace, on_closed=lambda s, e: put_off.update({s.name: e})
    )
    assert {name: v.outcome for name, v in kept.visits.items()} == {"/a": "transient"}
    assert sorted(put_off) == ["/b", "/c"]
    assert {e.queue for e in put_off.values()} == {web.place}
    assert all(timedelta(minutes=59) < e.until - NOW < timedelta(minutes=61) for e in put_off.values())
    assert sorted(web.seen) == ["/a"]


def test_a_source_is_put_off_too_when_its_address_leads_to_a_host_that_wants_to_be_left_alone(web):
    other = Web()
    try:
        web.routes["/a"] = answer(302, Location=other.url("/a"))
        other.routes |= {"/a": page("x"), "/b": answer(429, Retry_After="3600")}
        pace, put_off, allow = Pace(), [], (web.place, other.place)
        run(web, source(other, "/b"), pace=pace, allow=allow)
        kept = run(web, source(web, "/a"), pace=pace, allow=allow, on_closed=lambda s, e: put_off.append((s.name, e.queue)))
    finally:
        other.close()
    assert put_off == [("/a", other.place)]
    assert (kept.visits, list(other.seen)) == ({}, ["/b"])


def test_a_page_of_a_source_that_may_not_be_asked_any_more_leaves_what_came_before(web):
    def last(request):
        answer(
            body=json.dumps({"entries": ["x"], "next": ["/2"]}).encode(), X_RateLimit_Remaining="0", X_RateLimit_Reset="600"
        )(request)

    web.routes["/1"] = last
    put_off = []
    kept = run(web, source(web, "/1"), on_closed=lambda *told: put_off.append(told))
    assert (kept.visits["/1"].outcome, kept.items["/1"], put_off) == ("partial", ["x"], [])
    assert "left alone" in kept.visits["/1"].error
    assert kept.visits["/1"].requests == 1


def test_robots_txt_that_closes_its_host_puts_off_all_who_wait_for_it(web):
    web.routes |= {"/robots.txt": answer(429, Retry_After="600"), "/a": page("x"), "/b": page("y")}
    put_off = []
    kept = run(web, *(source(web, p, Scraped) for p in ("/a", "/b")), on_closed=lambda s, _: put_off.append(s.name))
    assert (kept.visits, sorted(put_off)) == ({}, ["/a", "/b"])
    assert {path: len(seen) for path, seen in web.seen.items()} == {"/robots.txt": 1}


def test_a_key_stays_with_the_origin_it_was_meant_for(web):
    other = Web()
    try:
        web.routes |= {"/a": page("1", next=["/b", other.url("/c")]), "/b": page("2")}
        other.routes["/c"] = page("3")
        kept = run(web, source(web, "/a", headers={"X-Api-Key": "k"}), allow=(web.place, other.place))
        assert kept.items["/a"] == ["1", "2", "3"]
        assert web.seen["/b"][0]["x-api-key"] == "k"
        assert "x-api-key" not in other.seen["/c"][0]
    finally:
        other.close()


def test_robots_txt_binds_scraped_pages_and_feeds_only_when_asked_to(web):
    web.routes |= {"/robots.txt": answer(body=b"User-agent: *\nDisallow: /\n"), "/a": page("x")}
    assert run(web, source(web, "/a", Scraped)).visits["/a"].outcome == "policy"
    assert run(web, source(web, "/a")).visits["/a"].outcome == "ok"
    assert run(web, source(web, "/a"), robots_for_feeds=True).visits["/a"].outcome == "policy"


def test_the_last_success_reaches_the_kind(web):
    web.routes["/a"] = page("x")
    run(web, source(web, "/a"), since={"/a": NOW - timedelta(days=7)})
    assert list(web.seen) == ["/a?since=2026-02-23"]


def test_wishes_to_be_left_alone_become_the_next_time(web):
    web.routes |= {
        "/ttl": page("x", ttl=7200),
        "/age": page("x", headers={"Cache_Control": "max-age=600"}),
        "/wait": answer(503, Retry_After="90"),
        "/none": page("x"),
    }
    visits = {}
    for path in ("/ttl", "/age", "/wait", "/none"):
        visits |= run(web, source(web, path)).visits
    waits = {path: v.next_at and (v.next_at - NOW).total_seconds() for path, v in visits.items()}
    assert waits == {"/ttl": 7200, "/age": 600, "/wait": 90, "/none": None}


def test_a_move_is_noted_only_when_its_target_was_read(web):
    web.routes |= {
        "/old": answer(301, Location="/new"),
        "/new": page("x"),
        "/parked": answer(301, Location="/page"),
        "/page": page(wrong="a page"),
    }
    visits = run(web, source(web, "/old"), source(web, "/parked")).visits
    assert visits["/old"].moved_to == web.url("/new")
    assert visits["/parked"].moved_to == ""


def test_a_move_is_noted_too_when_nothing_changed_at_the_new_address(web):
    web.routes |= {"/old": page("x"), "/new": page("x")}
    kept = run(web, source(web, "/old"))
    web.routes["/old"] = answer(301, Location="/new")
    visit = run(web, source(web, "/old"), kept=kept).visits["/old"]
    assert (visit.outcome, visit.moved_to) == ("unchanged", web.url("/new"))


def test_hosts_take_turns():
    names = [
        ("a", "http://one.example.org/1"),
        ("b", "http://one.example.org/2"),
        ("c", "http://two.example.org/1"),
        ("d", "no url"),
    ]
    ordered = in_turn([Source(name=n, kind="lines", reader=Lines(url=u)) for n, u in names])
    assert [s.name for s in ordered] == ["a", "c", "d", "b"]


def test_names_that_cannot_be_found_mean_offline_only_when_nothing_was_reached(web):
    lost = [source(None, f"http://host-{n}.invalid/", name=str(n)) for n in range(8)]
    kept = run(None, *lost)
    assert offline(list(kept.visits.values()))
    web.routes["/a"] = page("x")
    assert not offline(list(run(web, *lost, source(web, "/a")).visits.values()))


def visit(error, outcome="transient"):
    return Visit(source=error, started_at=NOW, outcome=outcome, error=error)


def test_one_mistyped_name_is_not_offline():
    assert not offline([])
    assert not offline([visit("the name was not found: exmaple.invalid")])
    assert offline([visit("names cannot be looked up: example.org")])
    assert offline([visit("the network is unreachable (x)"), visit("bad port", "policy")])
    assert not offline([visit("the network is unreachable (x)"), visit("HTTP 500: the server failed")])


def test_what_a_kind_leaves_it_finds_at_the_next_answer_to_the_same_address(web):
    web.routes["/a"] = page("one", headers={"ETag": '"x"'})
    first = run(web, source(web, "/a", Remembering))
    assert first.memories == {("/a", web.url("/a")): "seen 1 times"}
    again = run(web, source(web, "/a", Remembering), kept=first)
    assert again.memories == {("/a", web.url("/a")): "seen 2 times"}, "an unsettled answer is asked for whole again"
    assert again.visits["/a"].outcome == "ok"


def test_an_answer_of_another_shape_is_partial_says_so_and_is_read_whole_each_time(web):
    web.routes["/a"] = page("one", warning="1 item, at least 5 are promised", headers={"ETag": '"x"'})
    kept = run(web, source(web, "/a"))
    assert (kept.visits["/a"].outcome, kept.visits["/a"].error) == ("partial", "looks wrong: 1 item, at least 5 are promised")
    assert kept.items["/a"] == ["one"]
    assert not kept.validators


def test_hours_that_a_feed_skips_put_off_the_next_visit(web):
    hours = [(NOW.hour + n) % 24 for n in range(4, 9)]
    web.routes["/a"] = page("one", skip=hours)
    assert run(web, source(web, "/a")).visits["/a"].next_at == NOW.replace(minute=0, second=0) + timedelta(hours=9)
    web.routes["/b"] = page("one", skip=list(range(24)))
    assert run(web, source(web, "/b")).visits["/b"].next_at is None
