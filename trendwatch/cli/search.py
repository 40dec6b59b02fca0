"""`trendwatch search`: what is known about a matter."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from trendwatch.cli import options
from trendwatch.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trendwatch.config import Glance
    from trendwatch.model import Hit

Many = list[str] | None


def command(
    ctx: typer.Context,
    words: Annotated[list[str], typer.Argument(help="What to look for, in plain words.")],
    *,
    since: Annotated[str, typer.Option(help="Only from then on: 90d, 12w, 2026-01-31.")] = "",
    until: Annotated[str, typer.Option(help="Only up to then.")] = "",
    tag: Annotated[Many, typer.Option(help="Only with this tag, or any of a framework: owasp-llm@2026.")] = None,
    source: Annotated[Many, typer.Option(help="Only from this source.")] = None,
    doctype: Annotated[Many, typer.Option(help="Only paper, news, regulation, incident or post.")] = None,
    off_topic: Annotated[bool, typer.Option("--off-topic", help="Also what is off topic.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Search the archive by words and meaning."""
    # One question is answered by one thread: starting more takes longer than they save. Before numpy loads, or it is not heard.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Loaded here and not with --help; the engine itself and not the pipeline, which would bring the crawler along: half a second.
    from trendwatch.cli import _json  # noqa: PLC0415
    from trendwatch.enrich import embed  # noqa: PLC0415
    from trendwatch.model import DOCTYPES, Query  # noqa: PLC0415
    from trendwatch.search import parse_since, search  # noqa: PLC0415

    config, now = options.glance(ctx), options.now(ctx)
    wrong = [d for d in doctype or () if d not in DOCTYPES]
    if wrong:
        raise QueryError(f"{wrong[0]!r} is no doctype; there are {', '.join(DOCTYPES)}.")
    _known(config, tag or (), source or ())
    query = Query(
        words=" ".join(words),
        since_at=parse_since(since, now) if since else None,
        until_at=parse_since(until, now) if until else None,
        tags=tuple(tag or ()),
        sources=tuple(source or ()),
        doctypes=tuple(d for d in DOCTYPES if d in (doctype or ())),
        verdicts=() if off_topic else ("relevant", "context"),
        limit=limit,
    )
    if not any(c.isalnum() for c in query.words):
        raise QueryError("say what to look for, in words.")
    with options.look(config) as store:
        hits = search(store, embed.load(config.embedding), query, least_cosine=config.thresholds.search)
        waiting = 0 if hits else _waiting(store.counts())
    if as_json:
        typer.echo(_json.dumps(hits))
    elif not hits and waiting:
        typer.echo(
            f"Nothing found, but {waiting} items are not judged yet: `trendwatch run` or `trendwatch rebuild` goes on with it."
        )
    elif not hits:
        typer.echo("Nothing found. Fewer words, a longer --since or --off-topic may find more.")
    else:
        _show(hits)


def _known(config: Glance, tags: list[str] | tuple[str, ...], sources: list[str] | tuple[str, ...]) -> None:
    """Refuse a tag or source that does not exist: an empty answer would look like news."""
    names = set(config.names)
    for kind, asked, known in (("tag", tags, None), ("source", sources, names)):
        for text in asked:
            if known is None:
                from trendwatch.enrich.taxonomy import Taxonomy  # noqa: PLC0415 - loads only when a tag is asked for

                infos = Taxonomy.load(config.taxonomies, config.packs).infos
                known = set(infos) | {i.framework for i in infos.values()}  # noqa: PLW2901 - loaded once, at the first tag
            if text not in known and not any(k.startswith(text) for k in known):
                import difflib  # noqa: PLC0415 - only for a mistake

                near = ", ".join(difflib.get_close_matches(text, known, 3)) or "none like it"
                raise QueryError(f"there is no {kind} {text!r}; near: {near}.")


def _waiting(counts: Mapping[str, int]) -> int:
    """Items that a search for what is relevant cannot find yet: stored and not judged, after a crawl or amid a rebuild."""
    return max(0, counts["items"] - counts["judgements"])


def _show(hits: list[Hit]) -> None:
    from rich.console import Console  # noqa: PLC0415 - loads when something is shown
    from rich.text import Text  # noqa: PLC0415

    console = Console()
    for hit in hits:
        item = hit.item
        console.print(Text.assemble((options.clean(item.title), "bold"), f"  {item.id[:8]}"))
        how = " + ".join(
            x for x in (f"words #{hit.by_words}" * bool(hit.by_words), f"meaning #{hit.by_meaning}" * bool(hit.by_meaning)) if x
        )
        console.print(Text(f"{item.at:%Y-%m-%d}  {item.doctype}  {item.source}  {hit.score:.2f} by {how}", style="dim"))
        snippet = Text("")
        at = 0
        for start, end in hit.marks:
            snippet.append(options.clean(hit.snippet[at:start], keep="\n"))
            snippet.append(options.clean(hit.snippet[start:end]), style="bold yellow")
            at = end
        snippet.append(options.clean(hit.snippet[at:], keep="\n"))
        console.print(snippet)
        if hit.tags:
            console.print(Text(" ".join(hit.tags[:6]), style="cyan"))
        console.print(Text(options.clean(item.url), style="dim"), "", sep="\n", soft_wrap=True)  # a link stays one
