"""`trendwatch show`: one item, whole."""

from __future__ import annotations

from typing import Annotated

import typer

from trendwatch.cli import options


def command(
    ctx: typer.Context,
    item: Annotated[str, typer.Argument(help="An id or its first digits, a URL, or an identifier such as arxiv:2601.01234.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Show an item: text, tags with their words, dates, the story it is in, its earlier states."""
    from trendwatch.cli import _find, _json  # noqa: PLC0415 - loads when something is shown

    config = options.config(ctx)
    with options.look(config) as store:
        found = _find.one(store, item)
        judged = store.judgements([found.id]).get(found.id)
        stories = store.stories([found.id])
        others = store.items(ids=[i for s in stories for i in s.item_ids if i != found.id])
        revisions = store.revisions(found.id)
        article = store.articles([found.id]).get(found.id)
    if as_json:
        typer.echo(
            _json.dumps({"item": found, "judgement": judged, "stories": stories, "revisions": revisions, "article": article})
        )
        return
    when = f"{found.published_at:%Y-%m-%d %H:%M}" if found.published_at else "without a date"
    lines = [
        found.title,
        f"{found.doctype} · {found.source} · {when} · seen {found.first_seen_at:%Y-%m-%d %H:%M} · {found.id}",
        found.url,
        "",
        found.text,
    ]
    if article:
        told = (
            f"from its page, confidence {article.confidence:.2f}" if article.state == "ok" else f"the feed's: {article.reason}"
        )
        lines += ["", f"text: {told}"]
    lines += ["", *(f"{k}: {v}" for k, v in [*found.about.items(), *found.dates.items()]), " ".join(found.identifiers)]
    if judged:
        lines += [f"{judged.relevance.verdict} {judged.relevance.score:.2f}: {judged.relevance.reason}"]
        lines += [f"  {t.tag} {t.score:.2f} “{t.evidence[0].quote}”" for t in judged.taggings]
        lines += [f"  {d.what} {d.on}" for d in judged.deadlines]
    lines += [f"  also in its story: {o.id[:8]} {o.source}: {o.title}" for o in others]
    lines += [f"  until {at:%Y-%m-%d %H:%M} it read: {title}" for at, title, _ in revisions]
    typer.echo(options.clean("\n".join(lines), keep="\n"))
