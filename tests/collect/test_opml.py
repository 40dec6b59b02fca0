"""Lists of feeds: followed, whatever shape they are in."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trendwatch.collect import opml as lists
from trendwatch.collect.sources.opml import Opml
from trendwatch.errors import ParseError
from trendwatch.model import Page, Request, Response

PAGES = Path(__file__).parent.parent / "pages" / "opml"
LIST = Opml(url="https://lists.example.org/feeds.opml")


def read(body: bytes | str, memory: str = "", kind: Opml = LIST) -> Page:
    data = body if isinstance(body, bytes) else body.encode()
    return kind.parse(Response(request=Request(url=kind.url), url=kind.url, status=200, headers={}, body=data, memory=memory))


def listing(*feeds: tuple[str, str]) -> str:
    rows = "".join(f'<outline text="{title}" type="rss" xmlUrl="{url}"/>' for title, url in feeds)
    return f'<opml version="2.0"><head><title>A list</title></head><body>{rows}</body></opml>'


def named(page: Page, kind: Opml = LIST) -> dict[str, str]:
    found = kind.sources({kind.url: page.memory or ""})
    assert all(set(entry) == {"name", "kind", "url"} and entry["kind"] == "feed" for entry in found)
    return {entry["name"]: entry["url"] for entry in found}


def test_the_feeds_of_a_nested_list_are_named_and_the_rest_is_told():
    page = read((PAGES / "nested.opml").read_bytes())
    assert named(page) == {
        "example-lab-news": "https://lab.example.org/feed.xml?a=1&b=2",
        "muller-uber-stimmen": "https://voices.example.org/rss",
        "ai": "https://jp.example.org/atom.xml",
    }
    assert page.title == "Labs & regulators"
    assert json.loads(page.memory)[1]["folders"] == ["Labs", "Voices"]
    assert [(s.what, s.reason.partition(": ")[2]) for s in page.skipped] == [
        ("Example Lab again", "stands on the list already"),
        ("No address", "names no address (xmlUrl)"),
        ("A script", "is no web address"),
        ("Another list", "is another list or a page: add it as a source of its own"),
    ]
    assert page.skipped[0].reason.startswith("line 11")


def test_a_list_with_bare_ampersands_keeps_its_addresses_whole():
    page = read((PAGES / "damaged-ampersands.opml").read_bytes())
    assert list(named(page).values()) == [
        "https://blog.example.org/feed?format=rss&lang=en&copy=1",
        "https://second.example.org/feed",
    ]
    assert "not well-formed" in page.damaged


def test_feeds_come_and_go_with_the_list():
    first = read(listing(("A", "https://a.example.org/"), ("B", "https://b.example.org/")))
    second = read(listing(("B", "https://b.example.org/"), ("C", "https://c.example.org/")), first.memory or "")
    assert list(named(first)) == ["a", "b"]
    assert list(named(second)) == ["b", "c"]


def test_a_feed_keeps_its_name_when_its_title_or_its_place_changes():
    first = read(listing(("News", "https://a.example.org/"), ("News", "https://b.example.org/")))
    names = {url: name for name, url in named(first).items()}
    assert names["https://a.example.org/"] == "news"
    assert names["https://b.example.org/"].startswith("news-")
    again = read(listing(("Other", "https://b.example.org/"), ("News", "https://a.example.org/")), first.memory or "")
    assert {url: name for name, url in named(again).items()} == names


def test_the_name_of_a_feed_that_is_gone_goes_to_another_only_afterwards():
    first = read(listing(("News", "https://a.example.org/")))
    second = read(listing(("News", "https://b.example.org/")), first.memory or "")
    assert list(named(second)) != list(named(first))


def test_a_list_that_breaks_off_takes_no_feed_away():
    first = read(listing(("A", "https://a.example.org/"), ("B", "https://b.example.org/")))
    broken = read(listing(("A", "https://a.example.org/"), ("B", "https://b.example.org/"))[:-60], first.memory or "")
    assert broken.damaged
    assert set(named(broken)) == {"a", "b"}


def test_an_empty_list_is_a_warning_and_a_long_one_is_cut():
    assert "no feed" in read(listing()).warning
    page = read(listing(*((f"F{n}", f"https://f{n}.example.org/") for n in range(30))), kind=Opml(url=LIST.url, most=10))
    assert len(named(page)) == 10
    assert page.skipped[-1].what == "20 feeds"


@pytest.mark.parametrize(
    "body",
    [
        "<html><body>Sign in</body></html>",
        "<opml></opml>",
        '<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml><body><outline text="&a;" xmlUrl="https://a.example.org/"/></body></opml>',
        '<!DOCTYPE opml [<!ENTITY a "x">]><opml><body/></opml>'.encode("utf-16"),
        "[]",
        " ",
    ],
)
def test_what_is_no_list_or_declares_entities_is_refused(body):
    with pytest.raises(ParseError):
        read(body)


def test_a_list_may_be_deep_and_in_any_encoding():
    deep = '<outline text="x">' * 200 + '<outline xmlUrl="https://a.example.org/é"/>' + "</outline>" * 200
    body = f'<?xml version="1.0" encoding="ISO-8859-1"?><opml><body>{deep}</body></opml>'.encode("latin-1")
    assert list(named(read(body)).values()) == ["https://a.example.org/é"]


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_a_list_or_a_clear_error(data):
    with suppress(ParseError):
        title, outlines, _ = lists.read(b"<opml><body>" + data)
        assert isinstance(title, str)
        assert all(o.line >= 1 for o in outlines)


@pytest.mark.parametrize("memory", ["{", "7", '[{"url": 1}]', "[[]]", "null"])
def test_a_memory_that_cannot_be_read_names_nothing(memory):
    assert LIST.sources({LIST.url: memory}) == []
    assert named(read(listing(("A", "https://a.example.org/")), memory)) == {"a": "https://a.example.org/"}
