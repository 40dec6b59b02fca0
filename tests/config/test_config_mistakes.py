"""Every mistake at once, each with its place, its source, its key and the likely meaning."""

from __future__ import annotations

from pathlib import Path

import pytest

from trendwatch import config
from trendwatch.errors import ConfigError

LAB = "- {name: lab, url: 'https://lab.example.org/feed.xml'}"


def complaints(text: str | bytes) -> list[str]:
    """What is said of a file named sources.yaml."""
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(ConfigError) as caught:
        config.parse(data, Path("sources.yaml"), {})
    return caught.value.complaints


def sources(*lines: str) -> str:
    return "sources:" + "".join(f"\n  {line}" for line in lines)


def test_a_misspelt_key_names_file_line_column_source_and_likely_meaning():
    text = sources("- name: lab", "  url: https://lab.example.org/feed.xml", "  intervall: 6h")
    assert complaints(text) == ['sources.yaml:4:5: source "lab", key "intervall": unknown key, did you mean "every"?']


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file():
    text = """\
digest: {name: weekly, hour: 25, timezone: Mars/Olympus}
deliver: {smtp: {hots: mail.example.org}, pigeon: {}}
sources:
  - {name: lab, kind: feed, url: 'https://lab.example.org/feed.xml', doctype: papr, tier: 9, every: 6}
  - {name: other lab, kind: fed, url: 'https://other.example.org/'}
  - {name: third, kind: arxiv}
souces: []
"""
    found = complaints(text)
    places = [tuple(map(int, line.split(":")[1:3])) for line in found]
    assert places == sorted(places)
    for expected in (
        'sources.yaml:1:24: key "digest.hour": "25" must be at most 23.',
        'key "digest.timezone": "Mars/Olympus" is no time zone',
        'sources.yaml:2:18: deliver.smtp, key "hots": unknown key, did you mean "host"?',
        'deliver.smtp, key "host": missing.',
        "deliver.pigeon: unknown deliverer.",
        'sources.yaml:4:70: source "lab", key "doctype": "papr" is none of',
        'did you mean "paper"?',
        'source "lab", key "tier": "9" must be at most 4.',
        'source "lab", key "every": "6" is no duration such as 30m, 6h, 1d or 2w; did you mean "6h" or "6d"?',
        'source "other lab", key "kind": unknown kind "fed"',
        'did you mean "feed"?',
        'source "other lab", key "name": "other lab" is no name',
        'source "third", key "query": missing.',
        'sources.yaml:7:1: key "souces": unknown key, did you mean "sources"?',
    ):
        assert any(expected in line for line in found), (expected, found)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("interval", "every"),
        ("poll_every", "every"),
        ("href", "url"),
        ("lang", "language"),
        ("country", "region"),
        ("license", "terms"),
        ("keywords", "filter"),
        ("enable", "enabled"),
        ("doc_type", "doctype"),
        ("Region", "region"),
    ],
)
def test_what_people_write_is_understood(written, meant):
    found = complaints(sources("- name: lab", "  url: https://lab.example.org/feed.xml", f"  {written}: x"))
    assert found == [f'sources.yaml:4:5: source "lab", key "{written}": unknown key, did you mean "{meant}"?']


def test_a_key_of_another_kind_says_whose_it_is():
    found = complaints(sources("- name: lab", "  url: https://lab.example.org/feed.xml", "  query: abs:jailbreak"))
    assert found == ['sources.yaml:4:5: source "lab", key "query": a key of kind arxiv, not of feed; is "kind" right?']


def test_rss_and_atom_are_kinds_of_feed():
    found = complaints(sources("- {name: lab, kind: rss, url: 'https://lab.example.org/feed.xml'}"))
    assert 'unknown kind "rss"' in found[0]
    assert found[0].endswith('did you mean "feed"?')


def test_an_unknown_kind_does_not_hide_the_other_mistakes_of_its_source():
    found = complaints(sources("- {name: lab, kind: nonsense, url: x, tier: 7}"))
    assert any('unknown kind "nonsense"' in line for line in found)
    assert any('"7" must be at most 4' in line for line in found)


def test_a_name_that_stands_twice_names_both_lines():
    found = complaints(sources(LAB, "- {name: Lab, url: 'https://second.example.org/feed.xml'}"))
    assert found == ['sources.yaml:3:6: source "Lab", key "name": this name stands on line 2 already.']


@pytest.mark.parametrize(
    "same",
    [
        "https://lab.example.org/feed.xml",
        "http://lab.example.org/feed.xml",
        "https://LAB.example.org:443/feed.xml/",
        "https://lab.example.org/feed.xml#top",
    ],
)
def test_an_address_that_stands_twice_names_both_lines(same):
    found = complaints(sources(LAB, f"- {{name: second, url: '{same}'}}"))
    assert found == ['sources.yaml:3:20: source "second", key "url": "lab" on line 2 asks the same address.']


def test_two_queries_at_one_address_are_two_sources():
    text = sources("- {name: a, kind: arxiv, query: 'abs:jailbreak'}", "- {name: b, kind: arxiv, query: 'abs:deepfake'}")
    assert len(config.parse(text.encode(), Path("sources.yaml"), {}).sources) == 2


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("lab.example.org/feed", 'did you mean "https://lab.example.org/feed"?'),
        ("localhost:8080/feed", 'did you mean "https://localhost:8080/feed"?'),
        ("ftp://lab.example.org/feed", '"ftp:" is not asked'),
        ("file:///etc/passwd", '"file:" is not asked'),
        ("exec:ls", '"exec:" is not asked'),
        ("https://me:hunter2@lab.example.org/", "a name or password in a URL"),
        ("https://lab.example.org/feed?token=abc", "a token or key in a URL"),
        ("https:///feed", "no host"),
        ("https://lab.example.org/a b", "a space"),
        ("https://[::1/feed", "not a URL"),
        ("https://lab.example.org:port/", "not a URL"),
        ("http://127.0.0.1/feed", "list 127.0.0.1:80 under network: allow:"),
        ("http://127.1/feed", "not an IP address in its usual spelling"),
        ("http://0x7f.0.0.1/feed", "not an IP address"),
        ("https://10.0.0.8/feed", "list 10.0.0.8:443 under network"),
        ("https://lab.example.org:8443/feed", "list lab.example.org:8443 under network"),
        ("http://[::1]/feed", "list [::1]:80 under network"),
        ("http://169.254.169.254/latest", "a private, local or reserved address"),
        ("http://localhost/feed", "a name of a local network"),
        ("http://printer.local/feed", "a name of a local network"),
        ("http://router.home.arpa/feed", "a name of a local network"),
        ("http://intranet/feed", "a name of a local network"),
    ],
)
def test_an_address_that_cannot_be_asked_is_refused(url, said):
    found = complaints(sources("- name: lab", f"  url: '{url}'"))
    assert len(found) == 1
    assert found[0].startswith('sources.yaml:3:5: source "lab", key "url": ')
    assert said in found[0]
    assert "hunter2" not in found[0]


def test_a_private_address_that_is_allowed_may_be_asked():
    text = "network: {allow: ['127.0.0.1:8080', '[::1]:8080']}\n" + sources(
        "- {name: lab, url: 'http://127.0.0.1:8080/feed'}", "- {name: six, url: 'http://[::1]:8080/feed'}"
    )
    assert [s.name for s in config.parse(text.encode(), Path("sources.yaml"), {}).sources] == ["lab", "six"]


@pytest.mark.parametrize(
    ("where", "variable"),
    [
        ("deliver: {smtp: {host: mail.example.org, password: hunter2}}", "TRENDWATCH_SMTP_PASSWORD"),
        ("deliver: {smtp: {host: mail.example.org, smtp_password: hunter2}}", "TRENDWATCH_SMTP_PASSWORD"),
        ("api_key: hunter2", "TRENDWATCH_API_KEY"),
        ("network: {token: hunter2}", "TRENDWATCH_TOKEN"),
        ("secrets: {password: hunter2}", "TRENDWATCH_SMTP_PASSWORD"),
    ],
)
def test_a_secret_is_refused_with_advice_and_never_repeated(where, variable):
    found = complaints(f"{where}\n{sources(LAB)}")
    assert any(f"set {variable} in the environment" in line for line in found)
    assert "hunter2" not in "".join(found)


def test_a_password_in_the_store_is_refused():
    found = complaints(f"store: postgresql://tw:hunter2@db.example.org/tw\n{sources(LAB)}")
    assert found == [
        'sources.yaml:1:1: key "store": a password in the store\'s URL; set TRENDWATCH_STORE in the environment instead.'
    ]


def test_a_wrong_default_is_told_once_and_not_for_every_source():
    found = complaints(f"defaults: {{tier: 8, evry: 6h}}\n{sources(LAB)}")
    assert found == [
        'sources.yaml:1:12: key "defaults.tier": "8" must be at most 4.',
        'sources.yaml:1:21: key "defaults.evry": unknown key, did you mean "every"?',
    ]


def test_a_wrong_threshold_names_line_key_and_limit():
    lines = ["duplicate: 1.2", "story: -1", "tag: 0", "search: near", "stories: 5"]
    found = complaints("embedding:\n  thresholds:\n" + "".join(f"    {line}\n" for line in lines) + sources(LAB))
    assert found == [
        'sources.yaml:3:5: key "embedding.thresholds.duplicate": "1.2" must be at most 1.0.',
        'sources.yaml:4:5: key "embedding.thresholds.story": "-1.0" must be at least 0.0.',
        'sources.yaml:5:5: key "embedding.thresholds.tag": "0.0" must be above 0.0.',
        'sources.yaml:6:5: key "embedding.thresholds.search": "near" is no number.',
        'sources.yaml:7:5: key "embedding.thresholds.stories": unknown key, did you mean "story"?',
    ]
    assert complaints(f"embedding: {{thresholds: 0.9}}\n{sources(LAB)}") == [
        'sources.yaml:1:13: key "embedding.thresholds": must be a mapping of keys to values, not "0.9".'
    ]


def test_digests_of_one_name_and_wrong_addresses_are_mistakes():
    text = f"digest:\n  - {{name: weekly, recipients: [pm.example.org]}}\n  - {{name: Weekly, tag: x}}\n{sources(LAB)}"
    found = complaints(text)
    assert 'sources.yaml:2:33: digest "weekly", key "recipients[0]": "pm.example.org" is no mail address.' in found
    assert 'sources.yaml:3:20: digest "Weekly", key "tag": unknown key, did you mean "tags"?' in found


def test_two_digests_of_one_name_name_both_lines():
    found = complaints(f"digest:\n  - {{name: weekly}}\n  - {{name: Weekly}}\n{sources(LAB)}")
    assert found == ['sources.yaml:3:6: digest "Weekly", key "name": this name stands on line 2 already.']


def test_a_taxonomy_that_does_not_exist_is_a_mistake():
    found = complaints(f"taxonomies: [house@1, owasp-lm@2026]\n{sources(LAB)}")
    assert (
        'sources.yaml:1:23: key "taxonomies[1]": unknown taxonomy "owasp-lm@2026", did you mean "owasp-llm@2026"?' in found[0]
    )


def test_a_tag_that_no_taxonomy_of_the_file_has_is_a_mistake():
    found = complaints(f"digest: {{tags: [owasp-llm@2026:LLM99]}}\n{sources(LAB)}")
    assert found[0].startswith(
        'sources.yaml:1:17: key "digest.tags[0]": unknown tag "owasp-llm@2026:LLM99", did you mean "owasp-'
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sources: {name: lab}", "must be a list"),
        ("sources: lab", "must be a list"),
        ("sources: [lab]", "must be a mapping"),
        ("digest: {}", "there is no source"),
        ("- a\n- b", "must hold keys"),
        ("", "must hold keys"),
        ("just words", "must hold keys"),
        (sources("- {name: lab, url: [a, b]}"), 'key "url": must be text, not a list.'),
        (sources("- {name: lab, url: }"), 'key "url": has no value.'),
        (sources("- {name: lab}"), 'key "url": missing.'),
        (sources("- {url: 'https://lab.example.org/'}"), 'source number 1, key "name": missing.'),
        (sources("- {name: lab, url: 'https://lab.example.org/', filter: {any: {a: b}}}"), 'key "filter.any": must be a list'),
        (sources("- {name: lab, url: 'https://lab.example.org/', filter: {exclude: a}}"), 'did you mean "none"?'),
        (sources("- {name: lab, url: 'https://lab.example.org/', expect: 3 a week}"), 'is no expectation such as "3 per 7d"'),
        (sources("- {name: lab, url: 'https://lab.example.org/', every: -6h}"), "is no duration"),
        (sources("- {name: lab, url: 'https://lab.example.org/', every: 5s}"), "is out of range"),
        (sources("- {name: lab, url: 'https://lab.example.org/', enabled: maybe}"), "is neither true nor false"),
        (sources("- {name: lab, url: 'https://lab.example.org/', tier: 02}"), "did you mean 2?"),
        (sources("- {name: lab, url: 'https://lab.example.org/', region: USA}"), "is no region"),
        (sources("- {name: lab, url: 'https://lab.example.org/', language: english}"), "is no language tag"),
        (sources("- {name: hn, kind: hacker_news, queries: [ai], points: many}"), "is no whole number"),
    ],
)
def test_wrong_shapes_and_values_are_named(text, said):
    assert any(said in line for line in complaints(text)), complaints(text)


def test_a_file_cannot_write_on_the_terminal_that_shows_its_mistakes():
    found = complaints(sources('- {name: "a\\e[31m\\u202eb", url: "https://lab.example.org/"}'))
    assert not any(ord(c) < 32 or c == "\u202e" for line in found for c in line)


def test_a_missing_file_is_one_plain_sentence(tmp_path):
    with pytest.raises(ConfigError, match="there is no such file"):
        config.load(tmp_path / "none.yaml", {})


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        config.load(tmp_path, {})
