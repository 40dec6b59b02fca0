"""Every measured figure, floor and reference, one a line; exit status 1 when a figure fell through its floor.

A benchmark is any script here with `measure(shared)`. `--only dedup,tags` runs some, `--json` prints JSON lines. Data that is
absent is said so and skipped: a fresh clone without the labelled sets still runs what needs none.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from types import ModuleType

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
}
"""Minutes each: run by `--slow` or by name."""


def load(path: Path) -> ModuleType:
    """A benchmark script as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def scripts(only: set[str], *, slow: bool) -> list[Path]:
    """The benchmark scripts to run, in order of name."""
    found = [p for p in sorted(HERE.glob("*.py")) if re.search(r"^def measure\(", p.read_text(encoding="utf-8"), re.MULTILINE)]
    return [p for p in found if (p.stem in only if only else slow or p.stem not in SLOW)]


def main() -> int:
    """Run the benchmarks; print a line a measure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--shared", type=Path, default=SHARED, help="folder with the labelled sets and the replay server")
    options.add_argument("--only", default="", help="names of scripts, with commas")
    options.add_argument("--slow", action="store_true", help="also those that take minutes")
    options.add_argument("--json", action="store_true", help="a JSON object a line")
    given = options.parse_args()
    if not given.shared.is_dir():
        print(f"The labelled sets are absent ({given.shared}): nothing that needs them is measured.")
        return 0
    broken = 0
    for path in scripts(set(filter(None, given.only.split(","))), slow=given.slow):
        measure: Callable[[Path], list[Measure]] = load(path).measure
        for m in measure(given.shared):
            print(json.dumps(asdict(m) | {"floor": floors().get(m.name)}) if given.json else line(m), flush=True)
            if failed(m):
                broken += 1
                print(f"  ^ under its floor: {m.name}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
