"""Pages for benchmarks/page_watch.py: documents shown in realistic surroundings, with what changes from one visit to the next.

Set "a" and set "b" have templates of their own: b's give no telling names in one, and wrap all in a form and tables in another.
"""

from __future__ import annotations

import html
import io
import random
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from page_watch_texts import FURNITURE_A, FURNITURE_B, Furniture
from page_watch_texts_held import FURNITURE_C

Block = tuple[str, str]
"""(kind, text): title, heading, entry, row, text."""
FURNITURE = {"a": FURNITURE_A, "b": FURNITURE_B, "c": FURNITURE_C}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October")


@dataclass(frozen=True)
class Look:
    """How a version is shown: everything but its text. `noise` names what changes at each visit."""

    set: str
    template: int
    language: str = "en"
    noise: frozenset[str] = frozenset()
    menu: int = 0
    updated: str = "3 March 2026"
    contact: int = 0
    contact_on_top: bool = False
    style: frozenset[str] = frozenset()
    banner: str = ""
    extra: dict[str, str] = field(default_factory=dict, hash=False)

    def but(self, **changes: object) -> Look:
        """The same look with something else."""
        return replace(self, **changes)  # type: ignore[arg-type]  # the names are ours


def blocks(text: str) -> tuple[Block, ...]:
    """A document from its markup."""
    kinds = {"# ": "title", "##": "heading", "- ": "entry", "| ": "row"}
    return tuple(
        (kinds.get(line[:2], "text"), line.lstrip("#-| ") if line[:2] in kinds else line) for line in text.strip().split("\n")
    )


def body(document: Sequence[Block], look: Look) -> str:
    """The document itself as markup."""
    parts: list[str] = []
    before = ""
    bold, broken = "bold" in look.style, "breaks" in look.style
    for kind, text in document:
        opens, closes = (
            {"entry": ("<ul>", "</ul>"), "row": ("<table>", "</table>")}.get(kind, ("", "")),
            {"entry": "</ul>", "row": "</table>"}.get(before, ""),
        )
        if kind != before:
            parts.append(closes + opens[0])
        shown = html.escape(text)
        if bold and kind == "text":
            first, _, rest = shown.partition(" ")
            shown = f"<strong>{first}</strong> {rest}".replace(" must ", " <em>must</em> ").replace(
                "guidance", '<a href="/g?sid=8">guidance</a>'
            )
        if "spaces" in look.style:
            shown = shown.replace(". ", ".&nbsp; ").replace(" the ", "\n   the ")
        if kind == "text" and broken:
            shown = shown.replace(". ", ".<br>\n")
        if kind == "text" and "split" in look.style:
            shown = shown.replace(". ", ".</p>\n<p>")
        level = {"title": "h1", "heading": "h3" if "levels" in look.style else "h2"}.get(kind)
        cells = "".join(f"<td>{cell.strip()}</td>" for cell in shown.split(" | "))
        entry = f'<li><a href="/doc/{len(text)}">{shown}</a></li>' if "linked" in look.style else f"<li>{shown}</li>"
        parts.append(
            f"<{level}>{shown}</{level}>"
            if level
            else entry
            if kind == "entry"
            else f"<tr>{cells}</tr>"
            if kind == "row"
            else f"<p>{shown}</p>"
        )
        before = kind
    parts.append({"entry": "</ul>", "row": "</table>"}.get(before, ""))
    return "\n".join(part for part in parts if part)


def page(document: Sequence[Block], look: Look, rng: random.Random) -> bytes:
    """What one visit gets. `rng` is the visit's own: whatever rotates is drawn from it."""
    shown = TEMPLATES[look.set][look.template](body(document, look), document[0][1], look, _noise(look, rng))
    return shown.encode()


def _noise(look: Look, rng: random.Random) -> dict[str, str]:
    """The pieces that rotate, by name; "" for those that this page lacks."""
    f = FURNITURE[look.set]
    when = f"{rng.randint(1, 28)} {rng.choice(MONTHS)} 2026"
    fill = {
        "n": f"{rng.randint(2, 9000):,}",
        "s": str(rng.randint(2, 9)),
        "d": when,
        "m": f"{rng.randint(10, 59)}",
        "w": rng.choice(WEEKDAYS),
        "x": f"{rng.getrandbits(64):016x}",
    }
    at = random.Random(f"{look.set}{look.template}{sorted(look.noise)}")  # the same form at each visit
    made = {
        "counter": at.choice(f.counters).format(**fill),
        "rendered": at.choice(f.rendered).format(**fill),
        "id": at.choice(f.ids).format(**fill),
        "cookies": at.choice(f.cookies) if rng.random() < 0.5 else "",
        "quote": rng.choice(f.quotes),
        "bare quote": rng.choice(f.quotes),
        "related": "|".join(rng.sample(f.related, 3)),
        "related head": at.choice(f.related_head),
        "advert": rng.choice(f.adverts),
        "languages": "English | Deutsch | Français" + (" | Polski" if rng.random() < 0.5 else ""),
        "token": f"{rng.getrandbits(96):024x}",
    }
    return {name: text if name in look.noise or name == "token" else "" for name, text in made.items()} | (
        {"related head": made["related head"]} if "related" in look.noise else {}
    )


def _links(labels: Sequence[str]) -> str:
    return "".join(f'<li><a href="/{label.lower().replace(" ", "-")}">{label}</a></li>' for label in labels)


def _menu(f: Furniture, look: Look) -> tuple[str, ...]:
    return f.other_menu if look.menu else f.menu


def _around(look: Look) -> tuple[str, str, str]:
    """The line of the update, and the line of contact above or below."""
    f = FURNITURE[look.set]
    updated = f.updated[look.template % len(f.updated)].format(d=look.updated) if look.updated else ""
    line = f.contact[look.contact]
    return updated, line if look.contact_on_top else "", "" if look.contact_on_top else line


def _p(text: str, name: str = "") -> str:
    return f"<p{f' class={name!r}' if name else ''}>{html.escape(text)}</p>" if text else ""


def _a0(text: str, title: str, look: Look, n: dict[str, str]) -> str:
    f, (updated, top, foot) = FURNITURE_A, _around(look)
    related = (
        f'<section class="related"><h2>{n["related head"]}</h2><ul>{_links(n["related"].split("|"))}</ul></section>'
        if n["related"]
        else ""
    )
    return (
        f'<!doctype html><html lang="{look.language}"><head><title>{title} | {f.site}</title><meta name="csrf" content="{n["token"]}"></head><body>'
        f'<a class="skip-link" href="#m">Skip to main content</a><header><a href="/">{f.site}</a><nav><ul>{_links(_menu(f, look))}</ul></nav>{_p(n["languages"], "lang")}</header>'
        f'{_p(n["cookies"]) and f"""<div id="cookie-banner" role="dialog">{_p(n["cookies"])}<button>Accept all</button></div>"""}'
        f'<main id="m"><nav class="breadcrumb">Home &rsaquo; Policies &rsaquo; {title}</nav>{_p(look.banner, "notice")}{_p(top)}{_p(updated, "meta")}{_p(n["rendered"])}{text}'
        f'{_p(n["counter"], "stats")}{_p(foot)}{n["quote"] and f"""<div class="testimonial">{_p(n["quote"])}</div>"""}{_p(n["bare quote"])}{related}'
        f'<form><input type="hidden" name="t" value="{n["token"]}"><label>Was this page helpful?</label><button>Yes</button></form></main>'
        f'<aside class="ads">{_p(n["advert"])}</aside><footer><ul>{_links(f.foot)}</ul><p>© 2026 {f.site}. All rights reserved.</p>{_p(n["id"])}</footer></body></html>'
    )


def _a1(text: str, title: str, look: Look, n: dict[str, str]) -> str:
    f, (updated, top, foot) = FURNITURE_A, _around(look)
    related = (
        f'<div class="widget recirc"><h3>{n["related head"]}</h3>{"".join(map(_p, n["related"].split("|")))}</div>'
        if n["related"]
        else ""
    )
    return (
        f'<html lang="{look.language}"><head><title>{f.site} - {title}</title></head><body class="has-sidebar"><div id="wrapper"><div class="topbar"><div class="site-menu"><ul>{_links(_menu(f, look))}</ul></div>'
        f'<div class="lang-switch">{_p(n["languages"])}</div></div><div class="content-area">{_p(look.banner)}{_p(n["rendered"], "now")}{_p(updated)}{_p(top, "contact")}'
        f'{n["advert"] and f"""<div class="ad-slot">{_p(n["advert"])}</div>"""}{text}{_p(n["counter"])}{related}{n["quote"] and f"""<blockquote><p>{n["quote"]}</p><cite>a member</cite></blockquote>"""}'
        f'<div>{_p(n["bare quote"])}</div>{_p(foot, "contact")}<p><a href="#top">Back to top</a></p></div><div class="sidebar">{_p(n["id"])}<p>Follow us</p></div><div class="site-footer"><ul>{_links(f.foot)}</ul><p>Copyright 2026 {f.site}</p></div></div>'
        f'{n["cookies"] and f"""<div class="cc-window cookie-consent">{_p(n["cookies"])}</div>"""}</body></html>'
    )


def _a2(text: str, title: str, look: Look, n: dict[str, str]) -> str:
    f, (updated, top, foot) = FURNITURE_A, _around(look)
    related = f"<h2>{n['related head']}</h2><ul>{_links(n['related'].split('|'))}</ul>" if n["related"] else ""
    return (
        f'<html><head><title>{title}</title></head><body><table><tr><td colspan=2>{" | ".join(f"""<a href="/{x}">{x}</a>""" for x in _menu(f, look))}</td></tr><tr><td width=120>{_p(n["advert"])}</td>'
        f'<td><article>{_p(look.banner)}{_p(top)}{text}{_p(updated)}{_p(foot)}{_p(n["counter"])}{_p(n["rendered"])}{_p(n["id"])}<div class="testimonials">{_p(n["quote"])}</div>{_p(n["bare quote"])}{related}</article></td></tr></table>'
        f'<div class="footer">{_p(n["languages"])}<ul>{_links(f.foot)}</ul></div></body></html>'
    )


def _b0(text: str, title: str, look: Look, n: dict[str, str]) -> str:
    f, (updated, top, foot) = FURNITURE_B, _around(look)
    cards = "".join(
        f'<div class="card"><h4><a href="/n/{i}">{x}</a></h4><p>Read more</p></div>'
        for i, x in enumerate(n["related"].split("|"))
    )
    related = f'<section><h3>{n["related head"]}</h3><div class="grid">{cards}</div></section>' if n["related"] else ""
    return (
        f'<!DOCTYPE html><html lang="{look.language}-x"><head><title>{title} — {f.site}</title></head><body><div role="banner"><p>{f.site}</p><div role="navigation"><ul>{_links(_menu(f, look))}</ul></div></div>'
        f'<div role="main"><div class="page-head"><p class="crumbs">Welcome / Registers / {title}</p></div>{_p(look.banner, "alert")}{_p(updated, "byline")}{_p(top)}{text}{_p(foot)}{_p(n["counter"])}'
        f'{n["quote"] and f"""<figure class="quote"><blockquote>{n["quote"]}</blockquote><figcaption>from our post</figcaption></figure>"""}{_p(n["bare quote"])}{related}{_p(n["id"])}</div>'
        f'<div role="complementary">{_p(n["advert"])}{_p(n["rendered"])}</div><div role="contentinfo"><ul>{_links(f.foot)}</ul>{_p(n["languages"])}<p>(c) 2026 {f.site}</p></div>'
        f'{n["cookies"] and f"""<div id="onetrust-banner-sdk">{_p(n["cookies"])}</div>"""}</body></html>'
    )


def _b1(text: str, title: str, look: Look, n: dict[str, str]) -> str:
    """Names made by a machine: nothing tells the furniture but what it says and where it stands."""
    f, (updated, top, foot) = FURNITURE_B, _around(look)
    related = (
        f'<div class="css-8hq2"><h2 class="css-k2">{n["related head"]}</h2><div class="css-l0">{"".join(map(_p, n["related"].split("|")))}</div></div>'
        if n["related"]
        else ""
    )
    quote = f'<div class="css-q1"><h3>What our users say</h3><p>{n["quote"]}</p></div>' if n["quote"] else ""
    return (
        f'<html lang="{look.language}"><head><title>{title}</title><script>window.__s="{n["token"]}"</script></head><body><div class="css-1x9"><header class="css-2b"><span>{f.site}</span><ul class="css-3c">{_links(_menu(f, look))}</ul></header>'
        f'<main class="css-4d">{_p(look.banner, "css-nn")}<div class="css-5e">{_p(n["rendered"])}{_p(updated, "css-6f")}{_p(top)}{text}{_p(foot)}</div>{_p(n["counter"], "css-7g")}{quote}{_p(n["bare quote"], "css-zz")}{related}</main>'
        f'<aside>{_p(n["advert"])}</aside><footer class="css-9i"><ul>{_links(f.foot)}</ul>{_p(n["languages"])}<p>© 2024–2026 {f.site}</p>{_p(n["id"])}</footer></div>{n["cookies"] and f"""<div role="alertdialog" class="css-ck">{_p(n["cookies"])}</div>"""}</body></html>'
    )


def _b2(text: str, title: str, look: Look, n: dict[str, str]) -> str:
    f, (updated, top, foot) = FURNITURE_B, _around(look)
    related = f"<p><b>{n['related head']}</b></p><ul>{_links(n['related'].split('|'))}</ul>" if n["related"] else ""
    return (
        f'<html><head><title>{f.site}: {title}</title></head><body><form method="post" action="x.aspx"><input type="hidden" name="__VIEWSTATE" value="{n["token"]}"><table class="layout"><tr><td id="leftNav"><ul>{_links(_menu(f, look))}</ul>{_p(n["advert"])}</td>'
        f'<td id="content">{_p(look.banner)}{_p(top)}{text}{_p(updated)}{_p(foot)}{_p(n["counter"])}{n["quote"] and f"""<div class="customerQuote rotator">{_p(n["quote"])}</div>"""}{_p(n["bare quote"])}{related}{_p(n["rendered"])}<p><a href="#">Print this page</a></p></td></tr></table>'
        f'<div id="footerLinks"><ul>{_links(f.foot)}</ul>{_p(n["id"])}{_p(n["languages"])}</div></form></body></html>'
    )


def _c0(text: str, title: str, look: Look, n: dict[str, str]) -> str:
    """A government's frame: article in main, contents beside, feedback below."""
    f, (updated, top, foot) = FURNITURE_C, _around(look)
    related = (
        f'<div class="gem-c-contextual"><h2 class="heading-s">{n["related head"]}</h2><ul class="list">{_links(n["related"].split("|"))}</ul></div>'
        if n["related"]
        else ""
    )
    quote = (
        f'<blockquote class="pull"><p>{n["quote"]}</p><footer>sent in by a reader</footer></blockquote>' if n["quote"] else ""
    )
    return (
        f'<!DOCTYPE html><html lang="{look.language}"><head><title>{title} - {f.site}</title></head><body class="js-enabled no-ads"><div class="global-bar">{_p(n["rendered"])}</div>'
        f'{n["cookies"] and f"""<div class="gem-c-cookie-banner" role="region">{_p(n["cookies"])}<button>No</button></div>"""}<header role="banner"><a href="/">{f.site}</a></header>'
        f'<nav aria-label="main"><ul>{_links(_menu(f, look))}</ul></nav><div class="wrapper"><ol class="breadcrumbs"><li><a href="/">Front page</a></li><li><a href="/c">Circulars</a></li></ol>'
        f'<main class="main-wrapper"><article>{_p(look.banner, "notice-strip")}{_p(updated, "metadata")}{_p(top)}{text}{_p(foot)}{_p(n["bare quote"])}</article>{quote}{_p(n["counter"], "stat")}{related}'
        f'<section class="feedback"><h2>Is this page useful?</h2><button>Yes</button></section></main><div class="rhs-ad" role="complementary">{_p(n["advert"])}</div></div>'
        f'<footer role="contentinfo"><ul>{_links(f.foot)}</ul>{_p(n["languages"])}{_p(n["id"])}<p>© Crown of Nowhere 2026</p></footer></body></html>'
    )


def _c1(text: str, title: str, look: Look, n: dict[str, str]) -> str:
    """A blog's frame: utility classes, cards, a sticky bar."""
    f, (updated, top, foot) = FURNITURE_C, _around(look)
    cards = "".join(
        f'<a class="block p-4 border" href="/p/{i}"><h3>{x}</h3><p>{n["counter"] or "Read on"}</p></a>'
        for i, x in enumerate(n["related"].split("|"))
    )
    related = (
        f'<section class="mt-8"><h2 class="text-xl">{n["related head"]}</h2><div class="grid gap-4">{cards}</div></section>'
        if n["related"]
        else ""
    )
    quote = f'<div class="swiper slide"><p>{n["quote"]}</p></div>' if n["quote"] else ""
    return (
        f'<!doctype html><html lang="{look.language}"><head><title>{title}</title><link rel="canonical" href="/?s={n["token"]}"></head><body><div class="sticky top-0"><ul class="flex">{_links(_menu(f, look))}</ul>{_p(n["languages"])}</div>'
        f'<div class="container mx-auto"><div class="prose">{_p(look.banner)}{_p(n["rendered"], "text-sm")}{text}{_p(updated, "text-sm")}{_p(top)}{_p(foot)}{_p(n["counter"])}{_p(n["bare quote"], "mt-2")}</div>{quote}{related}'
        f'<div class="sponsor-box">{_p(n["advert"])}</div></div><footer class="bg-gray"><ul>{_links(f.foot)}</ul>{_p(n["id"])}<p>Copyright {f.site} 2026. All rights reserved.</p></footer>{n["cookies"] and f"""<div class="fixed consent-modal">{_p(n["cookies"])}</div>"""}</body></html>'
    )


def _c2(text: str, title: str, look: Look, n: dict[str, str]) -> str:
    """An old content system: ids with numbers, everything in divs, the menu as a paragraph of links."""
    f, (updated, top, foot) = FURNITURE_C, _around(look)
    related = (
        f'<div id="box77"><strong>{n["related head"]}</strong><ul>{_links(n["related"].split("|"))}</ul></div>'
        if n["related"]
        else ""
    )
    quote = f'<div class="testimonialBox"><i>{n["quote"]}</i></div>' if n["quote"] else ""
    menu = " · ".join(f'<a href="/{x}">{x}</a>' for x in _menu(f, look))
    return (
        f'<html><head><title>{f.site} :: {title}</title></head><body><div id="page1"><div id="headerArea"><h2>{f.site}</h2><p>{menu}</p></div><div id="col2">{_p(n["advert"], "banner-ad")}{_p(look.banner)}{_p(top)}{text}'
        f'{_p(foot)}{_p(updated)}{_p(n["counter"])}{_p(n["bare quote"])}{quote}{related}<p><a href="javascript:print()">Print</a></p></div><div id="footerArea"><ul>{_links(f.foot)}</ul>{_p(n["rendered"])}{_p(n["id"])}{_p(n["languages"])}</div></div>'
        f'{n["cookies"] and f"""<div id="cookieNotice">{_p(n["cookies"])}</div>"""}</body></html>'
    )


Template = Callable[[str, str, Look, dict[str, str]], str]
TEMPLATES: dict[str, tuple[Template, ...]] = {"a": (_a0, _a1, _a2), "b": (_b0, _b1, _b2), "c": (_c0, _c1, _c2)}


def wall(look: Look, kind: str, rng: random.Random) -> bytes:
    """An answer with "200 OK" that is not the page."""
    f = FURNITURE[look.set]
    if kind == "empty":
        return b"<!doctype html><html><head><title>x</title></head><body></body></html>"
    if kind == "script":
        return b'<!doctype html><html><head><title>App</title></head><body><div id="root"></div><noscript>You need to enable JavaScript.</noscript><script src="/a.js"></script></body></html>'
    _, title, head, text = rng.choice([w for w in f.walls if w[0] == kind])
    asks = '<form><input type="text"><input type="password"></form>' if kind == "login" else ""
    bare = kind in {"captcha", "login", "maintenance"}
    shown = f"<h1>{head}</h1>{_p(text)}{asks}"
    if bare:
        return f"<html><head><title>{title}</title></head><body>{shown}</body></html>".encode()
    return TEMPLATES[look.set][look.template](shown, title, look.but(noise=frozenset(), updated=""), _noise(look, rng)).encode()


def pdf(document: Sequence[Block], *, width: int = 80, head: str = "", title: str = "", scanned: bool = False) -> bytes:
    """The document as a PDF with lines of `width` characters, 40 a page; as a picture of itself when `scanned`."""
    lines = [line for kind, text in document for line in _lines(f"- {text}" if kind == "entry" else text, width)]
    pages = [lines[at : at + 40] for at in range(0, len(lines), 40)]
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(b"%d 0 R" % (5 + 2 * n) for n in range(len(pages))), len(pages)),
        font,
    ]
    picture = zlib.compress(b"\x7f" * 900)
    objects.append(
        b"<</Type/XObject/Subtype/Image/Width 30/Height 30/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode/Length %d>>stream\n%s\nendstream"
        % (len(picture), picture)
    )
    for number, page_lines in enumerate(pages):
        told = [*([head] if head else []), *page_lines, f"Page {number + 1} of {len(pages)}"]
        drawn = (
            b"q 500 0 0 700 40 40 cm /Im1 Do Q"
            if scanned
            else b"BT /F1 10 Tf 50 800 Td " + b"".join(b"(%s) Tj 0 -15 Td\n" % _raw(line) for line in told) + b"ET"
        )
        packed = zlib.compress(drawn)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>/XObject<</Im1 4 0 R>>>>/Contents %d 0 R>>"
            % (6 + 2 * number)
        )
        objects.append(b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed))
    objects.append(b"<</Title(%s)>>" % _raw(title))
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.5\n")
    for number, content in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1) + b"".join(b"%010d 00000 n \n" % at for at in places))
    out.write(b"trailer\n<</Size %d/Root 1 0 R/Info %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, len(places), start))
    return out.getvalue()


def _raw(line: str) -> bytes:
    return line.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _lines(text: str, width: int) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + len(word) >= width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line]
