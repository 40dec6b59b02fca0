"""Mailboxes in sources.yaml: their addresses are judged like any, their password never stands there."""

from __future__ import annotations

from pathlib import Path

import pytest

from trendwatch import config
from trendwatch.errors import ConfigError


def load(*rows: str, allow: str = "") -> config.Config:
    lines = [f"network: {{allow: [{allow!r}]}}"] if allow else []
    text = "\n".join([*lines, "sources:", *(f"  - {{{row}}}" for row in rows)])
    return config.parse(text.encode(), Path("sources.yaml"), {})


BOX = "kind: mailbox, host: imap.example.org, user: me@example.org"


def test_two_users_and_two_lists_of_one_server_are_different_sources():
    found = load(
        f"name: a, {BOX}",
        "name: b, kind: mailbox, host: imap.example.org, user: you@example.org",
        f"name: c, {BOX}, list_id: [weekly.example.org], links: true",
    ).sources
    assert [s.name for s in found] == ["a", "b", "c"]
    assert found[2].reader.list_id == ("weekly.example.org",)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([f"name: a, {BOX}, password: x"], "TRENDWATCH_IMAP_PASSWORD"),
        ([f"name: a, {BOX}, tls: false"], "unencrypted"),
        ([f"name: a, {BOX}, port: 1993"], "port 1993"),
        (["name: a, kind: mailbox, host: 10.0.0.1, user: me"], "private"),
        ([f"name: a, {BOX}, password_variable: HOME"], "TRENDWATCH_"),
        ([f"name: a, {BOX}", f"name: b, {BOX}"], "asks the same address"),
    ],
)
def test_what_a_mailbox_may_not_be_is_said(rows, said):
    with pytest.raises(ConfigError, match=said):
        load(*rows)


def test_a_bridge_on_this_machine_is_allowed_by_name():
    found = load("name: a, kind: mailbox, host: 127.0.0.1, port: 1143, tls: false, user: me", allow="127.0.0.1:1143")
    assert found.sources[0].reader.address().startswith("imap://me@127.0.0.1:1143/INBOX")
