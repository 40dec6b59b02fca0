"""Embedding: speed beside plain sentence-transformers and beside this machine's GEMM peak, cold start, batch independence."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from harness import Measure, main
from sets import rows

from trendwatch.enrich import packaged
from trendwatch.enrich.embed import load

ABSTRACTS, TITLES = 64, 256
GFLOP_PER_TOKEN = 2 * 6 * (4 * 384 * 384 + 2 * 384 * 1536) / 1e9  # the matrix products; attention adds a few per cent
HOLD = """
import sys
from trendwatch.enrich.embed import load
load().encode(sys.stdin.read().split(chr(0)))
print(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0])
"""
START = "from trendwatch.enrich.embed import load; load().encode(['voice cloning scams'])"


def measure(shared: Path) -> list[Measure]:
    papers = rows(shared / "replay/papers.jsonl.gz")[:: 32_138 // TITLES][:TITLES]
    titles = [row["title"] for row in papers]
    abstracts = [f"{row['title']}\n\n{row['text']}" for row in papers[:ABSTRACTS]]
    ours, other = load(), _plain()
    ours.encode(abstracts[:8])
    other(abstracts[:8])
    ours_s, other_s = _best(ours.encode, abstracts), _best(other, abstracts)
    titles_s, other_titles_s = _best(ours.encode, titles), _best(other, titles)
    together, alone = ours.encode(abstracts), np.concatenate([ours.encode([text]) for text in abstracts[:32]])
    reference = f"sentence-transformers {len(abstracts) / other_s:.0f}/s"
    return [
        Measure("embed.abstracts_per_s", len(abstracts) / ours_s, "1/s", reference),
        Measure(
            "embed.titles_per_s", len(titles) / titles_s, "1/s", f"sentence-transformers {len(titles) / other_titles_s:.0f}/s"
        ),
        Measure("embed.speedup_vs_sentence_transformers", other_s / ours_s, "times", "same weights, same run; 1 is equal"),
        Measure("embed.query_start_s", min(_cold() for _ in range(3)), "s", "sentence-transformers 6.3 s on a quiet machine"),
        Measure("embed.memory_mb", _memory(abstracts), "MB", "the whole process at its most; sentence-transformers 800 to 900"),
        Measure("embed.share_of_peak", _tokens(abstracts) * GFLOP_PER_TOKEN / ours_s / _peak(), "share", "half, fp32 engines"),
        Measure("embed.batch_difference", float(np.abs(together[:32] - alone).max()), "", "0.000001 at most"),
        Measure("embed.cosine_to_original", float((together * other(abstracts)).sum(axis=1).min()), "", "0.9999 at least"),
    ]


def _plain() -> Callable[[list[str]], Any]:
    """`SentenceTransformer.encode` as its documentation shows it."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - six seconds, not for those who import this file

    model = SentenceTransformer(str(packaged.folder()), device="cpu")
    return lambda texts: model.encode(texts, normalize_embeddings=True, show_progress_bar=False)


def _best(encode: Callable[[list[str]], Any], texts: list[str]) -> float:
    """Seconds, the better of two runs."""
    taken = []
    for _ in range(2):
        start = time.perf_counter()
        encode(texts)
        taken.append(time.perf_counter() - start)
    return min(taken)


def _cold() -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", START], check=True)
    return time.perf_counter() - start


def _memory(texts: list[str]) -> float:
    """MB that a process of its own holds at its most while it embeds the texts."""
    done = subprocess.run([sys.executable, "-c", HOLD], input="\0".join(texts), check=True, stdout=subprocess.PIPE, text=True)
    return int(done.stdout) / 1024


def _tokens(texts: list[str]) -> int:
    from tokenizers import Tokenizer  # noqa: PLC0415 - as above

    tokenizer = Tokenizer.from_file(str(packaged.folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)
    return sum(len(one.ids) for one in tokenizer.encode_batch(texts))


def _peak() -> float:
    """GFLOP/s of a large fp32 matrix product."""
    a = np.random.default_rng(1).normal(size=(2048, 2048)).astype(np.float32)
    return 2 * 2048**3 / 1e9 / _best(lambda _: a @ a, [])


if __name__ == "__main__":
    main(measure)
