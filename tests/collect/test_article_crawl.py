"""The step that fetches pages: polite, within its budget, and never ended by one page."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from loopback import Web, answer
from test_article import ENGLISH, GERMAN, NOW, PAGES, an_item

from trendwatch.collect.article_crawl import AGAIN, FAILURES, fetch
from trendwatch.collect.pace import Pace
from trendwatch.model import ArticleBudget, Network

HTML = {"Content_Type": "text/html; charset=utf-8"}


@pytest.fixture
def web():
    served = Web()
    yield served
    served.close()


def page(name):
    return answer(200, (PAGES / name).read_bytes(), **HTML)


def run(web, *items, budget=None, tried=None, gap=0.0, allow=(), pace=None, on_closed=lambda *_: None, **network):
    """The articles by item id, and how many items are left."""
    found = {}
    left = asyncio.run(
        fetch(
            items,
            network=Network(allow=(web.place, *allow), host_gap_s=gap, total_timeout_s=5, **network),
            budget=budget or ArticleBudget(),
            now=NOW,
            on_article=lambda a: found.update({a.item_id: a}),
            tried=tried,
            pace=pace,
            on_closed=on_closed,
        )
    )
    return found, left


def linked(web, n, path, title=ENGLISH, **changes):
    return an_item(title, **{"id": f"i{n}", "url": web.url(path), "published_at": NOW - timedelta(hours=n), **changes})


def test_pages_are_fetched_and_read_and_one_that_fails_stops_no_other(web):
    web.routes |= {"/a": page("english.html"), "/b": page("german.html"), "/c": page("captcha.html")}
    items = [linked(web, 1, "/a"), linked(web, 2, "/gone"), linked(web, 3, "/b", GERMAN), linked(web, 4, "/c")]
    found, left = run(web, *items)
    assert {k: a.state for k, a in found.items()} == {"i1": "ok", "i2": "gone", "i3": "ok", "i4": "captcha"}
    assert left == 0
    assert found["i2"].reason == "HTTP 404: not found"
    assert all(a.fetched_at == NOW and a.next_at is None for a in found.values())
    assert "text/html" in web.seen["/a"][0]["accept"]
    assert "if-none-match" not in web.seen["/a"][0]


def test_robots_txt_is_asked_once_and_obeyed(web):
    web.routes |= {
        "/robots.txt": answer(200, b"User-agent: *\nDisallow: /a\n"),
        "/a": page("english.html"),
        "/b": page("english.html"),
    }
    found, _ = run(web, linked(web, 1, "/a"), linked(web, 2, "/b"))
    assert [found[i].state for i in ("i1", "i2")] == ["robots", "ok"]
    assert (len(web.seen["/robots.txt"]), len(web.seen["/a"])) == (1, 0)


@pytest.mark.parametrize(
    ("status", "state"), [(401, "login"), (402, "paywall"), (403, "gone"), (410, "gone"), (451, "gone"), (503, "unreached")]
)
def test_a_status_says_what_became_of_the_page(web, status, state):
    web.routes["/a"] = answer(status, b"no", Retry_After="1") if status == 503 else answer(status, b"no")
    found, _ = run(web, linked(web, 1, "/a"))
    assert found["i1"].state == state


def test_a_bot_wall_is_called_one(web):
    web.routes["/a"] = answer(403, b"<title>Just a moment...</title>", **HTML)
    assert run(web, linked(web, 1, "/a"))[0]["i1"].state == "captcha"


def test_what_may_change_is_asked_again_later_and_not_for_ever(web):
    web.routes["/a"] = answer(500, b"no")
    states = [run(web, linked(web, 1, "/a"), tried={"i1": n})[0]["i1"] for n in range(3)]
    assert [(a.state, a.tries) for a in states] == [("unreached", 1), ("unreached", 2), ("unreached", 3)]
    assert [a.next_at for a in states] == [NOW + AGAIN[0], NOW + AGAIN[1], None]


def test_a_page_that_two_items_link_to_is_fetched_once(web):
    web.routes["/a"] = page("english.html")
    found, _ = run(web, linked(web, 1, "/a"), linked(web, 2, "/a", source="other"), linked(web, 3, "/a", "Of bears and fish"))
    assert {k: a.state for k, a in found.items()} == {"i1": "ok", "i2": "ok", "i3": "other page"}
    assert len(web.seen["/a"]) == 1


def test_the_newest_pages_of_each_host_come_first_and_the_rest_is_left(web):
    other = Web()
    try:
        items = [linked(web, n, f"/{n}") for n in range(1, 6)] + [replace(linked(other, 9, "/x"), id="x")]
        for n in range(1, 6):
            web.routes[f"/{n}"] = page("english.html")
        other.routes["/x"] = page("english.html")
        found, left = run(web, *reversed(items), budget=ArticleBudget(pages=3), allow=(other.place,))
    finally:
        other.close()
    assert (sorted(found), left) == (["i1", "i2", "x"], 3)


def test_no_page_is_asked_for_without_a_budget(web):
    assert run(web, linked(web, 1, "/a"), budget=ArticleBudget(pages=0)) == ({}, 1)
    assert not web.seen


def test_the_step_ends_when_its_time_is_over_and_keeps_what_came(web):
    def slow(request):
        time.sleep(3)
        answer(200, b"late", **HTML)(request)

    web.routes |= {"/a": page("english.html"), "/b": slow}
    began = time.monotonic()
    found, left = run(web, linked(web, 1, "/a"), linked(web, 2, "/b"), budget=ArticleBudget(seconds_s=2.5))
    assert time.monotonic() - began < 5
    assert (list(found), left) == (["i1"], 1)


def test_a_host_that_keeps_failing_is_spared(web):
    web.routes["/a"] = page("english.html")
    web.routes |= {f"/{n}": answer(500, b"no") for n in range(2, 9)}
    found, left = run(web, linked(web, 1, "/a"), *(linked(web, n, f"/{n}") for n in range(2, 9)))
    assert len(found) == 1 + FAILURES
    assert left == 7 - FAILURES


def test_hosts_that_want_to_be_left_alone_are(web):
    web.routes |= {"/a": answer(429, b"", Retry_After="3600"), "/b": page("english.html")}
    found, left = run(web, linked(web, 1, "/a"), linked(web, 2, "/b"))
    assert (list(found), left, len(web.seen["/b"])) == (["i1"], 1, 0)
    assert found["i1"].next_at == NOW + AGAIN[0]


def test_a_host_that_closed_during_the_crawl_is_not_asked_for_articles_and_its_items_are_told(web):
    web.routes |= {"/a": page("english.html"), "/b": page("english.html")}
    pace, told = Pace(), []
    pace.begin(NOW, {web.place: NOW + timedelta(hours=1)})
    items = [linked(web, 1, "/a"), linked(web, 2, "/b"), linked(web, 3, "/b")]
    found, left = run(web, *items, pace=pace, on_closed=lambda items, e: told.append(([i.id for i in items], e.queue)))
    assert (found, left, told) == ({}, 3, [(["i1", "i2", "i3"], web.place)])
    assert not web.seen


def test_a_page_that_leads_to_a_closed_host_is_put_off_alone_until_that_host_may_be_asked(web):
    other, pace, told = Web(), Pace(), []
    until = NOW + timedelta(hours=2)
    pace.begin(NOW, {other.place: until})
    links = [linked(web, n, f"/{n}") for n in range(1, 8)]
    web.routes |= {f"/{n}": page("english.html") for n in range(1, 8)}
    web.routes |= {f"/{n}": answer(302, Location=other.url("/x")) for n in (1, 2, 3, 4)}
    try:
        found, left = run(web, *links, allow=(other.place,), pace=pace, tried={"i2": 2}, on_closed=lambda *a: told.append(a))
    finally:
        other.close()
    assert {k: a.state for k, a in found.items()} == {
        **{f"i{n}": "unreached" for n in (1, 2, 3, 4)},
        **{f"i{n}": "ok" for n in (5, 6, 7)},
    }
    assert (left, told, dict(other.seen)) == (0, [], {})
    assert [(found[i].next_at, found[i].tries) for i in ("i1", "i2")] == [(until, 0), (until, 2)], "it was no try"
    assert (
        found["i1"].reason == f"its page leads to {other.place}, which asked to be left alone until {until:%Y-%m-%d %H:%M} UTC"
    )


def test_nothing_is_held_against_pages_while_no_host_answers(web):
    items = [linked(web, n, "/a", url=f"http://127.0.0.1:{port}/a") for n, port in ((1, 1), (2, 2))]
    found, left = run(web, *items, allow=("127.0.0.1:1", "127.0.0.1:2"))
    assert (found, left) == ({}, 2)
    web.routes["/a"] = page("english.html")
    found, _ = run(web, *items, linked(web, 3, "/a"), allow=("127.0.0.1:1", "127.0.0.1:2"))
    assert {k: a.state for k, a in found.items()} == {"i1": "unreached", "i2": "unreached", "i3": "ok"}


def test_an_address_that_may_not_be_asked_is_told(web):
    web.routes["/a"] = page("english.html")
    found, _ = run(web, linked(web, 1, "/a"), linked(web, 2, "/a", url="http://10.0.0.1/a"))
    assert found["i2"].state == "policy"


def test_what_hears_of_articles_may_end_the_step(web):
    web.routes["/a"] = page("english.html")

    def stop(_):
        raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        asyncio.run(
            fetch(
                [linked(web, 1, "/a")],
                network=Network(allow=(web.place,), host_gap_s=0.0),
                budget=ArticleBudget(),
                now=NOW,
                on_article=stop,
            )
        )
