"""Digests as files in a folder: written whole or not at all."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from trendwatch.errors import DeliveryError
from trendwatch.model import Digest, Rendering
from trendwatch.report.deliverers import Deliverer
from trendwatch.report.message import message

_READABLE = 0o644


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder(Deliverer):
    """Writes each issue to `path` as 2026-W09.html, .txt, .md, .json and .eml; a digest not named "weekly" is named in front.

    `sender` stands in the .eml, which opens in any mail program.
    """

    path: str = field(default="digests", metadata={"help": "The folder; made when it is missing."})
    sender: str = field(default="trendwatch <trendwatch@localhost>", metadata={"help": "Who stands as sender in the .eml."})

    remembered: ClassVar[bool] = False

    def recipients(self, digest: Digest, asked: Sequence[str]) -> Sequence[str]:
        """The folder itself, whomever the digest asks for."""
        del digest, asked
        return (self.path,)

    def deliver(self, digest: Digest, renderings: Mapping[str, Rendering], recipient: str, secrets: Mapping[str, str]) -> str:
        """Write the issue's files. Raises DeliveryError (retry) when the folder cannot be written."""
        del secrets
        bodies = {suffix: r.body for suffix, r in sorted(renderings.items())}
        bodies["eml"] = message(digest, renderings, sender=self.sender, recipient="")
        folder, stem = Path(recipient), stem_of(digest)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for suffix, body in sorted(bodies.items()):
                _write(folder / f"{stem}.{suffix}", body)
        except OSError as error:
            raise DeliveryError(f"Cannot write to {folder}: {error.strerror or error}.") from error
        return str(folder / f"{stem}.html")


def stem_of(digest: Digest) -> str:
    """The file name of an issue without its suffix; it cannot leave the folder, whatever the digest is called."""
    name = re.sub(r"[^\w-]+", "-", digest.name).strip("-") or "digest"
    return digest.week if digest.name == "weekly" else f"{name}-{digest.week}"


def _write(path: Path, body: bytes) -> None:
    """Replace a file in one step: a reader sees the old one or the new one, also after a crash."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(_READABLE)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
