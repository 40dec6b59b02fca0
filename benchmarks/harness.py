"""What every benchmark shares: the measure it returns and where the data lies.

A benchmark is a script `benchmarks/<name>.py` with `measure(shared: Path) -> list[Measure]`. Run alone it prints its own lines.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
SHARED = HERE.parent.parent / "shared"


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: `reference` says what others reach on the same data, in words."""

    name: str
    value: float
    unit: str
    reference: str = ""


def floors() -> dict[str, dict[str, float]]:
    """Floors by measure: {"min": …} or {"max": …}."""
    loaded: dict[str, dict[str, float]] = json.loads((HERE / "floors.json").read_text())
    return loaded


def line(m: Measure) -> str:
    """A measure as `make bench` prints it."""
    floor = floors().get(m.name, {})
    bound = " ".join(f"{'≥' if key == 'min' else '≤'}{value:g}" for key, value in floor.items()) or "none"
    return f"{m.name} {m.value:.4g} {m.unit} floor={bound} reference={m.reference or 'none'}"


def failed(m: Measure) -> bool:
    """Whether a measure fell through its floor."""
    floor = floors().get(m.name, {})
    return m.value < floor.get("min", float("-inf")) or m.value > floor.get("max", float("inf"))


def main(measure: Callable[[Path], list[Measure]]) -> None:
    """Run one benchmark from the command line: exit status 1 when a floor is broken, 0 when the data is absent."""
    options = argparse.ArgumentParser()
    options.add_argument("--shared", type=Path, default=SHARED, help="folder with the labelled sets and the replay server")
    given = options.parse_args()
    if not given.shared.is_dir():
        print(f"skipped: {given.shared} is absent; give --shared FOLDER")
        return
    measures = measure(given.shared)
    for m in measures:
        print(line(m))
    if any(failed(m) for m in measures):
        sys.exit(1)
