"""What no single key can tell: secrets, addresses, and things that may stand only once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path as FilePath
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from trendwatch import plugins
from trendwatch.config import _kinds, _models
from trendwatch.config._complaints import Complaints, Path, meant
from trendwatch.config._nodes import Node
from trendwatch.errors import FetchError
from trendwatch.model import Source

_SECRET = re.compile(
    r"(.*[_-])?(pass(word|wd|phrase)?|pwd|secrets?|tokens?|api[_-]?key|apikey|access[_-]?key|private[_-]?key|credentials?|auth"
    r"|authorization|bearer|key)",
    re.IGNORECASE,
)
_SECRET_PARAMETER = re.compile(r"[?&](access_token|token|api_?key|password|passwd|secret|auth)=", re.IGNORECASE)
_ORDINARY = re.compile(r"([a-z0-9-]{1,63}\.)+[a-z]{2,63}")
_LOCAL = frozenset(
    ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "arpa", "onion")
)  # the guard has the word
_PORTS = {"http": 80, "https": 443}


def secrets(root: Node, complaints: Complaints) -> None:
    """Refuse keys that hold secrets, wherever they stand. The value is never repeated."""
    for path in _keys(root, ()):
        key = str(path[-1])
        if not _SECRET.fullmatch(key):
            continue
        complaints.refuse(
            path, f"a secret does not belong into this file; take it out and set {_variable(path)} in the environment."
        )


def _keys(node: Node, path: Path) -> Iterator[Path]:
    pairs: Iterable[tuple[str | int, Node]] = ()
    if isinstance(node.value, dict):
        pairs = node.value.items()
        yield from ((*path, key) for key in node.value)
    elif isinstance(node.value, list):
        pairs = enumerate(node.value)
    for step, child in pairs:
        if not isinstance(child.value, str):
            yield from _keys(child, (*path, step))


def _variable(path: Path) -> str:
    """The variable that a deliverer reads for such a key, or the mail password, which is what is meant most often."""
    if path[0] == "deliver" and len(path) > 1 and path[1] in plugins.names(_kinds.DELIVERERS):
        wanted = _kinds.deliverer(str(path[1])).secrets
        return wanted.get(str(path[-1])) or next(iter(wanted.values()), f"TRENDWATCH_{str(path[-1]).upper()}")
    word = re.sub(r"\W", "_", str(path[-1])).upper()
    if "PASS" in word:
        return "TRENDWATCH_IMAP_PASSWORD" if path[0] == "sources" else "TRENDWATCH_SMTP_PASSWORD"
    return f"TRENDWATCH_{word}"


def names(sources: Sequence[tuple[int, Source]], complaints: Complaints) -> None:
    """A name stands once, whatever its case."""
    seen: dict[str, int] = {}
    for index, source in sources:
        first = seen.setdefault(source.name.casefold(), index)
        if first != index:
            line = complaints.line_of(("sources", first, "name"))
            complaints.add(("sources", index, "name"), f"this name stands on line {line} already.")


def urls(sources: Sequence[tuple[int, Source]], allow: Sequence[str], complaints: Complaints) -> None:
    """Addresses can be asked, and no two sources ask the same."""
    seen: dict[tuple[str, ...], int] = {}
    for index, source in sources:
        path = ("sources", index, "url")
        asked = [request.url for request in source.reader.start(None)]
        wrong = next((w for w in (wrong_url(u, allow) for u in asked) if w), "")
        if wrong:
            complaints.add(path, wrong)
            continue
        first = seen.setdefault(tuple(sorted(map(same, asked))), index)
        if first != index:
            other = sources_name(sources, first)
            complaints.add(path, f'"{other}" on line {complaints.line_of(("sources", first, "url"))} asks the same address.')


def sources_name(sources: Sequence[tuple[int, Source]], index: int) -> str:
    """The name of the source at a place of the list."""
    return next(s.name for i, s in sources if i == index)


def wrong_url(url: str, allow: Sequence[str]) -> str:
    """What keeps an address from being asked; "" when nothing does. The network guard looks again at every connection."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError as error:
        return f"not a URL: {error}."
    if parts.scheme not in _PORTS:
        return _mailbox(url, allow) if parts.scheme in ("imaps", "imap") else _scheme(url, parts.scheme)
    if "@" in parts.netloc or _SECRET_PARAMETER.search(url):
        what = "a name or password" if "@" in parts.netloc else "a token or key"
        return f"{what} in a URL; a secret does not belong into this file."
    if not host or re.search(r"[\s\\<>\"^`{|}]", url):
        return "not a URL: it has no host, or a space or bracket in it."
    if _ORDINARY.fullmatch(host) and port == _PORTS[parts.scheme] and host.rpartition(".")[2] not in _LOCAL:
        return ""
    return _guarded(url, allow)


def _guarded(url: str, allow: Sequence[str]) -> str:
    """What the network's guard says of an address that is out of the ordinary."""
    from trendwatch.collect.guard import Guard  # noqa: PLC0415 - it loads the HTTP library, which few files need

    try:
        Guard(allow).check_url(url)
    except FetchError as error:
        return f"{error}."
    return ""


def _mailbox(url: str, allow: Sequence[str]) -> str:
    """The same for a mailbox, whose address names its user but holds no password."""
    from trendwatch.collect.guard import Guard  # noqa: PLC0415 - as below
    from trendwatch.collect.imap_url import Box  # noqa: PLC0415 - as below

    try:
        Box.of(url).permit(Guard(allow))
    except FetchError as error:
        return f"{error}."
    return ""


def _scheme(url: str, scheme: str) -> str:
    if not scheme or "." in scheme or scheme == "localhost":
        return f'not a web address; did you mean "https://{url[:80].lstrip("/")}"?'
    return f'"{scheme}:" is not asked, only https: and http:.'


def same(url: str) -> str:
    """A URL folded for comparing: scheme, case of the host, default port, final slash and fragment make no difference."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port and parts.port not in _PORTS.values() else ""
    user = f"{parts.username}@" if parts.username else ""
    return urlunsplit(("", f"{user}{parts.hostname}{port}", parts.path.rstrip("/"), parts.query, ""))


def store(url: str, complaints: Complaints) -> None:
    """The archive's address holds no password."""
    parts = urlsplit(url)
    if parts.password:
        complaints.add(("store",), "a password in the store's URL; set TRENDWATCH_STORE in the environment instead.")


def digests(specs: Sequence[_models.Digest], complaints: Complaints, *, single: bool) -> None:
    """Digests have different names."""
    seen: dict[str, int] = {}
    for index, spec in enumerate(specs):
        first = seen.setdefault(spec.name.casefold(), index)
        if first != index and not single:
            line = complaints.line_of(("digest", first))
            complaints.add(("digest", index, "name"), f"this name stands on line {line} already.")


def taxonomies(given: Any, names: Sequence[str], complaints: Complaints) -> None:
    """The frameworks that are asked for exist."""
    from trendwatch.enrich import taxonomy  # noqa: PLC0415 - only when the file names any

    if given is None:
        return
    known = taxonomy.available()
    for index, name in enumerate(names):
        if name not in known:
            path: Path = ("taxonomies", index) if isinstance(given, list) else ("taxonomies",)
            complaints.add(path, f'unknown taxonomy "{name[:60]}"{meant(name, known)} Known: {", ".join(known)}.')


def tags(top: _models.File, folder: FilePath, complaints: Complaints, *, single: bool) -> None:
    """The tags that digests ask for exist in the taxonomies of the file."""
    asked = [(n, i, tag) for n, digest in enumerate(top.digest) for i, tag in enumerate(digest.tags)]
    if not asked or complaints:  # a taxonomy is read only where it is asked about, and only when it can be
        return
    from trendwatch.enrich.taxonomy import Taxonomy  # noqa: PLC0415 - see above

    known = Taxonomy.load(top.taxonomies, [folder / p for p in top.packs]).infos
    for number, index, tag in asked:
        if tag not in known:
            place: Path = ("digest", "tags", index) if single else ("digest", number, "tags", index)
            complaints.add(place, f'unknown tag "{tag[:60]}"{meant(tag, known)}')
