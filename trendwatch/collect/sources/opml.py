"""`kind: opml`: a list of feeds that is kept elsewhere, and followed."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from trendwatch.collect import opml, urls
from trendwatch.collect.sources import SourceKind
from trendwatch.collect.sources._reading import refuse_html
from trendwatch.model import Page, Request, Response, Skip

_MOST = 2000
_LONGEST_NAME = 40  # the list's own name stands before it, and both together have 80 characters


@dataclass(frozen=True, kw_only=True)
class Opml(SourceKind):
    """A list of feeds (OPML) that is kept elsewhere. Its feeds are watched as long as they are on it, each named LIST/FEED.

    All but their addresses they take from this source: doctype, tier, language, filter and so on. A feed that sources.yaml
    has already is not watched twice.
    """

    bulky: ClassVar[bool] = True
    windowed: ClassVar[bool] = True
    remembers: ClassVar[bool] = True

    url: str = field(metadata={"help": "Address of the list, such as https://example.org/feeds.opml."})
    most: int = field(default=500, metadata={"help": "Feeds of the list that are followed at most, the first."})

    def start(self, since: datetime | None) -> Sequence[Request]:  # noqa: ARG002 - a list holds what it holds
        """The list itself."""
        return (Request(url=self.url, headers={"Accept": "text/x-opml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"}),)

    def parse(self, response: Response) -> Page:
        """The feeds, left in the page's memory with the names they keep; no entries. Raises ParseError when it is no list."""
        refuse_html(response, "The list")
        title, outlines, damaged = opml.read(response.body)
        feeds: dict[str, opml.Outline] = {}
        skipped = []
        for outline in outlines:
            what = outline.title or outline.url[:200] or f"line {outline.line}"
            key = urls.canonical(outline.url)
            if outline.wrong:
                skipped.append(Skip(what=what, reason=f"line {outline.line}: {outline.wrong}"))
            elif key in feeds:
                skipped.append(Skip(what=what, reason=f"line {outline.line}: stands on the list already"))
            elif outline.url and outline.own.get("kind", "feed") == "feed":
                feeds[key] = outline
            else:
                skipped.append(Skip(what=what, reason=f"line {outline.line}: only feeds are followed"))
        most = min(self.most, _MOST)
        if len(feeds) > most:
            skipped.append(Skip(what=f"{len(feeds) - most} feeds", reason=f"beyond the {most} that are followed (most)"))
        kept = list(feeds.values())[:most]
        return Page(
            skipped=tuple(skipped),
            title=title,
            damaged=damaged,
            warning="" if kept else "the list names no feed",
            memory=_remembered(kept, response.memory, whole=not damaged),
        )

    def sources(self, memories: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
        """A source of kind feed for each feed of the list as it was last read."""
        return [{"name": f["name"], "kind": "feed", "url": f["url"]} for f in _feeds(memories.get(self.url, ""))]


def _remembered(kept: Iterable[opml.Outline], memory: str, *, whole: bool) -> str:
    """The feeds as JSON. A feed keeps the name it had: renaming would start it anew. A broken list takes none away."""
    before = _feeds(memory)
    names = {f["url"]: f["name"] for f in before}
    listed = list(kept)
    taken = set(names.values())
    found: list[dict[str, Any]] = []
    for outline in listed:
        name = names.get(outline.url) or _name(outline, taken)
        taken.add(name)
        found.append({"name": name, "url": outline.url, "title": outline.title, "folders": list(outline.folders)})
    if not whole:
        urls_found = {f["url"] for f in found}
        found += [f for f in before if f["url"] not in urls_found]
    return json.dumps(found, ensure_ascii=False)


def _feeds(memory: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(memory or "[]")
    except (ValueError, RecursionError):
        return []
    return [f for f in found if isinstance(f, dict) and f.get("name") and f.get("url")] if isinstance(found, list) else []


def _name(outline: opml.Outline, taken: set[str]) -> str:
    """A short name from the title, else from the host; with a piece of the address's hash where it is taken."""
    plain = unicodedata.normalize("NFKD", outline.title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain) or re.findall(r"[a-z0-9]+", (urls.parts(outline.url).hostname or "").lower())
    base = "-".join(words)[:_LONGEST_NAME].strip("-") or "feed"
    mark = hashlib.sha256(outline.url.encode()).hexdigest()
    return next(n for n in (base, *(f"{base}-{mark[:length]}" for length in range(4, 65))) if n not in taken)
