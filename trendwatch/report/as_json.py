"""A digest as JSON, complete: every field of `Digest`, dates in ISO form, keys sorted, invisible characters escaped."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from trendwatch.model import Digest
from trendwatch.report import safe


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, date):  # a datetime too
        return value.isoformat()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(v) for v in value]
    return value


def render(digest: Digest) -> str:
    """The digest as JSON text that ends in a line break."""
    text = json.dumps(_plain(digest), ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    return safe.invisible_as_escapes(text) + "\n"
