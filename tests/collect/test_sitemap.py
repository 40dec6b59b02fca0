"""Sitemaps: plain, indexed, packed, of news; what is old or does not fit is left out by name; hostile ones cost nothing."""

from __future__ import annotations

import gzip
import time
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from trendwatch.collect.sources.sitemap import LARGEST, Sitemap, title_of
from trendwatch.errors import ParseError
from trendwatch.model import Page, Request, Response

PAGES = Path(__file__).parent.parent / "pages" / "sitemap"
URL = "https://office.example.org/sitemap.xml"
SINCE = datetime(2026, 2, 25, 12, tzinfo=UTC)


def read(body: bytes | str, *, since: datetime | None = None, request: Request | None = None, **keys: object) -> Page:
    kind = Sitemap(url=URL, **keys)
    asked = request or kind.start(since)[0]
    data = (PAGES / body).read_bytes() if isinstance(body, str) else body
    return kind.parse(Response(request=asked, url=asked.url.partition("#")[0], status=200, headers={}, body=data))


def urls(page: Page) -> list[str]:
    return [d.url.removeprefix("https://office.example.org") for d in page.drafts]


def urlset(*rows: str) -> bytes:
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{"".join(rows)}</urlset>'.encode()


def test_pages_come_newest_first_with_a_title_from_the_address_that_says_so():
    page = read("plain.xml", include=("/news/*",), exclude=("*/draft/*",))
    assert urls(page) == ["/news/guidance-on-cloned-voices", "/news/2026/labels_for-video_12345.html"]
    assert [d.title for d in page.drafts] == ["Guidance on cloned voices", "Labels for video"]
    assert [dict(d.about) for d in page.drafts] == [{"title_from": "address"}] * 2
    assert [(d.published, d.updated) for d in page.drafts] == [(None, "2026-03-01T10:00:00+01:00"), (None, "2026-02-20")]
    assert [(s.what, s.reason) for s in page.skipped] == [("3 pages", "do not fit the patterns (include, exclude)")]


def test_a_packed_sitemap_is_told_by_its_bytes():
    assert read("plain.xml.gz").drafts == read("plain.xml").drafts
    twice = gzip.compress((PAGES / "plain.xml.gz").read_bytes(), mtime=0)
    assert read(twice).drafts == read("plain.xml").drafts


def test_a_news_sitemap_brings_title_date_language_and_keywords():
    first, second = read("news.xml").drafts
    assert (first.title, first.published, first.language) == ("音声の複製に関する指針", "2026-03-01T09:00:00+09:00", "ja")
    assert first.labels == ("音声", "指針")
    assert dict(first.about) == {"publication": "合成メディア庁"}
    assert (second.title, second.language) == ("A fine &amp; a notice", "en")


def test_a_list_of_addresses_is_a_sitemap():
    assert urls(read("addresses.txt", include=("re:^/news/",))) == ["/news/annual-report", "/news/court-upholds-duty"]


def test_after_a_visit_what_has_not_changed_is_left_out_and_what_has_no_date_is_not():
    page = read("plain.xml", since=SINCE)
    assert urls(page) == ["/news/guidance-on-cloned-voices", "/", "/de/hinweise-zu-stimmen?a=1&b=2"]
    assert [(s.what, s.reason) for s in page.skipped] == [("2 pages", "have not changed since the last visit")]


def test_an_index_asks_what_has_changed_on_its_own_site_the_newest_first():
    page = read("empty-index.xml", since=SINCE)
    assert [r.url for r in page.requests] == [
        "https://office.example.org/sitemap-undated.xml",
        "https://office.example.org/sitemap-news.xml.gz",
    ]
    assert {s.what.rpartition("/")[0]: s.reason for s in page.skipped} == {
        "https://office.example.org": "has not changed since the last visit",
        "https://elsewhere.example.com": "lies on another site",
    }
    assert len(read("empty-index.xml").requests) == 3
    assert [r.url for r in read("empty-index.xml", sitemaps=("*news*",)).requests] == [
        "https://office.example.org/sitemap-news.xml.gz"
    ]


def test_the_last_visit_reaches_the_sitemaps_of_an_index():
    asked = read("empty-index.xml", since=SINCE).requests[0]
    assert "#" not in asked.url
    assert urls(read("plain.xml", request=asked)) == urls(read("plain.xml", since=SINCE))


def test_the_sitemap_itself_is_always_asked_for_whole_those_of_an_index_are_not():
    assert read("empty-index.xml", since=SINCE).unsettled
    assert not read("plain.xml", request=read("empty-index.xml").requests[0]).unsettled


def test_an_index_that_lists_itself_or_nothing_on_the_web_is_not_followed():
    index = (
        f"<sitemapindex><sitemap><loc>{URL}</loc></sitemap><sitemap><loc>ftp://x.example.org/a</loc></sitemap></sitemapindex>"
    )
    page = read(index.encode())
    assert not page.requests
    assert [s.reason for s in page.skipped] == ["is the index itself", "is no web address"]


def test_no_more_than_the_most_are_kept_and_the_rest_is_told():
    rows = [
        f"<url><loc>https://office.example.org/p/page-{i:02}</loc><lastmod>2026-01-{i:02}</lastmod></url>" for i in range(1, 31)
    ]
    page = read(urlset(*rows), most=10)
    assert len(page.drafts) == 10
    assert urls(page)[0] == "/p/page-30"
    assert page.skipped[0].what == "20 pages"


def test_wrong_namespaces_and_broken_ends_are_read_leniently():
    body = b'<urlset xmlns="http://wrong.example.org/"><url><loc> https://office.example.org/a-page </loc></url><url><loc>'
    page = read(body)
    assert urls(page) == ["/a-page"]
    assert "read leniently" in page.damaged


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("https://x.example.org/2026/03/voices-cloned_12345.html", "Voices cloned"),
        ("https://x.example.org/news/%E9%9F%B3%E5%A3%B0/", "音声"),
        ("https://x.example.org/a-story/123456/", "A story"),
        ("https://x.example.org/2026/03/05/", "x.example.org/2026/03/05/"),
        ("https://x.example.org/blog/index.html", "Blog"),
        ("https://x.example.org/gpt-5-and-eu-ai-act.PDF", "Gpt 5 and eu ai act"),
    ],
)
def test_a_title_from_an_address_is_its_last_telling_part(url, title):
    assert title_of(url) == title


def test_a_pattern_that_is_none_is_refused_when_the_file_is_read():
    with pytest.raises(ValueError, match="no regular expression"):
        Sitemap(url=URL, include=("re:(",))


def test_a_gzip_bomb_is_refused_before_it_is_unpacked_whole():
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    chunk = b" " * (1024 * 1024)
    bomb = b"".join([*(packer.compress(chunk) for _ in range(LARGEST // len(chunk) + 40)), packer.flush()])
    with pytest.raises(ParseError, match="larger than"):
        read(bomb)


@pytest.mark.parametrize("cut", [20, 100, -8])
def test_gzip_that_was_cut_or_damaged_is_an_error(cut):
    with pytest.raises(ParseError, match="gzip"):
        read((PAGES / "plain.xml.gz").read_bytes()[:cut])


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE urlset SYSTEM "file:///etc/hostname">',
        '<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        f'<!DOCTYPE urlset [<!ENTITY a "{"a" * 50_000}">]>',
        '<!DOCTYPE urlset [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>',
    ],
)
def test_entities_are_never_resolved(doctype):
    started = time.monotonic()
    body = f"{doctype}<urlset><url><loc>https://office.example.org/&x;{'&a;' * 2000}</loc></url></urlset>".encode()
    try:
        found = urls(read(body))
    except ParseError:
        found = []
    assert all(len(u) < 100 for u in found)
    assert time.monotonic() - started < 3


def test_a_very_deep_or_very_long_sitemap_is_bounded():
    with pytest.raises(ParseError):
        read(b"<a>" * 100_000)
    many = urlset(*(f"<url><loc>https://office.example.org/p/{i}</loc></url>" for i in range(20_000)))
    assert len(read(many).drafts) == 500


def test_patterns_that_fit_nothing_are_said_instead_of_going_quiet():
    body = b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>https://a.example.org/news/1</loc></url></urlset>"

    def warning(*include):
        reader = Sitemap(url="https://a.example.org/sitemap.xml", include=include)
        return reader.parse(Response(request=reader.start(None)[0], url=reader.url, status=200, headers={}, body=body)).warning

    assert "none of its 1 addresses fits include: /news/" in warning("/news/")
    assert warning("/news/*") == ""
    assert warning() == ""
