"""`trendwatch tags`: teach the tagger with labels of one's own."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from trendwatch.cli import options
from trendwatch.errors import QueryError

if TYPE_CHECKING:
    from trendwatch.model import Item
    from trendwatch.storage import Store

app = typer.Typer(help="Teach the tagger with labels of your own.", no_args_is_help=True, rich_markup_mode=None)
FEWEST = 20
"""Labelled items below which nothing is learned: a fifth of them is held back to see whether it helps."""


@app.command()
def train(
    ctx: typer.Context,
    labels: Annotated[Path, typer.Argument(help='JSON lines: {"item": id, URL or identifier, "tags": ["house@1:…", …]}.')],
    *,
    out: Annotated[Path, typer.Option("--out", "-o", help="Where what is learned is written.")] = Path("tag_head.npz"),
) -> None:
    """Learn from labelled items of the archive, and say whether that is better than the packs alone."""
    from trendwatch import pipeline  # noqa: PLC0415 - the stages load here, not with --help
    from trendwatch.enrich import head  # noqa: PLC0415
    from trendwatch.enrich.taxonomy import Taxonomy  # noqa: PLC0415
    from trendwatch.serving.lock import hold  # noqa: PLC0415
    from trendwatch.storage import connect  # noqa: PLC0415

    config = options.config(ctx)
    taxonomy = Taxonomy.load(config.taxonomies, config.packs)
    embedder = pipeline.embedder_of(config)
    with hold(config.store, "trendwatch tags train", options.now(ctx)), connect(config.store) as store:
        pipeline.embed_lacking(store, embedder)
        items, gold = _labelled(store, labels, taxonomy.categories)
        vectors = store.vectors(embedder.model_id, [i.content_hash for i in items])
        judged = store.judgements([i.id for i in items])
    given = head.features(items, vectors, taxonomy, embedder)
    learned = head.train(gold, given)
    asked = set(learned.labels)
    wanted = [tags & asked for tags in gold]
    packs = [{t.tag for t in judged[i.id].taggings} & asked if i.id in judged else set() for i in items]
    taught = head.cross_validated(wanted, given, [i.id for i in items])
    learned.save(out)
    rare = sorted({t for tags in gold for t in tags} - asked)
    before, after = head.micro_f1(wanted, packs), head.micro_f1(wanted, taught)
    typer.echo(
        f"Learned {len(asked)} tag{'s' * (len(asked) != 1)} from {len(items)} items. Micro-F1 on them: packs alone {before:.3f}, "
        f"taught {after:.3f} (each fifth judged by what the others taught)."
    )
    if after <= before:
        typer.echo("That is no better than the packs alone: more labels, or more of the rare ones, may change it.")
    if rare:
        typer.echo(f"Not learned, on too few items or on all: {', '.join(rare)}.")
    typer.echo(f"Written to {out}. To use it, write `tag_head: {out}` into {config.path} and run `trendwatch retag`.")


def _labelled(store: Store, path: Path, known: Collection[str]) -> tuple[list[Item], list[set[str]]]:
    """Items and their tags, in the order of the file. Raises QueryError with every line that is wrong."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QueryError(f"{path} cannot be read: {error}.") from None
    items: list[Item] = []
    gold: list[set[str]] = []
    wrong: list[str] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            found = _read(store, line, known)
            if isinstance(found, str):
                wrong.append(f"{path}:{number}: {found}")
            else:
                items.append(found[0])
                gold.append(found[1])
    twice = [key for key, count in Counter(i.id for i in items).items() if count > 1]
    wrong += [f"{path}: item {key} is labelled more than once." for key in sorted(twice)]
    if wrong:
        raise QueryError("\n".join(wrong))
    if len(items) < FEWEST:
        raise QueryError(f"{path} labels {len(items)} items: at least {FEWEST} are needed.")
    return items, gold


def _read(store: Store, line: str, known: Collection[str]) -> tuple[Item, set[str]] | str:
    """An item with its tags, or what is wrong with the line."""
    try:
        row: Any = json.loads(line)
    except ValueError as error:
        return f"no JSON: {error}."
    name, tags = (row.get("item"), row.get("tags")) if isinstance(row, dict) else (None, None)
    if not isinstance(name, str) or not isinstance(tags, list) or not all(isinstance(t, str) for t in tags):
        return 'must be {"item": "…", "tags": ["…"]}.'
    if unknown := sorted(set(tags) - set(known)):
        return f"there is no tag {unknown[0]!r}; `trendwatch taxonomy list` shows the frameworks."
    found: Sequence[Item] = store.find_items(name)
    if len(found) != 1:
        return f"{name!r} names {len(found) or 'no'} item{'s' if len(found) > 1 else ''} of the archive."
    return found[0], set(tags)
