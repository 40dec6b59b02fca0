"""A round-up newsletter: each story it links to, and the targets of its counters."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest

from trendwatch.collect.imap import packed
from trendwatch.collect.plain import plain_text
from trendwatch.collect.sources import _newsletter
from trendwatch.collect.sources._unwrap import opaque, unwrapped
from trendwatch.collect.sources.mailbox import Mailbox
from trendwatch.model import Page, Request, Response

ROUNDS = Mailbox(host="imap.example.org", user="reader@example.org", links=True)


def mail(body: str = "Hello.", *more: str, media: str = "text/html; charset=utf-8", subject: str = "A letter") -> bytes:
    lines = ["From: Editor <editor@example.org>", "Message-ID: <1@example.org>", f"Subject: {subject}", *more]
    return "\r\n".join([*lines, f"Content-Type: {media}", "", body]).encode()


def page(kind: Mailbox, *mails: bytes) -> Page:
    body, _ = packed([(one, False) for one in mails])
    request = Request(url="imaps://reader@imap.example.org/INBOX")
    return kind.parse(Response(request=request, url=request.url, status=200, headers={}, body=body))


ROUND = """<p><a href="https://weekly.example.org/12">View in browser</a></p>
<h2><a href="https://lab.example.org/voices">A filter against cloned voices</a></h2><p>It tells real callers from others.</p>
<h2>A consultation on chatbots opens</h2><p>Answers are due in April. <a href="https://rules.example.org/c">Read more</a></p>
<p>Sponsored</p><p><a href="https://shop.example.com/shoes">The fastest way to buy shoes</a> is here.</p>
<p>The bill, sponsored by two members, <a href="https://rules.example.org/bill">would ban cloned voices</a> in calls.</p>
<ul><li><a href="https://papers.example.org/1">Watermarks that survive screenshots</a> by students</li>
<li><a href="https://papers.example.org/2">Age checks in ten countries</a> with data</li></ul>
<div><a href="https://pics.example.org/p"><img alt="How a picture model labels its pictures"></a><p>With examples.</p></div>
<p><a href="https://x.com/weekly">X</a> <a href="https://www.linkedin.com/company/weekly">LinkedIn</a>
<a href="mailto:editor@example.org">Write to us</a> <a href="https://weekly.example.org/unsubscribe/9">Leave</a>
<a href="https://weekly.example.org/p">Manage your preferences</a> <a href="https://weekly.example.org/">Example Weekly</a></p>"""


def test_each_story_of_a_round_up_is_an_entry_with_the_words_around_it():
    found = page(ROUNDS, mail(ROUND, "Date: Mon, 02 Mar 2026 08:00:00 +0000", subject="Weekly 12"))
    told = {d.url: (d.title, plain_text(d.html)) for d in found.drafts}
    assert list(told) == [
        "https://lab.example.org/voices",
        "https://rules.example.org/c",
        "https://rules.example.org/bill",
        "https://papers.example.org/1",
        "https://papers.example.org/2",
        "https://pics.example.org/p",
    ]
    assert told["https://lab.example.org/voices"][0] == "A filter against cloned voices"
    assert "real callers" in told["https://lab.example.org/voices"][1]
    assert told["https://rules.example.org/c"][0] == "A consultation on chatbots opens"
    assert "April" in told["https://rules.example.org/c"][1]
    assert told["https://papers.example.org/1"] == (
        "Watermarks that survive screenshots",
        "Watermarks that survive screenshots by students",
    )
    assert told["https://pics.example.org/p"][0] == "How a picture model labels its pictures"
    assert {d.published for d in found.drafts} == {datetime(2026, 3, 2, 8, tzinfo=UTC)}
    assert {d.about["newsletter"] for d in found.drafts} == {"Weekly 12"}
    assert [s.reason for s in found.skipped if "shop" in s.what] == ["is marked as sponsored"]


CELL = '<tr><td><a href="https://a.example.org/{n}"><img src="x"></a></td></tr>'
HEAD = "<tr><td><h2>{open}Headline number {n} of this week{close}</h2></td></tr>"
TEASER = "<tr><td><p>Teaser of story {n}, with details.</p></td></tr>"
MORE = '<tr><td><a href="https://a.example.org/{n}">Read more</a></td></tr>'


@pytest.mark.parametrize(
    ("before", "rows", "after", "linked"),
    [
        ("<table>", CELL + HEAD + TEASER + MORE, "</table>", True),
        ("", HEAD + TEASER + MORE, "", False),
        ("", HEAD + TEASER, "", True),
        ("", "<tr><td><div>" + HEAD + "</div>{teaser}" + MORE + "</td></tr>", "", False),
    ],
)
def test_the_usual_layouts_of_newsletters_are_taken_apart(before, rows, after, linked):
    def story(n: int) -> str:
        link = (f'<a href="https://a.example.org/{n}">', "</a>") if linked else ("", "")
        return (
            before + rows.format(n=n, open=link[0], close=link[1], teaser=f"<p>Teaser of story {n}, with details.</p>") + after
        )

    body = f"<html><body><table><tr><td><table>{story(1)}{story(2)}{story(3)}</table></td></tr></table></body></html>"
    found = page(ROUNDS, mail(body)).drafts
    assert [(d.url, d.title) for d in found] == [
        (f"https://a.example.org/{n}", f"Headline number {n} of this week") for n in (1, 2, 3)
    ]
    for n, draft in enumerate(found, 1):
        text = plain_text(draft.html)
        assert f"Teaser of story {n}" in text
        assert not any(f"story {other}" in text for other in (1, 2, 3) if other != n)


def test_a_link_of_few_words_is_titled_by_its_sentence_and_a_section_is_no_title():
    text = (
        '<h2>Research</h2><p>Two things. We liked <a href="https://a.example.org/1">this paper</a> on voices.</p>'
        '<p>Another: <a href="https://b.example.org/2">link</a> shows that marks survive.</p>'
    )
    found = page(ROUNDS, mail(text)).drafts
    assert [d.title for d in found] == ["We liked this paper on voices.", "Another: link shows that marks survive."]


def test_a_link_in_a_sentence_takes_the_sentence_along():
    text = '<p>Two labs wrote: <a href="https://a.example.org/1">one on cloned voices</a> and <a href="https://b.example.org/2">one on faces in video</a>.</p>'
    found = page(ROUNDS, mail(text)).drafts
    assert [d.title for d in found] == ["one on cloned voices", "one on faces in video"]
    assert all(plain_text(d.html).startswith("Two labs wrote") for d in found)


def test_a_round_up_in_plain_text_is_taken_apart_too():
    text = "FILTERS\r\n\r\nA filter against cloned voices.\r\nhttps://lab.example.org/voices\r\n\r\nAge checks in ten countries.\r\nhttps://papers.example.org/2"
    found = page(ROUNDS, mail(text, media="text/plain")).drafts
    assert [(d.url, d.title) for d in found] == [
        ("https://lab.example.org/voices", "A filter against cloned voices."),
        ("https://papers.example.org/2", "Age checks in ten countries."),
    ]


def test_a_letter_without_stories_stays_one_entry_and_the_visit_says_so():
    found = page(ROUNDS, mail("<p>Only words today, dear reader.</p>"))
    assert [d.title for d in found.drafts] == ["A letter"]
    assert "no story" in found.warning


def test_a_counter_that_keeps_its_target_is_known_by_its_mail():
    counted = f"https://click.example.com/f/a/{'Ab3' * 20}"
    first = page(ROUNDS, mail(f'<p><a href="{counted}">A filter against cloned voices</a> and more.</p>')).drafts[0]
    assert first.uid == "1@example.org#1"
    assert first.url == counted


TOKEN = base64.urlsafe_b64encode(json.dumps({"e": "https://lab.example.org/p", "p": 1}).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("wrapped", "target"),
    [
        (
            "https://eu.safelinks.protection.example.net/?url=https%3A%2F%2Fa.example.org%2Fb%3Fc%3D1&data=05",
            "https://a.example.org/b?c=1",
        ),
        ("https://urldefense.com/v3/__https://a.example.org/b__;!!abc!xyz$", "https://a.example.org/b"),
        ("https://urldefense.proofpoint.com/v2/url?u=https-3A__a.example.org_b-2Dc&d=D", "https://a.example.org/b-c"),
        (
            "https://tracking.example.com/CL0/https:%2F%2Fa.example.org%2Fb%3Fc=1/1/0100-000/xyz=12",
            "https://a.example.org/b?c=1",
        ),
        ("https://www.google.com/url?q=https://a.example.org/b&sa=D", "https://a.example.org/b"),
        (f"https://letters.example.com/redirect/2/{TOKEN}.sig", "https://lab.example.org/p"),
        (
            "https://t.example.com/r?u=https%3A%2F%2Fclick.example.net%2F%3Furl%3Dhttps%253A%252F%252Fa.example.org%252Fb",
            "https://a.example.org/b",
        ),
        ("https://example.org/review?url=https://a.example.org/b", "https://example.org/review?url=https://a.example.org/b"),
        (
            "https://web.example.org/web/2026/https://a.example.org/b",
            "https://web.example.org/web/2026/https://a.example.org/b",
        ),
        ("https://click.example.com/?url=javascript:alert(1)", "https://click.example.com/?url=javascript:alert(1)"),
        ("https://[broken", "https://[broken"),
    ],
)
def test_the_target_of_a_counter_is_read_where_it_can_be(wrapped, target):
    assert unwrapped(wrapped) == target


def test_a_plain_address_is_nobodys_counter():
    assert not opaque("https://lab.example.org/posts/2026-03-a-filter-against-cloned-voices")
    assert opaque("https://email.example.com/c/eJwUzDEOwyAMQNHTwBaEjQkw3FgJwUzDEOwyAMQNHTwBaEjQkw3F")


def test_a_thousand_links_are_read_in_time_and_capped():
    rows = "".join(
        f'<tr><td><a href="https://a.example.org/{n}">Story number {n} of many</a> words</td></tr>' for n in range(1000)
    )
    found, passed = _newsletter.stories(f"<table>{rows}</table>")
    assert len(found) == _newsletter.MOST
    assert len(passed) == 1000 - _newsletter.MOST
