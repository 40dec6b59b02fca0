"""`kind: github_releases`: releases of repositories on GitHub, with their notes."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from trendwatch.collect.sources import SourceKind, _github
from trendwatch.collect.sources._mail import marked_up
from trendwatch.collect.sources._reading import records, text_of
from trendwatch.model import Draft, Page, Request, Response, Skip

PAGE = 30


@dataclass(frozen=True, kw_only=True)
class GithubReleases(SourceKind):
    """Releases of repositories on GitHub. Unlike the site's own feed it knows tags from releases, and says which are trials.

    A token in TRENDWATCH_GITHUB_TOKEN, which needs no rights at all, raises the limit from 60 requests an hour to 5,000.
    """

    teasers: ClassVar[bool] = False

    repositories: tuple[str, ...] = field(metadata={"help": "OWNER/NAME of each repository, such as example/model-server."})
    prereleases: bool = field(default=False, metadata={"help": "Whether trial releases are entries too."})
    url: str = field(default=_github.API, metadata={"help": "Address of the API, for GitHub Enterprise or a proxy."})

    def __post_init__(self) -> None:
        wrong = [name for name in self.repositories if not _github.REPOSITORY.fullmatch(name)]
        if wrong or not self.repositories:
            raise ValueError(
                f"repositories must be OWNER/NAME, such as example/model-server{', not ' + wrong[0][:80] if wrong else ''}"
            )

    def start(self, since: datetime | None) -> Sequence[Request]:  # noqa: ARG002 - an unchanged page costs nothing
        """The newest thirty releases of each repository."""
        return tuple(_github.ask(f"{self.url.rstrip('/')}/repos/{name}/releases?per_page={PAGE}") for name in self.repositories)

    def parse(self, response: Response) -> Page:
        """The releases, newest first. Those not published yet are left out; trials are named among the skipped."""
        found = [r for r in records(_github.read(response, list)) if r.get("draft") is not True]
        repository = "/".join(response.request.url.partition("?")[0].split("/")[-3:-1])
        trials = [r for r in found if r.get("prerelease") is True and not self.prereleases]
        return Page(
            drafts=tuple(_draft(release, repository) for release in found if release not in trials),
            skipped=tuple(Skip(what=f"{repository} {text_of(r.get('tag_name'))}", reason="is a trial release") for r in trials),
            title=f"Releases of {repository}",
            home=f"https://github.com/{repository}",
        )


def _draft(release: Mapping[str, Any], repository: str) -> Draft:
    tag, name = text_of(release.get("tag_name")), text_of(release.get("name"))
    project = repository.rpartition("/")[2]
    title = name or tag
    author = release.get("author")
    return Draft(
        uid=f"{repository}@{tag}" if tag else text_of(release.get("id")),
        url=text_of(release.get("html_url")),
        title=html.escape(title if project.casefold() in title.casefold() else f"{project} {title}", quote=False),
        html=marked_up(text_of(release.get("body"))),
        published=text_of(release.get("published_at")) or text_of(release.get("created_at")) or None,
        authors=tuple(filter(None, (text_of(author.get("login")) if isinstance(author, dict) else "",))),
        about={"repository": repository, "tag": tag} | ({"trial": "yes"} if release.get("prerelease") is True else {}),
    )
