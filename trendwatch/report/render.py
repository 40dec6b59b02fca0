"""Digest → its renderings: HTML for the mail, plain text beside it, Markdown for a wiki, JSON for programs."""

from __future__ import annotations

from trendwatch.model import Digest, Rendering
from trendwatch.report import as_json, html, markdown, plain_text


def render(digest: Digest) -> dict[str, Rendering]:
    """The digest in every form, by suffix: "html", "txt", "md", "json". Pure: the same digest gives the same bytes."""
    made = {
        "html": ("text/html; charset=utf-8", html.render(digest)),
        "txt": ("text/plain; charset=utf-8", plain_text.render(digest)),
        "md": ("text/markdown; charset=utf-8", markdown.render(digest)),
        "json": ("application/json", as_json.render(digest)),
    }
    return {s: Rendering(suffix=s, media_type=kind, body=text.encode()) for s, (kind, text) in made.items()}
