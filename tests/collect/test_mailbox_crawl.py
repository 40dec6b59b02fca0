"""A mailbox on the whole way: a real server, the crawl, items."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import imap_server
import pytest
from imap_server import PASSWORD, USER

from trendwatch.collect.crawl import crawl
from trendwatch.collect.sources.mailbox import Mailbox
from trendwatch.model import Item, Network, Source, Visit

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
LETTER = (
    b"From: Example Weekly <editor@example.org>\r\nMessage-ID: <12@example.org>\r\nDate: Mon, 02 Mar 2026 08:00:00 +0100\r\n"
    b"Subject: =?utf-8?Q?Weekly_12=3A_voices?=\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    b'<p><a href="https://lab.example.org/voices">A filter against cloned voices</a> tells callers apart.</p>'
    b'<p><a href="https://papers.example.org/2">Age checks in ten countries</a>, measured.</p>'
    b'<p><a href="https://weekly.example.org/unsubscribe">Unsubscribe</a></p>'
)


@pytest.fixture(scope="module")
def port():
    with imap_server.imap_server() as port:
        imap_server.fill(port, [(LETTER, NOW.timestamp())])
        yield port


def visit(port: int, secret: str, *, links: bool) -> tuple[Visit, list[Item]]:
    reader = Mailbox(host="127.0.0.1", port=port, tls=False, user=USER, links=links)
    told: list[tuple[Visit, list[Item]]] = []
    asyncio.run(
        crawl(
            [Source(name="weekly", kind="mailbox", reader=reader)],
            network=Network(allow=(f"127.0.0.1:{port}",)),
            since={},
            validators={},
            now=NOW,
            secrets={"TRENDWATCH_IMAP_PASSWORD": secret} if secret else {},
            on_visit=lambda visit, items, *_: told.append((visit, list(items))),
        )
    )
    return told[0]


def test_a_letter_becomes_an_item(port):
    found, items = visit(port, PASSWORD, links=False)
    assert (found.outcome, found.found) == ("ok", 1)
    assert [(i.title, i.url, i.published_at) for i in items] == [
        ("Weekly 12: voices", "", datetime(2026, 3, 2, 7, tzinfo=UTC)),
    ]


def test_the_stories_of_a_round_up_become_items(port):
    found, items = visit(port, PASSWORD, links=True)
    assert found.outcome == "ok"
    assert {(i.title, i.canonical_url) for i in items} == {
        ("A filter against cloned voices", "https://lab.example.org/voices"),
        ("Age checks in ten countries", "https://papers.example.org/2"),
    }


@pytest.mark.parametrize(
    ("secret", "outcome", "said"), [("wrong", "permanent", "refuses user"), ("", "policy", "TRENDWATCH_IMAP_PASSWORD")]
)
def test_a_wrong_or_missing_password_is_a_visit_with_an_error(port, secret, outcome, said):
    found, items = visit(port, secret, links=False)
    assert (found.outcome, items) == (outcome, [])
    assert said in found.error
    assert not secret or secret not in found.error
