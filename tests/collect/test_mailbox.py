"""Newsletters: mails in any letters, each an entry."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trendwatch.collect.imap import packed
from trendwatch.collect.plain import plain_text
from trendwatch.collect.sources import _mail
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
