"""`trendwatch demo`: the main job on the bundled sample, without the internet."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from trendwatch.cli.run import tell_digest
from trendwatch.errors import TrendwatchError


def command(
    *,
    folder: Annotated[
        Path, typer.Option(help="Where the demo keeps its files; what an earlier demo left there is replaced.")
    ] = Path("demo"),
) -> None:
    """Run ten weeks of made-up news through the whole path, served from this machine."""
    from trendwatch import config, pipeline  # noqa: PLC0415 - the stages load here, not with --help
    from trendwatch.cli._bars import bars  # noqa: PLC0415
    from trendwatch.demo import setting  # noqa: PLC0415
    from trendwatch.demo.server import Server  # noqa: PLC0415
    from trendwatch.storage import connect  # noqa: PLC0415

    _empty(folder)
    with Server(setting.CYCLES[0]) as server:
        chosen = config.load(setting.write(folder, server.address), {})
        with connect(chosen.store) as store:
            for now in setting.CYCLES:
                server.now = now
                with bars() as progress:
                    done = pipeline.run(chosen, store, now=now, progress=progress)
                for digest in done.digests:
                    tell_digest(digest)
            failed = [v for v in done.visits if not v.succeeded]
    for visit in failed:
        typer.echo(f"{visit.source}: {visit.outcome}: {visit.error}")
    newest = max((folder / "digests").glob("*.html"))
    typer.echo(
        f"\nOpen {newest} in a browser. Then try:\n"
        f"  {_typed()} --config {folder / 'sources.yaml'} --now {now:%Y-%m-%dT%H:%MZ} search voice cloning scam"
    )


def _typed() -> str:
    """The command as one has to type it here: by its path where it is not on PATH."""
    return "trendwatch" if shutil.which("trendwatch") else str(Path(sys.argv[0]))


def _empty(folder: Path) -> None:
    """Remove what an earlier demo left; refuse a folder that is not a demo's."""
    if not folder.exists():
        return
    if any(folder.iterdir()) and not (folder / "sources.yaml").is_file():
        raise TrendwatchError(f"{folder} exists and no demo made it: name another with --folder.")
    if (folder / "sources.yaml").is_file() and "trendwatch demo" not in (folder / "sources.yaml").read_text(encoding="utf-8"):
        raise TrendwatchError(f"{folder}/sources.yaml was not written by a demo: name another folder with --folder.")
    shutil.rmtree(folder)
