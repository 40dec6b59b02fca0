"""What a right file becomes."""

from __future__ import annotations

from pathlib import Path

from trendwatch import config
from trendwatch.model import DigestSpec, EmbeddingModel, Expectation, Thresholds, WordFilter

FULL = """
defaults: {every: 12h, tier: 2, filter: {any: [AI], none: [sports]}}
sources:
  - name: example-lab
    kind: feed
    url: https://lab.example.org/feed.xml
    doctype: post
    region: us
    language: en
    expect: 3 per 7d
    terms: excerpt and link only
  - name: papers
    kind: arxiv
    query: abs:jailbreak
    every: 1d
    tier: 1
    filter: {}
    enabled: false
    article: never
  - {name: forum, kind: hacker_news, queries: deepfake, points: 20}
  - {name: register, kind: federal_register, search: [deepfake, '"artificial intelligence"']}
digest:
  - {name: weekly, timezone: Europe/Berlin, sections: {papers: 3}, recipients: pm@example.org}
  - {name: rules, doctypes: [regulation], day: friday, floor: 0.7}
deliver:
  folder: {path: out}
  smtp: {host: smtp.example.org, username: tw, sender: "trendwatch <tw@example.org>", timeout: 5}
packs: [ours.yaml]
store: sqlite:///other.db
network: {contact: me@example.org, host_gap: 2s, timeout: 1m, max_bytes: 2 MB, at_once: 4, robots_for_feeds: yes}
articles: {pages: 20, time: 90s}
embedding: {model: other/model, engine: sentence-transformers, revision: abc, text_prefix: "passage: ", query_prefix: "query: ", dimension: 256}
"""


def read(text: str, **environ: str) -> config.Config:
    return config.parse(text.encode(), Path("folder/sources.yaml"), environ)


def test_a_source_takes_the_defaults_it_does_not_state():
    lab, papers, *_ = read(FULL).sources
    assert (lab.every_s, lab.tier, lab.filter) == (12 * 3600, 2, WordFilter(any=("AI",), none=("sports",)))
    assert (papers.every_s, papers.tier, papers.filter, papers.enabled) == (86400, 1, WordFilter(), False)
    assert lab.expect == Expectation(items=3, days=7)
    assert lab.place == "folder/sources.yaml:4"


def test_a_kinds_own_keys_make_its_reader():
    _, papers, forum, register = read(FULL).sources
    assert papers.reader.query == "abs:jailbreak"
    assert (forum.reader.queries, forum.reader.points) == (("deepfake",), 20)
    assert register.reader.search == ("deepfake", '"artificial intelligence"')
    assert register.terms == ""


def test_a_kind_left_out_is_a_feed():
    (lab,) = read("sources: [{name: lab, url: 'https://lab.example.org/feed'}]").sources
    assert (lab.kind, lab.doctype, lab.every_s) == ("feed", "news", 6 * 3600)


def test_digests_keep_the_defaults_of_sections_left_out():
    weekly, rules = read(FULL).digests
    assert weekly.sections == {**DigestSpec().sections, "papers": 3}
    assert weekly.recipients == ("pm@example.org",)
    assert (rules.doctypes, rules.day, rules.floor) == (("regulation",), "friday", 0.7)


def test_a_file_without_digest_and_deliver_writes_the_weekly_one_to_a_folder():
    found = read("sources: [{name: lab, url: 'https://lab.example.org/feed'}]\ndeliver:\ndigest:\nnetwork:\npacks:\n")
    assert found.digests == (DigestSpec(),)
    assert sorted(found.deliver) == ["folder"]
    assert found.store == "sqlite:///trendwatch.db"


def test_deliverers_network_and_embedding_are_read():
    found = read(FULL)
    assert found.deliver["folder"].path == "out"  # type: ignore[attr-defined]
    assert found.deliver["smtp"].timeout == 5.0  # type: ignore[attr-defined]
    network = found.network
    assert (network.host_gap_s, network.total_timeout_s, network.max_bytes) == (2.0, 60.0, 2 * 1024**2)
    assert (network.at_once, network.robots_for_feeds, network.contact) == (4, True, "me@example.org")
    assert found.embedding == EmbeddingModel(
        engine="sentence-transformers",
        name="other/model",
        revision="abc",
        text_prefix="passage: ",
        query_prefix="query: ",
        dimension=256,
    )


def test_thresholds_left_out_are_those_of_the_packaged_model_and_none_makes_it_another_model():
    lab = "sources: [{name: lab, url: 'https://lab.example.org/feed'}]\n"
    found = read(lab + "embedding: {thresholds: {duplicate: 0.9, tag: 3}}")
    assert found.thresholds == Thresholds(duplicate=0.9, story=4.8, tag=3.0, search=0.2)
    assert found.embedding == read(lab).embedding
    assert read(lab).thresholds == Thresholds() == Thresholds(duplicate=0.95, story=4.8, tag=4.2, search=0.2)


def test_articles_are_fetched_as_a_source_says_and_within_the_budget():
    found = read(FULL)
    assert (found.articles.pages, found.articles.seconds_s) == (20, 90.0)
    assert [s.article for s in found.sources] == ["auto", "never", "auto", "auto"]
    plain = read("sources: [{name: lab, url: 'https://lab.example.org/feed', article: always}]")
    assert (plain.articles.pages, plain.articles.seconds_s, plain.sources[0].article) == (200, 300.0, "always")


def test_own_packs_lie_beside_the_file():
    assert read(FULL).packs == (Path("folder/ours.yaml"),)


def test_secrets_come_from_the_environment_and_are_not_shown():
    found = read(FULL, TRENDWATCH_SMTP_PASSWORD="hunter2", HOME="/nowhere")
    assert found.secrets == {"password": "hunter2"}
    assert "hunter2" not in repr(found)


def test_the_store_of_the_environment_wins():
    assert read(FULL, TRENDWATCH_STORE="postgresql://tw:x@db.example.org/tw").store == "postgresql://tw:x@db.example.org/tw"


def test_the_same_file_gives_the_same_configuration():
    assert read(FULL) == read(FULL)
