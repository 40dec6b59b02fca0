"""`kind: vendor_terms`: what vendors change in their terms and policies, as the Open Terms Archive records it."""

from __future__ import annotations

import html
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from trendwatch.collect import dates
from trendwatch.collect.sources import SourceKind, _github
from trendwatch.collect.sources._reading import records, text_of
from trendwatch.errors import ParseError
from trendwatch.model import Draft, Page, Request, Response, Skip

PAGE = 100
FLIPS = 3
"""Changes of one document in a week beyond which it is noise: pages that show their visitors now this, now that."""
_MESSAGE = re.compile(
    r"(?P<what>First record of|Record new changes of|Update|Start tracking) (?P<name>.{1,200})", re.IGNORECASE
)
_UPKEEP = re.compile(r"(?:Apply technical|Refilter|Technical upgrade|Rename|Merge|Revert)\b", re.IGNORECASE)
_LINK = re.compile(r"!?\[([^\]]{0,500})\]\([^)]{0,1000}\)")
_LOOKS = 2  # at each change: the second costs nothing when the first came through
_LONGEST = 20_000  # characters of a change that are kept


@dataclass(frozen=True, kw_only=True)
class VendorTerms(SourceKind):
    """Changes of terms, policies and guidelines of vendors, from a collection of the Open Terms Archive, with the changed passages.

    A change in menus alone is left out, and so is a document that changes more than three times a week. A token in
    TRENDWATCH_GITHUB_TOKEN, which needs no rights at all, raises the limit of the API from 60 requests an hour to 5,000.
    """

    windowed: ClassVar[bool] = True
    teasers: ClassVar[bool] = False
    remembers: ClassVar[bool] = True

    collection: str = field(
        default="genai-contrib", metadata={"help": "Name of the collection, such as genai-contrib, pga or contrib."}
    )
    repository: str = field(
        default="", metadata={"help": "OWNER/NAME of the recorded versions, where it is not the archive's own."}
    )
    services: tuple[str, ...] = field(
        default=(), metadata={"help": "Services as the collection calls them: ChatGPT, Claude.ai, Midjourney; empty is all."}
    )
    documents: tuple[str, ...] = field(
        default=(), metadata={"help": "Documents: Acceptable Use Policy, Terms of Service, Community Guidelines; empty is all."}
    )
    most: int = field(default=15, metadata={"help": "Changes looked at in one visit at most; one request each."})
    url: str = field(default=_github.API, metadata={"help": "Address of GitHub's API, or of a proxy."})

    def __post_init__(self) -> None:
        if not _github.REPOSITORY.fullmatch(self._versions()):
            raise ValueError("repository must be OWNER/NAME, and collection a single name such as genai-contrib")

    def start(self, since: datetime | None) -> Sequence[Request]:  # noqa: ARG002 - what was looked at is remembered
        """The newest hundred recorded versions: of all services, or of each that is named."""
        paths = [{"path": service} if service else {} for service in self.services or ("",)]
        return tuple(
            _github.ask(f"{self._commits()}?{urlencode(path | {'per_page': str(PAGE)})}", conditional=False) for path in paths
        )

    def parse(self, response: Response) -> Page:
        """Of a list of versions the requests for each change; of a change its entry. Raises ParseError for anything else."""
        answer = _github.read(response, list | dict)
        return self._change(answer) if isinstance(answer, dict) else self._listing(records(answer), response.memory)

    def _commits(self) -> str:
        return f"{self.url.rstrip('/')}/repos/{self._versions()}/commits"

    def _versions(self) -> str:
        return self.repository or f"OpenTermsArchive/{self.collection}-versions"

    def _listing(self, commits: Sequence[Mapping[str, Any]], memory: str) -> Page:
        """The changes to look at: the newest of those not looked at yet, and those of the last visit once more.

        What lies before the first visit's newest is taken for known: there an archive of years would begin.
        """
        kept, skipped = self._chosen(commits)
        looks = _looks(memory)
        shas = [text_of(commit.get("sha")) for commit in kept]
        fresh, again = [s for s in shas if s not in looks], [s for s in shas if 0 < looks.get(s, 0) < _LOOKS]
        asked, left = fresh[: self.most], fresh[self.most :]
        counted = {s: looks.get(s, 0) for s in shas} | {s: looks.get(s, 0) + 1 for s in (*asked, *again)}
        if not memory:
            counted |= dict.fromkeys(left, _LOOKS)
        else:
            counted = {s: n for s, n in counted.items() if s not in left}
        when = "before the first visit" if not memory else f"beyond the {self.most} of one visit (most); the next one goes on"
        return Page(
            requests=tuple(_github.ask(f"{self._commits()}/{sha}") for sha in (*asked, *again)),
            skipped=(*skipped, *((Skip(what=f"{len(left)} changes", reason=when),) if left else ())),
            title=f"Open Terms Archive: {self.collection}",
            home=f"https://github.com/{self._versions()}",
            memory=json.dumps(counted),
        )

    def _chosen(self, commits: Sequence[Mapping[str, Any]]) -> tuple[list[Mapping[str, Any]], tuple[Skip, ...]]:
        """The versions that are changes by a vendor, of the documents asked for, and do not flip."""
        versions = [c for c in commits if re.fullmatch(r"[0-9a-f]{7,64}", text_of(c.get("sha")))]
        wanted = [c for c in versions if _MESSAGE.match(_subject(c)) and self._asked_for(_name(c))]
        restless = _restless(wanted)
        skipped = [
            Skip(what=_subject(c)[:200], reason="is upkeep of the archive") for c in versions if _UPKEEP.match(_subject(c))
        ]
        skipped += [
            Skip(what=name, reason=f"changed {times} times, more than {FLIPS} of them in a week: it flips")
            for name, times in restless.items()
        ]
        return [c for c in wanted if _name(c) not in restless], tuple(skipped)

    def _asked_for(self, name: str) -> bool:
        """Whether a name, service and document in one, is of those listed. The listing of a service holds only its own."""
        folded = name.casefold()
        return not self.documents or any(folded.endswith(d.casefold()) for d in self.documents)

    def _change(self, commit: Mapping[str, Any]) -> Page:
        sha = text_of(commit.get("sha"))
        if not sha:
            raise ParseError("GitHub answered with something that is no commit.")
        files = [f for f in records(commit.get("files")) if text_of(f.get("filename")).endswith((".md", ".html", ".txt"))]
        file = files[0] if files else {}
        service, _, document = re.sub(r"\.\w+$", "", text_of(file.get("filename"))).rpartition("/")
        old, new = _passages(text_of(file.get("patch")))
        first = text_of(file.get("status")) == "added" or _subject(commit).lower().startswith("first")
        if file.get("patch") and not first and all(map(_is_menu, (*old, *new))):
            return Page(skipped=(Skip(what=_name(commit)[:200], reason="only menus, links or the order changed"),))
        told = {"repository": self._versions(), "service": service, "document": document}
        draft = Draft(
            uid=f"{self._versions()}@{sha}",
            url=text_of(commit.get("html_url")) or f"https://github.com/{self._versions()}/commit/{sha}",
            title=html.escape(f"{service}: {document}" if service and document else _name(commit), quote=False)
            + (" first recorded" if first else " changed"),
            html=_shown([] if first else old, new),
            published=_recorded(commit) or None,
            authors=tuple(filter(None, (service,))),
            about={key: value for key, value in told.items() if value},
        )
        return Page(
            drafts=(draft,), warning="" if file.get("patch") else f"{_name(commit)}: the changed passages were not given"
        )


def _looks(memory: str) -> dict[str, int]:
    try:
        found = json.loads(memory or "{}")
    except ValueError:
        return {}
    return {k: v for k, v in found.items() if isinstance(v, int)} if isinstance(found, dict) else {}


def _is_menu(line: str) -> bool:
    """Whether a line is of the page around the document: links and a few words, no number."""
    words = re.findall(r"\w+", _LINK.sub("", line[:2000]))
    return len(line) <= 2000 and len(words) <= 3 and not any(w.isdigit() for w in words)  # noqa: PLR2004 - a menu's entry


def _subject(commit: Mapping[str, Any]) -> str:
    told = commit.get("commit")
    return text_of(told.get("message")).strip().partition("\n")[0] if isinstance(told, dict) else ""


def _name(commit: Mapping[str, Any]) -> str:
    """Service and document as the message names them: where one ends and the other begins, it does not say."""
    found = _MESSAGE.match(_subject(commit))
    return found["name"].strip() if found else _subject(commit)


def _recorded(commit: Mapping[str, Any]) -> str:
    told = commit.get("commit")
    author = told.get("author") if isinstance(told, dict) else None
    return text_of(author.get("date")) if isinstance(author, dict) else ""


def _restless(commits: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Documents that changed more than `FLIPS` times within some seven days, and how often they changed at all."""
    moments: dict[str, list[datetime]] = defaultdict(list)
    for commit in commits:
        moment = dates.parse(_recorded(commit))
        moments[_name(commit)] += [moment] if moment else []
    found = {}
    for name, times in sorted(moments.items()):
        times.sort()
        if any(b - a < timedelta(days=7) for a, b in zip(times, times[FLIPS:], strict=False)):
            found[name] = len(times)
    return found


def _passages(patch: str) -> tuple[list[str], list[str]]:
    """The lines taken out and those put in, without blank ones and without those that only moved."""
    lines = patch.split("\n")
    old = [line[1:] for line in lines if line.startswith("-") and line[1:].strip()]
    new = [line[1:] for line in lines if line.startswith("+") and line[1:].strip()]
    moved = set(old) & set(new)
    return [line for line in old if line not in moved], [line for line in new if line not in moved]


def _shown(old: Sequence[str], new: Sequence[str]) -> str:
    """The passages as markup, each under a word that says which it is."""
    parts = [(word, "\n\n".join(lines)[:_LONGEST]) for word, lines in (("New", new), ("Old", old)) if lines]
    return "\n".join(
        f"<p>{word}:</p>\n" + "\n".join(f"<p>{html.escape(_bare(line), quote=False)}</p>" for line in text.split("\n\n"))
        for word, text in parts
    )


def _bare(line: str) -> str:
    """A line of Markdown without its marks: links by their words, no stars or hashes."""
    return re.sub(r"^\s*#{1,6}\s+|\*\*|__|^\s*>\s?", "", _LINK.sub(r"\1", line)).strip()
