"""Every measured figure, floor and reference, one a line; exit status 1 when a figure fell through its floor.

A benchmark is any script here with `measure(shared)`. Those that take minutes are not run each time: their figures are printed as
they were recorded, with the day. `--slow` runs all, `--only dedup,tags` some, `--record` keeps what they find in recorded.json,
`--json` prints JSON lines. Where the labelled sets are absent, all figures are those recorded.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
from harness import HERE, SHARED, Measure, failed, floors, line

SLOW = {
    "crawl",
    "crawl_many",
    "dedup",
    "embed",
    "health",
    "hostile",
    "kills",
    "mail",
    "page_watch",
    "relevance",
    "replay_weeks",
    "search",
    "storage",
    "stories",
    "tags",
    "trends",
    "year",
}
"""Minutes each: run by `--slow` or by name."""
RECORDED = HERE / "recorded.json"
Recorded = dict[str, dict[str, Any]]


def load(path: Path) -> ModuleType:
    """A benchmark script as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def scripts(only: set[str]) -> list[Path]:
    """The benchmark scripts, in order of name."""
    found = [p for p in sorted(HERE.glob("*.py")) if re.search(r"^def measure\(", p.read_text(encoding="utf-8"), re.MULTILINE)]
    return [p for p in found if not only or p.stem in only]


def recorded() -> Recorded:
    """By script: the day and the measures of its last recorded run."""
    found: Recorded = json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.exists() else {}
    return found


def record(script: str, measures: list[Measure]) -> None:
    """Keep the figures of one script, in place of those before. Values keep four digits: more are noise."""
    kept = [asdict(m) | {"value": float(f"{m.value:.4g}")} for m in measures]
    every = dict(sorted({**recorded(), script: {"on": datetime.now(UTC).date().isoformat(), "measures": kept}}.items()))
    RECORDED.write_text(json.dumps(every, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def told(m: Measure, day: str, *, as_json: bool) -> bool:
    """Print one measure; whether it kept its floor."""
    when = {"recorded": day} if day else {}
    if as_json:
        print(json.dumps(asdict(m) | {"floor": floors().get(m.name)} | when), flush=True)
    else:
        print(line(m) + (f" recorded={day}" if day else ""), flush=True)
    if failed(m):
        print(f"  ^ under its floor: {m.name}", file=sys.stderr)
    return not failed(m)


def figures(path: Path, shared: Path, *, run: bool, keep: bool) -> tuple[str, list[Measure]]:
    """The measures of a script, run now ("") or as recorded (the day)."""
    if run:
        measure: Callable[[Path], list[Measure]] = load(path).measure
        found = measure(shared)
        if keep:
            record(path.stem, found)
        return "", found
    last = recorded().get(path.stem)
    if last is None:
        print(f"{path.stem}: not recorded; --only {path.stem} --record runs and keeps it", file=sys.stderr)
        return "", []
    return last["on"], [Measure(**m) for m in last["measures"]]


def main() -> int:
    """Run the benchmarks; print a line a measure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--shared", type=Path, default=SHARED, help="folder with the labelled sets and the replay server")
    options.add_argument("--only", default="", help="names of scripts, with commas")
    options.add_argument("--slow", action="store_true", help="run also those that take minutes")
    options.add_argument("--record", action="store_true", help="keep the figures of what is run")
    options.add_argument("--json", action="store_true", help="a JSON object a line")
    given = options.parse_args()
    here = given.shared.is_dir()
    if not here:
        print(f"The labelled sets are absent ({given.shared}): figures are those recorded.", file=sys.stderr)
    only = set(filter(None, given.only.split(",")))
    kept, named = True, set()
    found_scripts = scripts(only)
    if unknown := only - {path.stem for path in found_scripts}:
        print(f"no such benchmark: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    for path in found_scripts:
        run = here and (bool(only) or given.slow or path.stem not in SLOW)
        day, found = figures(path, given.shared, run=run, keep=given.record)
        for m in found:
            named.add(m.name)
            kept = told(m, day, as_json=given.json) and kept
    if not only and (unmeasured := sorted(set(floors()) - named)):  # a floor that nothing is held against is none
        print(f"floors without a figure, now or recorded: {', '.join(unmeasured)}", file=sys.stderr)
        return 1
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
