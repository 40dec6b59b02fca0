"""A digest as one mail to one recipient (RFC 5322): the same issue and recipient always give the same bytes.

The Date is the issue's, boundary and Message-ID come from a hash of issue and recipient: a mail that is sent again after an
unknown outcome carries the Message-ID of the first, so the recipient's side can tell.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, getaddresses
from urllib.parse import quote

from trendwatch.errors import DeliveryError
from trendwatch.model import Digest, Rendering
from trendwatch.report import safe, words

_SUBJECT = 110


def _mailbox(text: str) -> Address:
    """The one mailbox of "Name <a@b>", its domain in ASCII. Raises DeliveryError (refused) for what is none."""
    found = getaddresses([text])
    name, bare = found[0] if len(found) == 1 else ("", "")
    local, _, domain = bare.rpartition("@")
    if text == safe.line(text) and re.fullmatch(r"[^\s@<>,;]+@[^\s@<>,;]+", bare):
        try:
            return Address(display_name=name, username=local, domain=domain.encode("idna").decode("ascii"))
        except (UnicodeError, ValueError):
            pass
    raise DeliveryError(f"{safe.clip(text, 80)!r} is not a mail address.", outcome="refused")


def address(text: str) -> str:
    """The bare address of "Name <a@b>", its domain in ASCII. Raises DeliveryError (refused) for what is none."""
    return _mailbox(text).addr_spec


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def message_id(digest: Digest, sender: str, recipient: str) -> str:
    """The Message-ID of an issue for a recipient: stable, so that a repeated mail can be recognised."""
    return f"<{_digest(digest.issue, recipient)}@{_domain(sender)}>"


def _domain(sender: str) -> str:
    return _mailbox(sender).domain


def subject(digest: Digest) -> str:
    """“GenAI safety: the week, W09: the top title”, at most 110 characters, one line."""
    week = digest.week.partition("-")[2]
    top = next((e.title for _, e in words.entries(digest)), "a quiet week")
    return safe.clip(f"{safe.line(digest.title)} ({week}): {safe.prose(top)}", _SUBJECT)


def _list_id(digest: Digest, sender: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", digest.name.lower()).strip("-") or "digest"
    return f"<{slug}.trendwatch.{_domain(sender)}>"


def message(digest: Digest, renderings: Mapping[str, Rendering], *, sender: str, recipient: str, reply_to: str = "") -> bytes:
    """The mail as bytes with CRLF line ends. `recipient` "" makes one for a file, to nobody in particular.

    Raises DeliveryError (refused) when an address is none.
    """
    own, answers = _mailbox(sender), _mailbox(reply_to or sender)
    reader = _mailbox(recipient) if recipient else None
    wide = not all(a.addr_spec.isascii() for a in (own, answers, reader or own))
    mail = EmailMessage(policy=(SMTPUTF8 if wide else SMTP).clone(max_line_length=76))
    mail["From"] = own
    mail["To"] = reader or "undisclosed-recipients:;"
    if reply_to:
        mail["Reply-To"] = answers
    mail["Subject"] = subject(digest)
    mail["Date"] = format_datetime(digest.composed_at)
    mail["Message-ID"] = message_id(digest, sender, recipient)
    mail["List-Id"] = _list_id(digest, sender)
    mail["List-Unsubscribe"] = f"<mailto:{quote(answers.addr_spec, safe='@+')}?subject=unsubscribe>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Precedence"] = "list"
    mail.set_content(renderings["txt"].body.decode(), cte="quoted-printable")
    mail.add_alternative(renderings["html"].body.decode(), subtype="html", cte="quoted-printable")
    mail.set_boundary(f"=_{_digest('boundary', digest.issue, recipient)}")
    return mail.as_bytes()
