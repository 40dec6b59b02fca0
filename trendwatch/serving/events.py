"""One structured line an event, as JSON or logfmt, for journals and their tools. What other libraries log comes out alike."""

from __future__ import annotations

import logging
import sys
import unicodedata
from collections.abc import MutableMapping
from typing import Any, Literal, Protocol, TextIO

import structlog

Form = Literal["json", "logfmt"]


class Tell(Protocol):
    """Tells of one event: tell("visit", source="example-lab", outcome="ok", new=3)."""

    def __call__(self, event: str, **fields: Any) -> None:
        """Empty fields are left out."""


def teller(form: Form = "json", stream: TextIO | None = None) -> Tell:
    """Set up the process's logging; returns what tells of events. Untrusted text cannot forge or colour a line."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.format_exc_info,
        _harmless,
    ]
    shown: Any = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.processors.LogfmtRenderer(key_order=["at", "level", "event"], drop_missing=True)
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, shown]
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a round longer than the interval is no news
    own = logging.getLogger("trendwatch.serving")
    own.setLevel(logging.INFO)
    log = structlog.wrap_logger(
        own,
        wrapper_class=structlog.stdlib.BoundLogger,
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    )

    def tell(event: str, **fields: Any) -> None:
        write = log.error if event == "error" else log.info
        write(event, **{key: value for key, value in fields.items() if value not in ("", None)})

    return tell


def _harmless(_logger: Any, _method: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Control and direction characters in what came from the web become a mark. When, how grave and what come first."""
    first = {key: fields.pop(key) for key in ("at", "level", "event") if key in fields}
    return {key: _plain(value) for key, value in (first | dict(fields)).items()}


def _plain(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return "".join("\ufffd" if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs") else c for c in value)
