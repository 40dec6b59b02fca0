"""A site's feeds: those its page names, and where they usually lie. Pure: nothing is asked here."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from lxml import etree

from trendwatch.collect import urls
from trendwatch.collect.markup import html_parser
from trendwatch.collect.plain import one_line

_TYPES = re.compile(
    r"application/(?:rss|atom|rdf|feed)\+(?:xml|json)|application/x-?rss\+xml|text/(?:rss|atom)\+?xml", re.IGNORECASE
)
_GENERIC = re.compile(r"(?:application|text)/(?:xml|json)", re.IGNORECASE)
_ADDRESS = re.compile(
    r"/(?:rss|atom|feed|feeds|rdf)(?:[./]?(?:xml|rdf|json|php|aspx?))?/?(?:$|\?)|[./](?:rss|atom|rdf)$|"
    r"/(?:index|news|blog|posts|feed|all|main|latest)\.(?:xml|rdf|atom|rss)$|[?&](?:feed|format|type|alt)=(?:rss2?|atom|feed)|/feed/|"
    r"//feeds?\.|//rss\.",
    re.IGNORECASE,
)
_WORDS = re.compile(r"\b(?:rss|atom|feed|syndicat\w*)\b|subscribe to (?:our )?(?:rss|feed)", re.IGNORECASE)
_LESSER = re.compile(r"comments?|/tag/|/author/|/category/|podcast|/replies", re.IGNORECASE)
_NOT_FEEDS = re.compile(
    r"\.(?:png|jpe?g|gif|svg|css|js|ico|webp|html?)(?:$|\?)|feedback|feedburner\.google|/wiki/|mailto:", re.IGNORECASE
)
_USUAL = (
    "feed", "rss.xml", "feed.xml", "atom.xml", "index.xml", "rss", "feed/", "feed.json", "blog/feed", "blog/rss.xml", "news/rss.xml",
    "news/feed", "feeds/posts/default", "?feed=rss2", "rss/news", "feed.atom",
)  # fmt: skip


def feeds_in(html: bytes, url: str) -> list[tuple[str, str]]:
    """(address, title) of the feeds a page names, the likeliest first: `<link rel=alternate>`, then links that look like one.

    Feeds of comments, tags and authors come after the others. [] when the page names none or is no page.
    """
    root = _parsed(html)
    if root is None:
        return []
    base = urls.joined(url, next((e.get("href") or "" for e in root.iter("base")), ""))
    found: dict[str, tuple[int, str]] = {}
    for rank, address, title in [*_declared(root), *_linked(root)]:
        target = urls.on_web(base, address.replace("feed://", "https://"))
        if target and (target not in found or rank < found[target][0]):
            found[target] = (rank + 10 * bool(_LESSER.search(f"{address} {title}")), title)
    return [(target, title) for target, (_, title) in sorted(found.items(), key=lambda kept: kept[1][0])]


def guesses(url: str) -> list[str]:
    """Where feeds usually lie, seen from an address: first below its own folder, then at the site's root. No duplicates."""
    parts = urlsplit(url if "://" in url else f"https://{url}")
    site = f"{parts.scheme}://{parts.netloc}/"
    path = parts.path.strip("/")
    folder = f"{site}{path}/" if path and "." not in path.rpartition("/")[2] else site
    known = _services(parts.hostname or "", path, site)
    return list(dict.fromkeys([*known, *(f"{base}{end}" for base in (folder, site) for end in _USUAL)]))


def _services(host: str, path: str, site: str) -> list[str]:
    """Services whose feeds lie where no page of theirs says."""
    first, _, rest = path.partition("/")
    if host == "github.com" and rest:
        repository = f"{site}{first}/{rest.split('/')[0]}"
        return [f"{repository}/releases.atom", f"{repository}/commits.atom"]
    if host.endswith("medium.com") and first:
        return [f"{site}feed/{first}"]
    if host.endswith("reddit.com") and first == "r":
        return [f"{site}{path}/.rss"]
    if host.endswith("gov.uk") and path:
        return [f"{site}{path}.atom"]
    return []


def _parsed(html: bytes) -> etree._Element | None:
    try:
        return etree.fromstring(html, html_parser(_charset(html)))
    except (etree.LxmlError, ValueError, LookupError):
        return None


def _charset(html: bytes) -> str | None:
    """UTF-8 unless the page says otherwise: libxml2 falls back to Latin-1."""
    return None if re.search(rb"charset\s*=", html[:2048], re.IGNORECASE) else "utf-8"


def _declared(root: etree._Element) -> list[tuple[int, str, str]]:
    found = []
    for element in root.iter("link"):
        rels = (element.get("rel") or "").lower().split()
        kind, address = (element.get("type") or "").strip(), element.get("href") or ""
        if not {"alternate", "feed"} & set(rels) or "stylesheet" in rels or not address:
            continue
        if "feed" in rels or _TYPES.match(kind) or (_GENERIC.match(kind) and _ADDRESS.search(address)):
            found.append((0, address, one_line(element.get("title") or "")))
    return found


def _linked(root: etree._Element) -> list[tuple[int, str, str]]:
    found = []
    for element in root.iter("a"):
        address = (element.get("href") or "").strip()
        if not address or _NOT_FEEDS.search(address):
            continue
        title = one_line(" ".join(filter(None, ["".join(map(str, element.itertext())), element.get("title")])))[:80]
        if _TYPES.match(element.get("type") or "") or _ADDRESS.search(address):
            found.append((1 if _WORDS.search(title) else 2, address, title))
    return found
