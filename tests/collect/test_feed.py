from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from trendwatch.collect.sources import MOST_ENTRIES
from trendwatch.collect.sources.feed import Feed
from trendwatch.errors import ParseError
from trendwatch.model import Page, Response

PAGES = Path(__file__).parent.parent / "pages" / "feed"
FEED = Feed(url="https://news.example.org/feed")


def parse(body: bytes, **headers: str) -> Page:
    told = {key.replace("_", "-"): value for key, value in headers.items()}
    return FEED.parse(Response(request=FEED.start(None)[0], url=FEED.url, status=200, headers=told, body=body))


def saved(name: str) -> Page:
    return parse((PAGES / name).read_bytes())


def rss(*items: str, head: str = "") -> bytes:
    return f'<rss version="2.0"><channel><title>T</title>{head}{"".join(f"<item>{i}</item>" for i in items)}</channel></rss>'.encode()


def test_an_rss_item_keeps_what_the_publisher_wrote():
    page = saved("rss20.xml")
    first = page.drafts[0]
    assert (page.title, page.home, page.ttl_s) == ("Lantern Gazette", "https://news.example.org/", 90 * 60)
    assert first.uid == "gazette-1001"
    assert first.published == datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    assert first.authors == ("Ina Lindqvist",)
    assert first.labels == ("Councils", "Chatbots")
    assert first.language == "en-gb"
    assert first.html.startswith("<p>The council")
    assert "<script>" in first.html, "raw is as published"


def test_a_date_that_cannot_be_read_is_handed_on_in_the_publishers_words():
    assert saved("rss20.xml").drafts[2].published == "yesterday or so"


def test_a_missing_date_stays_missing():
    draft = saved("rss20.xml").drafts[1]
    assert draft.published is None
    assert draft.updated is None


def test_markup_in_a_title_declared_plain_stays_to_be_read():
    assert saved("atom10.xml").drafts[0].title == "Warum &lt;think&gt; im Titel steht"


def test_an_entry_with_a_time_of_change_alone_has_no_time_of_publication():
    draft = saved("atom10.xml").drafts[1]
    assert draft.published is None
    assert draft.updated == datetime(2026, 2, 20, 10, tzinfo=UTC)


def test_a_json_feed_is_known_by_its_content():
    page = saved("jsonfeed11.json")
    assert [d.uid for d in page.drafts] == ["7", "https://tides.example.org/8"]
    assert page.drafts[0].html == "Plain &lt;text&gt; it is."
    assert page.drafts[0].authors == ("The Tide Desk",)
    assert page.drafts[0].labels == ("Tides", "3")
    assert page.drafts[1].authors == ("Mo",)
    assert [s.what for s in page.skipped] == ["entry 2"]
    assert parse((PAGES / "rss20.xml").read_bytes(), content_type="application/json").drafts


def test_a_page_instead_of_a_feed_is_named_with_the_feed_it_links_to():
    with pytest.raises(
        ParseError, match=r"HTML page \(titled \"Lantern Gazette: front page\"\).*https://news\.example\.org/real-feed\.xml"
    ):
        saved("bad-html.html")


@pytest.mark.parametrize(
    "body", [b"/etc/hosts", b"file:///etc/hosts", b"http://127.0.0.1:9/x.xml", str(PAGES / "rss20.xml").encode()]
)
def test_a_body_that_is_a_name_is_not_opened(body):
    with pytest.raises(ParseError):
        parse(body)


def test_an_external_entity_is_not_opened(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("TOPSECRET")
    body = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]>' + rss("<title>a &x; b</title>").decode()
    assert "TOPSECRET" not in str(parse(body.encode()))


@pytest.mark.parametrize("charset", ["zlib_codec", "unicode_escape", "idna", "utf-7", "punycode", "no-such"])
def test_an_encoding_that_no_page_has_is_ignored_wherever_it_is_named(charset):
    item = "<title>Zürich \\u0041 +AGE-</title><link>https://a.example.org/1</link>"
    declared = f'<?xml version="1.0" encoding="{charset}"?>'.encode() + rss(item)
    assert parse(declared).drafts[0].title == "Zürich \\u0041 +AGE-"
    assert parse(rss(item), content_type=f"text/xml; charset={charset}").drafts[0].title == "Zürich \\u0041 +AGE-"


def test_one_id_on_entries_that_differ_names_none_of_them():
    items = [f"<guid isPermaLink='false'>0</guid><title>T{n}</title><link>https://a.example.org/{n}</link>" for n in range(3)]
    assert [d.uid for d in parse(rss(*items)).drafts] == ["", "", ""]


def test_one_entry_listed_thrice_keeps_its_id():
    items = [f"<guid isPermaLink='false'>5</guid><title>T</title><link>https://a.example.org/x?n={n}</link>" for n in range(3)]
    assert {d.uid for d in parse(rss(*items)).drafts} == {"5"}


def test_of_too_many_entries_the_newest_are_kept_and_the_rest_is_told():
    stamp = "<pubDate>Mon, {:02d} Mar 2026 10:00:00 GMT</pubDate>"
    items = ["<title>old</title>" + stamp.format(1)] * MOST_ENTRIES + ["<title>new</title>" + stamp.format(2)]
    page = parse(rss(*items))
    assert len(page.drafts) == MOST_ENTRIES
    assert page.drafts[-1].title == "new"
    assert page.skipped[0].what == "1 entries"


@pytest.mark.parametrize(
    ("head", "seconds"),
    [
        ("<ttl>60</ttl>", 3600),
        ("<ttl>999999999</ttl>", 7 * 86400),
        ("<ttl>-5</ttl>", 0),
        ("<ttl>soon</ttl>", 0),
        ("<ttl>" + "9" * 5000 + "</ttl>", 0),
        ("", 0),
    ],
)
def test_the_time_to_be_left_alone_is_bounded(head, seconds):
    assert parse(rss("<title>a</title>", head=head)).ttl_s == seconds


def test_a_syndication_period_is_divided_by_its_frequency():
    assert saved("rss10.rdf").ttl_s == 43200


def test_arxivs_own_feed_ids_are_identifiers():
    item = "<title>P</title><guid isPermaLink='false'>oai:arXiv.org:2602.90001v3</guid>"
    assert parse(rss(item)).drafts[0].identifiers == ("arxiv:2602.90001",)


def test_the_fuller_of_summary_and_content_is_the_text():
    page = parse(rss("<title>a</title><description>a long and full description of it all</description>"))
    assert page.drafts[0].html == "a long and full description of it all"


def test_hours_that_the_feed_skips_are_read():
    head = "<skipHours><hour>0</hour> <hour>23</hour><hour>24</hour><hour>x</hour></skipHours>"
    assert parse(rss("<title>x</title>", head=head)).skip_hours == {0, 23}
    assert parse(rss("<title>x</title>")).skip_hours == frozenset()
