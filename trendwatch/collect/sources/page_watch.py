"""`kind: page_watch`: one page or PDF whose text matters; a change is told with its passages, old and new."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

from trendwatch.collect import pdf
from trendwatch.collect.sources import SourceKind
from trendwatch.collect.sources import _page_watch_walls as walls
from trendwatch.collect.sources._page_watch_diff import Step, align, kept
from trendwatch.collect.sources._page_watch_passages import Passage, of_paragraphs
from trendwatch.collect.sources._page_watch_sightings import Sightings
from trendwatch.collect.sources._page_watch_tell import REWRITTEN, draft
from trendwatch.collect.sources._page_watch_text import Text, read
from trendwatch.collect.sources._page_watch_weigh import Change, weigh
from trendwatch.collect.sources._reading import CHARSETS, charset_said
from trendwatch.errors import ParseError
from trendwatch.model import Draft, Page, Request, Response, Skip

ACCEPT = "text/html, application/xhtml+xml, application/pdf;q=0.9, */*;q=0.5"
READER = 1
"""Raised when pages are read otherwise: what was kept is then no measure any more, and the next sight is a first one."""
PATIENCE = 4
"""Visits in a row at which something differs and nothing settles, until it is said that a part of the page rotates."""


@dataclass(frozen=True, kw_only=True)
class PageWatch(SourceKind):
    """One page or PDF whose text matters: a policy, a code of practice, a list of guidance. A change that is seen at two visits
    running becomes an entry with the passages, old and new; typing errors, layout and moved paragraphs do not.
    """

    obeys_robots: ClassVar[bool] = True
    bulky: ClassVar[bool] = True
    windowed: ClassVar[bool] = True
    teasers: ClassVar[bool] = False
    remembers: ClassVar[bool] = True

    url: str = field(metadata={"help": "Address of the page or PDF."})
    part: str = field(default="", metadata={"help": "CSS selector of the part that matters; the main text when empty."})
    ignore: tuple[str, ...] = field(default=(), metadata={"help": "CSS selectors of parts to leave out: what rotates, say."})
    title: str = field(default="", metadata={"help": "What the page is called in the digest; its own title when empty."})
    editorial: bool = field(default=False, metadata={"help": "Tell editorial changes too: spelling, wording of headings."})

    def start(self, since: datetime | None) -> Sequence[Request]:  # noqa: ARG002 - a page holds what it holds
        """The page itself."""
        return (Request(url=self.url, headers={"Accept": ACCEPT}),)

    def parse(self, response: Response) -> Page:
        """What has changed since the text that is remembered. Raises ParseError for what is not the page: an error page, a bot
        wall, a login, an empty body, a PDF without text; the memory stays as it is.
        """
        text, warning = self._text(response)
        known = self._known(response.memory)
        if known is None:
            return self._first(response, text, warning)
        settled = _passages(known["settled"])
        steps = align(settled, text.passages)
        share = kept(steps)
        _refuse(walls.wall(text, share) or walls.elsewhere(response, share) or _cut_short(text, known, steps))
        shrunk = walls.shrunk(text, sum(len(p.key.split()) for p in settled), share)
        if shrunk:
            return Page(title=text.title, warning=shrunk, unsettled=True)
        return self._compared(response, text, known, steps, settled=settled, share=share, warning=warning)

    def _text(self, response: Response) -> tuple[Text, str]:
        if not pdf.is_pdf(response.body):
            named = charset_said(response.headers.get("content-type", ""))
            return read(response.body, self.part, self.ignore, named if CHARSETS.fullmatch(named) else ""), ""
        document = pdf.read(response.body)
        if not document.text:
            raise ParseError(document.reason)
        passages = of_paragraphs(document.text)
        return Text(title=document.title, passages=passages, raw=document.text), document.reason

    def _asked(self) -> str:
        """What the text depends on besides the page."""
        return hashlib.sha256("\n".join([str(READER), self.part, *self.ignore]).encode()).hexdigest()[:12]

    def _known(self, memory: str) -> dict[str, Any] | None:
        """What was kept, None when it is no measure for what comes: nothing, or read by other rules."""
        try:
            known = json.loads(memory or "null")
        except ValueError:
            return None
        return known if isinstance(known, dict) and known.get("asked") == self._asked() else None

    def _first(self, response: Response, text: Text, warning: str) -> Page:
        _refuse(walls.wall(text, None))
        why = (
            "first sight of the text" if not response.memory else "first sight under the new `part`, `ignore` or reading rules"
        )
        memory = self._memory(text, text.passages, version=1)
        skip = Skip(what=self._title(text), reason=f"{why}: later ones are compared with it")
        return Page(title=self._title(text), skipped=(skip,), warning=warning, memory=memory)

    def _compared(
        self,
        response: Response,
        text: Text,
        known: dict[str, Any],
        steps: Sequence[Step],
        *,
        settled: Sequence[Passage],
        share: float,
        warning: str,
    ) -> Page:
        sightings = Sightings(known["seen"], known["restless"])
        sure, waiting = sightings.parted([step for step in steps if not step.same], rewritten=share < REWRITTEN)
        changes = weigh([step for step in sure if sightings.rested(step)], settled, text.passages)
        version = int(known["version"]) + bool(changes)
        waits = int(known["waits"]) + 1 if waiting else 0
        memory = self._memory(
            text,
            _kept_back(steps, waiting) if sure else settled,
            version=version,
            pending=text.passages if waiting else (),
            waits=waits,
            of=sightings,
        )
        drafts, skipped = self._told(response, text, changes, version, share)
        if waiting:
            skipped += (Skip(what=_named(waiting), reason="differs from the known text: told when a second visit sees it"),)
        if waits >= PATIENCE:
            warning = f"A part of the page is another one at each visit ({_named(waiting)}): name it under `ignore`. {warning}".strip()
        quiet = not sure and not waiting and not known["pending"]
        return Page(
            drafts=drafts,
            skipped=skipped,
            title=self._title(text),
            warning=warning,
            memory=None if quiet else memory,
            unsettled=bool(waiting),
        )

    def _told(
        self, response: Response, text: Text, changes: Sequence[Change], version: int, share: float
    ) -> tuple[tuple[Draft, ...], tuple[Skip, ...]]:
        """The entry, or why there is none."""
        if not changes:
            return (), ()
        if not self.editorial and not any(change.substantive for change in changes):
            shown = "; ".join(_sides(change.step) for change in changes[:3])
            return (), (Skip(what=shown[:300], reason=f"editorial: {len(changes)} passage(s) changed without another meaning"),)
        whole = "\n".join(passage.text for passage in text.passages)
        told = draft(
            changes,
            title=self._title(text),
            url=response.request.url,
            language=text.language,
            version=version,
            kept=share,
            whole=whole,
        )
        return (told,), ()

    def _title(self, text: Text) -> str:
        name = unquote(urlsplit(self.url).path.rstrip("/").rpartition("/")[2]) or self.url
        return (self.title or text.headline or text.title or name)[:200]

    def _memory(
        self,
        text: Text,
        settled: Sequence[Passage],
        *,
        version: int,
        pending: Sequence[Passage] = (),
        waits: int = 0,
        of: Sightings | None = None,
    ) -> str:
        left = {
            "asked": self._asked(),
            "closed": text.closed,
            "pending": [_row(passage) for passage in pending],
            "restless": of.restless if of else {},
            "seen": of.seen if of else {},
            "settled": [_row(passage) for passage in settled],
            "title": text.title,
            "version": version,
            "waits": waits,
        }
        return json.dumps(left, ensure_ascii=False, sort_keys=True)


def _refuse(told: str) -> None:
    if told:
        raise ParseError(told)


def _row(passage: Passage) -> list[Any]:
    return [passage.text, passage.under, *([1] if passage.heading else [])]


def _passages(rows: Sequence[Sequence[Any]]) -> list[Passage]:
    return [Passage(str(row[0]), str(row[1]), heading=len(row) > 2) for row in rows]  # noqa: PLR2004 - the mark of a heading


def _cut_short(text: Text, known: dict[str, Any], steps: Sequence[Step]) -> str:
    """A transfer that broke off: the markup lacks its end, and so does the text."""
    last = next((step for step in reversed(steps) if step.old), None)
    broken = not text.closed and known["closed"] and last is not None and not last.same
    return "The page is cut short: its markup lacks the end." if broken else ""


def _kept_back(steps: Sequence[Step], waiting: Sequence[Step]) -> list[Passage]:
    """The text as far as it is settled: new where it was seen twice, old where it waits or says the same."""
    held = set(map(id, waiting))
    sides = [step.old if id(step) in held or step.same else step.new for step in steps]
    return [passage for passage in sides if passage is not None]


def _named(steps: Sequence[Step]) -> str:
    return "; ".join(_sides(step) for step in steps[:2])[:300]


def _sides(step: Step) -> str:
    return " → ".join(f"“{side.text[:100]}”" if side else "nothing" for side in (step.old, step.new))
