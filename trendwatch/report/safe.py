"""Untrusted text on its way to a reader: nothing invisible, nothing that moves the cursor, no link but http and https.

Texts are stored as published and made safe here, where they are shown. HTML escaping is the template's business; this file
removes what escaping leaves alone: control characters, terminal escapes, bidirectional overrides, zero-width and tag
characters, towers of combining marks. False positives: a word joiner in running text disappears. False negatives: look-alike
letters (a Cyrillic "а") stay, which is why the real host stands beside each link, in punycode where it is not ASCII.
"""

from __future__ import annotations

import html
import re
import unicodedata
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

_ANSI = re.compile("\x1b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?|[@-Z\\\\-_])")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
_JOINER = re.compile("[\u200c\u200d]")  # needed inside Persian, Indic and emoji sequences, a trick elsewhere
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACE = re.compile(r"\s+")
_LATEX_WRAP = re.compile(r"\\(?:emph|text(?:tt|it|bf|sc|rm|sf)?|math(?:bf|cal|rm|it|sf|bb)|underline)\{([^{}]*)\}")
_SIGNS = {
    "times": "×",
    "approx": "≈",
    "sim": "~",
    "le": "≤",
    "leq": "≤",
    "ge": "≥",
    "geq": "≥",
    "pm": "±",
    "in": "∈",
    "to": "→",
    "alpha": "α",
    "beta": "β",
    "delta": "δ",
    "epsilon": "ε",
    "lambda": "λ",
    "tau": "τ",
    "rightarrow": "→",
    "cdot": "·",
}
_LATEX_SIGN = re.compile(rf"\\({'|'.join(_SIGNS)})(?![A-Za-z])")
_LATEX_MATH = re.compile(r"\$([^$\s][^$]{0,60}?)\$")
_TRACKING = re.compile(r"(?i)^(?:utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|_hsenc|_hsmi|mkt_tok|vero_id|ref_src)$")
_MARKS_IN_A_ROW = 2
_LINK_LIMIT = 1_000


def _without_towers(text: str) -> str:
    kept, run = [], 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= _MARKS_IN_A_ROW:
            kept.append(character)
    return "".join(kept)


def _joiner(match: re.Match[str]) -> str:
    text, at = match.string, match.start()
    near = (text[at - 1 : at], text[at + 1 : at + 2])
    return match[0] if all(c >= "\u0600" for c in near) else ""


def line(text: str) -> str:
    """`text` as one visible line: no invisible, control or bidirectional character, single blanks, composed letters."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    text = _SURROGATE.sub("\ufffd", _ANSI.sub("", text))
    text = _JOINER.sub(_joiner, _INVISIBLE.sub("", text))
    return _SPACE.sub(" ", _without_towers(unicodedata.normalize("NFC", text))).strip()


def clip(text: str, limit: int) -> str:
    """`text` as one visible line of at most `limit` characters, cut between words and then marked by an ellipsis."""
    text = line(text)
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    head, blank, _ = cut.rpartition(" ")
    return (head if blank and len(head) > limit // 2 else cut).rstrip(" ,;:-–—") + "…"


def prose(text: str) -> str:
    """`text` as one line for people: also without left-over entities and the commonest LaTeX of abstracts."""
    text = html.unescape(text) if "&" in text else text
    if "\\" in text:
        text = _LATEX_SIGN.sub(lambda m: _SIGNS[m[1]], text)
        text = _LATEX_WRAP.sub(r"\1", _LATEX_WRAP.sub(r"\1", text)).replace("\\%", "%").replace("\\&", "&").replace("\\_", "_")
    if "$" in text:
        text = _LATEX_MATH.sub(lambda m: m[0] if m[1][0].isdigit() and " " in m[1] else m[1], text)
    text = text.replace(" -- ", " – ").replace("---", "—")
    if "``" in text:
        text = text.replace("``", "“").replace("''", "”")
    return line(text)


def _query(text: str) -> str:
    if not _TRACKING.search(text.split("=", maxsplit=1)[0]) and not any(
        _TRACKING.match(p.split("=")[0]) for p in text.split("&")
    ):
        return text
    return urlencode([(k, v) for k, v in parse_qsl(text, keep_blank_values=True) if not _TRACKING.match(k)])


def host(url: str) -> str:
    """The host that a browser would ask, in punycode and without "www."; "" when `url` is no http or https address."""
    try:
        parts = urlsplit(url)
        name = (parts.hostname or "").rstrip(".")
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not name:
        return ""
    try:
        name = name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    if re.search(r"[^a-z0-9.:_-]", name):
        return ""
    return name.removeprefix("www.")


def link(url: str) -> str:
    """`url` as it may be shown and followed: http or https, no login, no tracking parameters, ASCII; "" when it is none."""
    url = url.strip()
    if (
        not url
        or len(url) > _LINK_LIMIT
        or re.search(r"[\x00-\x20\x7f-\x9f\\]", url)
        or line(url) != unicodedata.normalize("NFC", url)
    ):
        return ""
    name = host(url)
    if not name:
        return ""
    parts = urlsplit(url)
    if parts.username is not None or parts.password is not None:
        return ""
    try:
        port = parts.port
    except ValueError:
        return ""
    name = (
        (parts.hostname or "").encode("idna").decode("ascii") if not (parts.hostname or "").isascii() else parts.hostname or ""
    )
    where = (f"[{name}]" if ":" in name else name) + (f":{port}" if port else "")
    path, query, fragment = (quote(p, safe="/%:@!$&'()*+,;=~?-._") for p in (parts.path, _query(parts.query), parts.fragment))
    return urlunsplit((parts.scheme.lower(), where, path, query, fragment))


def markdown(text: str) -> str:
    """`text` as one line that Markdown shows literally: no link, image, HTML, heading, mention or table from inside it."""
    text = re.sub(r"([\\`*_{}\[\]()<>#|~!^$=])", r"\\\1", prose(text)).replace("&", "&amp;").replace("@", "&#64;")
    return re.sub(r"^([-+]|\d+[.)])", r"\\\1", text).replace("://", ":&#47;&#47;")


def invisible_as_escapes(text: str) -> str:
    r"""JSON text with every invisible character written as \uXXXX: the same data, harmless in a terminal."""

    def escaped(match: re.Match[str]) -> str:
        units = match[0].encode("utf-16-be", "surrogatepass")
        return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))

    return _SURROGATE.sub(escaped, _JOINER.sub(escaped, _INVISIBLE.sub(escaped, re.sub("[\x85\u2028\u2029]", escaped, text))))
