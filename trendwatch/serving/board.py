"""What the process knows of itself: counts, figures and what fails at present. Written by rounds, read by the endpoints."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from trendwatch import __version__

HELP: Mapping[str, tuple[str, str]] = {
    "info": ("gauge", "The version that runs."),
    "uptime_seconds": ("gauge", "Seconds since the process began to serve."),
    "healthy": ("gauge", "1 when /healthz says 200."),
    "rounds_total": ("counter", "Rounds that had something to do, by how they ended."),
    "round_seconds": ("gauge", "How long the last such round took."),
    "round_age_seconds": ("gauge", "Seconds since the last round ended, with or without work."),
    "visits_total": ("counter", "Visits to sources, by outcome."),
    "put_off_total": ("counter", "Sources not asked, as their hosts want to be left alone."),
    "items_total": ("counter", "Items stored, by whether they were new or revised."),
    "articles_total": ("counter", "Pages behind entries, by what they came to."),
    "requests_total": ("counter", "HTTP requests."),
    "received_bytes_total": ("counter", "Bytes received from sources."),
    "digests_total": ("counter", "Issues composed, by digest."),
    "deliveries_total": ("counter", "Copies handed over or tried, by deliverer and how that ended."),
    "errors_total": ("counter", "Failures, by step."),
    "failing": ("gauge", "1 for a step that fails at present."),
    "sources": ("gauge", "Sources, by state of health."),
    "store_rows": ("gauge", "Rows in the store, by what they are."),
    "store_bytes": ("gauge", "Size of the store."),
    "resident_bytes": ("gauge", "Memory that the process holds."),
}
STALE_S = 600.0
"""No round has ended for so long, and none is at work: the alarm clock is dead."""
STUCK_S = 4 * 3600.0
"""A round at work for so long does not come back. The longest real one, a first crawl with a first enrichment, takes minutes."""

Labels = tuple[tuple[str, str], ...]


class Board:
    """Thread-safe. Names as in `HELP`; `failing` maps a step to its error."""

    def __init__(self, monotonic: Callable[[], float], resident: Callable[[], int] = lambda: 0) -> None:
        self._monotonic, self._resident = monotonic, resident
        self._lock = threading.Lock()
        self._figures: dict[str, dict[Labels, float]] = {}
        self._failing: dict[str, str] = {}
        self._began = self._ended = monotonic()
        self._at_work: float | None = None

    def count(self, name: str, by: float = 1, **labels: str) -> None:
        """Add to a counter."""
        with self._lock:
            row = self._figures.setdefault(name, {})
            key = tuple(sorted(labels.items()))
            row[key] = row.get(key, 0) + by

    def show(self, name: str, figures: Mapping[str, float], label: str) -> None:
        """Replace a gauge that has one label."""
        with self._lock:
            self._figures[name] = {((label, value),): figure for value, figure in figures.items()}

    def set(self, name: str, value: float) -> None:
        """Set a gauge without labels."""
        with self._lock:
            self._figures[name] = {(): value}

    def fails(self, step: str, error: str) -> None:
        """A step fails, until it is `well`."""
        with self._lock:
            self._failing[step] = error

    def well(self, step: str) -> None:
        """A step works."""
        with self._lock:
            self._failing.pop(step, None)

    def begin(self) -> None:
        """A round begins."""
        with self._lock:
            self._at_work = self._monotonic()

    def end(self) -> None:
        """A round has ended."""
        with self._lock:
            self._at_work, self._ended = None, self._monotonic()

    def health(self) -> tuple[bool, dict[str, Any]]:
        """Whether all is well enough to go on, and the particulars. A store that cannot be used and rounds that stand still are
        not; whatever else fails (a broken edit, a mail server, the network) is told, and a restart would not help it.
        """
        with self._lock:
            now = self._monotonic()
            failing = dict(sorted(self._failing.items()))
            since = now - (self._ended if self._at_work is None else self._at_work)
            stands = since > (STALE_S if self._at_work is None else STUCK_S)
            busy = self._at_work is not None
        if stands:
            failing["rounds"] = f"no round has ended for {since:.0f} s"
        well = not stands and "store" not in failing
        status = "ok" if not failing else "degraded" if well else "failing"
        return well, {"status": status, "at_work": busy, "round_age_s": round(since, 1), "failing": failing}

    def text(self) -> str:
        """Everything in Prometheus' text format."""
        well, health = self.health()
        with self._lock:
            figures = {name: dict(row) for name, row in self._figures.items()}
            figures["failing"] = {(("step", step),): 1.0 for step in health["failing"]}
            figures["uptime_seconds"] = {(): round(self._monotonic() - self._began, 3)}
        figures["info"] = {(("version", __version__),): 1.0}
        figures["healthy"] = {(): float(well)}
        figures["round_age_seconds"] = {(): health["round_age_s"]}
        figures["resident_bytes"] = {(): self._resident()}
        return "".join(_family(name, *HELP[name], figures.get(name, {})) for name in HELP)


def _family(name: str, kind: str, text: str, row: Mapping[Labels, float]) -> str:
    lines = [f"# HELP trendwatch_{name} {text}", f"# TYPE trendwatch_{name} {kind}"]
    lines += [f"trendwatch_{name}{_labels(labels)} {value:.17g}" for labels, value in sorted(row.items())]
    return "\n".join(lines) + "\n"


def _labels(labels: Labels) -> str:
    inside = ",".join(f'{key}="{_escaped(value)}"' for key, value in labels)
    return f"{{{inside}}}" if inside else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
