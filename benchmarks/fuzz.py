"""Broken input by the ten thousand: what may come of it is a page, or a ParseError, soon, and the same for the same bytes.

Every target takes samples (our own pages in tests/pages, and the recorded feeds where ../shared is there), breaks them at random
and reads them as a visit would, to items ready for the store. A finding is another exception, a reading of at most 100 kB that
takes more than 2 s of CPU, text that no store takes, or two answers for the same bytes. Each is printed with the seed that makes
it again: `--only TARGET --seed N --seconds 1`. One thread; the same seed tries the same inputs.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import time
import traceback
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fuzz_targets import LONGEST, SLOW_S, FoundError, Target, targets
from harness import SHARED, Measure, line

from trendwatch.collect import dates

SECONDS = 60.0
HUNG_S = 20.0
SLOW_TARGETS = {"feed", "webpage", "listing", "page_watch", "pdf", "mail", "markup", "arxiv", "dates"}


@dataclass(slots=True)
class Told:
    """What a run found."""

    runs: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    findings: dict[str, str] = field(default_factory=dict)
    slowest: dict[str, tuple[float, int]] = field(default_factory=dict)


@contextmanager
def limit() -> Iterator[None]:
    """Ends what computes for ever, with its traceback."""

    def stop(_number: int, _frame: object) -> None:
        raise FoundError(f"still reading after {HUNG_S:g} s")

    signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, HUNG_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def once(name: str, target: Target, seed: int, told: Told) -> None:
    began = time.process_time()
    LONGEST.clear()
    problem = ""
    try:
        with limit():
            target(random.Random(f"{name} {seed}"))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
        last = traceback.extract_tb(error.__traceback__)[-1]
        problem = f"{type(error).__name__} in {Path(last.filename).name}:{last.lineno}: {str(error)[:300]}"
    took = time.process_time() - began
    longest = max(LONGEST, default=took)
    if longest > SLOW_S and not problem:
        problem = f"slow: {longest:.1f} s"
    told.runs[name] += 1
    told.seconds[name] += took
    told.slowest[name] = max(told.slowest.get(name, (0.0, 0)), (longest, seed))
    key = f"{name}: {problem.partition(': ')[0]}"
    if problem and key not in told.findings:
        told.findings[key] = f"{problem}, {took:.1f} s, --seed {seed}"
        print(f"  FOUND {name}: {told.findings[key]}", file=sys.stderr, flush=True)


def run(shared: Path, seconds: float, seed: int, only: str = "") -> Told:
    """Targets take turns until the time is up: 2 s for pages of all sorts, a quarter of one for what takes a thousandth of it."""
    warnings.simplefilter("ignore")  # soupsieve calls some selectors old
    dates.parse("2. M\u00e4rz 2026, 6 Uhr")  # its reader takes two seconds to load
    told = Told()
    chosen = {n: t for n, t in targets(shared).items() if not only or n in only.split(",")}
    seeds = dict.fromkeys(chosen, seed)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for name, target in chosen.items():
            turn = time.monotonic() + (2.0 if name in SLOW_TARGETS else 0.25)
            while time.monotonic() < turn:
                once(name, target, seeds[name], told)
                seeds[name] += 1
                if seconds <= 1 and only:
                    return told
    return told


def measure(shared: Path, seconds: float = SECONDS, seed: int = 1, only: str = "") -> list[Measure]:
    told = run(shared, seconds, seed, only)
    for name, count in told.runs.items():
        took, at = told.slowest[name]
        print(f"  {name}: {count:,} runs in {told.seconds[name]:.0f} s; longest {took:.2f} s (--seed {at})", file=sys.stderr)
    return [
        Measure(
            "fuzz.runs", sum(told.runs.values()), f"inputs of {len(told.runs)} targets in {sum(told.seconds.values()):.0f} s"
        ),
        Measure("fuzz.findings", len(told.findings), "findings"),
        Measure("fuzz.longest", max(t for t, _ in told.slowest.values()), "s of CPU for one input of at most 100 kB"),
    ]


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--shared", type=Path, default=SHARED)
    options.add_argument("--seconds", type=float, default=SECONDS)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", default="", help="targets, separated by commas")
    given = options.parse_args()
    for found in measure(given.shared, given.seconds, given.seed, given.only):
        print(line(found))
