"""What benchmarks/fuzz.py feeds its targets: samples broken at random, and dates, addresses and selectors put together of parts."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

TOKENS = [
    b"\0", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xff\xfe", b"\xe2\x80\xae", b"\x1b[31m", b"\r", b"\x85", b"\xf0\x9f\x98\x80",
    b"&#0;", b"&#xD800;", b"&#xDFFF;", b"&#55357;&#56832;", b"&#x110000;", b"&#99999999999;", b"&#x;", b"&bogus;", b"&", b"&amp;amp;lt;",
    b"<", b">", b"</", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?xml version='1.0' encoding='utf-16'?>", b"<?php", b"<!DOCTYPE x [",
    b"<!ENTITY a 'b'>", b'"', b"'", b"=", b"/", b"\\", b"\\ud800", b"\\u0000", b"null", b"true", b"-1", b"1e999", b"99999999999999999999",
    b"NaN", b"{", b"}", b"[", b"]", b",", b"{}", b"[]", b'"":', b"<item>", b"</item>", b"<entry>", b"<title/>", b"<title type='xhtml'>",
    b"<link href='//[::1/x'/>", b"<guid isPermaLink='true'>", b"<pubDate>0000-00-00</pubDate>", b"<updated>9999-12-31T23:59:59-23:59</updated>",
    b"<dc:date>", b"<media:content url='javascript:x'>", b"<content type='text/html' mode='base64'>////</content>", b"xml:base='http://[x'",
    b" encoding='unicode_escape'", b" encoding='idna'", b"charset=utf-7", b"<meta charset=utf-16>", b"<base href='http://[::1'>",
    b"<base href='data:,'>", b"<style>", b"<script>", b"<svg>", b"<math>", b"<table>", b"<template>", b"<textarea>", b"<plaintext>",
    b"<time datetime='99999-99-99'>", b"<a href='http://x\\@y/'>", b"<a href='http://[/'>", b"<a href=' \tjavascript:1'>", b"<br/>" * 50,
    b"http://127.0.0.1/", b"https://news.example.org/2026/13/45/x", b"=?utf-8?b?////?=", b"=?x?q?=FF?=", b"Content-Type: multipart/mixed; boundary=\r\n",
    b"Content-Transfer-Encoding: base64\r\n", b"Date: Mon, 99 Foo 99999 99:99:99 +9999\r\n", b"From: \r\n", b"Subject: =?utf-8?q?=00?=\r\n",
    b"<loc>", b"<lastmod>2026-02-30</lastmod>", b"<sitemap>", b"<outline xmlUrl='http://[x' text='&#xD800;'/>", b"startxref\n0\n", b"endobj",
    b"/Length 99999999", b"/Filter /FlateDecode", b"<< /Kids [1 0 R] >>", b"obj <<", b"BT", b"ET",
]  # fmt: skip

_HOSTS = [
    "example.org", "EXAMPLE.org.", "www.example.org", "m.example.org", "www.m.example.org", "127.0.0.1", "0x7f.1", "2130706433", "017700000001", "[::1]",
    "[::ffff:10.0.0.1]", "[fe80::1%25eth0]", "[64:ff9b::7f00:1]", "8.8.8.8", "[2606:4700::1111]", "ex\u0430mple.org", "b\u00fccher.example",
    "\u2488.example", "localhost", "a..b", "-a.example", "xn--a", "xn--bcher-kva.example", "google.com", "www.google.de", "doi.org", "arxiv.org",
    "x.cdn.ampproject.org", "user@example.org", "a:b@c.example", "[v1.x]", "[", "]", "\uff11\uff12\uff17.0.0.1", "ex\u00adample.org",
    "example\u3002org", "\u00df.example", "1.2.3.4.5", "a" * 64 + ".org", "169.254.169.254", "\u212aelvin.example", "metadata.google.internal",
]  # fmt: skip
_BITS = [
    "/", "//", "/a", "/..", "/.", "/%2e%2e", "/%", "/%zz", "/%00", "/index.html", "/amp", "/amp/s/", ".amp.html", "?", "?a=1", "&b=2", "?url=",
    "?q=http://127.0.0.1/", "&amp;", ";", "#", "#a=b", "#section-2", "#:~:text=x", "utm_source=x", "?feed=rss", ":80", ":443", ":0", ":99999", ":",
    "@", "\\", " ", "\t", "\n", "\0", "\u2028", "\ud800", "\u202e", "%F0%9F%98%80", "\u00e9", "+", "=", "&&", "/10.1000/182", "/abs/2601.01234v2",
    "/pdf/math.GT/0309136", "/doi/10.1145/1234", "http:", "https://", "/c/s/", "?ref", "?ref=", "&id=%26", "index.php", "?b=2&a=1&b=", "\ufeff", "\u00a0",
]  # fmt: skip
_SCHEMES = [
    "http://",
    "https://",
    "HTTP://",
    "https:/",
    "https:",
    "//",
    "",
    "ftp://",
    "http:\\\\",
    "hTTps://",
    "file://",
    " https://",
    "javascript:",
]

_DATES = [
    "Mon, 02 Mar 2026 06:00:00 GMT", "2026-03-02T06:00:00Z", "2026-03-02", "02.03.2026", "3/2/26", "March 2, 2026", "2. M\u00e4rz 2026",
    "2 mars 2026 \u00e0 06h00", "2026\u5e743\u67082\u65e5", "\u0664 \u0645\u0627\u0631\u0633 2026", "1772431200", "1772431200000", "yesterday",
    "2 hours ago", "20260302T060000", "2026-W10-1", "Mon Mar  2 06:00:00 2026", "0000-00-00", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+14:00",
    "2026-02-30", "12/13/14", "2026-03-02 06:00:00 +99:99", "Thu, 01 Jan 1970 00:00:00 EST", "\u0967\u0968 \u092e\u093e\u0930\u094d\u091a 2026", "2569-03-02",
]  # fmt: skip
_DATE_BITS = [
    "2026", "03", "2", "31", "0", "99", "99999", "-", "/", ".", ":", ",", " ", "T", "Z", "+", "GMT", "EST", "UTC+3", "AM", "pm", "th", "Mar", "Mrz", "mars",
    "\u043c\u0430\u0440\u0442", "\u4e09\u6708", "Feb", "Mon", "ago", "at", "\u00bd", "\u0662", "\uff12", "\u00b2", "\0", "\ud800", "1e5", "-1", "noon", "W10",
    "e", "_", "nan", "inf", "0x10", "\u202e", "1.5", "(comment)", "((", "\\",
]  # fmt: skip

_CSS = [
    "article", "li", "a", "h2", "*", "div", ".item", "#x", "[href]", "[href^=http]", "[class~='a b']", "[", "]", ":not(", ")", ":is(a, b)", ":has(> a)",
    ":nth-child(2n+1)", ":nth-child(999999999999n)", ":nth-of-type(-n+3)", ":first-child", ":root", ":scope", ":contains('x')", ":-soup-contains(x)",
    "::text", ":dir(rtl)", ":lang('en')", ":empty", ":hover", ":nonsense", " ", " > ", " + ", " ~ ", ", ", "|", "ns|a", "\\", "\\0", "'", '"', "@", "!",
    "+", ".", "..", "", "\ud800", "\u00e9", ":not(*)", ":has(*)", ":is()", ":where(a)", "/*", "*/", ":nth-last-child(odd of a)", "=", "i]", ":link", ":in-range",
]  # fmt: skip


_VALUES: list[Any] = [
    None, True, False, 0, -1, 1.5, 10**30, 1e308, float("nan"), "", " ", "\0", "\ud800", "\u202e", "x" * 5000, "<b>" * 500, "&#xD800;", [], {}, [[]], [None],
    [1, "a"], {"a": 1}, ["\ud800"], {"\ud800": "\0"}, "http://[", "https://[::1", "//x", "javascript:1", "http://example.org:99999/", "99999-99-99",
    "2026-03-02T06:00:00+99:99", "9999-12-31", "0001-01-01T00:00:00Z", 1772431200, "1772431200", -(10**18), "10.1145/1", "arxiv:1", "\\", "%zz",
]  # fmt: skip


def pages(own: Path, *kinds: str, suffix: str = "") -> list[bytes]:
    """Our saved pages of some kinds."""
    found = [p for kind in kinds for p in sorted((own / kind).iterdir()) if p.is_file() and p.name != "source.json"]
    return [p.read_bytes() for p in found if p.name.endswith(suffix)] or [b"<html></html>"]


def feeds(own: Path, shared: Path) -> list[bytes]:
    """Our saved feeds, and the recorded ones of moderate size where they are."""
    recorded = [p for p in sorted((shared / "feeds").rglob("*")) if p.suffix in {".xml", ".rss", ".atom", ".rdf", ".json"}]
    return pages(own, "feed") + [p.read_bytes() for p in recorded if p.stat().st_size < 100_000]


def broken(rng: random.Random, samples: Sequence[bytes]) -> bytes:
    """A sample with some places changed; at times left as it is."""
    data = bytearray(rng.choice(samples))
    for _ in range(rng.choice([0, 1, 1, 2, 3, 5, 10, 30])):
        _break(rng, data, rng.randrange(len(data) + 1), samples)
    return bytes(data)


def _break(rng: random.Random, data: bytearray, at: int, samples: Sequence[bytes]) -> None:
    match rng.randrange(9):
        case 0:
            data[at:at] = rng.choice(TOKENS)
        case 1:
            data[at : at + rng.choice([1, 1, 4, 50, 1000])] = b""
        case 2:
            data[at : at + 1] = rng.randbytes(1)
        case 3:  # a piece again, elsewhere
            start = rng.randrange(len(data) + 1)
            data[at:at] = data[start : start + rng.choice([5, 50, 500, 5000])]
        case 4:
            data[at : at + rng.randint(1, 8)] = rng.choice(TOKENS)
        case 5:  # a piece of another sample
            other = rng.choice(samples)
            start = rng.randrange(len(other) + 1)
            data[at:at] = other[start : start + rng.choice([50, 500, 5000])]
        case 6:  # a piece many times over
            start = max(0, at - rng.choice([1, 3, 8, 30]))
            data[at:at] = bytes(data[start:at]) * rng.choice([2, 30, 300, 3000])
        case 7:
            if rng.random() < 0.2:
                del data[at:]
        case _:
            data[at:at] = rng.choice(TOKENS) * rng.choice([2, 20, 2000])


def odd_json(rng: random.Random, samples: Sequence[bytes]) -> bytes:
    """A sample of JSON with some of its values replaced by others: still JSON, no longer what was promised."""
    try:
        tree = [json.loads(rng.choice(samples))]
    except ValueError:
        return broken(rng, samples)
    for _ in range(rng.randint(1, 6)):
        place: Any = tree
        while isinstance(place, dict | list) and place:
            key = rng.choice(list(place)) if isinstance(place, dict) else rng.randrange(len(place))
            if not isinstance(place[key], dict | list) or rng.random() < 0.1:
                place[key] = deepcopy(rng.choice(_VALUES))
                break
            place = place[key]
    return json.dumps(tree[0]).encode()


def dates_said(rng: random.Random) -> str:
    """Something that may have been meant for a date."""
    if rng.random() < 0.4:
        return "".join(rng.choice(_DATE_BITS) for _ in range(rng.randint(1, 9)))
    text = list(rng.choice(_DATES))
    for _ in range(rng.randint(0, 3)):
        at = rng.randrange(len(text) + 1)
        text[at : at + rng.randint(0, 2)] = rng.choice(_DATE_BITS)
    return "".join(text)


def urls_said(rng: random.Random) -> str:
    """Something that may have been meant for an address."""
    url = rng.choice(_SCHEMES[:2] if rng.random() < 0.6 else _SCHEMES) + rng.choice(_HOSTS)
    url += "".join(rng.choice(_BITS) for _ in range(rng.randint(0, 6)))
    if rng.random() < 0.3:
        at = rng.randrange(len(url) + 1)
        url = url[:at] + rng.choice([*_BITS, *_HOSTS]) + url[at + rng.randint(0, 3) :]
    return url


def selectors(rng: random.Random) -> str:
    """Something that may have been meant for a selector."""
    return "".join(rng.choice(_CSS) for _ in range(rng.randint(1, 5)))
