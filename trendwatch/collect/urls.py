"""One address for one document: `canonical` is what identity and duplicates go by; links are shown as published."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

LONGEST = 2000

TRACKING = re.compile(
    r"utm_.+|(?:dc|fb|g|gb|gc|tw|ms|y|yc|rdt_|s_c|ttc|li_fat_|irc|vero_|epi)(?:clid|id|raid)|gbraid|wbraid|msclkid|igshid?|"
    r"(?:mc|ga|hsa|itm|mkt|mtm|oly|pk|piwik|matomo|vero|icid|sc|trk|spm|_hs|__hs|__s|ns|wt|at|sr|ncid|ocid|cmp|smid|smtyp)_.+|"
    r"_?openstat|_ga|_gl|_hsenc|_hsmi|__hssc|__hstc|__hsfp|hsctatracking|fb_(?:action|source|ref).*|ref_(?:src|url)|"
    r"xtor|cmpid|cmp|icid|ncid|ocid|smid|smtyp|mod|partner|feature|ftag|rss|rssid|from_?rss|feed|guccounter|guce_referrer.*|"
    r"s_cid|spm|trk|trackingid|wt_?mc|yclid|at_(?:medium|campaign|custom\d)|ito|embedded|sharetype|share|srnd|"
    r"taid|traffic_?source|outputtype|amp|ref|referrer",
    re.IGNORECASE,
)
"""Query keys that say how the reader came, not what is read. A wrong entry merges two documents, a missing one only keeps
two copies apart: so `id`, `uid`, `cid`, `source`, `session`, `keyword`, which courlan's list drops, stay."""

_VALUES = {"source": re.compile(r"rss|feed|rss_feed|twitter|facebook|linkedin|newsletter|email", re.IGNORECASE)}
_FEED_VALUES = re.compile(r"(rss|atom|feed|true|1|yes|)$", re.IGNORECASE)
_ONLY_AS = {"amp": _FEED_VALUES, "rss": _FEED_VALUES, "feed": _FEED_VALUES, "outputtype": re.compile("amp", re.IGNORECASE)}
_AIMLESS = re.compile(r"comments?|respond|top|main|content|more(-\d+)?|disqus_thread|:~:.*|.*[=&].*", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE)
_AMP_PATH = re.compile(r"(?:/amp|\.amp|[/.]amp\.html?)/?$", re.IGNORECASE)
_HOST_FORMS = re.compile(r"^(?:www\d?|m|mobile|amp)\.(?=[^.]+\.)")
_MOBILE_LABEL = re.compile(r"(?<=^[a-z]{2})\.m(?=\.)")
_ARXIV_PATH = re.compile(
    r"^/(?:abs|pdf|html|format|src|e-print|papers)/(?:arxiv:)?"
    r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?(?:\.pdf)?/?$",
    re.IGNORECASE,
)
_ARXIV_HOSTS = {"arxiv.org", "export.arxiv.org", "browse.arxiv.org", "ar5iv.org", "ar5iv.labs.arxiv.org", "alphaxiv.org"}
_MIRRORS = {"huggingface.co"}
"""Hosts whose /papers/ID pages show an arXiv paper: the paper's identifier, but a page of its own."""
_DOI = re.compile(r"(10\.\d{4,9}/[^\s?#\"<>]+)")
_DOI_PATHS = re.compile(r"/(?:doi|doi/(?:abs|full|pdf|epdf|epub)|chapter|article|articles/doi)/(?=10\.\d{4,9}/)", re.IGNORECASE)
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(.+)", re.IGNORECASE)
_TIDY = re.compile(r"https?://[a-z0-9.-]+(?:/(?!\.)[\w.~-]*)*(?:\?[\w.~=&-]*)?", re.ASCII)
"""Addresses, as most are, in which w3lib finds no escape and no dots to put in order."""
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060\ufeff\ud800-\udfff]+")


def parts(url: str) -> SplitResult:
    """An address taken apart; all parts are empty where it is none (urlsplit raises for some brackets and ports)."""
    try:
        found = urlsplit(url)
        _ = found.hostname, found.port
    except ValueError:
        return SplitResult("", "", "", "", "")
    return found


def joined(base: str, address: str) -> str:
    """An address seen from another one; "" where it is none."""
    try:
        return urljoin(base, address)
    except ValueError:
        return ""


def on_web(base: str, address: str) -> str:
    """An address seen from another one, when it is one of the web; else ""."""
    target = joined(base, address.strip())
    try:
        found = urlsplit(target)
    except ValueError:
        return ""
    return target if found.scheme in {"http", "https"} and found.hostname else ""


def host(url: str) -> str:
    """The host of an address as a reader knows it: lower case, without port, user or "www."; "" when there is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".").removeprefix("www.")
    except ValueError:
        return ""


@lru_cache(maxsize=4096)
def canonical(url: str) -> str:
    """The address under which a document is the same document; "" for what is no web address.

    https for http, host in lower case and ASCII without www, mobile and AMP forms; no user, default port, tracking
    parameter or aimless fragment; query sorted; AMP wrappers and paths undone; arXiv without version, as its abstract; DOIs
    at doi.org. Idempotent. Not meant to be asked: a site may insist on what was left out.

    >>> canonical("http://www.example.org/a/index.html?utm_source=x&b=2&a=1#comments")
    'https://example.org/a/?a=1&b=2'
    """
    seen = url
    for _ in range(8):  # wrappers can be nested; each round undoes one
        step = _round(seen)
        if step == seen:
            return step
        seen = step
    return seen


def identifiers(url: str) -> tuple[str, ...]:
    """What an address says of the document: "arxiv:2601.01234", "doi:10.1145/1234". () when nothing."""
    address = canonical(url)
    if not address:
        return ()
    parts = urlsplit(address)
    paper = _ARXIV_PATH.match(parts.path) if parts.hostname in _ARXIV_HOSTS | _MIRRORS else None
    if paper:
        return (f"arxiv:{_paper(paper[1])}",)
    doi = doi_of(unquote(parts.path)) if parts.hostname == "doi.org" or _DOI_PATHS.search(unquote(parts.path)) else ""
    return (identifier(f"doi:{doi}"),) if doi else ()


def identifier(text: str) -> str:
    """One spelling of an identifier: scheme and value in lower case, arXiv's without version, arXiv's own DOIs as arXiv ids."""
    scheme, _, value = _UNSAFE.sub("", text).lower().partition(":")
    if scheme == "doi":
        value = doi_of(value) or value
        paper = _ARXIV_DOI.fullmatch(value)
        if paper:
            scheme, value = "arxiv", paper[1]
    if scheme == "arxiv":
        value = _paper(value)
    return f"{scheme}:{value}"


def doi_of(text: str) -> str:
    """The DOI in a text, lower case (DOIs know no case) and without the publisher's file endings; "" when there is none."""
    found = _DOI.search(text)
    return re.sub(r"(?:/(?:full|pdf|abstract|meta)|\.pdf)$", "", found[1].rstrip(".,;)]/").lower()) if found else ""


def _paper(number: str) -> str:
    """An arXiv number in one spelling: no version, no subject class (math.GT/0309136 is math/0309136)."""
    return re.sub(r"^([a-z-]+)\.[a-z]{2}/", r"\1/", re.sub(r"v\d+$", "", number.lower()))


def _round(url: str) -> str:
    split = _split(url)
    if not split:
        return ""
    parts, name, port = split
    name, bare = _HOST_FORMS.sub("", name), name
    name = _MOBILE_LABEL.sub("", name)
    place = name if port in {None, 80, 443} else f"{name}:{port}"
    plain = urlunsplit(("https", place, _path(parts.path), _query(parts.query), _fragment(parts.fragment)))
    return _unwrapped(bare, parts.path, parts.query) or _known(name, parts.path) or plain


def _split(url: str) -> tuple[SplitResult, str, int | None] | None:
    """An address with its escapes in order, its host in lower case and ASCII, its port; None for what is no web address."""
    address = _UNSAFE.sub("", url)
    if len(address) > LONGEST or not re.match(r"https?://", address, re.IGNORECASE):
        return None
    try:
        parts = urlsplit(address if _TIDY.fullmatch(address) else canonicalize_url(address, keep_fragments=True))
        name = _ascii(parts.hostname or "")
        port = parts.port
    except (ValueError, UnicodeError):
        return None
    return (parts, name, port) if name else None


def _ascii(name: str) -> str:
    if ":" in name:
        return f"[{name}]"
    name = name.strip(".").lower()
    # The codec takes quadratic time: a name longer than DNS knows is none.
    return name if name.isascii() else name.encode("idna").decode("ascii") if len(name) < 254 else ""  # noqa: PLR2004 - DNS


def _unwrapped(name: str, path: str, query: str) -> str:
    """The address inside Google's and AMP's caches, or inside a redirect whose target stands in its query."""
    if name.endswith("cdn.ampproject.org") or (re.fullmatch(r"(www\.)?google\.[a-z.]+", name) and path.startswith("/amp/")):
        inner = re.match(r"/(?:amp|[cvi])/(s/)?(.+)", path)
        return f"http{'s' if inner[1] else ''}://{inner[2]}{'?' + query if query else ''}" if inner else ""
    if re.fullmatch(r"(www\.)?google\.[a-z.]+", name) and path == "/url":
        asked = dict(parse_qsl(query))
        target = asked.get("url") or asked.get("q") or ""
        return target if target.lower().startswith(("http://", "https://")) else ""
    return ""


def _known(name: str, path: str) -> str:
    if name in _ARXIV_HOSTS:
        paper = _ARXIV_PATH.match(path)
        return f"https://arxiv.org/abs/{_paper(paper[1])}" if paper else ""
    if name in {"doi.org", "dx.doi.org"}:
        doi = doi_of(unquote(path))
        paper = _ARXIV_DOI.fullmatch(doi)
        if paper:
            return f"https://arxiv.org/abs/{_paper(paper[1])}"
        return canonicalize_url(f"https://doi.org/{doi}") if doi and "%" not in doi else ""
    return ""


def _path(path: str) -> str:
    path = re.sub(r"/{2,}", "/", path)
    path = _INDEX.sub("/", path)
    path = _AMP_PATH.sub("", path)
    return path.rstrip("/") or "/"


def _query(query: str) -> str:
    kept = [(key, value) for key, value in parse_qsl(query, keep_blank_values=True) if not _tracks(key, value)]
    return urlencode(sorted(set(kept)))


def _tracks(key: str, value: str) -> bool:
    only = _ONLY_AS.get(key.lower())
    if only:
        return bool(only.match(value))
    told = _VALUES.get(key.lower())
    return bool(TRACKING.fullmatch(key)) or bool(told and told.fullmatch(value))


def _fragment(fragment: str) -> str:
    """Kept when it names a part that may be a document of its own (a release on a page of releases)."""
    return "" if _AIMLESS.fullmatch(fragment) else fragment
