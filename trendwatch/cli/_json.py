"""Our words as JSON, for `--json`. No command."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import date
from typing import Any


def plain(value: Any) -> Any:
    """Dataclasses, dates, mappings and tuples as what JSON has."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(v) for v in value]
    return value.isoformat() if isinstance(value, date) else value


def dumps(value: Any) -> str:
    """Indented, in our order of fields, not escaped."""
    return json.dumps(plain(value), ensure_ascii=False, indent=2)
