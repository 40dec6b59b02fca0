"""`trendwatch tags train`: an analyst's labels teach the tagger, and every tag still shows why."""

import json

import pytest
from typer.testing import CliRunner

from trendwatch.cli import app
from trendwatch.storage import connect

NOW = "2026-10-05T07:00Z"
PACK = """
framework: desk
version: "1"
title: What our desk asks about
entries:
- {id: VOICE, name: Voices and calls, definition: Somebody's voice is copied or a caller is deceived., words: [zzzz]}
"""


@pytest.fixture
def desk(ran, tmp_path):
    """A copy of the sample's archive, and a pack whose words find nothing: only labels can teach it."""
    config, archive, *_ = ran
    copy = tmp_path / "store.db"
    archive._file.run("VACUUM INTO ?", [str(copy)])  # by the library that has it open: two of them in a process spoil a file
    kept = [r for r in config.path.read_text().splitlines() if not r.startswith(("store:", "deliver:", "packs:"))]
    (tmp_path / "desk@1.yaml").write_text(PACK)
    (tmp_path / "sources.yaml").write_text("\n".join([f"store: sqlite:///{copy}", "packs: [desk@1.yaml]", *kept]) + "\n")
    return tmp_path


def call(folder, *words, status=0):
    result = CliRunner().invoke(app, ["-c", str(folder / "sources.yaml"), "--now", NOW, *words])
    assert result.exit_code == status, result.output
    return result.output


def labelled(folder):
    with connect(f"sqlite:///{folder / 'store.db'}") as store:
        items = store.items()
    rows = [{"item": i.id, "tags": ["desk@1:VOICE"] if "voice" in f"{i.title} {i.text}".lower() else []} for i in items]
    (folder / "labels.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return {row["item"] for row in rows if row["tags"]}


def test_what_labels_teach_is_measured_used_and_shown_with_evidence(desk):
    about = labelled(desk)
    told = call(desk, "tags", "train", str(desk / "labels.jsonl"), "-o", str(desk / "head.npz"))
    assert "Learned 1 tag from" in told
    assert float(told.partition("taught ")[2].split()[0]) > float(told.partition("alone ")[2].split(",")[0])
    call(desk, "retag")
    with (desk / "sources.yaml").open("a") as file:
        file.write("tag_head: head.npz\n")
    call(desk, "retag")
    with connect(f"sqlite:///{desk / 'store.db'}") as store:
        items = {i.id: i for i in store.items()}
        given = [t for j in store.judgements().values() for t in j.taggings if t.tag == "desk@1:VOICE"]
    assert len({t.item_id for t in given} & about) >= len(about) * 0.7
    assert {t.tagger for t in given} == {"head"}
    for tagging in given:
        for e in tagging.evidence:
            assert getattr(items[tagging.item_id], e.field)[e.start : e.end] == e.quote
        assert tagging.evidence
    assert call(desk, "retag").splitlines()[-1].startswith("Judged 0 of")


def test_every_wrong_line_is_named_and_nothing_is_written(desk):
    rows = ["{", '{"item": 5, "tags": []}', '{"item": "nowhere", "tags": []}', '{"item": "x", "tags": ["desk@1:NOPE"]}']
    (desk / "labels.jsonl").write_text("\n".join(rows))
    told = call(desk, "tags", "train", str(desk / "labels.jsonl"), "-o", str(desk / "head.npz"), status=1)
    for number, said in enumerate(["no JSON", "must be", "names no item", "there is no tag 'desk@1:NOPE'"], 1):
        assert f"labels.jsonl:{number}: " in told
        assert said in told
    assert not (desk / "head.npz").exists()


def test_a_head_of_other_packs_is_refused_in_words(desk):
    labelled(desk)
    call(desk, "tags", "train", str(desk / "labels.jsonl"), "-o", str(desk / "head.npz"))
    text = (desk / "sources.yaml").read_text().replace("packs: [desk@1.yaml]", "packs: []")
    (desk / "sources.yaml").write_text(text + "tag_head: head.npz\n")
    assert "train it again" in call(desk, "retag", "--all", status=1)


def test_a_label_too_rare_for_four_fifths_of_the_items_is_still_learned(desk):
    labelled(desk)
    rows = [json.loads(line) for line in (desk / "labels.jsonl").read_text().splitlines()]
    with_tag = [r for r in rows if r["tags"]][:3]
    few = [*with_tag, *(r for r in rows if not r["tags"])]
    (desk / "few.jsonl").write_text("\n".join(map(json.dumps, few)))
    told = call(desk, "tags", "train", str(desk / "few.jsonl"), "-o", str(desk / "head.npz"))
    assert "Learned 1 tag from" in told
    assert "taught 0.000" in told
    assert "no better than the packs alone" in told
