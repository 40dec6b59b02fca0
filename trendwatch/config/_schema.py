"""The published JSON Schema: what an editor needs to complete and check sources.yaml."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from trendwatch import plugins
from trendwatch.config import _kinds, _models


def schema() -> dict[str, Any]:
    """See `trendwatch.config.schema`."""
    return {}
