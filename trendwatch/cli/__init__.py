"""The command line: one file per command, thin; it reads the clock and the environment.

A command is a file. `cli/<name>.py` holds either `command`, a function that typer registers as `trendwatch <name>`, or `app`, a
`typer.Typer` whose commands become `trendwatch <name> …`; underscores become hyphens, and a file whose name starts with an
underscore is no command. The first sentence of the docstring (of `command`, or the `help=` of `app`) is the line in `--help`.
Nothing lists the commands.

    def command(ctx: typer.Context, words: str, *, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
        \"\"\"Search the archive.\"\"\"
        from trendwatch import search   # heavy: numpy loads here, not with --help

        setting = options.config(ctx)   # trendwatch.cli.options: --config read and checked, once
        now = options.now(ctx)          # --now, or the clock

Help imports every command's file, so a file imports numpy, pydantic, httpx2 and the stages inside its functions only. A
TrendwatchError becomes one clean message and its exit status; commands do not catch it. Text that came from the web goes
through `trendwatch.cli.options.clean` before it reaches a terminal.
"""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

from trendwatch import __version__
from trendwatch.cli import options
from trendwatch.errors import ConfigError, TrendwatchError

__all__ = ["app"]


class Commands(TyperGroup):
    """Finds a command's file when it is asked for, and turns our errors into messages."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Every command, sorted."""
        del ctx
        self.commands.update({name: command for name in _names() if (command := _load(name)) is not None})
        return sorted(self.commands)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A command by name, or None; then all are loaded, so that the nearest can be suggested."""
        name = cmd_name.replace("_", "-")
        if (found := _load(name)) is None:
            self.list_commands(ctx)
        return found

    def invoke(self, ctx: Any) -> Any:
        """Run a command. An error of ours ends it with a message on stderr and its exit status."""
        try:
            return super().invoke(ctx)
        except TrendwatchError as error:
            typer.echo(message(error), err=True)
            raise typer.Exit(error.exit_status) from None


def _names() -> list[str]:
    found = (m.name.replace("_", "-") for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))
    return sorted(found)


def _load(name: str) -> Any:
    """The command in a file of this folder; None when there is no such file or it holds none."""
    if name not in _names():
        return None
    module = importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
    if isinstance(group := getattr(module, "app", None), typer.Typer):
        loaded: Any = get_group(group)
    elif callable(function := getattr(module, "command", None)):
        alone = typer.Typer(add_completion=False)
        alone.command(name)(function)
        loaded = get_command(alone)
    else:
        return None
    loaded.name = name
    return loaded


def message(error: TrendwatchError) -> str:
    """An error as a person reads it: complaints line by line with their number, anything else in one paragraph."""
    text = options.clean(str(error), keep="\n")
    if not isinstance(error, ConfigError):
        return f"trendwatch: {text}"
    count = len(error.complaints)
    return f"{text}\n{count} {'mistake' if count == 1 else 'mistakes'} in the configuration; nothing was done."


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"trendwatch {__version__}")
        raise typer.Exit


app = typer.Typer(
    name="trendwatch",
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="One e-mail a week on what moved in the safety of generative AI.",
)


@app.callback()
def main(
    ctx: typer.Context,
    *,
    config: Annotated[
        Path, typer.Option("--config", "-c", envvar="TRENDWATCH_CONFIG", help="The file that says what to watch.")
    ] = Path("sources.yaml"),
    now: Annotated[
        str, typer.Option("--now", metavar="ISO", help="Act as if it were this moment, such as 2026-03-02T07:00Z.")
    ] = "",
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")] = False,
) -> None:
    """One e-mail a week on what moved in the safety of generative AI."""
    del version
    ctx.obj = options.Options(path=config, moment=options.moment(now))
