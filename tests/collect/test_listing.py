"""Selectors are proposed for pages built in many ways; what they yield is what a reader of the page would list."""

from __future__ import annotations

import html
from collections.abc import Callable
from urllib.parse import urljoin

import pytest

from trendwatch.collect import listing
from trendwatch.collect.listing import Proposal
from trendwatch.collect.sources.webpage import Webpage
from trendwatch.model import Page, Request, Response

URL = "https://office.example.org/news/"
ENTRIES = [
    ("/news/voices", "Guidance on cloned voices in telephone banking", "3 March 2026", "Banks are asked to tell callers apart by more."),
    ("/news/labels", "A consultation on labels for synthetic video", "28 February 2026", "Answers are welcome until the end of April."),
    ("/news/fine", "A fine for an undisclosed image generator", "20 February 2026", "The office found that no notice was ever shown."),
    ("/news/report", "Annual report of the office is published", "19 January 2026", "What the office did in the year, in figures and cases."),
    ("/news/court", "Court upholds the notice duty for chat services", "7 January 2026", "The appeal of two providers was dismissed in full."),
    ("/news/test", "A common test for watermarks is agreed on", "2 December 2025", "Four laboratories compared what survives compression."),
]  # fmt: skip
MENU = "".join(f'<li><a href="/topic/{i}">Topic number {i}</a></li>' for i in range(12))
Shape = Callable[[str, str, str, str], str]


def page(rows: str, *, lang: str = "en", tail: str = "") -> bytes:
    return f"""<!doctype html><html lang="{lang}"><head><title>Office: news</title></head><body>
<header><nav class="menu"><ul>{MENU}</ul></nav></header><main><h1>News</h1>{rows}{tail}</main>
<footer><ul><li><a href="/imprint">Imprint</a></li><li><a href="/privacy">Privacy</a></li><li><a href="/jobs">Jobs</a></li></ul></footer>
</body></html>""".encode()


def built(shape: Shape, around: str = "<div>{}</div>", **more: str) -> bytes:
    return page(around.format("\n".join(shape(*map(html.escape, e)) for e in ENTRIES)), **more)


SHAPES: dict[str, bytes] = {
    "cards": built(
        lambda u, t, d, s: (
            f'<article class="card"><a href="{u}"><img src="/i.jpg" alt=""></a><h2><a href="{u}">{t}</a></h2>'
            f'<time datetime="2026-01-01">{d}</time><p class="teaser">{s}</p><a href="{u}">Read more</a></article>'
        )
    ),
    "list": built(lambda u, t, d, s: f'<li><span class="date">{d}</span> <a href="{u}">{t}</a><p>{s}</p></li>', "<ul>{}</ul>"),
    "bare list": built(lambda u, t, d, _: f'<li><a href="{u}">{t}</a> ({d})</li>', "<ul>{}</ul>"),
    "table": built(
        lambda u, t, d, s: f'<tr><td>{d}</td><td>{t}</td><td>{s}</td><td><a href="{u}">PDF</a></td></tr>',
        "<table><tr><th>Date</th><th>Title</th><th>Text</th><th>File</th></tr>{}</table>",
    ),
    "definition list": built(lambda u, t, d, s: f'<dt><a href="{u}">{t}</a></dt><dd>{d}: {s}</dd>', "<dl>{}</dl>"),
    "headings": built(lambda u, t, d, s: f'<h3><a href="{u}">{t}</a></h3><p>{d}. {s}</p>', "<section>{}</section>"),
    "whole card is a link": built(lambda u, t, d, s: f'<a class="tile" href="{u}"><h3>{t}</h3><span>{d}</span><p>{s}</p></a>'),
    "classes of their own": built(
        lambda u, t, d, s: (
            f'<div class="post post-{len(t)}{len(s)} category-c{len(d)} status-{u[6:]}"><h2><a href="{u}">{t}</a></h2>'
            f'<span class="meta">{d} by the press office</span><p>{s}</p></div>'
        )
    ),
    "script links": built(
        lambda u, t, d, s: f"""<div class="row"><span class="t" onclick="viewDoc('{u}')">{t}</span><i>{d}</i><p>{s}</p></div>"""
    ),
    "years": page(
        "".join(
            f"<section><h2>{year}</h2><ul>"
            + "".join(f'<li><a href="{u}">{t}</a> <em>{d}</em></li>' for u, t, d, _ in ENTRIES if year in d)
            + "</ul></section>"
            for year in ("2026", "2025")
        )
    ),
    "lazy table": built(
        lambda u, t, d, _: f'<tr bgcolor=#fff><td><font>{d}</font><td><font><a href="{u}">{t}</a></font>',
        "<table><tr><td><table>{}</table></table>",
    ),
}


def best(body: bytes) -> Proposal:
    return listing.propose(body, URL)[0]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_entry_is_found_with_title_link_and_nothing_else(shape):
    found = best(SHAPES[shape]).page.drafts
    assert [html.unescape(d.title) for d in found] == [title for _, title, _, _ in ENTRIES]
    assert [d.url for d in found] == [urljoin(URL, link) for link, _, _, _ in ENTRIES]


@pytest.mark.parametrize("shape", [s for s in SHAPES if s != "cards"])
def test_every_date_is_found(shape):
    days = [f"{d.published:%-d %B %Y}" for d in best(SHAPES[shape]).page.drafts]
    assert days == [date for _, _, date, _ in ENTRIES]


@pytest.mark.parametrize("shape", ["cards", "list", "table", "headings", "classes of their own"])
def test_the_summary_is_found_where_it_has_an_element(shape):
    assert any(ENTRIES[0][3] in html.unescape(d.html) for d in best(SHAPES[shape]).page.drafts)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_keys_alone_read_the_same_entries_again(shape):
    proposal = best(SHAPES[shape])
    kind = Webpage(url=URL, **dict(proposal.keys))
    read: Page = kind.parse(Response(request=Request(url=URL), url=URL, status=200, headers={}, body=SHAPES[shape]))
    assert read.drafts == proposal.page.drafts


@pytest.mark.parametrize("shape", SHAPES)
def test_the_same_page_gives_the_same_proposals(shape):
    assert listing.propose(SHAPES[shape], URL) == listing.propose(SHAPES[shape], URL)


def test_the_link_to_the_next_page_is_found():
    assert best(built(lambda u, t, d, _: f'<li><a href="{u}">{t}</a> {d}</li>', "<ul>{}</ul>")).next == ""
    tail = '<a rel="next" href="?page=2">Older</a>'
    assert (
        best(built(lambda u, t, d, _: f'<li><a href="{u}">{t}</a> {d}</li>', "<ul>{}</ul>", tail=tail)).next == 'a[rel~="next"]'
    )


def test_entries_in_scripts_without_spaces_are_found():
    rows = "".join(
        f'<li><time>2026年{m}月5日</time><a href="/ja/{m}">合成音声に関する指針の第{m}版を公表しました</a></li>'
        for m in range(1, 7)
    )
    found = best(page(f"<ul>{rows}</ul>", lang="ja")).page.drafts
    assert [d.published.month for d in found] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"plain words", page("<p>Nothing is listed here.</p>"), page('<p>See <a href="/a">one</a>.</p>')]
)
def test_a_page_that_lists_nothing_gets_no_proposal_of_weight(body):
    assert all(p.score < 8 for p in listing.propose(body, URL))


def test_a_very_deep_page_costs_no_time():
    assert listing.propose(b"<div>" * 5000 + b'<a href="/a">a</a>' * 3, URL) == []
