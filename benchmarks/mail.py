"""Mail: never twice, never wrong about how a hand-over ended, and small enough to arrive whole.

`mail.sent_twice` hands one issue to each of three readers through a server that misbehaves in 24 ways, as the outbox does: tried
again after "retry" only, six times at most. A copy too many is counted, and a reader who got none though the server recovers.
The server comes from `shared/tools/hostile`; what a killed process does is measured with the store, elsewhere.
"""

from __future__ import annotations

import importlib
import logging
import sys
import time
import warnings
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from harness import Measure, main

from trendwatch.errors import DeliveryError
from trendwatch.model import Digest, Entry, SourceLine, TagLine
from trendwatch.report.deliverers.smtp import Smtp
from trendwatch.report.render import render

READERS = ("ann@example.org", "bob@example.org", "pm@example.org")
MONDAY = datetime(2026, 3, 2, 6, tzinfo=UTC)
OUTCOMES = {
    "accept": "sent",
    "ascii-only": "sent",
    "slow:0.05": "sent",
    "greylist:2": "retry",
    "tempfail-mail:1": "retry",
    "tempfail-data:1": "retry",
    "defer-rcpt:example": "retry",
    "drop-at-connect:1": "retry",
    "drop-at-data:1": "retry",
    "drop-mid-data:1": "retry",
    "hang-banner:2": "retry",
    "busy": "retry",
    "garbage": "retry",
    "auth-tempfail": "retry",
    "drop-after-data:1": "unknown",
    "hang-after-data:2": "unknown",
    "permfail-mail": "refused",
    "permfail-rcpt": "refused",
    "permfail-data": "refused",
    "refuse-rcpt:example": "refused",
    "banner-554": "refused",
    "size:1000": "refused",
    "auth-required": "refused",
    "auth-reject": "refused",
    "no-starttls": "refused",
}
RECOVERS = (
    "accept",
    "ascii-only",
    "slow",
    "greylist",
    "tempfail-mail",
    "tempfail-data",
    "drop-at-connect",
    "drop-at-data",
    "drop-mid-data",
)


def _entry(number: int) -> Entry:
    url = f"https://www.example.org/posts/{number}"
    source = SourceLine(
        source=f"Source {number % 40}", title="", url=url, host="example.org", at=MONDAY, tier=2, item_id="i", duplicate=False
    )
    tag = TagLine(
        tag="house@1:x",
        name="Prompt injection",
        facet="attack",
        score=0.9,
        tagger="keywords",
        quote="hidden words",
        where="text",
        item_id="i",
    )
    return Entry(
        story_id=f"s{number}",
        item_ids=(f"i{number}",),
        title=f"Assistant number {number} reads the calendar of its owner to a caller it has never met",
        url=url,
        summary=(
            "The assistant read a private calendar to a caller who asked for it in a friendly way.",
            "Its maker has switched the function off and promises a repair within the month.",
        ),
        doctype="incident",
        first_seen_at=MONDAY,
        published_at=MONDAY,
        tags=(tag,) * 6,
        dates=(),
        sources=(source, *(replace(source, url=f"{url}/{n}") for n in range(4))),
        score=3 - number / 1000,
        parts={"relevance": 0.9},
        why="Relevance 0.90; a tier 2 source; 4 independent publishers.",
    )


def _digest(entries: int) -> Digest:
    return Digest(
        name="weekly",
        week="2026-W09",
        title="GenAI safety: the week",
        starts_on=date(2026, 2, 23),
        ends_on=date(2026, 3, 1),
        composed_at=MONDAY,
        sections={"first": tuple(_entry(n) for n in range(5)), "papers": tuple(_entry(n) for n in range(5, entries))},
        quiet=(),
    )


def _handed(server: Any, mode: str, reader: str) -> str:
    login = mode in ("auth-reject", "auth-tempfail")
    way = Smtp(
        host=server.host,
        port=server.port,
        security="starttls" if mode == "no-starttls" else "none",
        username="tw" if login else "",
        sender="trendwatch <tw@example.org>",
        timeout=0.8,
        final_timeout=0.8,
    )
    digest = _digest(20)
    try:
        way.deliver(digest, render(digest), reader, {"password": "made-up"})
    except DeliveryError as error:
        return error.outcome
    return "sent"


def _rounds(faults: Any, mode: str) -> tuple[int, int, int]:
    """Outcomes that differ from the stated one, copies too many, readers left without a mail though the server recovered."""
    wrong = twice = lost = 0
    with faults.SmtpFaults(mode) as server:
        for reader in READERS:
            outcome = first = _handed(server, mode, reader)
            for _ in range(5):
                outcome = _handed(server, mode, reader) if outcome == "retry" else outcome
            spent = reader != READERS[0] and mode.endswith(":1")  # the fault was used up by the first reader
            wrong += first != ("sent" if spent else OUTCOMES[mode])
        copies = server.per_recipient()
        twice = sum(n - 1 for n in copies.values() if n > 1)
        lost = sum(reader not in copies for reader in READERS) if mode.partition(":")[0] in RECOVERS else 0
    return wrong, twice, lost


def measure(shared: Path) -> list[Measure]:
    """All figures of the mail."""
    warnings.simplefilter("ignore")  # the faulty server asks for a login without TLS on purpose
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    started = time.perf_counter()
    largest = render(_digest(500))
    spent_s = time.perf_counter() - started
    measures = [
        Measure("mail.max_bytes", len(largest["html"].body), "bytes", "Gmail clips near 102400"),
        Measure("mail.render_s", spent_s, "s", "500 entries, all forms"),
    ]
    tools = shared / "tools" / "hostile"
    if not (tools / "smtp_faults.py").is_file():
        print(f"skipped: mail.sent_twice needs {tools}")
        return measures
    sys.path.insert(0, str(tools))
    faults = importlib.import_module("smtp_faults")
    totals = [sum(column) for column in zip(*(_rounds(faults, mode) for mode in OUTCOMES), strict=True)]
    names = {"mail.wrong_outcomes": "hand-overs", "mail.sent_twice": "copies", "mail.lost": "readers"}
    return [
        *measures,
        *(Measure(n, float(t), unit, f"{len(OUTCOMES)} faults") for (n, unit), t in zip(names.items(), totals, strict=True)),
    ]


if __name__ == "__main__":
    main(measure)
