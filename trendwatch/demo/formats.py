"""How each made-up publisher writes its pages: RSS, Atom, RDF, JSON Feed and three APIs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from email.utils import format_datetime
from xml.etree import ElementTree as ET

from trendwatch.demo.sample import Channel, Piece

ATOM = "http://www.w3.org/2005/Atom"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RSS1 = "http://purl.org/rss/1.0/"
DC = "http://purl.org/dc/elements/1.1/"
OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, name, attributes)
    child.text = text or None
    return child


def _xml(root: ET.Element) -> bytes:
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def rss(channel: Channel, pieces: Sequence[Piece]) -> bytes:
    """RSS 2.0."""
    root = ET.Element("rss", version="2.0")
    top = _add(root, "channel")
    _add(top, "title", channel.title)
    _add(top, "link", f"https://{channel.name}.example.org/")
    _add(top, "description", channel.title)
    for piece in pieces:
        item = _add(top, "item")
        _add(item, "title", piece.title)
        _add(item, "link", piece.url)
        _add(item, "guid", piece.url)
        _add(item, "pubDate", format_datetime(piece.at))
        _add(item, "description", f"<p>{piece.text}</p>")
    return _xml(root)


def atom(channel: Channel, pieces: Sequence[Piece]) -> bytes:
    """Atom 1.0."""
    root = ET.Element(f"{{{ATOM}}}feed")
    _add(root, f"{{{ATOM}}}title", channel.title)
    _add(root, f"{{{ATOM}}}id", f"https://{channel.name}.example.org/")
    _add(root, f"{{{ATOM}}}updated", pieces[0].at.isoformat() if pieces else "2026-01-01T00:00:00Z")
    for piece in pieces:
        entry = _add(root, f"{{{ATOM}}}entry")
        _add(entry, f"{{{ATOM}}}title", piece.title)
        _add(entry, f"{{{ATOM}}}link", href=piece.url)
        _add(entry, f"{{{ATOM}}}id", piece.url)
        _add(entry, f"{{{ATOM}}}published", piece.at.isoformat())
        _add(entry, f"{{{ATOM}}}updated", piece.at.isoformat())
        _add(entry, f"{{{ATOM}}}summary", piece.text)
    return _xml(root)


def rdf(channel: Channel, pieces: Sequence[Piece]) -> bytes:
    """RSS 1.0."""
    root = ET.Element(f"{{{RDF}}}RDF")
    top = _add(root, f"{{{RSS1}}}channel")
    _add(top, f"{{{RSS1}}}title", channel.title)
    _add(top, f"{{{RSS1}}}link", f"https://{channel.name}.example.org/")
    for piece in pieces:
        item = _add(root, f"{{{RSS1}}}item", "", **{f"{{{RDF}}}about": piece.url})
        _add(item, f"{{{RSS1}}}title", piece.title)
        _add(item, f"{{{RSS1}}}link", piece.url)
        _add(item, f"{{{RSS1}}}description", piece.text)
        _add(item, f"{{{DC}}}date", piece.at.isoformat())
    return _xml(root)


def json_feed(channel: Channel, pieces: Sequence[Piece]) -> bytes:
    """JSON Feed 1.1."""
    items = [
        {"id": p.url, "url": p.url, "title": p.title, "content_text": p.text, "date_published": p.at.isoformat()}
        for p in pieces
    ]
    home = f"https://{channel.name}.example.org/"
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": channel.title, "home_page_url": home, "items": items}
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


def arxiv(channel: Channel, pieces: Sequence[Piece], start: int, most: int) -> bytes:
    """The Atom answer of arXiv's API."""
    root = ET.Element(f"{{{ATOM}}}feed")
    _add(root, f"{{{ATOM}}}title", f"arXiv Query: {channel.name}")
    for name, number in (("totalResults", len(pieces)), ("startIndex", start), ("itemsPerPage", most)):
        _add(root, f"{{{OPENSEARCH}}}{name}", str(number))
    for piece in pieces[start : start + most]:
        entry = _add(root, f"{{{ATOM}}}entry")
        _add(entry, f"{{{ATOM}}}id", f"http://arxiv.org/abs/{piece.number}v1")
        _add(entry, f"{{{ATOM}}}title", piece.title)
        _add(entry, f"{{{ATOM}}}summary", piece.text)
        _add(entry, f"{{{ATOM}}}published", piece.at.isoformat())
        _add(entry, f"{{{ATOM}}}updated", piece.at.isoformat())
        _add(entry, f"{{{ATOM}}}link", href=f"https://arxiv.org/abs/{piece.number}v1", rel="alternate", type="text/html")
    return _xml(root)


def federal_register(pieces: Sequence[Piece], page: int, size: int, address: str) -> bytes:
    """The documents API: `next_page_url` while there is more."""
    results = [
        {
            "title": p.title,
            "abstract": p.text,
            "type": "Rule" if "e" in p.extra else "Notice",
            "document_number": p.number,
            "html_url": f"https://register.example.org/documents/{p.number}",
            "publication_date": f"{p.at:%Y-%m-%d}",
            "effective_on": str(p.extra["e"]) if "e" in p.extra else None,
            "comments_close_on": str(p.extra["c"]) if "c" in p.extra else None,
            "agencies": [{"name": "Register Office"}],
        }
        for p in pieces[(page - 1) * size : page * size]
    ]
    answer: dict[str, object] = {"count": len(pieces), "total_pages": -(-len(pieces) // size), "results": results}
    if page * size < len(pieces):
        answer["next_page_url"] = f"{address}?page={page + 1}&per_page={size}"
    return json.dumps(answer).encode()


def hacker_news(pieces: Sequence[Piece], page: int, size: int) -> bytes:
    """The Algolia answer of a search by date."""
    hits = [
        {
            "objectID": f"{p.at:%Y%m%d%H%M}",
            "title": p.title,
            "url": p.url,
            "points": p.extra.get("p"),
            "num_comments": 10,
            "created_at": p.at.isoformat(),
            "created_at_i": int(p.at.timestamp()),
            "author": "someone",
        }
        for p in pieces[page * size : (page + 1) * size]
    ]
    return json.dumps({"hits": hits, "nbHits": len(pieces), "page": page, "nbPages": -(-len(pieces) // size)}).encode()
