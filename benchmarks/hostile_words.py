"""How benchmarks/hostile.py reads the catalogue: which outcomes each of its words accepts, and each exception with its reason."""

from __future__ import annotations

ACCEPTED = {
    "ok": {"ok", "empty", "unchanged"},
    "ok-partial": {"ok", "partial", "empty"},
    "unchanged": {"unchanged"},
    "transient": {"transient"},
    "permanent": {"permanent"},
    "policy": {"policy"},
    "parse-error": {"parse-error"},
}
BY_CHOICE = "the catalogue's text leaves the choice"
ALSO: dict[str, tuple[str, str]] = {
    "net.header-injection": ("transient", BY_CHOICE),
    "redir.to-meta-refresh": ("parse-error", "a page is no feed, and its refresh is not followed"),
    "parse.empty-root": ("empty", BY_CHOICE),
    "parse.deep-nesting": (
        "ok",
        "its depth lies in one entry's markup, through which nothing recurses: the entry is read in 3 s",
    ),
    "page.noindex": (
        "parse-error",
        "noindex asks search engines not to list the page; its one article holds no link and no title",
    ),
    "page.charset-meta": (
        "parse-error",
        "the page has a title and no entry: its charset is tested in tests/collect/test_webpage.py",
    ),
    "parse.100k-entries": (
        "policy",
        "its 20 MB are beyond network.max_bytes; a shorter flood is cut in tests/collect/test_feed_size.py",
    ),
    "page.huge": ("parse-error", f"{BY_CHOICE}: the child that reads it is ended after 8 s"),
    "content.opml-hostile": ("parse-error", "declares an entity that names a local file: such a list is refused as a whole"),
    "parse.many-attributes": ("parse-error", "asks for bounded time; the child is ended"),
    "parse.not-well-formed": ("parse-error", BY_CHOICE),
    "parse.bare-ampersand": ("parse-error", BY_CHOICE),
    "parse.utf16-no-bom": ("parse-error", BY_CHOICE),
    "parse.utf32": ("parse-error", BY_CHOICE),
    "parse.php-warning": ("parse-error", BY_CHOICE),
    "content.xss-ansi": ("partial", "its escape character is no XML: read, and noted as repaired"),
    "api.next-elsewhere": ("partial", "page one is kept, the next is refused by policy"),
}
TWICE = ("cond.", "ok.", "parse.no-ids", "parse.date-missing", "api.rate-limited")
SELECTORS = {
    "page.noindex": "article",
    "page.honeypot": "article",
    "page.charset-meta": "title",
    "page.deep": "div",
    "page.huge": "p",
}
"""The item of a listing page where it is not that of /ok/page/: articles with a heading and a link."""
