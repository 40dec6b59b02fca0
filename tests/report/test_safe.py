import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trendwatch.report import safe

INVISIBLE = "\u200b\u200e\u202e\u2066\u2069\ufeff\u00ad\x00\x07\x1b\x7f\u2060\U000e0041"


@pytest.mark.parametrize("character", INVISIBLE)
def test_invisible_and_control_characters_vanish(character):
    assert safe.line(f"pay{character}load") == "payload"


def test_terminal_escapes_vanish_whole():
    assert safe.line("a\x1b[31;1mred\x1b[0m \x1b]8;;http://evil.example.org\x07link\x1b]8;;\x07") == "ared link"


def test_line_breaks_of_every_kind_become_blanks():
    assert safe.line("one\r\nBcc: two\u2028three\u2029four\x85five\tsix") == "one Bcc: two three four five six"


def test_joiners_stay_where_scripts_and_emoji_need_them_and_go_elsewhere():
    persian = "می\u200cخواهم"
    family = "👩\u200d👧"
    assert safe.line(persian) == persian
    assert safe.line(family) == family
    assert safe.line("pass\u200dword") == "password"


def test_towers_of_marks_are_cut_and_ordinary_accents_kept():
    assert len(safe.line("a" + "\u0315\u0321\u0327\u031b" * 20)) <= 3
    assert safe.line("cafe\u0301") == "café"


def test_a_clipped_text_ends_between_words():
    assert safe.clip("one two three four", 12) == "one two…"
    assert safe.clip("short", 12) == "short"
    assert safe.clip("x" * 50, 10) == "x" * 9 + "…"


def test_latex_and_left_over_entities_are_made_readable():
    assert (
        safe.prose(r"\textbf{Safe} \emph{agents} reach 90\% &amp; more, ``really''") == "Safe agents reach 90% & more, “really”"
    )
    assert safe.prose("It costs $5 and then $6 again") == "It costs $5 and then $6 again"
    assert safe.prose("with $n$ steps") == "with n steps"
    assert safe.prose(r"$3\times$ faster, $p \leq 0.05$") == "3× faster, p ≤ 0.05"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,<script>",
        "file:///etc/passwd",
        "//example.org/x",
        "http://",
        "https://user:secret@example.org/",
        "https://exa mple.org/",
        "https://example.org\\@evil.example.org/",
        "https://example.org/\u202egpj.exe",
        "https://example.org:port/",
        "https://<b>.example.org/",
        "https://example.org/" + "a" * 2000,
        "",
    ],
)
def test_only_plain_web_addresses_are_links(url):
    assert safe.link(url) == ""


def test_a_link_keeps_its_query_and_loses_its_trackers():
    url = "https://www.example.org/a?id=7&utm_source=mail&fbclid=x&q=a%20b#part"
    assert safe.link(url) == "https://www.example.org/a?id=7&q=a+b#part"
    assert safe.link("http://example.org:8080/a?x=1&y=%2F") == "http://example.org:8080/a?x=1&y=%2F"


def test_a_link_cannot_leave_its_attribute_and_foreign_letters_are_encoded():
    assert safe.link('https://example.org/a"onclick=x') == "https://example.org/a%22onclick=x"
    assert safe.link("https://example.org/grüße") == "https://example.org/gr%C3%BC%C3%9Fe"


def test_the_host_is_the_real_one_in_punycode():
    assert safe.host("https://www.example.org/x") == "example.org"
    assert safe.host("https://user@evil.example.org/") == "evil.example.org"
    assert safe.host("https://ехample.org/") == "xn--ample-ywe6i.org"
    assert safe.host("ftp://example.org/") == ""


def test_markdown_shows_what_was_written_and_does_nothing():
    hostile = "[x](http://e.example.org) <script> `code` **bold** # h | @all ![i](u)"
    shown = safe.markdown(hostile)
    assert "](" not in shown.replace("\\]\\(", "")
    assert "\\<script\\>" in shown
    assert "@all" not in shown
    assert safe.markdown("- item").startswith("\\-")
    assert safe.markdown("1. item").startswith("\\1.")


@given(st.text())
def test_a_line_is_one_visible_line_and_stays_the_same_when_cleaned_again(text):
    once = safe.line(text)
    assert safe.line(once) == once
    assert len(once.splitlines()) <= 1
    assert not set(once) & set(INVISIBLE)


@given(st.text())
def test_a_link_is_empty_or_ascii_http(text):
    for url in (text, f"https://example.org/{text}", f"https://{text}/"):
        made = safe.link(url)
        assert made == "" or (
            made.startswith(("http://", "https://")) and made.isascii() and not set(made) & set("\"'<> \\") - {"'"}
        )
        assert made == "" or safe.host(made)


@given(st.text())
def test_escaped_json_is_the_same_data_without_invisible_characters(text):
    made = safe.invisible_as_escapes(json.dumps(text, ensure_ascii=False))
    assert json.loads(made) == text
    assert not set(made) & set(INVISIBLE)
