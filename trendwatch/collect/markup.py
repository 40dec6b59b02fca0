"""How the XML and HTML of others are parsed: no entity is resolved, no file or address is opened, no tree without bounds is built."""

from __future__ import annotations

import re
import sys
from typing import Any

from lxml import etree

_HALVES = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_NUMBERED = re.compile(rb"&#(?:x([0-9a-f]{1,2000})|([0-9]{1,2000}));", re.IGNORECASE)


def xml_parser(**how: Any) -> etree.XMLParser:
    """A parser of XML; `how` says what is taken out and whether damage is repaired."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, **how)


def html_parser(encoding: str | None) -> etree.HTMLParser:
    """A parser of pages, without comments and processing instructions; None for `encoding` is the page's own word."""
    return etree.HTMLParser(encoding=encoding, remove_comments=True, remove_pis=True, no_network=True)


def local_name(element: etree._Element) -> str:
    """An element's name in lower case and without its namespace, of which many are written wrong; "" for a comment."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def sound(xml: bytes) -> bytes:
    """XML without halves of characters (surrogates), as UTF-8 or by number, and without numbers that are none of a character: parsers
    let them pass and fail where text is asked for.
    """
    return _NUMBERED.sub(_named, _HALVES.sub(b"\xef\xbf\xbd", xml))


def _named(found: re.Match[bytes]) -> bytes:
    number = int(found[1], 16) if found[1] else int(found[2])
    return found[0] if number < 0xD800 or 0xDFFF < number <= sys.maxunicode else b"\xef\xbf\xbd"  # noqa: PLR2004 - the surrogates
