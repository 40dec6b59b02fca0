from __future__ import annotations

import pytest

from trendwatch.collect.discover import feeds_in, guesses

SITE = "https://mill.example.org/blog/"


def page(head: str = "", body: str = "") -> bytes:
    return f"<html><head>{head}</head><body>{body}</body></html>".encode()


def test_the_feeds_that_a_page_declares_come_first_and_comments_last():
    html = page(
        '<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">'
        '<link rel="alternate" type="application/atom+xml" title="Mill &amp; wheel" href="atom.xml">'
        '<link rel="alternate" type="application/json+oembed" href="/oembed">'
        '<link rel="alternate" hreflang="de" href="/de/">'
        '<link rel="stylesheet" type="text/css" href="/rss.css">',
        '<a href="/news/rss.xml">RSS</a> <a href="/rss.png">RSS</a> <a href="/feedback">Feedback</a>',
    )
    assert feeds_in(html, SITE) == [
        ("https://mill.example.org/blog/atom.xml", "Mill & wheel"),
        ("https://mill.example.org/news/rss.xml", "RSS"),
        ("https://mill.example.org/comments/feed", "Comments"),
    ]


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="feed" href="https://mill.example.org/f">',
        '<link rel="ALTERNATE" type="application/feed+json" href="/f">',
        "<link rel=alternate type='application/rss+xml' href='//mill.example.org/f'>",
        '<base href="https://mill.example.org/x/"><link rel="alternate" type="application/rdf+xml" href="../f">',
        '<link rel="alternate" type="application/rss+xml" href="feed://mill.example.org/f">',
    ],
)
def test_a_declared_feed_is_found_in_each_spelling(link):
    assert [url for url, _ in feeds_in(page(link), SITE)] == ["https://mill.example.org/f"]


@pytest.mark.parametrize(
    "html",
    [
        b"",
        b"no page",
        b"\0\xff",
        page('<link rel="alternate" type="application/rss+xml" href="javascript:x">'),
        page("<a>RSS</a>"),
    ],
)
def test_a_page_without_feeds_has_none(html):
    assert feeds_in(html, SITE) == []


def test_the_usual_places_are_below_the_page_then_at_the_root():
    places = guesses("https://mill.example.org/blog/")
    assert places.index("https://mill.example.org/blog/feed") < places.index("https://mill.example.org/rss.xml")
    assert len(set(places)) == len(places)
    assert guesses("mill.example.org")[0] == "https://mill.example.org/feed"


@pytest.mark.parametrize(
    ("url", "feed"),
    [
        ("https://github.com/mill/wheel/tree/main", "https://github.com/mill/wheel/releases.atom"),
        ("https://medium.com/@mill", "https://medium.com/feed/@mill"),
        ("https://www.gov.uk/government/organisations/made-up", "https://www.gov.uk/government/organisations/made-up.atom"),
    ],
)
def test_services_have_their_own_places(url, feed):
    assert guesses(url)[0] == feed
