"""`trendwatch taxonomy`: what a tag means, and what another version calls it."""

import json

import pytest
from typer.testing import CliRunner

from trendwatch.cli import app

PACK = """
framework: mill
version: "2"
title: Rules of the mill
entries:
- {id: M1, name: Broken wheels, definition: A wheel breaks., words: [broken wheel], crosswalk: ["mill@1:M2"]}
- {id: M3, name: Ice, definition: The river freezes., words: [ice on the river]}
"""
OLDER = """
framework: mill
version: "1"
title: Rules of the mill
entries:
- {id: M1, name: Fire, definition: The mill burns., words: [mill fire]}
- {id: M2, name: Broken wheel, definition: A wheel breaks., words: [broken wheel]}
- {id: M3, name: Frost, definition: The river freezes., words: [frost], crosswalk: ["mill@2:M3"]}
"""


@pytest.fixture
def run(tmp_path):
    (tmp_path / "sources.yaml").write_text("taxonomies: [house@1]\npacks: [mill@1.yaml, mill@2.yaml]\nsources: []\n")
    (tmp_path / "mill@1.yaml").write_text(OLDER)
    (tmp_path / "mill@2.yaml").write_text(PACK)

    def call(*words, status=0):
        result = CliRunner().invoke(app, ["-c", str(tmp_path / "sources.yaml"), "taxonomy", *words], env={"COLUMNS": "200"})
        assert result.exit_code == status, result.output
        return result.output

    return call


def test_list_names_shipped_frameworks_and_ones_own_and_which_are_used(run):
    rows = {r["framework"]: r for r in json.loads(run("list", "--json"))}
    assert rows["house@1"]["used"]
    assert rows["mill@2"]["used"]
    assert not rows["owasp-llm@2025"]["used"]
    assert rows["owasp-llm@2026"]["entries"] == 10
    assert "Rules of the mill" in run("list")


def test_diff_follows_the_crosswalk_and_never_the_id_alone(run):
    rows = json.loads(run("diff", "mill@1", "mill@2", "--json"))
    assert [tuple(r.values()) for r in rows] == [
        ("M1 Fire", "gone", ""),
        ("M2 Broken wheel", "moved", "M1 Broken wheels"),
        ("M3 Frost", "renamed", "M3 Ice"),
    ]
    back = json.loads(run("diff", "mill@2", "mill@1", "--json"))
    assert {"was": "", "change": "added", "is": "M1 Fire"} in back


def test_the_same_id_is_another_thing_in_another_year(run):
    rows = json.loads(run("diff", "owasp-llm@2025", "owasp-llm@2026", "--json"))
    assert {"was": "LLM03 Supply Chain", "change": "moved", "is": "LLM04 Supply Chain"} in rows
    told = run("show", "LLM03")
    assert "owasp-llm@2025:LLM03  Supply Chain" in told
    assert "owasp-llm@2026:LLM03  Excessive Agency" in told


def test_show_tells_what_earns_a_tag_and_where_it_is_written(run):
    told = run("show", "mill@2:M1")
    assert "words: broken wheel" in told
    assert "see also mill@1:M2" in told
    assert "mill@2.yaml" in told
    assert json.loads(run("show", "mill@2:M1", "--json"))[0]["definition"] == "A wheel breaks."


def test_show_tells_what_an_entry_is_not_and_that_no_other_framework_has_it(run):
    told = run("show", "house@1:modality.robot").splitlines()
    assert any(line.startswith("  not near: ") and "robots.txt" in line for line in told)
    assert any(line.startswith("  not: A site says in a text file") for line in told)
    assert "  no other framework has it" in told
    other = run("show", "eu-ai-act@2026:5.1.b").splitlines()
    assert "  see also house@1:hazard.manipulation  Manipulation and persuasion" in other
    assert "  no other framework has it" not in other


def test_a_lent_word_is_shown_with_who_lends_it(run):
    assert "words of house@1:attack.excessive-agency: " in run("show", "owasp-llm@2026:LLM03")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("deepfake", "house@1:attack.deepfake"),
        ("owasp-agentic", "owasp-agentic@2026:ASI10"),
        ("modality", "house@1:modality.video"),
        ("prompt injection", "owasp-llm@2025:LLM01"),
        ("Claude", "house@1:actor.anthropic"),
        ("wormgpt", "house@1:hazard.cyber-offence"),
    ],
)
def test_an_entry_is_found_by_what_a_person_would_type(run, asked, expected):
    assert expected in run("show", asked)


def test_a_version_may_be_left_out_where_there_is_one_only(run):
    rows = json.loads(run("diff", "owasp-agentic", "owasp-llm@2026", "--json"))
    assert {"was": "ASI05 Unexpected Code Execution", "change": "moved", "is": "LLM10 Improper Output Handling"} in rows
    assert "owasp-llm@2025, owasp-llm@2026" in str(run("diff", "owasp-llm", "owasp-agentic", status=1))


@pytest.mark.parametrize("words", [("show", "LMM03"), ("diff", "owasp-llm@2027", "owasp-llm@2026")])
def test_what_does_not_exist_is_named_with_what_is_near(words):
    result = CliRunner().invoke(app, ["-c", "tests/../sources.yaml", "taxonomy", *words])
    assert result.exit_code != 0
    assert "LLM03" in result.output or "owasp-llm@2026" in result.output
