"""`trendwatch run`: the main job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from trendwatch.cli import options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trendwatch.config import Config
    from trendwatch.model import Digest
    from trendwatch.pipeline import Articles, Handed, PutOff, Run


def command(
    ctx: typer.Context,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Ask every source, due or not.")] = False,
) -> None:
    """Crawl what is due, find what is new, write and deliver the digest that is due."""
    from trendwatch import pipeline, scheduler  # noqa: PLC0415 - the stages load here, not with --help
    from trendwatch.cli._bars import bars  # noqa: PLC0415
    from trendwatch.serving.lock import hold  # noqa: PLC0415
    from trendwatch.storage import connect  # noqa: PLC0415

    config, now = options.config(ctx), options.now(ctx)
    with hold(config.store, "trendwatch run", now), connect(config.store) as store, bars() as progress:
        config = pipeline.followed(config, store)
        due = None if everything else scheduler.due(config.sources, store, now)
        done = pipeline.run(config, store, now=now, sources=due, progress=progress)
    tell(done, config)
    if any(h.delivery.state in ("refused", "unknown") for h in done.handed):
        raise typer.Exit(1)


def tell(done: Run, config: Config) -> None:
    """What a run did, in a few lines."""
    failed = [v for v in done.visits if not v.succeeded]
    new, found = sum(v.new for v in done.visits), sum(v.found for v in done.visits)
    typer.echo(f"Asked {len(done.visits)} sources: {found} entries, {new} new, {len(failed)} sources failed.")
    for visit in failed:
        typer.echo(f"  {visit.source}: {visit.outcome}: {options.clean(visit.error)[:160]}")
    tell_put_off(done.put_off)
    tell_articles(done.articles)
    e = done.enriched
    typer.echo(f"Embedded {e.embedded} texts, judged {e.judged} items; {e.duplicates} duplicates, {e.stories} stories.")
    for digest in done.digests:
        tell_digest(digest)
    for handed in done.handed:
        tell_handed(handed)
    if not config.deliver:
        typer.echo("Nothing is delivered: sources.yaml has no deliver: folder.")


def tell_put_off(put_off: Sequence[PutOff]) -> None:
    """Sources that were not asked for their hosts' sake."""
    for one in put_off:
        typer.echo(f"  {one.source}: {options.clean(str(one))[:160]}")


def tell_articles(done: Articles) -> None:
    """What became of the pages behind teasers; nothing when none was lacking."""
    kept = ", ".join(f"{n} {state}" for state, n in sorted(done.kept.items(), key=lambda pair: (-pair[1], pair[0])))
    if done.read or done.kept or done.left:
        hosts = ", ".join(f"{n} because {host} asked to be left alone" for host, n in sorted(done.put_off.items()))
        left = f", {done.left} left for the next run{f' ({hosts})' if hosts else ''}" if done.left else ""
        typer.echo(f"Read {done.read} articles; {sum(done.kept.values())} teasers kept ({kept or 'none'}){left}.")


def tell_digest(digest: Digest) -> None:
    """An issue in one line, and its first headlines."""
    entries = [e for section in digest.sections.values() for e in section]
    typer.echo(
        f"Digest {digest.issue}: {len(entries)} {'story' if len(entries) == 1 else 'stories'} of {digest.counts.get('weighed', 0)} weighed."
    )
    for entry in entries[:3]:
        typer.echo(f"  {options.clean(entry.title)}")


def tell_handed(handed: Handed) -> None:
    """What became of one recipient's copy."""
    d = handed.delivery
    again = "" if handed.new else " (before)"
    typer.echo(f"{d.deliverer} → {options.clean(d.recipient)}: {d.state}{again}. {options.clean(d.detail)}".rstrip())
