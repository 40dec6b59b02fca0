"""Links of newsletters lead through counters: the target, where it can be read from the address itself. Nothing is asked."""

from __future__ import annotations

import base64
import binascii
import json
import re
from urllib.parse import parse_qsl, unquote, urlsplit

_KEYS = (
    "url",
    "u",
    "target",
    "redirect",
    "redirect_url",
    "redirecturl",
    "redirect_to",
    "to",
    "dest",
    "destination",
    "link",
    "q",
    "r",
    "e",
    "href",
    "goto",
)
_WORDS = re.compile(
    r"click|track|redir|safelinks|urldefense|mailtrack|outbound|(?:^|[./-])(?:ct?|cl\d?|l|ls|go|links?|lnk|email|e|r|t|out|url|away|open)(?:[./\d-]|$)",
    re.IGNORECASE,
)
"""What stands in the host or path of a counter; an address with another's in its query that looks otherwise is left alone."""
_INNER = re.compile(r"https?(?::|%3A)(?:/|%2F){2}[^\s]+", re.IGNORECASE)
_PROOFPOINT = re.compile(r"/v3/__(https?:/{1,2}.+?)__;")
_TOKEN = re.compile(r"[\w%+.~-]{41,}")  # longer than any word of a slug
_ROUNDS = 4


def unwrapped(url: str) -> str:
    """The address that a counter's address holds; the address itself when it holds none that can be read.

    False negative: counters that keep the target on their server. False positive: a page about another page whose path says
    "link" or the like and whose query holds that page's address.
    """
    for _ in range(_ROUNDS):
        inner = _inner(url)
        if not inner or inner == url:
            break
        url = inner
    return url


def opaque(url: str) -> bool:
    """Whether an address looks like a counter's whose target it does not tell: a long token behind a counter's name."""
    parts = _parts(url)
    if parts is None:
        return False
    host, path, query = parts
    tokens = [t for t in re.split(r"[/=&?]", f"{path}?{query}") if _TOKEN.fullmatch(t) and re.search(r"\d", t)]
    return bool(tokens) and bool(_WORDS.search(f"{host}{path}"))


def _inner(url: str) -> str:
    parts = _parts(url)
    if parts is None:
        return ""
    host, path, query = parts
    if "urldefense" in host:
        return _defended(url, path, query)
    google = re.fullmatch(r"(www\.)?google\.[a-z.]+", host) and path == "/url"
    if not google and not _WORDS.search(f"{host}{path}"):
        return ""
    given = dict(parse_qsl(query))
    named = [given[key] for key in _KEYS if key in given]
    return next((t for t in map(_web, named) if t), "") or _in_path(path) or _in_tokens(path, query)


def _parts(url: str) -> tuple[str, str, str] | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return (parts.hostname or "", parts.path, parts.query) if parts.scheme in ("http", "https") else None


def _web(text: str) -> str:
    """The text when it is a web address, once more unescaped if that is what it takes."""
    for candidate in (text, unquote(text)):
        if re.match(r"https?://[\w\[]", candidate, re.IGNORECASE) and not re.search(r"\s", candidate):
            return candidate
    return ""


def _defended(url: str, path: str, query: str) -> str:
    """Proofpoint's two forms: the address between underscores, or with its own escapes in the query."""
    found = _PROOFPOINT.search(url)
    if found:
        return re.sub(r"^(https?:)/{1,2}", r"\1//", found[1])
    given = dict(parse_qsl(query)).get("u", "")
    return _web(unquote(given.replace("-", "%").replace("_", "/"))) if path.startswith("/v2") else ""


def _in_path(path: str) -> str:
    """An address written into the path; escaped, it is one step of it, otherwise the rest."""
    found = _INNER.search(path[1:])
    if not found:
        return ""
    step = found[0].partition("/")[0] if "%2f%2f" in found[0].lower() else found[0]
    return _web(unquote(step) if "%" in step else step)


def _in_tokens(path: str, query: str) -> str:
    """An address inside a token of base64: alone, or in a JSON object under one of the usual keys."""
    tokens = [*path.split("/"), *(value for _, value in parse_qsl(query))]
    for token in [part for t in tokens for part in t.split(".")]:
        if not re.fullmatch(r"[\w-]{16,4000}={0,2}", token):
            continue
        try:
            text = base64.urlsafe_b64decode(token.rstrip("=") + "=" * (-len(token.rstrip("=")) % 4)).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError, ValueError):
            continue
        found = _web(text) or _in_json(text)
        if found:
            return found
    return ""


def _in_json(text: str) -> str:
    try:
        value = json.loads(text) if text.startswith("{") else None
    except (ValueError, RecursionError):
        return ""
    named = [value[key] for key in _KEYS if isinstance(value.get(key), str)] if isinstance(value, dict) else []
    return next((t for t in map(_web, named) if t), "")
