"""Digests by mail: one message a recipient, over a verified connection, and an honest word on how each hand-over ended.

Until the final dot is sent, a lost connection means that nothing was taken: "retry". From then on the server may have the
mail whatever we hear, so silence means "unknown", and only its own code says "retry" (4xx) or "refused" (5xx). RFC 5321 gives
the server ten minutes for that last reply; a shorter wait makes duplicates.
"""

from __future__ import annotations

import base64
import select
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from trendwatch.errors import DeliveryError
from trendwatch.model import Digest, Rendering
from trendwatch.report import safe
from trendwatch.report.deliverers import Deliverer
from trendwatch.report.message import address, message, message_id

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_LAST_LOOK_S = 0.15  # for a reset that is already on its way to arrive before the final dot
_OK, _GO_AHEAD = range(200, 300), 354
_AUTH_REQUIRED = 530


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp(Deliverer):
    """Sends each issue through `host`:`port`. `security` is starttls (587), tls (465) or none (a relay you trust).

    The password comes from TRENDWATCH_SMTP_PASSWORD only. `ca_file` names a PEM file for a server with a certificate of your
    own; certificates are always verified. `timeout` is seconds for each step, `final_timeout` for the last reply.
    """

    host: str = field(metadata={"help": "The mail server."})
    port: int = field(default=587, metadata={"help": "Its port: 587 for starttls, 465 for tls."})
    security: Literal["starttls", "tls", "none"] = field(
        default="starttls", metadata={"help": "How the connection is secured: starttls, tls, or none for a relay you trust."}
    )
    username: str = field(default="", metadata={"help": "Whom to log in as; the password is TRENDWATCH_SMTP_PASSWORD."})
    sender: str = field(default="trendwatch <trendwatch@localhost>", metadata={"help": "Whom the mail is from."})
    reply_to: str = field(default="", metadata={"help": "Where answers go, if not to the sender."})
    timeout: float = field(default=30.0, metadata={"help": "Seconds that each step may take."})
    final_timeout: float = field(default=600.0, metadata={"help": "Seconds to wait for the server's last word on a mail."})
    ca_file: str = field(default="", metadata={"help": "A PEM file for a server with a certificate of your own."})

    secrets: ClassVar[Mapping[str, str]] = {"password": "TRENDWATCH_SMTP_PASSWORD"}

    def recipients(self, digest: Digest, asked: Sequence[str]) -> Sequence[str]:
        """Those the digest asks for, each address once."""
        del digest
        once: dict[str, str] = {}
        for one in asked:
            once.setdefault(address(one).casefold(), one)
        return tuple(once.values())

    def deliver(self, digest: Digest, renderings: Mapping[str, Rendering], recipient: str, secrets: Mapping[str, str]) -> str:
        """Send one mail. Returns its Message-ID. Raises DeliveryError: "retry", "refused" or "unknown"."""
        password = secrets.get("password", "")
        self._check(password)
        mail = message(digest, renderings, sender=self.sender, recipient=recipient, reply_to=self.reply_to)
        with _told(f"{self.host}:{self.port}", self.username, password), self._connection() as client:
            if self.username:
                client.login(self.username, password)
            _hand_over(client, address(self.sender), address(recipient), mail, self.final_timeout)
        return message_id(digest, self.sender, recipient)

    def _check(self, password: str) -> None:
        if self.username and not password:
            raise DeliveryError(f"No password for {self.username}: set TRENDWATCH_SMTP_PASSWORD.", outcome="refused")
        if self.username and self.security == "none" and self.host not in _LOOPBACK:
            raise DeliveryError("A password is never sent in the clear: use security starttls or tls.", outcome="refused")

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        name = address(self.sender).rpartition("@")[2]  # not this machine's own name, which is nobody's business
        name = name if name.isascii() else "localhost"
        context = None if self.security == "none" else ssl.create_default_context(cafile=self.ca_file or None)
        if self.security == "tls":
            client: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, name, timeout=self.timeout, context=context)
        else:
            client = smtplib.SMTP(self.host, self.port, name, timeout=self.timeout)
        try:
            client.ehlo_or_helo_if_needed()
            if self.security == "starttls":
                client.starttls(context=context)
                client.ehlo()
            yield client
        finally:
            client.close()


def _expect(reply: tuple[int, bytes], codes: Sequence[int]) -> None:
    if reply[0] not in codes:
        raise smtplib.SMTPResponseException(*reply)


def _hand_over(client: smtplib.SMTP, sender: str, recipient: str, mail: bytes, final_timeout: float) -> None:
    """MAIL, RCPT, DATA, and the reply to the final dot."""
    wide = not (sender.isascii() and recipient.isascii())
    if wide and not client.has_extn("smtputf8"):
        raise DeliveryError(
            f"The server takes only ASCII addresses, and {safe.clip(recipient, 80)} is none.", outcome="refused"
        )
    options = [f"size={len(mail)}"] if client.has_extn("size") else []
    _expect(client.mail(sender, [*options, *(["SMTPUTF8", "BODY=8BITMIME"] if wide else [])]), _OK)
    _expect(client.rcpt(recipient), _OK)
    _expect(client.docmd("DATA"), [_GO_AHEAD])
    stuffed = mail.replace(b"\r\n.", b"\r\n..")
    client.send((b"." if stuffed.startswith(b".") else b"") + stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n"))
    _last_look(client)
    _final_dot(client, final_timeout)


def _last_look(client: smtplib.SMTP) -> None:
    """Notice a connection that is already lost while it still means that nothing was taken."""
    sock = client.sock
    if sock is None:
        raise smtplib.SMTPServerDisconnected("connection lost")
    if select.select([sock], [], [], _LAST_LOOK_S)[0]:  # nothing is due before the dot: a refusal, or the end
        code, text = client.getreply()
        raise smtplib.SMTPResponseException(code, text)


def _final_dot(client: smtplib.SMTP, final_timeout: float) -> None:
    sock = client.sock
    if sock is None:
        raise smtplib.SMTPServerDisconnected("connection lost")
    sock.settimeout(final_timeout)
    try:
        client.send(b".\r\n")
        code, text = client.getreply()
    except (OSError, smtplib.SMTPException, ValueError):
        raise DeliveryError(
            "The connection was lost after the whole mail was sent: the server may or may not have it.", outcome="unknown"
        ) from None
    if not 200 <= code < 600:  # noqa: PLR2004 - a reply without a code says nothing
        raise DeliveryError("The server's last reply could not be read: it may or may not have the mail.", outcome="unknown")
    _expect((code, text), _OK)


def _outcome(code: int) -> Literal["retry", "refused"]:
    return "refused" if 500 <= code < 600 else "retry"  # noqa: PLR2004 - SMTP's permanent refusals


def _answered(error: smtplib.SMTPResponseException) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"login failed ({error.smtp_code})"
    text = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else str(error.smtp_error)
    hint = "; set username and TRENDWATCH_SMTP_PASSWORD" if error.smtp_code == _AUTH_REQUIRED else ""
    return f"answered {error.smtp_code} {safe.clip(text, 200)}{hint}"


def _translate(error: Exception) -> tuple[str, Literal["retry", "refused"]]:
    """A foreign error as a sentence and an outcome."""
    if isinstance(error, smtplib.SMTPResponseException):
        return _answered(error), _outcome(error.smtp_code)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return f"lacks what is needed: {str(error).rstrip('.')}", "refused"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}", "refused"
    if isinstance(error, TimeoutError):
        return "did not answer in time", "retry"
    unknown = isinstance(error, socket.gaierror)
    return "its name is not known" if unknown else f"connection failed: {safe.clip(str(error), 200)}", "retry"


@contextmanager
def _told(server: str, username: str, password: str) -> Iterator[None]:
    """Foreign errors as DeliveryError, without the password in any spelling a server might echo."""
    try:
        yield
    except (OSError, smtplib.SMTPException, ValueError) as error:
        sentence, outcome = _translate(error)
        raise DeliveryError(_redactor(username, password)(f"{server}: {sentence}."), outcome=outcome) from None


def _redactor(username: str, password: str) -> Callable[[str], str]:
    spellings = (password, f"\0{username}\0{password}", f"{username}\0{username}\0{password}")
    secret = [password, *(base64.b64encode(s.encode()).decode() for s in spellings)] if password else []

    def redact(text: str) -> str:
        for one in secret:
            text = text.replace(one, "***")
        return text

    return redact
