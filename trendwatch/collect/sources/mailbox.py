"""`kind: mailbox`: newsletters in a mailbox, read over IMAP."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import ClassVar
from urllib.parse import quote, urlencode

from trendwatch.collect.sources import SourceKind, _mail, _newsletter
from trendwatch.errors import ParseError
from trendwatch.model import Credential, Draft, Page, Request, Response, Skip

LOOK_BACK = timedelta(days=3)
"""How far before the last visit the window starts: servers search by day, in their own zone, and mail is late at times."""
PORTS = {True: 993, False: 143}
_VARIABLE = re.compile(r"TRENDWATCH_[A-Z0-9_]{1,60}")
_BOUNDARY = re.compile(rb"--([\w'()+,./:=?-]{1,70}?)(--)?[ \t]*\r?\n")
_CUT = re.compile(rb"^X-Trendwatch-Cut:", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Mailbox(SourceKind):
    """Newsletters in a mailbox, over IMAP. Nothing in it is changed or marked as read. The password comes from the environment
    (TRENDWATCH_IMAP_PASSWORD); providers that ask for a second factor want an app password there. Give the newsletter's List-Id or sender, or a folder that holds nothing else.
    """

    bulky: ClassVar[bool] = True
    windowed: ClassVar[bool] = True

    host: str = field(metadata={"help": "The IMAP server, such as imap.example.org."})
    user: str = field(metadata={"help": "The user name there, mostly the mail address."})
    folder: str = field(default="INBOX", metadata={"help": "The folder that is read, such as INBOX or Newsletters/AI."})
    list_id: tuple[str, ...] = field(
        default=(), metadata={"help": "Mails of these lists: what stands in the List-Id header, such as news.example.org."}
    )
    sender: tuple[str, ...] = field(
        default=(), metadata={"help": "Mails from these senders: an address or a part of it. With list_id: either will do."}
    )
    links: bool = field(
        default=False, metadata={"help": "Whether each story that a round-up links to becomes an entry of its own."}
    )
    most: int = field(default=100, metadata={"help": "Mails read in one visit at most, the newest."})
    port: int = field(default=0, metadata={"help": "The port; 993 with tls and 143 without when left out."})
    tls: bool = field(
        default=True, metadata={"help": "Whether the connection is encrypted; false only for hosts under network: allow:."}
    )
    password_variable: str = field(
        default="TRENDWATCH_IMAP_PASSWORD",
        metadata={"help": "The environment variable that holds the password, for a second mailbox; begins with TRENDWATCH_."},
    )

    def __post_init__(self) -> None:
        if not _VARIABLE.fullmatch(self.password_variable):
            raise ValueError("password_variable must begin with TRENDWATCH_ and hold capital letters, digits and _ only")
        if not re.fullmatch(r"[A-Za-z0-9.:\[\]-]{1,253}", self.host):
            raise ValueError("host must be the name of an IMAP server, such as imap.example.org, without scheme or port")
        if not self.user.strip():
            raise ValueError("user must be the name to log in with")
        if not all(word.isascii() and word.isprintable() and word.strip() for word in (*self.list_id, *self.sender)):
            raise ValueError("list_id and sender must be plain ASCII, such as news.example.org or editor@example.org")

    def start(self, since: datetime | None) -> Sequence[Request]:
        """The mails since three days before the last visit; at the first visit the newest ones."""
        asked = [*(("list-id", text) for text in self.list_id), *(("from", text) for text in self.sender)]
        asked += [("since", f"{since - LOOK_BACK:%Y-%m-%d}")] if since else []
        query = urlencode([*asked, ("most", str(self.most))])
        scheme = "imaps" if self.tls else "imap"
        place = f"{quote(self.user, safe='')}@{self.host}:{self.port or PORTS[self.tls]}"
        login = Credential(variable=self.password_variable, place="login", required=True)
        return (Request(url=f"{scheme}://{place}/{quote(self.folder)}?{query}", conditional=False, credential=login),)

    def parse(self, response: Response) -> Page:
        """A draft for each mail, or for each story it links to. Raises ParseError when the answer is no bundle of mails."""
        mails, cut = _unpacked(response.body)
        drafts: list[Draft] = []
        skipped: list[Skip] = []
        bare = []
        for raw in mails:
            mail = _mail.read(raw)
            found = list(self._stories(mail, skipped)) if self.links else []
            bare += [mail.subject or mail.uid] if self.links and not found else []
            drafts += found or [_whole(mail, raw)]
        skipped += _left(response.headers, len(mails))
        return Page(
            drafts=tuple(drafts),
            skipped=tuple(skipped),
            damaged=f"{cut} mails were longer than what is fetched of one" if cut else "",
            warning=f'no story was found in {len(bare)} mails, the first "{bare[0][:100]}"; each is one entry' if bare else "",
        )

    def _stories(self, mail: _mail.Mail, skipped: list[Skip]) -> Iterator[Draft]:
        found, passed = _newsletter.stories(mail.html)
        skipped += [Skip(what=url[:200], reason=reason) for url, reason in passed if "chores" not in reason]
        for number, story in enumerate(found, 1):
            yield Draft(
                uid="" if story.sure else f"{mail.uid}#{number}",
                url=story.url,
                title=_escaped(story.title),
                html=story.html,
                published=mail.sent,
                labels=tuple(filter(None, (mail.list_name,))),
                about=_about(mail) | {"newsletter": mail.subject},
            )


def _unpacked(body: bytes) -> tuple[list[bytes], int]:
    """The mails of a bundle, and how many of them were cut short."""
    first = _BOUNDARY.match(body)
    if not first:
        raise ParseError("The answer is no bundle of mails (multipart/mixed).")
    if not body.rstrip().endswith(b"--" + first[1] + b"--"):
        raise ParseError("The bundle of mails breaks off.")
    parts = re.split(rb"\r?\n--" + re.escape(first[1]) + rb"(?:--)?[ \t]*(?=\r?\n)", b"\n" + body)
    bundles = [part.lstrip(b"\r\n") for part in parts[1:] if part.strip()]
    halves = [re.split(rb"\r?\n\r?\n", bundle, maxsplit=1) for bundle in bundles]
    whole = [(head, text[0]) for head, *text in halves if text and text[0].strip()]
    return [text for _, text in whole], sum(bool(_CUT.search(head)) for head, _ in whole)


def _left(headers: Mapping[str, str], read: int) -> list[Skip]:
    matched = headers.get("x-trendwatch-matched", "")
    left = int(matched) - read if matched.isdigit() and len(matched) < 10 else 0  # noqa: PLR2004 - more digits are no count
    return [Skip(what=f"{left} mails", reason="older than the newest that were read in this visit (most)")] if left > 0 else []


def _whole(mail: _mail.Mail, raw: bytes) -> Draft:
    return Draft(
        uid=mail.uid or f"sha256:{sha256(raw).hexdigest()}",
        url=mail.archived_at or _newsletter.online(mail.html),
        title=_escaped(mail.subject),
        html=mail.html,
        published=mail.sent,
        authors=tuple(filter(None, (mail.sender,))),
        labels=tuple(filter(None, (mail.list_name,))),
        about=_about(mail),
    )


def _about(mail: _mail.Mail) -> dict[str, str]:
    told = {"list": mail.list_id, "from": mail.sender, "message": mail.uid}
    return {key: value for key, value in told.items() if value}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
