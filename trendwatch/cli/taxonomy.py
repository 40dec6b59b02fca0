"""`trendwatch taxonomy`: what the risk frameworks hold, and what changed from one version to the next."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from trendwatch.cli import options
from trendwatch.errors import QueryError

if TYPE_CHECKING:
    from trendwatch.enrich.taxonomy import Category, Taxonomy

app = typer.Typer(help="Show the risk frameworks that items are tagged with.", no_args_is_help=True, rich_markup_mode=None)
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
MARKS = {"V1": "primary text", "V2": "two copies", "U": "no", "own": "our own"}
"""What names and ids were checked against."""


@app.command(name="list")
def list_(ctx: typer.Context, *, as_json: Json = False) -> None:
    """List the frameworks at hand, and which of them sources.yaml uses."""
    from trendwatch.cli import _json, _table  # noqa: PLC0415 - loads when something is shown
    from trendwatch.enrich.taxonomy import available  # noqa: PLC0415

    used, shipped = options.config(ctx).taxonomies, available()
    rows = [
        {
            "framework": name,
            "title": pack.title,
            "of": pack.date,
            "entries": len(pack.categories),
            "used": name in used or name not in shipped,
            "verified": MARKS.get(pack.verified, pack.verified),
        }
        for name, pack in sorted(_all(ctx).packs.items())
    ]
    if as_json:
        typer.echo(_json.dumps(rows))
    else:
        _table.show(list(rows[0]), rows)


@app.command()
def diff(
    ctx: typer.Context,
    old: Annotated[str, typer.Argument(help="A framework and version, such as owasp-llm@2025.")],
    new: Annotated[
        str, typer.Argument(help="Another version, or another framework: the crosswalk leads from one to the other.")
    ],
    *,
    as_json: Json = False,
) -> None:
    """Show what each entry of one list is in the other: the same id may be another thing."""
    from trendwatch.cli import _json, _table  # noqa: PLC0415 - loads when something is shown
    from trendwatch.enrich.taxonomy.changes import diff as compare  # noqa: PLC0415

    taxonomy = _all(ctx)
    changes = compare(_entries(taxonomy, old), _entries(taxonomy, new))
    rows = [
        {
            "was": f"{c.old.id} {c.old.name}" if c.old else "",
            "change": c.verdict,
            "is": ", ".join(f"{n.id} {n.name}" for n in c.new),
        }
        for c in changes
    ]
    if as_json:
        typer.echo(_json.dumps(rows))
        return
    _table.show(("was", "change", "is"), rows)
    counts = {v: sum(c.verdict == v for c in changes) for v in ("same", "renamed", "moved", "split", "gone", "added")}
    typer.echo(f"{old} → {new}: " + ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count) + ".")


@app.command()
def show(
    ctx: typer.Context,
    tag: Annotated[
        str,
        typer.Argument(
            help="A tag such as owasp-llm@2026:LLM03, an id, name or word such as LLM03 or Claude, a framework or a facet."
        ),
    ],
    *,
    as_json: Json = False,
) -> None:
    """Show an entry: what it means, the words that earn it, and what other frameworks call it."""
    from trendwatch.cli import _json  # noqa: PLC0415 - loads when something is shown

    taxonomy = _all(ctx)
    found = _found(taxonomy, tag)
    if as_json:
        typer.echo(_json.dumps([asdict(c) | {"about": dict(c.about)} for c in found]))
    elif len(found) > 1:
        for category in found:
            typer.echo(f"{category.tag}  {category.name}")
    else:
        _tell(found[0], taxonomy)


def _tell(category: Category, taxonomy: Taxonomy) -> None:
    lines: Mapping[str, tuple[str, ...]] = {
        "words": category.words,
        "names that need a context": category.doubtful,
        "hints": category.hints,
        "needs": category.needs,
        "not near": category.not_near,
        "examples": category.examples,
        "not": category.counter_examples,
    }
    typer.echo(f"{category.tag}  {category.name}\n{category.definition}")
    for name, values in lines.items():
        if values:
            typer.echo(f"  {name}: {'; '.join(values)}")
    for lender in category.sources:
        lent = taxonomy.categories[lender]
        typer.echo(f"  words of {lender}: {'; '.join((*lent.words, *lent.doubtful))}")
    for name, value in category.about.items():
        typer.echo(f"  {name}: {value}")
    for tag in category.related:
        typer.echo(f"  see also {tag}  {taxonomy.categories[tag].name}")
    if category.alone:
        typer.echo("  no other framework has it")
    typer.echo(f"  written in {category.place}")


def _all(ctx: typer.Context) -> Taxonomy:
    """Every framework that comes with trendwatch, and the user's own."""
    from trendwatch.enrich.taxonomy import Taxonomy, available  # noqa: PLC0415 - yaml loads here, not with --help

    return Taxonomy.load(available(), options.config(ctx).packs)


def _entries(taxonomy: Taxonomy, framework: str) -> dict[str, Category]:
    """The entries of a framework; its version may be left out where there is one only."""
    versions = [name for name in taxonomy.packs if framework in (name, name.partition("@")[0])]
    if len(versions) > 1:
        raise QueryError(f"{framework!r} is at hand in {len(versions)} versions: name one of {', '.join(versions)}.")
    if not versions:
        raise QueryError(f"there is no framework {framework!r}; {_near(framework, taxonomy.packs)}.")
    return {tag: c for tag, c in taxonomy.categories.items() if c.framework == versions[0]}


def _found(taxonomy: Taxonomy, text: str) -> list[Category]:
    """The entry with this tag; else those with this id, of this framework or facet, with this end of the id, with this in the
    name, or earned by this word.
    """
    everything, asked = taxonomy.categories, text.casefold()
    if text in everything:
        return [everything[text]]
    ways: tuple[Callable[[Category], bool], ...] = (
        lambda c: c.id.casefold() == asked,
        lambda c: asked in (c.framework, c.framework.partition("@")[0], c.facet),
        lambda c: c.id.casefold().endswith(f".{asked}"),
        lambda c: asked in c.name.casefold(),
        lambda c: asked in {word.casefold() for word in (*c.words, *c.doubtful)},
    )
    for way in ways:
        if found := [c for c in everything.values() if way(c)]:
            return found
    known = [*everything, *taxonomy.packs, *(c.id for c in everything.values())]
    raise QueryError(f"there is no tag {text!r}; {_near(text, known)}.")


def _near(text: str, known: Mapping[str, object] | list[str]) -> str:
    return f"near: {', '.join(difflib.get_close_matches(text, list(known), 3, 0.4)) or 'none like it'}"
