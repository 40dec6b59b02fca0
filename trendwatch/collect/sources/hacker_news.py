"""`kind: hacker_news`: stories from the search API of Hacker News."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from trendwatch.collect.sources import SourceKind
from trendwatch.collect.sources._reading import read_json, records, text_of, values
from trendwatch.errors import ParseError
from trendwatch.model import Draft, Page, Request, Response, Skip

LOOK_BACK = timedelta(days=3)
"""How far before the last visit the window starts: a story gathers its points in the first two days."""
PAGE = 100
DISCUSSION = "https://news.ycombinator.com/item?id="


@dataclass(frozen=True, kw_only=True)
class HackerNews(SourceKind):
    """Stories of Hacker News by words in their title or text. A story without text is a link that others found worth a talk."""

    windowed: ClassVar[bool] = True

    queries: tuple[str, ...] = field(metadata={"help": "Words to search for, one request each: the API knows no OR."})
    points: int = field(
        default=0, metadata={"help": "Least points; stories below are skipped and looked at again for three days."}
    )
    url: str = field(default="https://hn.algolia.com/api/v1/search_by_date", metadata={"help": "Address of the search API."})
    most: int = field(default=500, metadata={"help": "Stories read in one visit at most, for each of the queries."})

    def start(self, since: datetime | None) -> Sequence[Request]:
        """One request a query, newest first. The first visit reads one page, later ones all since three days before the last."""
        filters = [f"created_at_i>{int((since - LOOK_BACK).timestamp())}"] if since else []
        filters += [f"points>={self.points}"] if self.points else []
        shared = {"tags": "story", "hitsPerPage": str(min(PAGE, self.most))}
        shared |= {"numericFilters": ",".join(filters)} if filters else {}
        return tuple(self._ask({"query": query, **shared}) for query in self.queries)

    def parse(self, response: Response) -> Page:
        """The stories, and the request for the next page. Stories below `points` are skipped by name."""
        answer = read_json(response, "Hacker News")
        if not isinstance(answer, dict) or not isinstance(answer.get("hits"), list):
            said = text_of(answer.get("message")) if isinstance(answer, dict) else ""
            raise ParseError(f"Hacker News answered without stories{': ' + said[:200] if said else ''}.")
        hits = records(answer["hits"])
        low = [hit for hit in hits if self.points and _points(hit) < self.points]
        reason = f"fewer than {self.points} points"
        return Page(
            drafts=tuple(_draft(hit) for hit in hits if hit not in low),
            requests=self._next(response.request, answer, read=bool(hits)),
            skipped=tuple(Skip(what=text_of(hit.get("title")) or text_of(hit.get("objectID")), reason=reason) for hit in low),
        )

    def _next(self, request: Request, answer: Mapping[str, Any], *, read: bool) -> tuple[Request, ...]:
        asked = dict(parse_qsl(urlsplit(request.url).query))
        page = int(asked.get("page", "0")) + 1
        pages = answer.get("nbPages")
        last = min(pages if isinstance(pages, int) else 0, -(-self.most // PAGE))
        return (self._ask({**asked, "page": str(page)}),) if read and page < last and "created_at_i" in request.url else ()

    def _ask(self, asked: Mapping[str, str]) -> Request:
        return Request(url=f"{self.url}?{urlencode(asked)}", conditional=False)


def _points(hit: Mapping[str, Any]) -> int:
    points = hit.get("points")
    return points if isinstance(points, int) else 0


def _draft(hit: Mapping[str, Any]) -> Draft:
    number = text_of(hit.get("objectID"))
    told = {key: text_of(hit.get(key)) for key in ("points", "num_comments")}
    return Draft(
        uid=number,
        url=text_of(hit.get("url")) or f"{DISCUSSION}{number}",
        title=html.escape(text_of(hit.get("title")), quote=False),
        html=text_of(hit.get("story_text")),
        published=text_of(hit.get("created_at")) or text_of(hit.get("created_at_i")) or None,
        authors=tuple(filter(None, (text_of(hit.get("author")),))),
        labels=tuple(t for t in map(text_of, values(hit.get("_tags"))) if t in {"ask_hn", "show_hn", "poll", "job"}),
        about={
            key: value for key, value in (told | {"discussion": f"{DISCUSSION}{number}" if number else ""}).items() if value
        },
    )
