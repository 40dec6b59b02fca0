"""JSON Feed 1.0 and 1.1, read by content."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

from trendwatch.collect.sources._reading import read_json, records, text_of
from trendwatch.errors import ParseError
from trendwatch.model import Draft, Page, Response, Skip


def read(response: Response) -> Page:
    """A JSON Feed as a page. Raises ParseError when the JSON is something else."""
    feed = read_json(response, "The feed")
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise ParseError(f"The answer is JSON, but no JSON Feed: {_said(feed)}.")
    if "jsonfeed.org" not in text_of(feed.get("version")) and "title" not in feed:
        raise ParseError("The answer is JSON, but no JSON Feed: it names no version.")
    drafts, skipped = [], []
    for place, entry in enumerate(feed["items"], 1):
        if isinstance(entry, dict):
            drafts.append(_draft(entry, feed))
        else:
            skipped.append(Skip(what=f"entry {place}", reason="is not an object"))
    return Page(
        drafts=tuple(drafts),
        skipped=tuple(skipped),
        title=text_of(feed.get("title")),
        home=text_of(feed.get("home_page_url")),
    )


def _said(feed: object) -> str:
    if isinstance(feed, dict):
        error = text_of(feed.get("error")) or text_of(feed.get("message"))
        return error[:120] or f"its keys are {', '.join(sorted(map(str, feed))[:6]) or 'none'}"
    return f"it is a {type(feed).__name__}"


def _draft(entry: Mapping[str, Any], feed: Mapping[str, Any]) -> Draft:
    link = text_of(entry.get("url"))
    return Draft(
        uid=text_of(entry.get("id")),
        url=link or text_of(entry.get("external_url")),
        title=html.escape(text_of(entry.get("title")), quote=False),  # plain text by the specification
        html=_content(entry),
        published=text_of(entry.get("date_published")) or None,
        updated=text_of(entry.get("date_modified")) or None,
        authors=_authors(entry) or _authors(feed),
        labels=tuple(filter(None, map(text_of, entry["tags"]))) if isinstance(entry.get("tags"), list) else (),
        language=text_of(entry.get("language")) or text_of(feed.get("language")),
    )


def _content(entry: Mapping[str, Any]) -> str:
    marked = text_of(entry.get("content_html"))
    plain = text_of(entry.get("content_text")) or text_of(entry.get("summary"))
    return marked or html.escape(plain, quote=False)


def _authors(holder: Mapping[str, Any]) -> tuple[str, ...]:
    """1.1 has a list `authors`, 1.0 one object `author`."""
    given = records(holder.get("authors")) or records([holder.get("author")])
    return tuple(filter(None, (text_of(author.get("name")) for author in given)))
