"""Writes the README's tables of commands, configuration keys and kinds from the code itself.

python docs/write_reference.py          rewrite README.md
python docs/write_reference.py --check  exit status 1 when it is out of date (a test runs this)
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from trendwatch import cli, config, plugins
from trendwatch.collect.sources import SourceKind

README = Path(__file__).resolve().parent.parent / "README.md"
TOP = ("defaults", "digest", "network", "articles", "embedding")


def first_sentence(text: str) -> str:
    """Up to the first full stop that ends a sentence."""
    return re.split(r"(?<=\.)\s", " ".join(text.split()), maxsplit=1)[0]


def walk(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Every command that does something, by its whole name."""
    inner = command.list_commands(None) if hasattr(command, "list_commands") else []
    for child in inner:
        yield from walk(command.get_command(None, child), f"{name} {child}")
    if not inner:
        yield name, command


def usage(name: str, command: Any) -> str:
    """A command with its arguments and options, as one would type it."""
    parts = [name]
    for p in command.params:
        if p.param_type_name == "argument":
            parts.append(p.name.upper() if p.required else f"[{p.name.upper()}]")
        elif p.name != "help":
            parts.append(f"[{p.opts[0]}{'' if p.is_flag else ' ' + p.name.upper()}]")
    return " ".join(parts)


def commands() -> str:
    """A row a command."""
    rows = ["| command | what it does |", "|---|---|"]
    root = typer.main.get_command(cli.app)
    rows += [f"| `{usage(name, c)}` | {first_sentence(c.help or '')} |" for name, c in walk(root, "trendwatch")]
    shared = "Before the command: `--config FILE` (or `TRENDWATCH_CONFIG`) names the file, `--now ISO` acts as if it were that moment."
    return "\n".join([shared, "", *rows])


def default(schema: dict[str, Any]) -> str:
    """A key's default as one would write it."""
    value = schema.get("default")
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, dict):
        return "`{" + ", ".join(f"{k}: {v}" for k, v in value.items()) + "}`"
    if isinstance(value, list):
        return ", ".join(f"`{v}`" for v in value)
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def keys() -> str:
    """A row a key, in groups."""
    schema = config.schema()
    defs = schema["$defs"]
    rows = ["| key | default | meaning |", "|---|---|---|"]

    def group(prefix: str, properties: dict[str, Any]) -> None:
        for key, value in properties.items():
            rows.append(f"| `{prefix}{key}` | {default(value)} | {value.get('description', '').replace('|', '/')} |")

    group("", {k: v for k, v in schema["properties"].items() if k not in (*TOP, "deliver")})
    common = {k: v for k, v in defs["Source_feed"]["properties"].items() if k != "url"}
    group("sources[].", common)
    rows.append(
        "| `defaults.…` | | Any key of a source but name, kind and the kind's own: what sources have unless they say otherwise. |"
    )
    group("digest.", defs["Digest"]["properties"])
    for name in plugins.names("trendwatch.report.deliverers"):
        group(f"deliver.{name}.", defs[f"Deliver_{name}"]["properties"])
    group("network.", defs["Network"]["properties"])
    group("articles.", defs["Articles"]["properties"])
    group("embedding.", {k: v for k, v in defs["Embedding"]["properties"].items() if k != "thresholds"})
    group("embedding.thresholds.", defs["Thresholds"]["properties"])
    return "\n".join(rows)


def kinds() -> str:
    """A list of the kinds with the keys of each."""
    import dataclasses  # noqa: PLC0415 - beside its one use

    out = []
    for name in plugins.names("trendwatch.collect.sources"):
        kind: Any = plugins.load("trendwatch.collect.sources", name, SourceKind)  # type: ignore[type-abstract]
        out.append(f"- `{name}`: {first_sentence(kind.__doc__)}")
        out += [f"  - `{f.name}`: {f.metadata.get('help', '')}" for f in dataclasses.fields(kind)]
    return "\n".join(out)


def written(text: str) -> str:
    """The README with its tables filled."""
    for mark, table in (("commands", commands()), ("keys", keys()), ("kinds", kinds())):
        pattern = re.compile(rf"<!-- {mark} -->.*?(?=\n## |\Z)", re.DOTALL)
        text = pattern.sub(lambda _, m=mark, t=table: f"<!-- {m} -->\n\n{t}\n", text)
    return text


if __name__ == "__main__":
    now = README.read_text(encoding="utf-8")
    if "--check" in sys.argv:
        sys.exit(0 if written(now) == now else "README.md is out of date: run python docs/write_reference.py")
    README.write_text(written(now), encoding="utf-8")
