"""One mail as it was sent: headers and body in the letters they were meant in, whatever their labels say. Pure."""

from __future__ import annotations

import codecs
import html
import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime

from trendwatch.collect.sources._reading import CHARSETS, WIDER

_WIDER = WIDER | {
    "latin1": "cp1252", "iso-8859-9": "cp1254", "x-sjis": "cp932", "windows-31j": "cp932", "iso-8859-8-i": "iso-8859-8",
    "tis-620": "cp874", "big5": "big5hkscs", "macintosh": "mac_roman", "iso-2022-jp": "iso2022_jp_ext",
}  # fmt: skip
_URL = re.compile(r"<?(https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]])>?")
_MOST_PARTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What a mail says. `html` is markup in any case."""

    uid: str  # its Message-ID without brackets; "" when it has none
    subject: str
    sender: str  # the name, or the address when there is no name
    address: str
    list_id: str
    list_name: str
    archived_at: str
    sent: datetime | str | None
    html: str


def read(raw: bytes) -> Mail:
    """A mail from its bytes. Never raises: what is broken is read as far as it goes."""
    message = message_from_bytes(raw.lstrip(b"\r\n"))
    name, address = parseaddr(_header(message, "From"))
    listed = re.match(r"(.*?)<([^<>]{1,250})>", _header(message, "List-Id")) or ["", "", _header(message, "List-Id")]
    archived = _URL.search(_header(message, "Archived-At"))
    return Mail(
        uid="".join(_header(message, "Message-ID").split()).strip("<>"),
        subject=_header(message, "Subject"),
        sender=" ".join(name.split()) or address,
        address=address,
        list_id=listed[2].strip(),
        list_name=listed[1].strip().strip('"'),
        archived_at=archived[1] if archived else "",
        sent=_sent(message),
        html=_body(message),
    )


def decoded(data: bytes, charset: str) -> str:
    """Bytes as text: by their label when it is right, as UTF-8 when they are that, by the label's guess otherwise."""
    label = charset.strip().strip("\"'").lower()
    codec = _WIDER.get(label, label)
    if not CHARSETS.fullmatch(label) and label not in _WIDER:
        codec = ""
    if codec == "cp1252" and _is_utf8(data):
        codec = "utf-8"
    for name in filter(None, (codec, "utf-8")):
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    try:
        return data.decode(codec or "cp1252", "replace")
    except LookupError:
        return data.decode("cp1252", "replace")


def _is_utf8(data: bytes) -> bool:
    """Whether bytes beyond ASCII make sense as UTF-8, which is hardly chance."""
    try:
        return not data.isascii() and bool(data.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _header(message: Message, name: str) -> str:
    """A header in its letters, on one line: encoded words, raw bytes and broken forms of both. Its first one counts."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    text = raw.encode("ascii", "surrogateescape").decode("utf-8", "surrogateescape") if not raw.isascii() else raw
    if any("\udc80" <= c <= "\udcff" for c in text):
        text = decoded(raw.encode("ascii", "surrogateescape"), message.get_content_charset() or "")
    if "=?" in text and text.isascii():
        text = _words(text)
    return " ".join(text.split())


def _words(text: str) -> str:
    """Encoded words (RFC 2047). Those without a space between them, which many programs send, are parted first."""
    parted = re.sub(r"\?=(?==\?)", "?= ", text)
    try:
        chunks = decode_header(parted)
    except (HeaderParseError, ValueError):
        return text
    return "".join(decoded(c, charset or "") if isinstance(c, bytes) else c for c, charset in chunks)


def _sent(message: Message) -> datetime | str | None:
    """The Date header with its zone; else when the last server took the mail in; else the words that stand there."""
    said = _header(message, "Date")
    for text in (said, _header(message, "Received").rpartition(";")[2].strip()):
        try:
            return parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return said or None


def _body(message: Message) -> str:
    """The longest HTML part; where there is none, the plain parts as paragraphs. Attachments are passed over."""
    pages, texts = [], []
    for number, part in enumerate(message.walk()):
        if number >= _MOST_PARTS:
            break
        if part.is_multipart() or part.get_content_disposition() == "attachment":
            continue
        if part.get_content_type() == "text/html":
            pages.append(_text(part))
        elif part.get_content_type() == "text/plain":
            texts.append(_text(part))
    page = max(pages, key=len, default="")
    return page if page.strip() else "\n".join(marked_up(text) for text in texts)


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    label = part.get_content_charset() or ""
    if not label and part.get_content_type() == "text/html":
        named = re.search(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{1,40})", data[:4096], re.IGNORECASE)
        label = named[1].decode() if named else ""
    if data.startswith(codecs.BOM_UTF8):
        data, label = data[3:], "utf-8"
    return decoded(data, label)


def marked_up(text: str) -> str:
    """Plain text as markup: a blank line parts paragraphs, an address is a link, a line "> " is a quotation like any text."""
    paragraphs = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return "\n".join(f"<p>{_linked(p)}</p>" for p in paragraphs if p.strip())


def _linked(paragraph: str) -> str:
    pieces, at = [], 0
    for found in _URL.finditer(paragraph):
        pieces += [
            html.escape(paragraph[at : found.start()], quote=False),
            f'<a href="{html.escape(found[1])}">{html.escape(found[1])}</a>',
        ]
        at = found.end()
    return "".join([*pieces, html.escape(paragraph[at:], quote=False)]).replace("\n", "<br>\n")
