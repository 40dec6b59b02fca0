"""`kind: openalex`: papers of all publishers, from the catalogue OpenAlex."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from trendwatch.collect.sources import SourceKind
from trendwatch.collect.sources._reading import read_json, records, text_of
from trendwatch.errors import ParseError
from trendwatch.model import Credential, Draft, Page, Request, Response, Skip

LOOK_BACK = timedelta(days=21)
"""How far before the last visit the window starts: works are catalogued by their own date, days to weeks after it."""
PAGE = 100
SERVICE = "OpenAlex"
FIELDS = (
    "id", "doi", "display_name", "publication_date", "language", "type", "authorships", "primary_location", "open_access",
    "abstract_inverted_index", "topics", "is_retracted", "cited_by_count",
)  # fmt: skip
_KEY = Credential(variable="TRENDWATCH_OPENALEX_KEY", place="query", name="api_key")
_LONGEST = 20_000  # words of an abstract: a position beyond is a mistake or a trap


@dataclass(frozen=True, kw_only=True)
class Openalex(SourceKind):
    """Papers, preprints and books from OpenAlex, by words, topics or any of its filters.

    A free key in TRENDWATCH_OPENALEX_KEY is needed for more than a few requests a day. Each page asked for costs credit.
    """

    windowed: ClassVar[bool] = True

    search: tuple[str, ...] = field(
        default=(), metadata={"help": 'Words to search for, one request each: AND, OR, NOT, brackets and "phrases".'}
    )
    topics: tuple[str, ...] = field(default=(), metadata={"help": "Works on any of these topics, by their ids: T10883."})
    concepts: tuple[str, ...] = field(
        default=(), metadata={"help": "Works on any of these concepts, by their ids: C154945302."}
    )
    filters: tuple[str, ...] = field(
        default=(),
        metadata={"help": "Further filters in OpenAlex's own words, all of which must hold: type:article, language:en."},
    )
    url: str = field(default="https://api.openalex.org/works", metadata={"help": "Address of the works API."})
    most: int = field(default=300, metadata={"help": "Works read in one visit at most, for each search."})

    def __post_init__(self) -> None:
        if not (self.search or self.topics or self.concepts or self.filters):
            raise ValueError("give at least one of search, topics, concepts and filters: the whole catalogue is no source")

    def start(self, since: datetime | None) -> Sequence[Request]:
        """One request a search, newest first. The first visit reads one page, later ones all since three weeks before the last."""
        limits = [
            f"{name}:{'|'.join(ids)}" for name, ids in (("topics.id", self.topics), ("concepts.id", self.concepts)) if ids
        ]
        limits += self.filters
        limits += [f"from_publication_date:{since - LOOK_BACK:%Y-%m-%d}"] if since else []
        shared = {"sort": "publication_date:desc", "per-page": str(min(PAGE, self.most)), "select": ",".join(FIELDS)}
        shared |= {"filter": ",".join(limits)} if limits else {}
        shared |= {"cursor": "*"} if since else {}
        return tuple(self._ask(({"search": text} if text else {}) | shared) for text in self.search or ("",))

    def parse(self, response: Response) -> Page:
        """The works, and the request for the next page while there are more."""
        answer = read_json(response, SERVICE)
        if not isinstance(answer, dict) or not isinstance(answer.get("results"), list):
            said = (text_of(answer.get("message")) or text_of(answer.get("error"))) if isinstance(answer, dict) else ""
            raise ParseError(f"{SERVICE} answered without works{': ' + said[:200] if said else ''}.")
        found = records(answer["results"])
        requests, skipped = self._next(response.request, answer, len(found))
        return Page(drafts=tuple(_draft(work) for work in found), requests=requests, skipped=skipped)

    def _next(self, request: Request, answer: Mapping[str, Any], found: int) -> tuple[tuple[Request, ...], tuple[Skip, ...]]:
        """The next page by its cursor, which does not tell how much was read: the fragment does, which no server sees."""
        asked = dict(parse_qsl(urlsplit(request.url).query))
        meta = answer.get("meta") if isinstance(answer.get("meta"), dict) else {}
        cursor = text_of(meta.get("next_cursor")) if isinstance(meta, dict) else ""
        total = meta.get("count") if isinstance(meta, dict) and isinstance(meta.get("count"), int) else 0
        read = int(urlsplit(request.url).fragment or "0") + found
        if "cursor" not in asked or not cursor or not found or not isinstance(total, int) or read >= total:
            return (), ()
        if read >= self.most:
            return (), (Skip(what=f"{total - read} works", reason=f"beyond the {self.most} read in one visit (most)"),)
        return (self._ask(asked | {"cursor": cursor}, read),), ()

    def _ask(self, asked: Mapping[str, str], read: int = 0) -> Request:
        counted = f"#{read}" if read else ""
        return Request(url=f"{self.url}?{urlencode(asked)}{counted}", conditional=False, credential=_KEY)


def abstract(index: object) -> str:
    """An abstract from its inverted index, which maps each word to its places. Places that are none are left out."""
    words: dict[int, str] = {}
    for word, places in index.items() if isinstance(index, dict) else ():
        for place in places if isinstance(places, list) else ():
            if isinstance(place, int) and not isinstance(place, bool) and 0 <= place < _LONGEST:
                words[place] = str(word)
    return " ".join(words[place] for place in sorted(words))


def _draft(work: Mapping[str, Any]) -> Draft:
    place = work.get("primary_location")
    place = place if isinstance(place, dict) else {}
    doi = text_of(work.get("doi"))
    names = [
        text_of(a.get("author", {}).get("display_name"))
        for a in records(work.get("authorships"))
        if isinstance(a.get("author"), dict)
    ]
    return Draft(
        uid=text_of(work.get("id")),
        url=text_of(place.get("landing_page_url")) or doi or text_of(work.get("id")),
        title=html.escape(text_of(work.get("display_name")) or text_of(work.get("title")), quote=False),
        html=html.escape(abstract(work.get("abstract_inverted_index")), quote=False),
        published=text_of(work.get("publication_date")) or None,
        authors=tuple(filter(None, names)),
        labels=tuple(filter(None, (text_of(t.get("display_name")) for t in records(work.get("topics"))))),
        language=text_of(work.get("language")),
        identifiers=(f"doi:{doi.lower().partition('doi.org/')[2] or doi}",) if doi else (),
        about=_about(work, place),
        doctype="paper",
    )


def _about(work: Mapping[str, Any], place: Mapping[str, Any]) -> dict[str, str]:
    venue, access = place.get("source"), work.get("open_access")
    told = {
        "type": text_of(work.get("type")),
        "venue": text_of(venue.get("display_name")) if isinstance(venue, dict) else "",
        "free_copy": text_of(access.get("oa_url")) if isinstance(access, dict) else "",
        "cited_by": text_of(work.get("cited_by_count")),
        "retracted": "yes" if work.get("is_retracted") is True else "",
    }
    return {key: value for key, value in told.items() if value}
