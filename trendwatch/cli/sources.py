"""`trendwatch sources`: what is watched, what could be, and whether it answers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trendwatch.cli import options

if TYPE_CHECKING:
    from trendwatch.cli._add import Proposal
    from trendwatch.cli._check import Checked
    from trendwatch.config import Config
    from trendwatch.model import Source

app = typer.Typer(help="List, add and check the sources.", no_args_is_help=True, rich_markup_mode=None)

AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]


@app.command("list")
def list_(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """List the sources of the file, in its order, and those that its lists named at their last visit."""
    from trendwatch.cli import _table  # noqa: PLC0415 - loads when something is shown

    setting = options.config(ctx)
    rows = [_row(source) for source in _watched(setting).sources]
    if as_json:
        _print_json(rows)
        return
    _table.show(("name", "kind", "doctype", "region", "every", "tier", "enabled"), rows)
    named = len(rows) - len(setting.sources)
    typer.echo(
        f"{len(rows)} sources, {sum(bool(r['enabled']) for r in rows)} enabled{f'; {named} named by lists' if named else ''}."
    )


def _watched(setting: Config) -> Config:
    """With the sources that the file's lists named; without them, and saying so, when the store cannot be read."""
    from trendwatch import pipeline  # noqa: PLC0415 - as above
    from trendwatch.errors import StorageError  # noqa: PLC0415 - as above

    if not pipeline.lists_of(setting):
        return setting
    try:
        with options.look(setting) as store:
            return pipeline.followed(setting, store)
    except StorageError as error:
        typer.echo(f"What lists name is not known: {error}", err=True)
        return setting


def _row(source: Source) -> dict[str, object]:
    from trendwatch.config._values import duration  # noqa: PLC0415 - pydantic loads here, not with --help

    return {
        "name": source.name,
        "kind": source.kind,
        "doctype": source.doctype,
        "region": source.region,
        "every": duration(source.every_s),
        "tier": source.tier,
        "enabled": source.enabled,
        "address": source.reader.address(),
        "place": source.place,
    }


@app.command()
def kinds(*, as_json: AsJson = False) -> None:
    """Show each kind of source, what it reads and the keys it takes."""
    from trendwatch import config  # noqa: PLC0415 - the kinds load here, not with --help

    found = config.kinds()
    if as_json:
        _print_json([{"kind": k.name, "help": k.help, "keys": [key._asdict() for key in k.keys]} for k in found])
        return
    for kind in found:
        typer.echo(f"{kind.name}\n  {kind.help.replace(chr(10), chr(10) + '  ')}")
        for key in kind.keys:
            needed = "required" if key.required else f"default {key.default}" if key.default else "optional"
            typer.echo(f"    {key.name} ({key.type}; {needed}) {key.help}".rstrip())
        typer.echo("")
    typer.echo("Every source also takes: " + ", ".join(config.common_keys()) + ".")


@app.command()
def add(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(help="A feed, or a page that has one.")],
    *,
    name: Annotated[str, typer.Option("--name", help="What to call it; otherwise taken from its title.")] = "",
    kind: Annotated[str, typer.Option("--kind", help="The code that reads it; see `sources kinds`.")] = "feed",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    choice: Annotated[
        int, typer.Option("--choice", min=1, help="Which list of a page without a feed; 1 is the likeliest.")
    ] = 1,
) -> None:
    """Find the feed of a page, or selectors for a page without one, and write that into the file, which keeps its comments."""
    import os  # noqa: PLC0415 - the environment is read where it is needed

    from trendwatch import config  # noqa: PLC0415
    from trendwatch.cli import _add  # noqa: PLC0415 - the network loads here, not with --help

    setting = options.config(ctx)
    found = _add.propose(setting, url, kind=kind, name=name, choice=choice)
    _show(found)
    typer.echo(f"\nTo be added to {setting.path}:\n{options.clean(config.as_lines(found.entry), keep=chr(10))}")
    if not yes and not _agreed():
        raise typer.Exit(1)
    after = config.add(setting.path, found.entry, os.environ)
    typer.echo(
        f"Added: {after.sources[-1].place}. `trendwatch sources check {found.entry['name']}` shows what a digest would see."
    )


def _show(found: Proposal) -> None:
    """What a proposed source holds: titles of a feed; of a page without one what its selectors yield, as a table."""
    from trendwatch.cli import _table  # noqa: PLC0415 - loads when something is shown

    typer.echo(f"{options.clean(found.title) or 'No title'}: {found.entries} entries, newest {found.newest}.")
    for title in () if found.rows else found.titles:
        typer.echo(f"  {options.clean(title)}")
    if found.rows:
        typer.echo("No feed was found. The page repeats blocks that look like entries; by selectors they read:\n")
        _table.show(("title", "date", "link"), found.rows)
    if found.entries > len(found.rows) > 0:
        typer.echo(f"… and {found.entries - len(found.rows)} more.")
    for line in (*found.others, f"Beware: {found.warning}" if found.warning else ""):
        typer.echo(options.clean(line), nl=bool(line))


def _agreed() -> bool:
    """The person's answer; without a terminal to ask on, how to go on."""
    try:
        return typer.confirm("Add it?", default=True)
    except typer.Abort:
        typer.echo("\nNothing was added. To add it without being asked, give --yes; or write the lines into the file by hand.")
        return False


@app.command()
def check(
    ctx: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="The sources to ask; none is all enabled ones.")
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Ask those that are not enabled too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Ask sources once, store nothing, and show what came and what a digest would see. Failures first."""
    from trendwatch.cli import _check, _told  # noqa: PLC0415 - the network loads here, not with --help

    setting = _watched(options.config(ctx))
    chosen = _check.choose(setting, names or [], everything=everything)
    checked = _check.check(setting, chosen, now=options.now(ctx))
    if as_json:
        _print_json([_told.as_data(c) for c in checked])
    else:
        _told.show(checked, in_full=len(chosen) <= _told.FEW)
    if any(_failed(c) for c in checked):
        raise typer.Exit(1)


@app.command("import")
def import_(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE.opml", help="The list; - reads it from standard input.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Add the feeds of a list (OPML) to the file, which keeps its comments and order. Known addresses are not added again.

    What trendwatch exported comes back with all its keys, whatever its kind.
    """
    import os  # noqa: PLC0415 - the environment is read where it is needed

    from trendwatch.cli import _opml  # noqa: PLC0415 - the kinds load here, not with --help
    from trendwatch.config import _edit  # noqa: PLC0415 - as above
    from trendwatch.errors import QueryError  # noqa: PLC0415 - beside its only use

    if file == "-" and not yes:
        raise QueryError("Say --yes: with the list on standard input there is nobody to ask.")
    setting = options.config(ctx)
    found = _opml.take(setting, _bytes_of(file), file)
    for line in (*found.known, *found.renamed, *found.wrong):
        typer.echo(options.clean(line))
    if found.damaged:
        typer.echo(options.clean(f"{file}: {found.damaged}"))
    typer.echo(f"{len(found.entries)} to be added, {len(found.known)} known, {len(found.wrong)} that cannot be.")
    if found.entries:
        if not yes and not typer.confirm(f"Add {len(found.entries)} sources to {setting.path}?", default=True):
            raise typer.Exit(1)
        after = _edit.add_all(setting.path, found.entries, os.environ)
        typer.echo(f"Added: {after.sources[-len(found.entries)].place} and on. `trendwatch sources check` asks them all once.")
    if found.wrong:
        raise typer.Exit(1)


@app.command()
def export(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="[FILE]", help="Where to write; left out, standard output.")] = "-",
    *,
    opml: Annotated[
        bool, typer.Option("--opml", help="As OPML, which feed readers take and `sources import` reads back whole.")
    ] = False,
) -> None:
    """Write all sources as a list that other programs can read."""
    from trendwatch.config import opml as lists  # noqa: PLC0415 - the kinds load here, not with --help
    from trendwatch.errors import QueryError  # noqa: PLC0415 - beside its only use

    if not opml:
        raise QueryError("Say --opml: it is the one form there is so far.")
    setting = options.config(ctx)
    body = lists.export(setting.sources, "trendwatch")
    if file == "-":
        typer.echo(body.decode(), nl=False)
        return
    try:
        Path(file).write_bytes(body)
    except OSError as error:
        raise QueryError(f"{file}: cannot be written: {error.strerror or error}.") from error
    typer.echo(f"{file}: {len(setting.sources)} sources.")


def _bytes_of(file: str) -> bytes:
    from trendwatch.errors import QueryError  # noqa: PLC0415 - beside its only use

    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise QueryError(f"{file}: cannot be read: {error.strerror or error}.") from error


def _failed(checked: Checked) -> bool:
    return not checked.visit.succeeded


def _print_json(value: object) -> None:
    from trendwatch.cli import _json  # noqa: PLC0415 - beside its only use

    typer.echo(_json.dumps(value))
