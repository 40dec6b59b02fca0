import json
from dataclasses import fields
from html.parser import HTMLParser

import pytest
from report_samples import Archive, digest, entry, hostile, item

from trendwatch.model import Digest, Trend
from trendwatch.report import html
from trendwatch.report.render import render

LOADING = {"src", "srcset", "poster", "background", "data", "action", "formaction", "ping", "manifest", "xlink:href"}
FORBIDDEN = {
    "script",
    "iframe",
    "object",
    "embed",
    "img",
    "svg",
    "math",
    "form",
    "input",
    "button",
    "link",
    "base",
    "video",
    "audio",
    "font",
}
PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></style><script>alert(1)</script>",
    "<!--><img src=https://evil.example.org/p.png>-->",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "</div></td></table><h1>mine",
    "<a href=javascript:alert(1)>x</a>",
    "&#60;iframe src=https://evil.example.org&#62;",
]


class Seen(HTMLParser):
    """Every tag, attribute and text of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.text, self.depth, self.styles = [], [], [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.depth.append(tag)

    def handle_endtag(self, tag):
        while self.depth and self.depth.pop() != tag:
            pass

    def handle_data(self, data):
        (self.styles if "style" in self.depth else self.text).append(data)

    @property
    def said(self):
        return " ".join("".join(self.text).split())


def seen(made):
    return Seen(render(made)["html"].body.decode())


def test_every_form_is_made_and_the_same_digest_gives_the_same_bytes():
    once, again = render(digest()), render(digest())
    assert sorted(once) == ["html", "json", "md", "txt"]
    assert {s: r.body for s, r in once.items()} == {s: r.body for s, r in again.items()}


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_publishers_write_is_shown_and_never_acts(payload):
    page = seen(hostile(payload))
    assert not FORBIDDEN & set(page.tags)
    assert not [a for a in page.attributes if a[1].startswith("on") or a[1] in LOADING]
    assert page.tags.count("h1") == 1
    assert page.tags.count("table") == seen(digest()).tags.count("table")
    assert "49" not in page.said or "49" not in payload


def test_links_go_to_the_web_only_and_show_their_real_host():
    bad = entry(url="javascript:alert(1)", title="No link")
    page = seen(digest(sections={"first": (entry(1), bad)}))
    links = [value for tag, name, value in page.attributes if name == "href"]
    assert links
    assert all(link.startswith("https://") for link in links)
    assert "lab.example.org" in page.said
    assert "wire.example.org" in page.said
    rels = [value for tag, name, value in page.attributes if name == "rel"]
    assert len(rels) == len(links)
    assert all("noopener" in rel and "nofollow" in rel for rel in rels)


def test_nothing_is_loaded_from_anywhere():
    page = seen(digest())
    styles = "".join([*page.styles, *(v for _, n, v in page.attributes if n == "style")])
    assert "url(" not in styles
    assert "@import" not in styles
    assert not [a for a in page.attributes if a[1] in LOADING]


def test_the_mail_follows_the_readers_dark_mode_and_width():
    body = render(digest())["html"].body.decode()
    assert '<meta name="color-scheme" content="light dark">' in body
    assert "prefers-color-scheme:dark" in body.replace(" ", "")
    assert 'name="viewport"' in body
    assert 'style="' in body


def test_the_evidence_of_a_tag_stands_on_hover_and_in_the_text():
    page = seen(digest())
    assert any(name == "title" and "“hidden words”" in value and "@" in value for _, name, value in page.attributes)
    assert "Prompt injection (“hidden words”)" in page.said
    assert "(“obeyed” in the title)" in page.said


def test_empty_sections_are_not_shown():
    page = seen(digest())
    assert "Rules and dates" in page.said
    assert "Industry" not in page.said


def test_the_footer_names_what_was_read_what_is_unwell_and_how_to_stop():
    page = seen(digest())
    assert "112 sources, 1,204 new items" in page.said
    assert "Sources silent: quiet-blog (nothing for 41 days)" in page.said
    assert "ranked by relevance" in page.said
    assert "unsubscribe" in page.said


def test_an_update_is_marked():
    page = seen(
        digest(sections={"first": (entry(why="Update on a story of 2026-W07: now also reported by x. Relevance 0.9."),)})
    )
    assert "Update ·" in page.said


def test_five_hundred_entries_are_cut_by_rank_to_the_size_of_a_mail():
    many = digest(
        sections={
            "first": tuple(entry(n) for n in range(1, 6)),
            "papers": tuple(entry(n) for n in range(6, 400)),
            "also": tuple(entry(n) for n in range(400, 501)),
        }
    )
    body = render(many)["html"].body
    page = Seen(body.decode())
    assert 50_000 < len(body) <= html.TARGET_BYTES < html.LIMIT_BYTES
    assert "Assistant 1 reads" in page.said
    assert "Assistant 500 reads" not in page.said
    assert "of 500 stories, the lowest ranked, from “Assistant" in page.said


def test_even_the_longest_words_stay_within_the_limit():
    archive = Archive(per_source=50, sections={"first": 50, "papers": 50, "also": 50})
    for n in range(150):
        long = f"Title number {n} " + "unbreakable" * 200
        archive.add(
            item(
                f"p{n}",
                source=f"source-{n}-" + "x" * 200,
                title=long,
                text="Sentence of words. " * 3000,
                url=f"https://e.example.org/{'a' * 900}{n}",
            )
        )
    bodies = render(archive.compose())
    assert len(bodies["html"].body) <= html.TARGET_BYTES


def test_a_small_digest_is_not_cut():
    assert "Cut to fit" not in seen(digest()).said


def test_the_text_says_all_that_the_page_says_within_78_columns():
    text = render(digest())["txt"].body.decode()
    folded = " ".join(text.split())
    for word in (
        "Assistant 1 reads a calendar aloud",
        "Assistant 1 read a private calendar to a caller.",
        "Applies 2 August 2026",
        "hidden words",
        "https://www.lab.example.org/posts/1",
        "https://wire.example.org/1",
        "Relevance 0.90",
        "quiet-blog",
        "unsubscribe",
        "Draft rules",
    ):
        assert word in folded
    assert all(len(line) <= 78 for line in text.splitlines() if "://" not in line)


@pytest.mark.parametrize("suffix", ["html", "txt", "md", "json"])
def test_invisible_and_control_characters_reach_no_reader(suffix):
    text = render(hostile("pay\u202eload\u200b \x1b[31m\x07 \u2066x\ufeff"))[suffix].body.decode()
    assert not set(text) & set("\u202e\u200b\x1b\x07\u2066\ufeff")


def test_markdown_holds_no_markup_of_the_publishers():
    text = render(hostile("[click](javascript:x) <b>bold</b> ![i](https://evil.example.org/p.png)"))["md"].body.decode()
    assert "](javascript" not in text
    assert "<b>" not in text
    assert "![" not in text.replace("\\!\\[", "")


def test_json_is_complete():
    made = json.loads(render(digest())["json"].body)
    assert set(made) == {f.name for f in fields(Digest)}
    assert made["sections"]["first"][0]["tags"][0]["quote"] == "hidden words"
    assert made["starts_on"] == "2026-02-23"


def test_a_quiet_week_still_makes_a_page():
    quiet = Archive().compose()
    page = seen(quiet)
    assert "A quiet week" in page.said
    assert "What to know first" not in page.said


@pytest.mark.parametrize("suffix", ["html", "txt", "md"])
def test_what_rises_is_shown_with_what_was_expected(suffix):
    rising = Trend(key="voice cloning", week="2026-W09", count=12, baseline=3.25, ratio=3.7, p_value=0.001, q_value=0.01)
    body = render(digest(trends=(rising,)))[suffix].body.decode()
    assert "12 this week, 3.2 expected (3.7 times, q = 0.010)" in " ".join(body.replace("\\", "").split())
    assert "voice cloning" in body


@pytest.mark.parametrize("sections", [{}, {"also": (entry(3),)}])
def test_dates_ahead_are_shown_even_without_a_first_section(sections):
    made = render(digest(sections=sections))
    for suffix in ("html", "txt", "md"):
        text = made[suffix].body.decode()
        assert text.casefold().count("dates ahead") == 1
        assert "Draft rules" in text


@pytest.mark.timeout(20)
def test_a_word_of_a_million_letters_neither_hangs_nor_swells_the_mail():
    made = render(hostile("a" * 1_000_000))
    assert len(made["html"].body) <= html.TARGET_BYTES
    assert len(made["txt"].body) < 5_000_000
