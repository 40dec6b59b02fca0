"""Mistakes as lines: file, line, column, which source, which key, what is wrong, and what was probably meant."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from trendwatch.config._nodes import Node
from trendwatch.config._values import shown

Path = tuple[str | int, ...]

MEANT: Mapping[str, Sequence[str]] = {
    "every": ("interval", "intervall", "frequency", "poll", "poll_every", "schedule", "period", "refresh", "cron"),
    "url": ("link", "feed", "href", "address", "uri", "feed_url", "feedurl", "rss", "xmlurl", "endpoint"),
    "name": ("title", "id", "label", "source"),
    "kind": ("type", "provider", "format", "parser"),
    "doctype": ("category", "section", "document_type"),
    "language": ("lang", "locale"),
    "region": ("country", "jurisdiction", "geo"),
    "expect": ("volume", "expected", "volume_per_week"),
    "tier": ("weight", "priority", "rank", "trust", "importance"),
    "terms": ("licence", "license", "copyright"),
    "enabled": ("active", "enable", "on", "disabled", "disable", "skip"),
    "filter": ("filters", "keywords", "keyword_filter", "words", "include", "exclude"),
    "any": ("include", "must", "words", "keywords", "all", "with"),
    "none": ("exclude", "not", "without", "must_not", "never"),
    "query": ("search", "search_query", "q"),
    "queries": ("query", "searches", "search"),
    "sources": ("feeds", "watch", "source"),
    "digest": ("digests", "newsletter", "report"),
    "deliver": ("delivery", "deliverers", "output", "mail", "email"),
    "taxonomies": ("taxonomy", "frameworks"),
    "store": ("database", "db", "storage"),
    "network": ("http", "net"),
    "embedding": ("embeddings", "model", "embed"),
    "recipients": ("to", "emails", "email", "mail", "subscribers"),
    "timezone": ("tz", "zone", "time_zone"),
    "hour": ("time", "at"),
    "sender": ("from", "mail_from", "from_address"),
    "security": ("tls", "ssl", "starttls", "encryption"),
    "host": ("server", "hostname", "smtp_host"),
    "username": ("user", "login", "account"),
    "path": ("folder", "dir", "directory", "out"),
    "contact": ("user_agent", "useragent", "email"),
    "allow": ("allowed", "allowlist", "whitelist", "allow_private"),
}
"""What people write when they mean a key: it beats likeness of letters, which finds the rest."""

_LIMITS = {"ge": "at least", "le": "at most", "gt": "above", "lt": "below"}
_PLAIN = {
    "string_type": "must be text",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "dict_type": "must be a mapping of keys to values",
    "model_type": "must be a mapping of keys to values",
    "model_attributes_type": "must be a mapping of keys to values",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "missing": "missing",
}


def clean(text: str) -> str:
    """Text without control and direction characters, so that a file cannot write on the terminal that shows its mistakes."""
    return "".join(c if unicodedata.category(c) not in ("Cc", "Cf", "Zl", "Zp", "Cs") else "�" for c in text)


def likely(word: str, known: Iterable[str]) -> str:
    """What was probably meant, among what is known; "" when nothing comes near."""
    names = sorted(known)
    folded = word.casefold().replace("-", "_")
    if folded in names:
        return folded
    for name in names:
        if folded in MEANT.get(name, ()):
            return name
    near = difflib.get_close_matches(folded, names, 1, 0.6)
    return near[0] if near else ""


def meant(word: str, known: Iterable[str]) -> str:
    """A hint to end a sentence with."""
    found = likely(word, known)
    return f', did you mean "{found}"?' if found else "."


class Complaints:
    """Collects mistakes; `lines` are in the order of the file."""

    def __init__(self, file: str, root: Node, begun: Iterable[str] = ()) -> None:
        self._file = file
        self._root = root
        self._found: list[tuple[int, int, str]] = []
        self._begun = list(begun)
        self._final: set[tuple[int, int]] = set()

    def __bool__(self) -> bool:
        return bool(self._found or self._begun)

    def add(self, path: Path, what: str, *, final: bool = False) -> None:
        """A mistake at a path of the file."""
        node = self._root.at(path)
        if (node.line, node.column) in self._final and not final:
            return
        where = self._where(path)
        line = f"{self._file}:{node.line}:{node.column}: {where}{': ' if where else ''}{what}"
        self._found.append((node.line, node.column, clean(line)))

    def refuse(self, path: Path, what: str) -> None:
        """A mistake that says all there is to say of its key: others at the same place are dropped."""
        node = self._root.at(path)
        self._final.add((node.line, node.column))
        self.add(path, what, final=True)

    def unknown(self, path: Path, known: Iterable[str], what: str = "key") -> None:
        """A key that does not exist."""
        self.add(path, f"unknown {what}{meant(str(path[-1]), known)}")

    def invalid(
        self,
        path: Path,
        error: ValidationError,
        known: Iterable[str],
        *,
        hints: Mapping[str, str] | None = None,
        single: bool = False,
        only_known: bool = False,
    ) -> None:
        """All that pydantic found below a path. `hints` say more of an unknown key; `single`: a list of one stands as a mapping;
        `only_known`: unknown keys are no mistakes, for a source whose kind is not known.
        """
        for one in error.errors(include_url=False):
            if only_known and one["type"] == "extra_forbidden" and len(one["loc"]) == 1:
                continue
            inner: Path = tuple(p for p in one["loc"] if p != "[key]")
            if single and len(inner) > 1 and inner[1] == 0:
                inner = (inner[0], *inner[2:])
            if one["type"] == "extra_forbidden":
                key = str(inner[-1])
                siblings = known if len(inner) == 1 else _known_at(inner[:-1])
                what = (hints or {}).get(key) or f"unknown key{meant(key, siblings)}"
            else:
                what = _said(one)
            self.add(path + inner, what)

    def lines(self) -> list[str]:
        """Every mistake once, sorted by place."""
        return list(dict.fromkeys([*self._begun, *(text for _, _, text in sorted(self._found))]))

    def line_of(self, path: Path) -> int:
        """The line of a path, for messages that name two."""
        return self._root.at(path).line

    def _where(self, path: Path) -> str:
        """`source "x", key "every"`: how a person would point at it."""
        if len(path) >= 2 and path[0] in ("sources", "digest") and isinstance(path[1], int):  # noqa: PLR2004 - list and index
            who = f"{'source' if path[0] == 'sources' else 'digest'} {self._name(path)}"
            rest = path[2:]
        elif len(path) > 1 and path[0] == "deliver":
            who, rest = f"deliver.{path[1]}", path[2:]
        else:
            who, rest = "", path
        key = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in rest).lstrip(".")
        return ", ".join(part for part in (who, f'key "{key}"' if key else "") if part)

    def _name(self, path: Path) -> str:
        row = self._root.get(path[:2])
        name = row.value.get("name") if row and isinstance(row.value, dict) else None
        return shown(name.value) if name and isinstance(name.value, str) else f"number {int(path[1]) + 1}"


def _known_at(inner: Path) -> list[str]:
    """The keys allowed in a block within a source or a digest."""
    from trendwatch.config import _models  # noqa: PLC0415 - it imports what this module serves

    blocks: dict[str, type[BaseModel]] = {
        "filter": _models.Filter,
        "network": _models.Network,
        "embedding": _models.Embedding,
        "thresholds": _models.Thresholds,
        "digest": _models.Digest,
    }
    block = next((blocks[str(p)] for p in reversed(inner) if str(p) in blocks), None)
    return list(block.model_fields) if block else []


def _said(one: Any) -> str:
    """One error of pydantic in our words."""
    value, kind = one["input"], one["type"]
    if kind == "missing" or value is None:
        return "missing." if kind == "missing" else "has no value."
    if kind == "literal_error":
        expected = str(one["ctx"]["expected"]).replace("'", "").replace(" or ", ", ")
        return f"{shown(value)} is none of {expected}{meant(str(value), expected.split(', '))}"
    if kind in _PLAIN:
        return f"{_PLAIN[kind]}, not {shown(value)}."
    text = str(one["msg"])
    if kind == "ours":
        return text if text.endswith(("?", ".")) else f"{text}."
    limits = [f"must be {words} {one['ctx'][limit]}" for limit, words in _LIMITS.items() if limit in one.get("ctx", {})]
    return f"{shown(value)} {limits[0]}." if limits else f"{shown(value)}: {text[:1].lower()}{text[1:]}."
