"""Mail over IMAP, read and never touched: one folder is examined, its mails are peeked at, nothing is marked or moved.

An address is `imaps://user@host/folder?list-id=…&from=…&since=2026-03-01&most=100`: mails of any of the lists or senders named,
since that day, the newest ones. The guard's rules hold as for the web: a name is resolved once, every address found is judged,
and the connection goes to one that was. Unencrypted `imap://` is for hosts on the allow-list alone (a bridge on this machine).

The protocol is the standard library's, in a thread; its socket, and what may come through it, are ours: a server that floods,
drips or lies about sizes costs one visit. The answer is one MIME multipart of message/rfc822 parts, the same for the same mails.
"""

from __future__ import annotations

import asyncio
import hashlib
import imaplib
import re
import socket
import ssl
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import httpx2

from trendwatch.collect.guard import Guard, shown
from trendwatch.collect.imap_url import Box, encoded_folder, quoted
from trendwatch.collect.wire import Names
from trendwatch.errors import FetchError
from trendwatch.model import Network, Request, Response

MATCHED = "x-trendwatch-matched"
"""The header of the answer that tells how many mails matched, of which only the newest may have been fetched."""
CUT = "X-Trendwatch-Cut"
"""The header of a part whose mail is longer than what was fetched of it."""
LONGEST_MAIL = 2 * 1024 * 1024
"""Bytes fetched of one mail. Newsletters take 30 to 300 kB; what is longer carries attachments, and they come last."""
_AT_ONCE = 16  # mails asked for in one command
_LATER = re.compile(
    r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG|CONTACTADMIN)\]|too many|try again|temporar|rate limit", re.IGNORECASE
)
_UID = re.compile(rb"\bUID (\d{1,12})\b")
_LENGTH = re.compile(rb"RFC822\.SIZE (\d{1,12})\b")


async def get(
    request: Request, *, guard: Guard, network: Network, secret: str, trust: ssl.SSLContext | None = None
) -> Response:
    """The mails that a request's URL asks for, newest first. Raises FetchError: policy for what the guard refuses, permanent for
    a wrong password or folder, transient for the rest. `trust` takes the system's authorities when it is None.
    """
    box = Box.of(request.url)
    box.permit(guard)
    if box.scheme == "imaps" and trust is None:
        trust = httpx2.create_ssl_context()
    visit = _Visit(box, await _addresses(box, guard), network, trust if box.scheme == "imaps" else None)
    try:
        async with asyncio.timeout(network.total_timeout_s):
            mails, matched = await asyncio.to_thread(visit.run, secret)
    except TimeoutError as error:
        raise FetchError(f"{box.host}: no whole answer within {network.total_timeout_s:g} s") from error
    except (imaplib.IMAP4.error, OSError, ValueError, EOFError) as error:
        raise _explained(error, box, secret) from error
    finally:
        visit.break_off()
    body, content_type = packed(mails)
    headers = {"content-type": content_type, MATCHED: str(matched)}
    return Response(request=request, url=request.url, status=200, headers=headers, body=body)


def packed(mails: Sequence[tuple[bytes, bool]]) -> tuple[bytes, str]:
    """Mails, each with whether it was cut short, as one multipart body, and its Content-Type. Same mails, same bytes."""
    boundary = "tw-" + hashlib.sha256(b"\0".join(mail for mail, _ in mails)).hexdigest()[:40]
    parts = []
    for mail, cut in mails:
        mark = f"{CUT}: {len(mail)} bytes\r\n" if cut else ""
        parts.append(f"--{boundary}\r\nContent-Type: message/rfc822\r\n{mark}\r\n".encode() + mail + b"\r\n")
    return b"".join([*parts, f"--{boundary}--\r\n".encode()]), f'multipart/mixed; boundary="{boundary}"'


async def _addresses(box: Box, guard: Guard) -> list[str]:
    """Where to connect: all addresses of the host, each judged; one bad among them refuses the name."""
    names = Names()
    try:
        found = [box.host] if box.literal else await names.find(box.host, box.port, absolute=box.place not in guard.allow)
    finally:
        names.close()
    for ip in found:
        guard.check_address(ip, box.host, box.port)
    return found[:4]


class _Session(imaplib.IMAP4):
    """The protocol over a socket that is connected already, with a limit on all that comes through it."""

    def __init__(self, sock: socket.socket, most_bytes: int, until: float) -> None:
        self._given = sock
        self._left = most_bytes
        self._until = until
        super().__init__(timeout=max(until - time.monotonic(), 0.1))

    def _create_socket(self, timeout: float | None) -> socket.socket:  # noqa: ARG002 - the signature of imaplib
        return self._given

    def read(self, size: int) -> bytes:
        """So many bytes. Raises `abort` beyond the limit, before anything of that size is held."""
        self._take(size)
        return bytes(super().read(size))

    def readline(self) -> bytes:
        """One line, as above."""
        line = super().readline()
        self._take(len(line))
        return bytes(line)

    def _take(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise self.abort("the server sends more than it was asked for")
        left_s = self._until - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        self.sock.settimeout(left_s)  # no less: a search in a large mailbox is silent until it is done


class _Visit:
    """One visit to one folder, run in a thread; `break_off` ends it from outside."""

    def __init__(self, box: Box, ips: Sequence[str], network: Network, trust: ssl.SSLContext | None) -> None:
        self._box = box
        self._ips = ips
        self._network = network
        self._trust = trust
        self._sock: socket.socket | None = None
        self._over = False

    def run(self, secret: str) -> tuple[list[tuple[bytes, bool]], int]:
        """The mails, newest first, each with whether it was cut; and how many matched."""
        until = time.monotonic() + self._network.total_timeout_s
        session = _Session(self._connected(), self._network.max_bytes + LONGEST_MAIL, until)
        try:
            _log_in(session, self._box, secret)
            _done(session.select(quoted(encoded_folder(self._box.folder)), readonly=True), self._box, "the folder")
            found = _done(session.uid("SEARCH", *self._box.search), self._box, "the search")
            uids = sorted({int(n) for row in found if row for n in row.split() if n.isdigit()}, reverse=True)
            mails = self._fetched(session, uids[: self._box.most], until)
            with suppress(imaplib.IMAP4.error, OSError):
                session.logout()
        finally:
            with suppress(OSError):
                session.shutdown()  # its buffer holds the socket open
        return mails, len(uids)

    def _fetched(self, session: _Session, uids: Sequence[int], until: float) -> list[tuple[bytes, bool]]:
        """As many mails as the limits on bytes and time let through, the newest first."""
        sizes = self._sizes(session, uids)
        left = self._network.max_bytes
        mails: list[tuple[bytes, bool]] = []
        for start in range(0, len(uids), _AT_ONCE):
            group = []
            for uid in uids[start : start + _AT_ONCE]:
                left -= min(sizes.get(uid, 0), LONGEST_MAIL)
                group += [uid] if left >= 0 else []
            late = bool(mails) and time.monotonic() > until - self._network.total_timeout_s / 4
            if not group or late:
                break
            command = (",".join(map(str, group)), f"(UID BODY.PEEK[]<0.{LONGEST_MAIL}>)")
            texts = dict(_literals(_done(session.uid("FETCH", *command), self._box, "the mails")))
            mails += [(texts[uid], sizes.get(uid, 0) > LONGEST_MAIL) for uid in group if uid in texts]
        return mails

    def _sizes(self, session: _Session, uids: Sequence[int]) -> dict[int, int]:
        if not uids:
            return {}
        rows = _done(session.uid("FETCH", ",".join(map(str, uids)), "(UID RFC822.SIZE)"), self._box, "the mails")
        lines = [row for row in rows if isinstance(row, bytes)]
        pairs = [(_UID.search(line), _LENGTH.search(line)) for line in lines]
        return {int(uid[1]): int(length[1]) for uid, length in pairs if uid and length}

    def _connected(self) -> socket.socket:
        failure: Exception | None = None
        for ip in self._ips:
            try:
                plain = socket.create_connection((ip, self._box.port), self._network.connect_timeout_s)
            except OSError as error:
                failure = error
                continue
            self._sock = plain
            if self._trust is not None:
                self._sock = self._trust.wrap_socket(plain, server_hostname=self._box.host, do_handshake_on_connect=False)
                self._sock.do_handshake()
            if self._over:
                raise ConnectionError("it took too long")
            return self._sock
        raise failure or ConnectionError("no address")

    def break_off(self) -> None:
        """Close the connection, from whichever thread: what waits for it fails at once."""
        self._over = True
        if self._sock is not None:
            with suppress(OSError):
                self._sock.shutdown(socket.SHUT_RDWR)
            with suppress(OSError):
                self._sock.close()


def _literals(rows: Sequence[Any]) -> list[tuple[int, bytes]]:
    """UID and text of each mail in a FETCH answer; the UID may stand before or after the text."""
    found = []
    for row, after in zip(rows, [*rows[1:], b""], strict=True):
        if isinstance(row, tuple):
            uid = _UID.search(row[0]) or (_UID.search(after) if isinstance(after, bytes) else None)
            found += [(int(uid[1]), row[1])] if uid else []
    return found


def _log_in(session: _Session, box: Box, secret: str) -> None:
    """Say who asks. AUTHENTICATE where the server knows it: LOGIN takes no password beyond ASCII."""
    try:
        if session.state == "AUTH":
            return  # the server knows its caller already
        if "AUTH=PLAIN" in session.capabilities:
            session.authenticate("PLAIN", lambda _: f"\0{box.user}\0{secret}".encode())
        elif "LOGINDISABLED" in session.capabilities:
            raise FetchError(f"{box.host} takes no password over this connection", outcome="permanent")
        else:
            session.login(box.user, secret)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, UnicodeError) as error:
        said = _safe(error, secret)
        outcome = "transient" if _LATER.search(said) else "permanent"
        raise FetchError(
            f"{box.host} refuses user {shown(box.user)} with this password ({said}); it may want an app password",
            outcome=outcome,
        ) from error


def _done(answer: tuple[str, Any], box: Box, what: str) -> list[Any]:
    """What a command brought. Raises FetchError where the server refused it."""
    status, rows = answer
    if status == "OK":
        return list(rows)
    said = _safe(b" ".join(r for r in rows if isinstance(r, bytes)), "")
    outcome = "transient" if _LATER.search(said) else "permanent"
    raise FetchError(f"{box.host} refuses {what} {shown(box.folder) if what == 'the folder' else ''} ({said})", outcome=outcome)


def _safe(said: object, secret: str) -> str:
    """A server's words, short, printable, without the password."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    if text.startswith("b'") and text.endswith("'"):
        text = text[2:-1]
    return shown(text.replace(secret, "…") if secret else text)[:160]


def _explained(error: Exception, box: Box, secret: str) -> FetchError:
    """A failure of the wire in our words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return FetchError(f"{box.host}: the server's certificate is not valid: {error.verify_message}")
    if isinstance(error, ssl.SSLError):
        return FetchError(f"{box.host}: no encrypted connection ({shown(error.reason or str(error))}); is the port right?")
    if isinstance(error, TimeoutError):
        return FetchError(f"{box.host}: no answer in time")
    return FetchError(f"{box.host}: the connection failed: {_safe(error, secret)}")
