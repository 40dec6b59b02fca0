"""What the fuzzer found (benchmarks/fuzz.py), each as the smallest input that showed it."""

import json
import time
from datetime import UTC, date, datetime

import pytest

from trendwatch.collect import datewords, guard, listing, opml, urls
from trendwatch.collect.markup import sound
from trendwatch.collect.reading import read
from trendwatch.collect.sources.federal_register import FederalRegister
from trendwatch.collect.sources.feed import Feed
from trendwatch.collect.sources.gov_uk import GovUk
from trendwatch.collect.sources.hacker_news import HackerNews
from trendwatch.collect.sources.openalex import Openalex
from trendwatch.collect.sources.opml import Opml
from trendwatch.collect.sources.page_watch import PageWatch
from trendwatch.collect.sources.sitemap import Sitemap
from trendwatch.collect.sources.webpage import Webpage
from trendwatch.errors import FetchError, ParseError
from trendwatch.model import Request, Response, Source

URL = "https://news.example.org/a"
HALF = b"&#xD800; \xed\xa0\x80 &#55357;"


def items(reader, body, **headers):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = Response(request=Request(url=URL), url=URL, status=200, headers=given, body=body)
    return read(Source(name="s", kind="k", reader=reader), answer, datetime(2026, 3, 2, tzinfo=UTC)).items


# ---- halves of characters


@pytest.mark.parametrize(
    "number", ["&#xD800;", "&#xdfff;", "&#x0DABC;", "&#55296;", "&#057343;", "&#56789;", "&#x110000;", "&#" + "9" * 1500 + ";"]
)
def test_a_half_of_a_character_by_number_is_replaced(number):
    assert sound(f"<a>{number}</a>".encode()) == b"<a>\xef\xbf\xbd</a>"


@pytest.mark.parametrize(
    "number", ["&#xD7FF;", "&#xE000;", "&#55295;", "&#57344;", "&#x1D800;", "&#553;", "&#155296;", "&amp;", "&#x10FFFF;"]
)
def test_whole_characters_by_number_stay(number):
    assert sound(number.encode()) == number.encode()


def test_a_feed_with_halves_of_characters_is_read():
    body = (
        b"<rss version='2.0'><channel><title>t</title><item><title>One "
        + HALF
        + b"</title><guid>1</guid></item></channel></rss>"
    )
    (item,) = items(Feed(url=URL), body)
    assert item.title.startswith("One \N{REPLACEMENT CHARACTER}")
    item.title.encode()


def test_a_sitemap_with_halves_of_characters_is_read():
    body = (
        b"<urlset><url><loc>https://news.example.org/a-page"
        + HALF
        + b"</loc></url><url><loc>https://news.example.org/two</loc></url></urlset>"
    )
    assert "https://news.example.org/two" in [item.url for item in items(Sitemap(url=URL), body)]


def test_a_list_of_feeds_with_halves_of_characters_is_read():
    body = b"<opml version='2.0'><body><outline text='A " + HALF + b"' xmlUrl='https://a.example.org/feed'/></body></opml>"
    _, (outline,), _ = opml.read(body)
    assert (outline.url, outline.title[:3]) == ("https://a.example.org/feed", "A \N{REPLACEMENT CHARACTER}")


# ---- addresses that urlsplit refuses


@pytest.mark.parametrize("bad", ["http://[", "http://[::1", "https://[x]/", "//["])
def test_what_is_no_address_is_taken_apart_to_nothing(bad):
    assert urls.parts(bad).hostname is None
    assert urls.joined(URL, bad) == "" or urls.parts(urls.joined(URL, bad)).scheme == ""


def test_a_sitemap_goes_on_behind_an_address_that_is_none():
    body = b"<urlset><url><loc>http://[x/a</loc></url><url><loc>https://news.example.org/fine-page</loc></url></urlset>"
    assert [item.title for item in items(Sitemap(url=URL), body)] == ["Fine page"]
    body = b"<sitemapindex><sitemap><loc>http://[</loc></sitemap></sitemapindex>"
    assert items(Sitemap(url=URL), body) == ()
    assert len(items(Sitemap(url=URL), b"https://news.example.org/fine-page\nhttp://[x/a\n")) == 1


def test_gov_uk_goes_on_behind_a_link_that_is_none():
    body = {"results": [{"link": "//[", "title": "One"}, {"link": "/government/two", "title": "Two"}], "total": 2}
    assert [item.title for item in items(GovUk(search=("ai",)), body)] == ["One", "Two"]


@pytest.mark.parametrize("url", ["https:", "http:/x", "https:example.org", "http:a@b", "http://", "http:///a"])
def test_the_guard_refuses_an_address_without_a_host_in_words(url):
    with pytest.raises(FetchError) as told:
        guard.split(url)
    assert told.value.outcome == "policy"


def test_proposals_survive_broken_links_and_names_of_tags():
    rows = "".join(
        f"<li><a href='http://[{n}'>A story told here, number {n}</a><a href=\"=x\">More {n}</a></li>" for n in range(9)
    )
    odd = "".join(
        f'<ahref="/story-{n}"><h2>A story told here, number {n}</h2><a href=\'/s/{n}\'>it</a></ahref=">' for n in range(9)
    )
    listing.propose(f"<html><body><ul>{rows}</ul></body></html>".encode(), URL)
    listing.propose(f"<html><body>{odd}</body></html>".encode(), URL)


# ---- values that were not promised


@pytest.mark.parametrize("value", [1, 1.5, True, "x", {"a": 1}])
def test_lists_of_an_api_that_are_none_cost_no_entry(value):
    body = {"results": [{"document_number": "1", "title": "One", "topics": value, "docket_ids": value}], "count": 1}
    assert [item.title for item in items(FederalRegister(search=("x",)), body)] == ["One"]
    body = {"hits": [{"objectID": "1", "title": "One", "_tags": value, "points": 99}], "nbHits": 1}
    assert [item.title for item in items(HackerNews(queries=("x",)), body)] == ["One"]


def test_identifiers_hold_what_a_store_takes_and_are_not_empty():
    body = {
        "results": [
            {"id": "1", "display_name": "One", "doi": "10.1/a\0\ud800b"},
            {"id": "2", "display_name": "Two", "doi": "\0"},
        ]
    }
    one, two = items(Openalex(search="x"), body)
    assert (one.identifiers, two.identifiers) == (("doi:10.1/ab",), ())


# ---- dates, selectors, encodings, memories


@pytest.mark.parametrize("text", ["9999999 years ago", "99999999999 days ago", "yesterday", "2 March", "in 3 days"])
@pytest.mark.parametrize("today", [date.min, date.max, date(2026, 3, 2)])
def test_an_age_beyond_the_calendar_is_no_date(text, today):
    found = datewords.find(text, today=today)
    assert found is None or (today.year == 2026 and found.day.year >= 2025)


@pytest.mark.parametrize("css", ["a::text", "::before", "a::-x", ":host", "a:host(b)"])
def test_a_pseudo_element_is_no_selector(css):
    with pytest.raises((ValueError, ParseError), match=r"is no CSS selector|matches nothing"):
        items(Webpage(url=URL, item=css), b"<html><body><a href='/x'>x</a></body></html>")


def test_an_encoding_with_a_control_character_in_its_name_is_passed_over():
    body = (
        b"<?xml version='1.0' encoding='u\x01f'?><html><head><meta charset='\x02'></head><body><p>"
        + b"Words of a policy. " * 50
    )
    reader = PageWatch(url=URL)
    assert items(reader, body) == ()


@pytest.mark.parametrize("reader", [Opml(url=URL), Webpage(url=URL, item="a")])
def test_a_memory_nested_without_end_counts_as_none(reader):
    body = b"<opml><body><outline text='x' xmlUrl='https://a.example.org/f'/></body></opml>"
    body = b"<html><body><a href='/x'>A story</a></body></html>" if isinstance(reader, Webpage) else body
    answer = Response(request=Request(url=URL), url=URL, status=200, headers={}, body=body, memory="[" * 100_000)
    assert reader.parse(answer).memory


def test_a_declaration_that_never_ends_takes_no_cubic_time():
    began = time.process_time()
    with pytest.raises(ParseError):
        items(Feed(url=URL), b"<?" + b"encoding='" * 9_000)
    assert time.process_time() - began < 2
