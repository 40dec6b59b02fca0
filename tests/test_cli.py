"""The commands on four weeks of the sample, as a person types them."""

import json
import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from trendwatch.cli import app

NOW = "2026-10-05T07:00Z"


@pytest.fixture
def run(ran):
    """A function that runs trendwatch with these words on the sample's archive; returns the result."""
    _, _, server, _, folder = ran

    def call(*words, status=0):
        result = CliRunner().invoke(
            app, ["--config", str(folder / "sources.yaml"), "--now", NOW, *words], catch_exceptions=False
        )
        assert result.exit_code == status, result.output
        return result

    assert server.now is not None
    return call


def test_search_finds_by_words_and_by_meaning_and_shows_where(run):
    out = run("search", "voice", "cloning", "scam", "--since", "90d").output
    assert "Eastford" in out
    assert "meaning #" in out
    assert "words #" in out


def test_search_as_json_keeps_spans_that_point_into_the_snippet(run):
    hits = json.loads(run("search", "undress app", "--json", "--limit", "5").output)
    assert hits
    marked = [hit["snippet"][a:b].lower() for hit in hits for a, b in hit["marks"]]
    assert any("undress" in word for word in marked)


def test_search_hides_what_is_off_topic_unless_asked(run):
    assert "Car maker recalls" not in run("search", "car maker recalls vans").output
    assert "Car maker recalls" in run("search", "car maker recalls vans", "--off-topic").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["search", "x", "--since", "yesterdayish"], "yesterdayish"),
        (["search", "x", "--tag", "owasp-llm@2027:LLM01"], "near: owasp-llm@202"),
        (["search", "x", "--source", "daily-ledgr"], "daily-ledger"),
        (["search", "x", "--doctype", "song"], "paper, news, regulation"),
        (["show", "ffffffffff"], "holds no item"),
        (["digest", "--week", "2026-W99"], "not an ISO week"),
        (["digest", "--form", "pdf"], "html"),
        (["digest", "--name", "daily"], "weekly"),
        (["deliver", "weekly/2020-W01"], "weekly/2026-W37"),
        (["crawl", "nobody"], "no source is named nobody"),
    ],
)
def test_a_wrong_word_is_told_with_the_right_ones(run, words, said):
    result = run(*words, status=1)
    assert said in result.output + (result.stderr or "")


def test_show_tells_text_tags_and_story_and_explain_the_path(run):
    found = json.loads(run("search", "MailPilot OR voice clone scam pensioner", "--json", "--limit", "1").output)[0]
    item = found["item"]["id"]
    shown = run("show", item[:10]).output
    assert found["item"]["title"] in shown
    assert "house@1:" in shown
    explained = run("explain", item).output
    assert "relevance: relevant" in explained
    assert "digest weekly/2026-W38: told under" in explained
    assert json.loads(run("explain", item, "--json").output)[0]["step"] == "collected"


def test_show_finds_a_paper_by_its_number_and_names_both_copies_when_two_are_meant(run):
    assert "Slow Boil" in run("show", "arxiv:2609.01001").output


def test_status_puts_the_sick_first_and_counts_the_archive(run):
    out = run("status").output
    lines = [line for line in out.splitlines() if line.strip()]
    sick = next(n for n, line in enumerate(lines) if "closed-lab" in line)
    well = next(n for n, line in enumerate(lines) if "daily-ledger" in line)
    assert sick < well
    report = json.loads(run("status", "--json").output)
    assert report["counts"]["items"] > 50
    assert report["issues"] == [f"weekly/2026-W{n}" for n in (37, 38, 39, 40)]


def test_digest_prints_a_stored_issue_in_each_form_and_lists_them(run, ran):
    folder = ran[-1]
    for form in ("txt", "md", "json", "html"):
        assert run("digest", "--week", "2026-W38", "--form", form).output.rstrip("\n") == (
            (folder / "digests" / f"2026-W38.{form}").read_text(encoding="utf-8").rstrip("\n")
        )
    assert "weekly/2026-W40" in run("digest", "--list").output


def test_deliver_again_refuses_someone_who_never_got_it(run):
    result = run("deliver", "--again", "stranger@example.org", status=1)
    assert "never handed to stranger@example.org" in result.output + (result.stderr or "")


def test_rebuild_drops_what_is_derived_and_makes_it_again(run):
    assert "Dropped" in run("rebuild").output


def test_help_loads_neither_torch_nor_numpy_nor_sentence_transformers():
    code = (
        "import sys; from trendwatch.cli import app\n"
        "try: app(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted(m for m in ('torch', 'numpy', 'sentence_transformers', 'onnxruntime', 'scipy') if m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert "search" in done.stdout
    assert done.stdout.strip().endswith("[]")


def test_search_loads_no_torch(ran):
    folder = ran[-1]
    code = (
        "import sys; from trendwatch.cli import app\n"
        f"try: app(['--config', {str(folder / 'sources.yaml')!r}, 'search', 'voice scam'])\nexcept SystemExit: pass\n"
        "print([m for m in ('torch', 'sentence_transformers', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Eastford" in done.stdout
    assert done.stdout.strip().endswith("[]")
