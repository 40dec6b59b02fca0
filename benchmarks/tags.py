"""Tags against four labelled sets, untrained and trained, with the taggers the product uses.

`mit-airisk@4` is scored as shipped; for lists with categories of their own, `packs/` holds packs in our words, read as a user's pack
would be. Sets with one label an item take the best-supported category, as the references do; AGORA takes all above a threshold.
TAGS_HALF names the half to score (dev; heldout where its files lie), TAGS_SETS picks sets by name.
"""

from __future__ import annotations

import gzip
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import replay_items
from harness import HERE, Measure, main
from numpy.typing import NDArray

from trendwatch.enrich import embed, head, tagging
from trendwatch.enrich.taggers.keywords import Keywords
from trendwatch.enrich.taxonomy import Taxonomy, available
from trendwatch.model import Item

PACKS = HERE / "packs"
HALF = os.environ.get("TAGS_HALF", "dev")
AGORA_THRESHOLD = 0.9
"""Support from which a law gets a label; laws carry five on average. Chosen on dev."""
ROUNDS = 8
REFERENCES = {
    "lmssp": ("by name 0.516/0.312", "logistic regression 0.735/0.544"),
    "ydyjya": ("by description 0.450/0.436", "logistic regression 0.717/0.641"),
    "agora": ("by name 0.480/0.435", "kNN 0.587, logistic regression 0.520"),
    "aiid": ("by description 0.466/0.295", "logistic regression 0.684/0.447"),
    "mit": ("by description 0.394/0.350", "logistic regression 0.582/0.528"),
}


@dataclass(frozen=True, slots=True)
class Labelled:
    """One set: items, the labels (ids of the pack's categories) of each, and what keeps an item in one fold."""

    name: str
    pack: str
    items: list[Item]
    gold: list[set[str]]
    keys: list[str]
    single: bool


def rows(shared: Path, name: str) -> list[dict[str, Any]]:
    with gzip.open(shared / "evalsets" / name / f"{HALF}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def item(name: str, title: str, text: str) -> Item:
    return Item(
        id=name,
        source="benchmark",
        doctype="paper",
        url="",
        canonical_url="",
        title=title,
        text=text,
        raw_title=title,
        raw_html="",
        published_at=None,
        date_note="",
        first_seen_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def papers(shared: Path, field: str, ids: dict[str, str], *, with_abstract: bool) -> Labelled:
    found = [r for r in rows(shared, "tagging_llm_safety") if r["src_labels"].get(field)]
    found = [r for r in found if r["abstract"] or not with_abstract]
    return Labelled(
        name=field,
        pack=f"{field}@1",
        items=[item(r["id"], r["title"], r["abstract"] or "") for r in found],
        gold=[{ids.get(label, label.partition(".")[0]) for label in r["src_labels"][field]} for r in found],
        keys=[r["id"] for r in found],
        single=True,
    )


def laws(shared: Path) -> Labelled:
    pack = Taxonomy.load(["house@1"], [PACKS / "agora@1.yaml"])
    ids = {c.name: c.id for c in pack.categories.values() if c.framework == "agora@1"}
    found = [(r, {ids[label] for label in r["labels"] if label in ids}) for r in rows(shared, "tagging_agora")]
    found = [(r, gold) for r, gold in found if gold]
    return Labelled(
        name="agora",
        pack="agora@1",
        items=[item(r["id"], r["title"], f"{r['text'] or ''}\n\n{r['long_summary'] or ''}".strip()) for r, _ in found],
        gold=[gold for _, gold in found],
        keys=[r["id"] for r, _ in found],
        single=False,
    )


def subdomains(shared: Path, name: str, folder: str, key: str) -> Labelled:
    """AIID incidents and MIT risk descriptions: "7.3. Lack of …" is category 7.3; "7.0" is no subdomain."""
    found = [(r, {label[:3] for label in r["labels"] if label[2] != "0"}) for r in rows(shared, folder)]
    found = [(r, gold) for r, gold in found if gold]
    return Labelled(
        name=name,
        pack="mit-airisk@4",
        items=[item(r["id"], r["title"], r["text"] or "") for r, _ in found],
        gold=[gold for _, gold in found],
        keys=[r[key] for r, _ in found],
        single=True,
    )


TOPICS = {
    "Jailbreaks&Attack": "attack",
    "Defense&Mitigation": "defense",
    "Privacy": "privacy",
    "Security&Discussion": "security",
    "Ethics&Bias&Fairness": "ethics",
    "Toxicity": "toxicity",
    "Truthfulness&Misinformation": "truth",
    "Datasets&Benchmark": "benchmark",
    "Robustness": "robustness",
}


def sets(shared: Path) -> Iterator[Labelled]:
    wanted = os.environ.get("TAGS_SETS", " ".join(REFERENCES)).split()
    makers = {
        "lmssp": lambda: papers(shared, "lmssp", {}, with_abstract=False),
        "ydyjya": lambda: papers(shared, "ydyjya", TOPICS, with_abstract=True),
        "agora": lambda: laws(shared),
        "aiid": lambda: subdomains(shared, "aiid", "tagging_aiid_incidents", "id"),
        "mit": lambda: subdomains(shared, "mit", "tagging_mit_airisk", "quickref"),
    }
    for name in wanted:
        yield makers[name]()


def f1(gold: Sequence[set[str]], given: Sequence[set[str]], labels: Sequence[str]) -> tuple[float, float]:
    """Micro and macro F1 over `labels`."""
    hits = {x: sum(x in g and x in p for g, p in zip(gold, given, strict=True)) for x in labels}
    sizes = {x: sum(x in g for g in gold) + sum(x in p for p in given) for x in labels}
    micro = 2 * sum(hits.values()) / max(1, sum(sizes.values()))
    return micro, sum(2 * hits[x] / max(1, sizes[x]) for x in labels) / len(labels)


def scored(labelled: Labelled) -> list[str]:
    """The labels that count: all, or for incidents those on three or more (the references leave out rarer ones)."""
    least = 3 if labelled.name == "aiid" else 1
    return sorted({x for g in labelled.gold for x in g if sum(x in other for other in labelled.gold) >= least})


def taxonomy_of(labelled: Labelled) -> Taxonomy:
    own = PACKS / f"{labelled.pack}.yaml"
    return Taxonomy.load(["house@1"], [own]) if own.exists() else Taxonomy.load(["house@1", labelled.pack])


def untrained(labelled: Labelled, vectors: NDArray[np.float32], taxonomy: Taxonomy, embedder: embed.Embedder) -> list[set[str]]:
    given = []
    for entry, vector in zip(labelled.items, vectors, strict=True):
        found = tagging.supports(entry, vector, taxonomy, embedder)
        own = {tag.partition(":")[2]: s.total for tag, s in found.items() if tag.startswith(f"{labelled.pack}:")}
        if labelled.single:
            given.append({max(sorted(own), key=own.__getitem__)} if own else set())
        else:
            given.append({name for name, total in own.items() if total >= AGORA_THRESHOLD})
    return given


def offered(labelled: Labelled, vectors: NDArray[np.float32], taxonomy: Taxonomy, embedder: embed.Embedder) -> list[Measure]:
    """What the product would show, which may be nothing: the share of items that get a tag of the pack, and of those tags that are
    right. Labels that stand on one category an item count as wrong every second tag that could be said too.
    """
    given = tagging.tag(labelled.items, vectors, taxonomy, embedder)
    shown = [{t.tag.partition(":")[2] for t in given[i.id] if t.tag.startswith(f"{labelled.pack}:")} for i in labelled.items]
    right = sum(len(tags & gold) for tags, gold in zip(shown, labelled.gold, strict=True))
    hit = sum(bool(tags & gold) for tags, gold in zip(shown, labelled.gold, strict=True))
    some = sum(map(bool, shown))
    said = f"{len(shown) - some} of {len(shown)} items get none"
    return [
        Measure(f"tags.{labelled.name}.shown.items", some / len(shown), "share", said),
        Measure(f"tags.{labelled.name}.shown.items_with_a_right_one", hit / max(1, some), "share of those"),
        Measure(f"tags.{labelled.name}.shown.precision", right / max(1, sum(map(len, shown))), "of tags"),
    ]


def trained(labelled: Labelled, given: head.Features) -> list[set[str]]:
    """Cross-validated on this half: each fifth is judged by a head that has not seen it."""
    gold = [{f"{labelled.pack}:{name}" for name in names} for names in labelled.gold]
    found = head.cross_validated(gold, given, labelled.keys, best_only=labelled.single)
    return [{tag.partition(":")[2] for tag in tags} for tags in found]


def speed(shared: Path) -> list[Measure]:
    """All shipped packs at once, in CPU seconds of one core, on a month of the replay: titles with abstracts, leads or nothing, as
    they are stored. Words are found, guarded and weighed for every category, then those above the threshold made tags with their
    evidence; the best of some rounds, since neighbours disturb.
    """
    tagger = Keywords(Taxonomy.load(available()))
    month = replay_items.between(shared, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC), every_paper=2)
    papers = [entry for entry in month if entry.doctype == "paper"]
    measures = []
    for name, entries in (("items", month[::4]), ("abstracts", papers[::4])):
        length = sum(len(e.title) + len(e.text) for e in entries) / len(entries)
        said = f"goal 10,000; {len(entries)} items of {length:.0f} characters"
        measures += [
            Measure(
                f"tags.keywords.{name}_with_evidence_per_s",
                best(lambda entry: tagger.tag([entry]), entries),
                "items/s",
                f"{said}; tags, scores and quoted evidence",
            ),
            Measure(f"tags.keywords.{name}_per_s", best(tagger.strengths, entries), "items/s", said),
            Measure(
                f"tags.keywords.{name}_found_per_s",
                best(lambda entry: tagger.matcher.find(entry.title, entry.text), entries),
                "items/s",
                f"{said}; words found and guarded, not weighed",
            ),
        ]
    return measures


def best(work: Callable[[Item], object], entries: Sequence[Item]) -> float:
    """Items a CPU second, the best of `ROUNDS`."""
    fastest = 0.0
    for _ in range(ROUNDS):
        start = time.process_time()
        for entry in entries:
            work(entry)
        fastest = max(fastest, len(entries) / (time.process_time() - start))
    return fastest


def share(shared: Path) -> Measure:
    """What tagging costs beyond the words (comparing, choosing, the closest sentences, evidence), as a share of embedding the same
    items in the same run on one thread.
    """
    embedder, taxonomy = embed.load(threads=1), Taxonomy.load(available())
    days = replay_items.between(shared, datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 9, tzinfo=UTC), every_paper=2)
    entries = days[:: max(1, len(days) // 400)]
    start = time.process_time()
    vectors = embedder.encode([embed.text_of(entry) for entry in entries])
    embedding = time.process_time() - start
    tagging.tag(entries[:1], vectors[:1], taxonomy, embedder)
    start = time.process_time()
    tagging.tag(entries, vectors, taxonomy, embedder)
    tagged = time.process_time() - start
    words = len(entries) / best(Keywords(taxonomy).strengths, entries)
    said = f"goal 0.05; {len(entries)} items, {embedding:.1f} s to embed"
    return Measure("tags.similarity.share_of_embedding", max(0.0, tagged - words) / embedding, "share", said)


def measure(shared: Path) -> list[Measure]:
    embedder = embed.load()
    measures: list[Measure] = []
    for labelled in sets(shared):
        taxonomy = taxonomy_of(labelled)
        vectors = embedder.encode([embed.text_of(entry) for entry in labelled.items])
        kinds = {"zero": untrained(labelled, vectors, taxonomy, embedder)}
        kinds["head"] = trained(labelled, head.features(labelled.items, vectors, taxonomy, embedder))
        for kind, reference in zip(kinds, REFERENCES[labelled.name], strict=True):
            figures = f1(labelled.gold, kinds[kind], scored(labelled))
            for figure, value in zip(("micro_f1", "macro_f1"), figures, strict=True):
                measures.append(Measure(f"tags.{labelled.name}.{kind}.{figure}", value, "F1", reference))
        measures += offered(labelled, vectors, taxonomy, embedder)
    return [*measures, *speed(shared), share(shared)]


if __name__ == "__main__":
    main(measure)
