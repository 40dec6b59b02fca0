"""The short way through plain RSS leads where feedparser leads, or is not taken."""

import io

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trendwatch.collect.sources import _quick_rss
from trendwatch.collect.sources._reading import read_xml
from trendwatch.collect.sources.feed import _draft, _titled, _ttl
from trendwatch.model import Request, Response

URL = "https://news.example.org/safety/feed.xml"
SPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"'
    ' xmlns:slash="http://purl.org/rss/1.0/modules/slash/" xmlns:own="https://example.org/own"'
    ' xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    ' xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/"'
)
PLAIN = [
    "<title>Guard rails &amp; their gaps</title>",
    "<title>A &lt;b&gt;bold&lt;/b&gt; claim</title>",
    "<title> 3 &lt; 4 </title>",
    "<title></title>",
    "<title>Gr\u00fc\u00dfe \u2014 \u4f60\u597d</title>",
    "<title>caf\u00c3\u00a9 \u0093quoted\u0094</title>",
    "<link>/posts/1?a=1&amp;b=2</link>",
    "<link>https://news.example.org/a?x=1&amp;amp;copy;=2</link>",
    "<link>http:///news.example.org/b</link>",
    "<link/>",
    "<guid>https://news.example.org/posts/1</guid>",
    '<guid isPermaLink="false">tag:example.org,2026:1</guid>',
    '<guid isPermaLink="TRUE">posts/9</guid>',
    "<guid>posts/7</guid>",
    "<pubDate>Mon, 02 Mar 2026 08:00:00 +0100</pubDate>",
    "<pubDate>2. M\u00e4rz 2026</pubDate>",
    "<pubDate/>",
    "<dc:date>2026-03-02T08:00:00Z</dc:date>",
    "<description>&lt;p&gt;A short text.&lt;/p&gt;</description>",
    "<description><![CDATA[<p>One &amp; two</p>]]></description>",
    "<content:encoded><![CDATA[<p>The whole text, longer than its summary.</p>]]></content:encoded>",
    "<dc:creator>A. Writer</dc:creator>",
    "<dc:creator><![CDATA[B. & C. Writer]]></dc:creator>",
    "<dc:creator/>",
    "<category>Policy</category>",
    '<category domain="https://example.org/tags">Policy</category>',
    '<category domain="">Law</category>',
    "<comments>#comments</comments>",
    "<dc:identifier>doi:10.1000/xyz123</dc:identifier>",
    '<enclosure url="https://news.example.org/a.mp3" length="1" type="audio/mpeg"/>',
    '<media:thumbnail url="https://news.example.org/a.png" width="10"/>',
    "<slash:comments>4</slash:comments>",
    "<own:link>https://example.org/other</own:link>",
    '<own:title lang="de">Anders</own:title>',
    '<atom:link rel="self" href="https://news.example.org/self"/>',
    "words between",
]
ODD = [
    "<title>One <b>marked</b> word</title>",
    '<title type="html">x</title>',
    "<Title>Capital</Title>",
    '<link href="https://news.example.org/c"/>',
    "<author>desk@example.org (The Desk)</author>",
    "<dc:creator>writer@example.org</dc:creator>",
    "<category/>",
    '<category term="x">Policy</category>',
    '<atom:link href="https://news.example.org/d"/>',
    '<source url="https://example.org/feed">Another</source>',
    "<media:group><media:title>Film</media:title></media:group>",
    "<itunes:author>Speaker</itunes:author>",
    "<prism:doi>10.1000/abc</prism:doi>",
    "<dc:publisher>House</dc:publisher>",
    "<description><p>No escapes</p></description>",
    "<!-- a remark -->",
    "<?note here?>",
    '<own:x xml:lang="de">y</own:x>',
    "<nobody:x>y</nobody:x>",
    "<title>&nbsp;</title>",
    '<guid other="1">x</guid>',
]
ABOUT = [
    "<title>The Desk</title>",
    "<title/>",
    "<link>https://news.example.org/?a=1&amp;b=2</link>",
    "<description>All of it</description>",
    "<language>en-GB</language>",
    "<ttl>90</ttl>",
    "<sy:updatePeriod>hourly</sy:updatePeriod>",
    "<sy:updateFrequency>2</sy:updateFrequency>",
    "<image><url>https://news.example.org/i.png</url><title>Logo</title><link>https://example.org</link></image>",
    "<image><odd>1</odd><title>Logo</title></image>",
    "<skipHours><hour>3</hour></skipHours>",
    '<atom:link rel="self" href="https://news.example.org/feed.xml"/>',
    '<atom:link href="https://example.org/"/>',
    "<textInput><title>Search</title></textInput>",
    "<webMaster>desk@example.org</webMaster>",
    "<dc:language>de</dc:language>",
    "<own:ttl>1</own:ttl>",
]


def rss(*items, about=("<title>The Desk</title>",), root='version="2.0"', head='<?xml version="1.0" encoding="UTF-8"?>\n'):
    entries = "".join(f"<item>{''.join(item)}</item>" for item in items)
    return f"{head}<rss {root} {SPACES}><channel>{''.join(about)}{entries}</channel></rss>".encode()


def seen(parsed):
    """All that is made of what was parsed."""
    language = parsed.feed.get("language") or ""
    drafts = [_draft(entry, language) for entry in parsed.entries]
    return _titled(parsed.feed), parsed.feed.get("link") or "", language, _ttl(parsed.feed), parsed.version, drafts


def by_feedparser(body):
    headers = {"content-location": URL, "content-type": "application/xml"}
    return feedparser.parse(io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False)


@settings(deadline=None, max_examples=400)
@given(
    st.lists(st.lists(st.sampled_from(PLAIN), max_size=7, unique=True), max_size=3),
    st.lists(st.sampled_from(ABOUT), max_size=5),
)
def test_what_the_short_way_reads_is_what_feedparser_reads(items, about):
    body = rss(*items, about=about)
    quick = _quick_rss.read(body, URL)
    if quick is not None:
        assert seen(quick) == seen(by_feedparser(body))


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from(PLAIN + ODD), max_size=8), st.binary(max_size=3), st.integers(0, 2000))
def test_nor_do_odd_and_damaged_feeds_lead_elsewhere(item, bytes_, place):
    body = rss(item)
    body = body[:place] + bytes_ + body[place:]
    quick = _quick_rss.read(body, URL)
    if quick is not None:
        slow = by_feedparser(body)
        assert not slow.bozo
        assert seen(quick) == seen(slow)


@pytest.mark.parametrize("element", [e for e in PLAIN if e != "words between"])
def test_a_plain_feed_takes_the_short_way(element):
    body = rss([element])
    assert seen(_quick_rss.read(body, URL)) == seen(by_feedparser(body))


@pytest.mark.parametrize("element", ODD)
def test_what_is_odd_is_left_to_feedparser(element):
    assert _quick_rss.read(rss([element]), URL) is None


@pytest.mark.parametrize(
    "body",
    [
        rss(["<title>a</title>", "<title>b</title>"]),
        rss(about=["<image><odd>1</odd><title>Logo</title></image>"]),
        rss(root='version="0.91"'),
        rss(root='version="2.0" xml:base="https://example.org"'),
        rss(head="<!DOCTYPE rss>"),
        rss(head="<?xml version='1.0' encoding='iso-8859-1'?>"),
        rss(["<title>caf\u00e9</title>"]).decode().encode("latin-1"),
        rss()[:-3],
        b"<feed xmlns='http://www.w3.org/2005/Atom'/>",
        b"",
    ],
)
def test_nor_is_it_taken_for_another_shape(body):
    assert _quick_rss.read(body, URL) is None


@pytest.mark.parametrize(
    ("kind", "quick"), [("", True), ("text/xml; charset=UTF-8", True), ("text/xml; charset=koi8-r", False)]
)
def test_the_servers_word_on_the_charset_counts(kind, quick):
    headers = {"content-type": kind}
    body = rss(["<title>\u0434\u043e\u043c</title>"])
    parsed, _ = read_xml(Response(request=Request(url=URL), url=URL, status=200, headers=headers, body=body))
    assert (parsed.entries[0]["title"] == "\u0434\u043e\u043c") is quick
