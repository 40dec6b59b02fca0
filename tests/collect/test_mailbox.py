"""Newsletters: mails in any letters, and the stories that a round-up links to."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trendwatch.collect.imap import packed
from trendwatch.collect.plain import plain_text
from trendwatch.collect.sources import _mail, _newsletter
from trendwatch.collect.sources._unwrap import opaque, unwrapped
from trendwatch.collect.sources.mailbox import Mailbox
from trendwatch.errors import ParseError
from trendwatch.model import Page, Request, Response

BOX = Mailbox(host="imap.example.org", user="reader@example.org")
ROUNDS = Mailbox(host="imap.example.org", user="reader@example.org", links=True)
SINCE = datetime(2026, 3, 2, 12, tzinfo=UTC)


def page(kind: Mailbox, *mails: bytes, **headers: str) -> Page:
    body, content_type = packed([(mail, False) for mail in mails])
    told = {"content-type": content_type} | {k.replace("_", "-"): v for k, v in headers.items()}
    request = Request(url="imaps://reader@imap.example.org/INBOX")
    return kind.parse(Response(request=request, url=request.url, status=200, headers=told, body=body))


def mail(body: str = "Hello.", *more: str, media: str = "text/html; charset=utf-8", subject: str = "A letter") -> bytes:
    lines = ["From: Editor <editor@example.org>", "Message-ID: <1@example.org>", f"Subject: {subject}", *more]
    return "\r\n".join([*lines, f"Content-Type: {media}", "", body]).encode()


# ---- asking


def test_the_address_holds_what_is_asked_and_no_password():
    kind = Mailbox(
        host="imap.example.org",
        user="reader@example.org",
        folder="News/AI & Co",
        list_id=("a.example.org",),
        sender=("b@x.org",),
    )
    request = kind.start(SINCE)[0]
    assert request.url == (
        "imaps://reader%40example.org@imap.example.org:993/News/AI%20%26%20Co"
        "?list-id=a.example.org&from=b%40x.org&since=2026-02-27&most=100"
    )
    assert request.credential is not None
    assert (request.credential.variable, request.credential.place) == ("TRENDWATCH_IMAP_PASSWORD", "login")
    assert request.credential.required
    assert "since" not in kind.start(None)[0].url


@pytest.mark.parametrize(
    "keys",
    [
        {"password_variable": "HOME"},
        {"password_variable": "TRENDWATCH_X\n"},
        {"host": "imaps://imap.example.org"},
        {"host": "imap.example.org/x"},
        {"user": " "},
        {"list_id": ("a\r\nb",)},
        {"sender": ("ü@example.org",)},
    ],
)
def test_keys_that_cannot_be_are_refused(keys):
    with pytest.raises(ValueError, match="must"):
        Mailbox(**{"host": "imap.example.org", "user": "u"} | keys)


# ---- letters


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("utf-8", "Grüße – 日本語"),
        ("iso-8859-1", "Grüße aus Köln"),
        ("iso-8859-2", "Zażółć gęślą jaźń"),
        ("windows-1252", "“quoted” – dash"),
        ("shift_jis", "生成AIの安全性"),
        ("iso-2022-jp", "生成AIの安全性"),
        ("euc-kr", "생성형 인공지능"),
        ("gb18030", "生成式人工智能"),
        ("big5", "生成式人工智慧"),
        ("koi8-r", "Безопасность моделей"),
        ("windows-1251", "Безопасность моделей"),
    ],
)
@pytest.mark.parametrize("encoding", ["8bit", "base64", "quoted-printable"])
def test_a_mail_is_read_in_its_letters(charset, text, encoding):
    data = text.encode(charset)
    word = f"=?{charset}?B?{base64.b64encode(data).decode()}?="
    if encoding == "base64":
        data = base64.encodebytes(data)
    elif encoding == "quoted-printable":
        data = "".join(f"={b:02X}" for b in data).encode()
    head = f"Subject: {word}\r\nContent-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    found = _mail.read(head.encode() + data)
    assert found.subject == text
    assert plain_text(found.html) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"=?utf-8?Q?Caf=C3=A9?=", "Café"),
        (b"=?utf-8?Q?Caf=C3=A9?==?utf-8?Q?_au_lait?=", "Café au lait"),
        (b"=?utf-8?B?w?= =?utf-8?B?w6k=?=", ""),
        (b"=?utf-8?Q?Caf=C3?= =?utf-8?Q?=A9?=", "Café"),
        (b"=?no-such-set?Q?Caf=C3=A9?=", "Café"),
        (b"=?unicode_escape?Q?=5Cu0041?=", "\\u0041"),
        ("Grüße".encode(), "Grüße"),
        ("Grüße".encode("latin-1"), "Grüße"),
        (b"=?utf-8?Q?a?=\r\n =?utf-8?Q?b?=", "ab"),
        (b"A =?iso-8859-1?Q?=FC?= b", "A ü b"),
        (b"", ""),
    ],
)
def test_subjects_are_read_however_they_were_written(raw, text):
    found = _mail.read(b"Subject: " + raw + b"\r\n\r\nHello").subject
    assert found == text if text else True


@pytest.mark.parametrize(
    ("label", "data", "text"),
    [
        ("iso-8859-1", "“Grüße”".encode(), "“Grüße”"),
        ("us-ascii", "Grüße".encode("latin-1"), "Grüße"),
        ("utf-8", "Grüße".encode("latin-1"), "Gr\ufffd\ufffde"),
        ("gb2312", "瑀".encode("gb18030"), "瑀"),
        ("made-up", "Grüße".encode(), "Grüße"),
        ("", "Grüße".encode("cp1252"), "Grüße"),
        ("idna", b"xn--abc", "xn--abc"),
    ],
)
def test_labels_that_lie_are_seen_through(label, data, text):
    assert _mail.decoded(data, label) == text


def test_the_web_form_is_taken_where_there_are_two_and_attachments_are_not():
    body = (
        "--b\r\nContent-Type: text/plain\r\n\r\nplain form\r\n"
        "--b\r\nContent-Type: text/html\r\nContent-Disposition: attachment\r\n\r\n<p>a long attached page, longer than all else</p>\r\n"
        "--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>web form</p>\r\n--b--\r\n"
    )
    assert plain_text(_mail.read(mail(body, media='multipart/alternative; boundary="b"')).html) == "web form"


def test_plain_text_becomes_paragraphs_with_links():
    found = _mail.read(mail("One <b>.\r\ntwo\r\n\r\nSee https://lab.example.org/a?b=1&c=2.", media="text/plain")).html
    assert plain_text(found) == "One <b>.\ntwo\n\nSee https://lab.example.org/a?b=1&c=2."
    assert 'href="https://lab.example.org/a?b=1&amp;c=2"' in found


@pytest.mark.parametrize(
    ("headers", "sent"),
    [
        (["Date: Mon, 02 Mar 2026 08:00:00 +0530"], datetime(2026, 3, 2, 8, tzinfo=timezone(timedelta(hours=5.5)))),
        (["Date: Mon, 02 Mar 2026 08:00:00 +0100 (CET)"], datetime(2026, 3, 2, 8, tzinfo=timezone(timedelta(hours=1)))),
        (["Received: by x; Mon, 02 Mar 2026 09:00:00 +0000", "Date: yesterday"], datetime(2026, 3, 2, 9, tzinfo=UTC)),
        (["Date: yesterday"], "yesterday"),
        ([], None),
    ],
)
def test_the_date_is_the_senders_with_its_zone(headers, sent):
    assert _mail.read(mail("x", *headers)).sent == sent


# ---- a mail as an entry


def test_a_mail_is_an_entry_known_by_its_message_id():
    letter = mail(
        "<p>Hello.</p>", "List-Id: Example Weekly <weekly.example.org>", "Archived-At: <https://weekly.example.org/12>"
    )
    draft = page(BOX, letter).drafts[0]
    assert (draft.uid, draft.url, draft.title) == ("1@example.org", "https://weekly.example.org/12", "A letter")
    assert (draft.authors, draft.labels) == (("Editor",), ("Example Weekly",))
    assert draft.about["list"] == "weekly.example.org"


def test_a_mail_without_message_id_is_known_by_its_bytes():
    bare = b"Subject: x\r\n\r\nHello"
    first, second = page(BOX, bare).drafts[0], page(BOX, bare).drafts[0]
    assert first.uid == second.uid
    assert first.uid.startswith("sha256:")
    assert page(BOX, bare + b"!").drafts[0].uid != first.uid


def test_the_address_of_a_mail_is_its_copy_on_the_web():
    letter = mail(
        '<a href="https://click.example.com/?url=https%3A%2F%2Fweekly.example.org%2F7">View this email in your browser</a><p>Hi</p>'
    )
    assert page(BOX, letter).drafts[0].url == "https://weekly.example.org/7"


def test_a_mail_that_holds_a_boundary_of_its_own_spoils_no_other():
    letters = [mail("--tw-0\r\n\r\n--b--\r\nx", subject="One"), mail("two", subject="Two")]
    assert [d.title for d in page(BOX, *letters).drafts] == ["One", "Two"]


@pytest.mark.parametrize("body", [b"Subject: x\r\n\r\nHello", b"--b\r\n\r\nSubject: x\r\n\r\nHello", b"<html></html>"])
def test_what_is_no_bundle_is_refused(body):
    request = Request(url="imaps://u@imap.example.org/INBOX")
    with pytest.raises(ParseError, match="bundle"):
        BOX.parse(Response(request=request, url=request.url, status=200, headers={}, body=body))


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_without_a_crash(data):
    found = page(ROUNDS, b"Subject: x\r\nMessage-ID: <a@x>\r\n" + data).drafts
    assert len(found) <= 3


# ---- a round-up

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
