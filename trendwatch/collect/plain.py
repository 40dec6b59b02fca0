"""Plain text from published markup: paragraphs kept, scripts and what is hidden dropped, invisible characters removed."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

from lxml import etree

from trendwatch.collect.markup import html_parser

_MARKUP = re.compile(r"<(?:[a-zA-Z/!?])")
_ESCAPED = re.compile(r"&lt;/?(?:p|br|a|div|span|em|strong|ul|li|img|h\d|blockquote)\b", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_SPAN = re.compile(r"<!--|<script\b|<style\b", re.IGNORECASE)
_SPAN_ENDS = {"<!--": "-->", "<script": "</script", "<style": "</style"}
_DROPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "embed",
        "svg",
        "math",
        "canvas",
        "audio",
        "video",
        "head",
        "title",
        "form",
        "button",
        "select",
        "textarea",
    ]
)
_PARAGRAPHS = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "aside",
        "nav",
        "blockquote",
        "pre",
        "figure",
        "figcaption",
        "table",
        "ul",
        "ol",
        "dl",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "address",
        "center",
        "details",
        "summary",
        "body",
    ]
)
_LINES = frozenset(["br", "li", "tr", "dt", "dd", "option", "caption"])
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]|[\U000e0000-\U000e0fff]")
_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff9-\ufffb]"
)  # noqa: PLE2502, RUF100 - written as escapes
_JOINERS = re.compile(
    r"(?<![\u0600-\u08ff\u0900-\u0dff\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\u08ff\u0900-\u0dff\u2600-\u27bf\U0001f000-\U0001faff])"
)
"""Joiners shape words in Arabic and Indic scripts and glue emoji; between other letters they only hide a word from a search."""
_PILE = re.compile(
    r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_SPACES = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r"\n{3,}")
_DEEPEST = 200


def plain_text(html: str) -> str:
    """The text a reader sees, paragraphs parted by a blank line, list items and line breaks by a newline. Never raises."""
    return clean(_read(html))


def one_line(text: str) -> str:
    """Text cleaned and put on one line: titles, names, labels."""
    return " ".join(clean(text).split())


def clean(text: str) -> str:
    """Without control, bidirectional and zero-width characters, lone surrogates (U+FFFD stands for them) and piled accents; NFC;
    white space in order.
    """
    if not text.isascii() or not text.replace("\n", "").isprintable():  # most text is nothing but printable ASCII
        text = _SURROGATES.sub("\ufffd", text).replace("\r\n", "\n")
        text = re.sub(r"[\r\x0b\x0c\x85\u2028]", "\n", text).replace("\u2029", "\n\n")
        text = _JOINERS.sub("", _INVISIBLE.sub("", _CONTROL.sub("", text)))
        text = _PILE.sub(r"\1", unicodedata.normalize("NFC", text))
    if "\n" not in text:
        return _SPACES.sub(" ", text).strip()
    lines = (line.strip() for line in _SPACES.sub(" ", text).split("\n"))
    return _BREAKS.sub("\n\n", "\n".join(lines)).strip()


def storable(text: str) -> str:
    """As published, but for what no database holds: NUL and lone surrogates become U+FFFD."""
    return _SURROGATES.sub("\ufffd", text.replace("\0", "\ufffd"))


def _read(markup: str) -> str:
    if not _MARKUP.search(markup):
        if not _ESCAPED.search(markup):
            return html.unescape(markup) if "&" in markup else markup
        markup = html.unescape(markup)  # escaped once too often, as many feeds do: the reader was meant to see a page
    markup = _SURROGATES.sub("\ufffd", markup).replace("\0", "")
    try:
        parser = html_parser("utf-8")
        root = etree.fromstring(markup.encode(), parser)
    except etree.LxmlError:
        root = None
    if root is None or _too_deep(parser):
        return html.unescape(_TAG.sub(" ", _without_spans(markup)))
    return "".join(_pieces(root))


def _without_spans(markup: str) -> str:
    """Without comments, scripts and styles, in one pass: a pattern that spans them takes quadratic time when they stay open."""
    kept, place = [], 0
    while begin := _SPAN.search(markup, place):
        kept.append(markup[place : begin.start()])
        end = re.compile(_SPAN_ENDS[begin[0].lower()], re.IGNORECASE).search(markup, begin.end())
        place = end.end() if end else len(markup)
    return "".join([*kept, markup[place:]])


def _too_deep(parser: etree.HTMLParser) -> bool:
    """libxml2 stops reading at 256 levels: what follows would be lost in silence."""
    return any("depth" in entry.message.lower() for entry in parser.error_log)


def _pieces(root: etree._Element) -> Iterator[str]:
    """Depth first without recursion: a page may be as deep as it likes."""
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        name = element.tag if isinstance(element.tag, str) else ""
        if event == "end":
            yield _break(name, opens=False)
            yield _folded(element.tail, element)
            continue
        if name in _DROPPED or _hidden(element):
            walk.skip_subtree()
            continue
        yield _break(name, opens=True)
        yield _folded(element.text, element)


def _break(name: str, *, opens: bool) -> str:
    return "\n\n" if name in _PARAGRAPHS else "\n" if opens and name in _LINES else " " if name in {"td", "th"} else ""


def _folded(text: str | None, element: etree._Element) -> str:
    """White space of the source is one space, but inside <pre>."""
    if not text:
        return ""
    return text if element.tag == "pre" else re.sub(r"\s+", " ", text)


def _hidden(element: etree._Element) -> bool:
    return "hidden" in element.attrib or bool(_HIDDEN.search(element.get("style") or ""))
