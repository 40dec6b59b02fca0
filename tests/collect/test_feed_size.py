import time

import pytest

from trendwatch.collect.sources import MOST_ENTRIES
from trendwatch.collect.sources._feed_size import MOST_IN_A_ROW, cut
from trendwatch.collect.sources.feed import Feed
from trendwatch.model import Request, Response

URL = "https://news.example.org/feed"


def parse(inner):
    body = b"<?xml version='1.0'?><rss version='2.0'><channel><title>News</title>" + inner + b"</channel></rss>"
    return Feed(url=URL).parse(Response(request=Request(url=URL), url=URL, status=200, headers={}, body=body))


def entries(numbers):
    date = b"<pubDate>Mon, 02 Mar 2026 %02d:%02d:%02d GMT</pubDate>"
    return b"".join(
        b"<item><title>n%d</title><guid>%d</guid>" % (n, n) + date % (n // 3600, n // 60 % 60, n % 60) + b"</item>"
        for n in numbers
    )


@pytest.mark.parametrize("order", [range(30_000), range(29_999, -1, -1)], ids=["oldest first", "newest first"])
def test_of_a_flood_of_entries_the_newest_are_read_in_bounded_time(order):
    began = time.process_time()
    page = parse(entries(order))
    assert sorted(int(d.title[1:]) for d in page.drafts) == list(range(30_000 - MOST_ENTRIES, 30_000))
    assert [(s.what, s.reason) for s in page.skipped] == [
        (f"{30_000 - MOST_ENTRIES} entries", f"older than the newest {MOST_ENTRIES}")
    ]
    assert (page.title, page.damaged) == ("News", "")
    assert time.process_time() - began < 6


def test_a_flood_of_one_element_is_cut_and_said():
    began = time.process_time()
    page = parse(b"<item><title>One</title>" + b"<category>x</category>\n" * 150_000 + b"<guid>1</guid></item>")
    (draft,) = page.drafts
    assert (draft.title, draft.uid) == ("One", f"{URL.removesuffix('/feed')}/1")
    assert [s.what for s in page.skipped] == [f"{150_000 - MOST_IN_A_ROW} elements"]
    assert time.process_time() - began < 4


def test_a_feed_of_usual_size_is_left_as_it_is():
    body = b"<rss>" + entries(range(300)) * 3 + b"</rss>"
    assert cut(body) == (body, ())


def test_elements_of_many_names_are_no_flood():
    body = b"<feed>" + b"<entry><a>1</a><b>2</b><a>1</a><b/></entry>" * 1000 + b"</feed>"
    assert cut(body) == (body, ())


def test_tags_that_never_close_take_no_quadratic_time():
    began = time.process_time()
    for piece in (b"<category", b"<a b='", b"<item>", b"<a>", b"<a\n"):
        cut(piece * 30_000)
    assert time.process_time() - began < 4
