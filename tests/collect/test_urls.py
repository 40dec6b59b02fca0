from __future__ import annotations

import string
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trendwatch.collect.urls import canonical, host, identifier, identifiers

SAME = [
    "https://example.org/news/story",
    "http://example.org/news/story",
    "HTTPS://WWW.Example.ORG:443/news/story/",
    "https://example.org./news//story#comments",
    "https://m.example.org/news/story?utm_source=x&utm_medium=rss&fbclid=abc&gclid=1&mc_cid=7",
    "https://amp.example.org/news/story?amp=1",
    "https://example.org/news/story/amp/",
    "https://example.org/news/./other/../story/index.html",
    "https://www.google.com/amp/s/www.example.org/news/story/amp",
    "https://example-org.cdn.ampproject.org/c/s/example.org/news/story",
    "https://www.google.com/url?rct=j&url=https://example.org/news/story&ct=ga",
    " https://example.org/news/story\u200b\n",
    "https://reader:secret@example.org/news/story#:~:text=word",
    "https://example.org/%6eews/story?ref=home&xtor=RSS-1#xtor=2",
]


@pytest.mark.parametrize("url", SAME)
def test_forms_of_one_address_are_one(url):
    assert canonical(url) == "https://example.org/news/story"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/?p=1", "https://example.org/?p=2"),
        ("https://example.org/a?uid=1", "https://example.org/a?uid=2"),
        ("https://example.org/a?cid=1", "https://example.org/a?cid=2"),
        ("https://example.org/a?source=agency-1", "https://example.org/a?source=agency-2"),
        ("https://example.org/a?id=7&page=1", "https://example.org/a?id=7&page=2"),
        ("https://example.org/Case", "https://example.org/case"),
        ("https://example.org/log#v1.2", "https://example.org/log#v1.3"),
        ("https://example.org:8443/a", "https://example.org/a"),
        ("https://news.example.org/a", "https://example.org/a"),
        ("https://m.org/a", "https://example.org/a"),
        ("https://example.org/camp", "https://example.org/c"),
    ],
)
def test_addresses_of_different_documents_stay_apart(one, other):
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    "url",
    [
        "https://arxiv.org/abs/2602.90001",
        "http://export.arxiv.org/abs/2602.90001v3",
        "https://www.arxiv.org/pdf/2602.90001v2.pdf",
        "https://arxiv.org/html/2602.90001v1",
        "https://doi.org/10.48550/arXiv.2602.90001",
        "https://www.alphaxiv.org/abs/2602.90001",
    ],
)
def test_an_arxiv_paper_is_one_whatever_its_version_and_form(url):
    assert canonical(url) == "https://arxiv.org/abs/2602.90001"
    assert identifiers(url) == ("arxiv:2602.90001",)


def test_a_mirror_page_of_a_paper_is_its_own_page_with_the_papers_identifier():
    assert canonical("https://huggingface.co/papers/2602.90001") == "https://huggingface.co/papers/2602.90001"
    assert identifiers("https://huggingface.co/papers/2602.90001") == ("arxiv:2602.90001",)


@pytest.mark.parametrize(
    "url",
    [
        "https://doi.org/10.5555/Made.Up",
        "http://dx.doi.org/10.5555/MADE.UP",
        "https://journal.example.org/doi/full/10.5555/made.up",
        "https://journal.example.org/doi/10.5555/made.up.pdf",
    ],
)
def test_a_doi_is_found_in_its_forms(url):
    assert identifiers(url) == ("doi:10.5555/made.up",)


def test_an_identifier_has_one_spelling():
    assert identifier("arXiv:2602.90001v4") == "arxiv:2602.90001"
    assert identifier("arxiv:math.GT/0309136") == "arxiv:math/0309136"
    assert identifier("doi:https://doi.org/10.48550/ARXIV.2602.90001") == "arxiv:2602.90001"
    assert identifier("fr:2026-90001") == "fr:2026-90001"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "mailto:a@example.org",
        "/relative",
        "https://",
        "https://[::1",
        "http://a:99999/",
        "gazette-1001",
        "https://" + "a" * 3000,
    ],
)
def test_what_is_no_web_address_is_empty(url):
    assert canonical(url) == ""
    assert identifiers(url) == ()


def test_a_host_is_shown_as_a_reader_knows_it():
    assert host("https://user@WWW.Example.org:8080/x") == "example.org"
    assert host("nonsense") == ""
    assert host("http://[::1") == ""


ADDRESSES = st.builds(
    lambda scheme, name, path, query, fragment: f"{scheme}://{name}/{path}?{query}#{fragment}",
    st.sampled_from(["http", "https", "HTTP"]),
    st.sampled_from(
        [
            "example.org",
            "www.example.org",
            "m.example.org",
            "arxiv.org",
            "doi.org",
            "google.com",
            "bücher.example",
            "[::1]",
            "www.m.amp.example.org",
        ]
    ),
    st.text(alphabet=string.ascii_letters + string.digits + "/.%-_~é amp", max_size=30),
    st.text(alphabet=string.ascii_letters + "=&%?+;utm_ü", max_size=30),
    st.text(alphabet=string.ascii_letters + "=:~-", max_size=10),
)


@settings(deadline=None)
@given(ADDRESSES | st.text(max_size=60))
def test_a_canonical_address_is_its_own_canonical_address(url):
    once = canonical(url)
    assert canonical(once) == once


@settings(deadline=None)
@given(ADDRESSES)
def test_a_canonical_address_is_ascii_https_and_without_tracking(url):
    made = canonical(url)
    if made:
        assert made.isascii()
        assert made.startswith("https://")
        assert urlsplit(made).hostname
        assert "utm_source=" not in made


@settings(deadline=None)
@given(
    st.builds(
        lambda path, query: f"https://www.example.org{path}{query}",
        st.text(alphabet="ab/._~-", max_size=12).map(lambda p: f"/{p}" if p else ""),
        st.text(alphabet="ab=&._~-", max_size=12).map(lambda q: f"?{q}" if q else ""),
    )
)
def test_a_tidy_address_takes_a_shorter_way_to_the_same_place(url):
    assert canonical(url) == canonical(url.replace("https", "HTTPS"))
