"""What a check found, for a person or a program. No command."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer

from trendwatch.cli import options
from trendwatch.cli._check import Checked
from trendwatch.cli._seek import Found
from trendwatch.model import Item, Source

FEW = 5
"""So many sources are shown item by item; more are shown in a table."""
_TITLES = 3
_ITEMS = 20
_ADVICE = (
    ((401, 402), "it wants a login or a payment: set `enabled: false`."),
    ((403, 451), "it turns machines away, perhaps only from this network: try from another, or look for its feed elsewhere."),
    ((404, 410), "the address is gone: look at the site for the new one, or try `trendwatch sources add SITE`."),
    ((429, 503), "it asks for patience: raise `every`, and try again later."),
)


def advice(checked: Checked) -> str:
    """What to do about a source that failed or held nothing; "" when nothing is needed."""
    visit = checked.visit
    if checked.found:
        return _of_found(checked.source, checked.found)
    if visit.succeeded:
        return _of_success(checked)
    if checked.source.reader.address().startswith(("imaps:", "imap:")):
        return _of_mailbox(checked)
    for statuses, text in _ADVICE:
        if visit.status in statuses:
            return text
    return {
        "policy": "the address may not be asked: see `network.allow`, or its robots.txt.",
        "parse-error": f"what came is not what kind {checked.source.kind} reads: is it the feed's address, or a page? "
        f"`trendwatch sources add {checked.source.reader.address()}` looks for one.",
        "transient": "no usable answer this time: try again; if it stays, check the address.",
        "permanent": "the address does not work: look at the site for the new one.",
    }.get(visit.outcome, "")


def _of_found(source: Source, found: Found) -> str:
    newest = f"newest {found.newest.date()}" if found.newest else "undated"
    return f"its site has another feed, with {found.entries} entries, {newest}: write {found.url} into {source.place}."


def _of_success(checked: Checked) -> str:
    visit = checked.visit
    if visit.moved_to:
        return f"it has moved for good: write {visit.moved_to} into {checked.source.place}."
    if checked.named:
        return f"it names {len(checked.named)} feeds, the first {checked.named[0]}: `trendwatch crawl` asks them from its next run on."
    if not visit.found:
        return "it answered without entries; for some feeds that is normal on weekends."
    if not checked.items:
        return f"its filter left nothing: `trendwatch sources check {checked.source.name}` shows what was skipped."
    return ""


def _of_mailbox(checked: Checked) -> str:
    return {
        "policy": "set the password in the environment; a host that is not public must be listed under `network.allow`.",
        "permanent": "correct the user, the password or the folder; with a second factor, make an app password.",
    }.get(checked.visit.outcome, "no usable answer this time: try again; if it stays, check host and port.")


def as_data(checked: Checked) -> dict[str, Any]:
    """A check as plain data."""
    visit = checked.visit
    return {
        "source": checked.source.name,
        "place": checked.source.place,
        "outcome": visit.outcome,
        "succeeded": visit.succeeded,
        "error": visit.error,
        "status": visit.status,
        "url": visit.url,
        "moved_to": visit.moved_to,
        "found": visit.found,
        "kept": len(checked.items),
        "newest": checked.newest,
        "proposed": (checked.found.url if checked.found else visit.moved_to),
        "advice": advice(checked),
        "names": list(checked.named),
        "items": [_item(i) for i in checked.items],
        "skipped": [{"what": s.what, "reason": s.reason} for s in visit.skipped],
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "title": item.title,
        "url": item.canonical_url,
        "published_at": item.published_at,
        "date_note": item.date_note,
        "language": item.language,
        "doctype": item.doctype,
        "words": len(item.text.split()),
    }


def show(checked: Sequence[Checked], *, in_full: bool) -> None:
    """Failures first, each with advice; then what was read."""
    for one in checked:
        _headline(one)
        if in_full and one.visit.succeeded:
            _items(one)
        elif one.visit.succeeded:
            _titles(one)
    failed = sum(not c.visit.succeeded for c in checked)
    empty = sum(c.visit.succeeded and not c.items for c in checked)
    typer.echo(f"{len(checked)} asked, {len(checked) - failed} answered ({empty} with nothing to keep), {failed} failed.")


def _headline(checked: Checked) -> None:
    visit, source = checked.visit, checked.source
    latest = checked.newest
    line = f"{source.name}: {visit.outcome}"
    if visit.succeeded:
        line += f", {visit.found} entries, {len(checked.items)} kept, newest {latest.date() if latest else 'undated'}"
    typer.secho(options.clean(line), fg="green" if visit.succeeded else "red")
    if visit.error:
        typer.echo(f"  {options.clean(visit.error)}")
    if not visit.succeeded:
        typer.echo(f"  {source.place}  {options.clean(source.reader.address())}")
    if told := advice(checked):
        typer.echo(f"  → {options.clean(told)}")


def _titles(checked: Checked) -> None:
    for item in checked.items[:_TITLES]:
        typer.echo(f"  {options.clean(item.title)[:110]}")


def _items(checked: Checked) -> None:
    for item in checked.items[:_ITEMS]:
        day = str(item.published_at.date()) if item.published_at else "no date   "
        typer.echo(f"  {day}  {item.language.replace('und', '?'):<5} {options.clean(item.title)[:110]}")
        typer.echo(f"              {len(item.text.split())} words  {options.clean(item.canonical_url)[:140]}")
        if item.date_note:
            typer.echo(f"              {options.clean(item.date_note)}")
    if len(checked.items) > _ITEMS:
        typer.echo(f"  … and {len(checked.items) - _ITEMS} more (--json shows all)")
    for skip in checked.visit.skipped[:_ITEMS]:
        typer.echo(f"  skipped: {options.clean(skip.what)[:80]}: {options.clean(skip.reason)}")
    if len(checked.visit.skipped) > _ITEMS:
        typer.echo(f"  … and {len(checked.visit.skipped) - _ITEMS} more skipped (--json shows all)")
