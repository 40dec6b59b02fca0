"""The published JSON Schema: what an editor needs to complete and check sources.yaml.

A source is checked by the keys of its kind, through `if` and `then` on "kind", which editors follow when they complete keys.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from trendwatch import plugins
from trendwatch.config import _kinds, _models
from trendwatch.config._values import duration

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """See `trendwatch.config.schema`."""
    kinds, deliverers = plugins.names(_kinds.SOURCES), plugins.names(_kinds.DELIVERERS)
    models: list[type[BaseModel]] = [_models.File, _models.Defaults]
    models += [_kinds.source_model(k) for k in kinds] + [_kinds.deliverer_model(d) for d in deliverers]
    _, whole = models_json_schema([(m, "validation") for m in models], ref_template="#/$defs/{model}")
    definitions = whole["$defs"]
    file = definitions.pop("File")
    properties = {
        "defaults": _ref("Defaults", "What sources share: every source has these values unless it says otherwise."),
        "sources": {"type": "array", "description": "What to watch.", "items": {"$ref": "#/$defs/Source"}},
        **file["properties"],
        "deliver": {
            "type": "object",
            "description": "How issues reach readers.",
            "properties": {name: _ref(f"Deliver_{name}", _first(definitions[f"Deliver_{name}"])) for name in deliverers},
            "additionalProperties": False,
        },
    }
    properties["digest"] = {
        "description": "What to compose: one digest, or a list of them.",
        "anyOf": [{"$ref": "#/$defs/Digest"}, {"type": "array", "items": {"$ref": "#/$defs/Digest"}}],
    }
    properties["network"]["description"] = "How the web may be asked."
    properties["articles"]["description"] = "What a run may spend on the pages behind entries."
    properties["embedding"]["description"] = "What turns text into vectors."
    for name in (*deliverers, "network"):
        _optional(properties["deliver"]["properties"], name)
    definitions["Source"] = _source(kinds, definitions)
    whole_file: dict[str, Any] = _tidy(
        {
            "$schema": DIALECT,
            "title": "sources.yaml of trendwatch",
            "description": "What to watch, what to call it, whom to tell.",
            "type": "object",
            "properties": {key: properties[key] for key in sorted(properties)},
            "required": ["sources"],
            "additionalProperties": False,
            "$defs": {key: definitions[key] for key in sorted(definitions)},
        }
    )
    return whole_file


def _source(kinds: list[str], definitions: dict[str, Any]) -> dict[str, Any]:
    """A source of any kind: the kind chooses the keys."""
    options = {"type": "string", "enum": kinds, "default": "feed", "description": "The code that reads it."}
    for kind in kinds:
        definitions[f"Source_{kind}"]["properties"]["kind"] = {"const": kind, "description": "The code that reads it."}
    return {
        "type": "object",
        "description": _models.Source.__doc__,
        "properties": {"kind": options},
        "required": ["name"],
        "allOf": [{"if": _is(kind), "then": {"$ref": f"#/$defs/Source_{kind}"}} for kind in kinds],
    }


def _is(kind: str) -> dict[str, Any]:
    """The condition that a source is of a kind; without the key it is a feed."""
    condition: dict[str, Any] = {"properties": {"kind": {"const": kind}}}
    return condition if kind == "feed" else condition | {"required": ["kind"]}


def _ref(name: str, description: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{name}", "description": description}


def _first(definition: dict[str, Any]) -> str:
    return str(definition.get("description", "")).partition("\n\n")[0]


def _optional(properties: dict[str, Any], name: str) -> None:
    """A block that may stand empty, with all its keys commented out."""
    if name in properties:
        block = properties[name]
        properties[name] = {"anyOf": [block, {"type": "null"}], "description": block.get("description", "")}


def _tidy(node: Any) -> Any:
    """Without pydantic's titles and the defaults of whole blocks; durations as they are written."""
    if isinstance(node, list):
        return [_tidy(n) for n in node]
    if not isinstance(node, dict):
        return node
    kept = {k: _tidy(v) for k, v in node.items() if not (k == "title" and isinstance(v, str) and "$schema" not in node)}
    default = kept.get("default")
    if isinstance(default, dict) or default in (None, "", []):
        kept.pop("default", None)
    elif kept.get("type") == "string" and isinstance(default, (int, float)):
        kept["default"] = duration(default)
    return kept
