"""Duplicates: papers on several lists, bibliographic pairs, mirrored posts, look-alike notices; ten orders of arrival; time and
memory of 100,000 items and of 300,000, from whose slope those of a million follow.
"""

from __future__ import annotations

import multiprocessing
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from harness import Measure, main
from sets import f1, item, pairs, rows

from trendwatch.enrich import duplicates, fingerprints, sameness
from trendwatch.enrich.embed import load, text_of
from trendwatch.model import Item

NO_VECTOR = np.zeros(384, np.float32)


def measure(shared: Path) -> list[Measure]:
    sets = shared / "evalsets"
    return [
        *_papers(rows(sets / "dedup_llmsafety_papers/dev.jsonl.gz")),
        _records("acm", rows(sets / "dedup_dblp_acm/dev.jsonl.gz"), "cosine with same-year gate 0.971"),
        _records("scholar", rows(sets / "dedup_dblp_scholar/dev.jsonl.gz"), "words in common 0.875"),
        _notices(rows(shared / "replay/federal_register.jsonl.gz")),
        *_mirrors(rows(shared / "replay/feeds_labs.jsonl.gz")),
        *_speed(),
    ]


def _grouped(items: list[Item], vectors: np.ndarray) -> set[tuple[str, str]]:
    of = {one.id: one.id for one in items} | {one.item_id: one.of_id for one in duplicates.find(items, vectors)}
    return pairs(of)


def _letters(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", title.lower()).strip()


def _papers(data: list[dict[str, Any]]) -> list[Measure]:
    """Addresses are left out: the gold is made from them. Rows the set marks as suspect are left out of the score."""
    data = [row for row in data if not row["suspect"]]
    items = [item(row["id"], row["title"], row["abstract"], source=row["source"], doctype="paper") for row in data]
    found = _grouped(items, load().encode([text_of(one) for one in items]))
    gold = pairs({row["id"]: row["cluster"] for row in data})
    titles = {row["id"]: _letters(row["title"]) for row in data}
    changed = {pair for pair in gold if titles[pair[0]] != titles[pair[1]]}
    recall = len(changed & found) / len(changed)
    return [
        Measure("dedup.papers.pair_f1", f1(gold, found), "F1", "exact title 0.985, cosine 0.989"),
        Measure("dedup.papers.changed_title_recall", recall, "share", "exact title 0, cosine 0.42"),
    ]


def _record(key: str, row: dict[str, str]) -> fingerprints.Print:
    year = re.match(r"(19|20)\d\d", row.get("year") or "")
    at = datetime(int(year.group()), 7, 1, tzinfo=UTC) if year else None
    authors = tuple(name.strip() for name in (row.get("authors") or "").split(",") if name.strip())
    return fingerprints.make(item(key, row.get("title") or "", doctype="paper", published_at=at, authors=authors))


def _records(name: str, data: list[dict[str, Any]], reference: str) -> Measure:
    gold = {row["id"] for row in data if row["label"]}
    found = {
        row["id"]
        for row in data
        if sameness.compare(_record("a", row["a"]), _record("b", row["b"]), NO_VECTOR, NO_VECTOR) is not None
    }
    return Measure(f"dedup.dblp_{name}.f1", f1(gold, found), "F1", reference)


def _at(row: dict[str, Any]) -> datetime:
    at = datetime.fromisoformat(row["published"])
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _notices(data: list[dict[str, Any]]) -> Measure:
    """Two entries of one register are two documents, also without their addresses."""
    items = [
        item(row["id"], row["title"], row["text"] or "", source=row["source"], doctype="regulation", published_at=_at(row))
        for row in data
    ]
    source = {row["id"]: row["source"] for row in data}
    same = [pair for pair in _grouped(items, np.zeros((len(items), 384), np.float32)) if source[pair[0]] == source[pair[1]]]
    return Measure("dedup.notices.merged", len(same), "pairs", "none may merge")


def _slug(url: str) -> str:
    """The last part of an address when it is long enough to be the post's own name; mirrors move posts between sections."""
    path = re.sub(r"^https?://(www\.)?|/$|\?.*$", "", url)
    last = path.rsplit("/", 1)[-1]
    return last if len(last) > 12 else path


def _mirrors(data: list[dict[str, Any]]) -> list[Measure]:
    """The same post in several mirrors of a lab's news, found without the address; gold is the address's last part."""
    items = [
        item(f"{row['id']}#{n}", row["title"], row["text"] or "", source=row["source"], doctype="post", published_at=_at(row))
        for n, row in enumerate(data)
    ]
    gold = pairs({one.id: _slug(row["url"]) for one, row in zip(items, data, strict=True)})
    found = _grouped(items, np.zeros((len(items), 384), np.float32))
    return [
        Measure("dedup.mirrors.f1", f1(gold, found), "F1", "0.98 asked; what remains are posts with two addresses"),
        Measure("dedup.shuffles.differ", _shuffled(items), "orders", "of ten orders of arrival, none may give another result"),
    ]


def _shuffled(items: list[Item]) -> int:
    vectors = np.zeros((len(items), 8), np.float32)
    expected = duplicates.find(items, vectors)
    chance = np.random.default_rng(3)
    return sum(duplicates.find([items[n] for n in chance.permutation(len(items))], vectors) != expected for _ in range(10))


def _word(number: int) -> str:
    """A made-up word without digits: numbers that differ would veto every pair."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number)) + "ko"


def _made_up(count: int) -> list[Item]:
    """Items of 60 words, every tenth a copy with another headline."""
    chance = np.random.default_rng(5)
    items = []
    for n in range(count):
        seed = n - 1 if n % 10 == 9 else n
        text = " ".join(_word(k) for k in np.random.default_rng(seed).integers(0, 20_000, 60))
        title = " ".join(_word(k) for k in chance.integers(0, 5_000, 8))
        items.append(item(f"{n:016x}", title, text))
    return items


def _peak() -> float:
    """The most memory that this process has held, in MiB. What `resource` tells begins with the parent's."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found.group(1)) / 1024 if found else float("nan")


def _run(count: int) -> tuple[float, float]:
    """Seconds, and MiB at the peak beyond the items themselves; in a process of its own, as a peak never falls."""
    items, vectors = _made_up(count), np.zeros((count, 8), np.float32)
    before = _peak()
    start = time.perf_counter()
    duplicates.find(items, vectors)
    return time.perf_counter() - start, _peak() - before


def _speed() -> list[Measure]:
    context = multiprocessing.get_context("spawn")
    found = []
    for count in (100_000, 300_000):
        with context.Pool(1) as pool:
            found.append(pool.apply(_run, (count,)))
    (few_s, few_mib), (many_s, many_mib) = found
    million = many_mib + (many_mib - few_mib) / 2 * 7
    return [
        Measure("dedup.items_100000_s", few_s, "s", "60 s asked"),
        Measure("dedup.items_300000_s", many_s, "s"),
        Measure("dedup.items_300000_mib", many_mib, "MiB", "beyond the items themselves"),
        Measure("dedup.items_1000000_mib", million, "MiB", "by the slope from 100,000 to 300,000; bounded memory asked"),
    ]


if __name__ == "__main__":
    main(measure)
