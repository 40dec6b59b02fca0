"""From the bytes of sources.yaml to a Config, collecting every mistake on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from trendwatch import plugins
from trendwatch.config import Config, _checks, _kinds, _models, _nodes
from trendwatch.config._complaints import Complaints, likely
from trendwatch.errors import ConfigError, PluginError
from trendwatch.model import ArticleBudget, DigestSpec, EmbeddingModel, Network, Source, Thresholds, WordFilter
from trendwatch.report.deliverers import Deliverer

_SOURCE_KEYS = tuple(_models.Source.model_fields)
_TOP = ("defaults", "sources", *_models.File.model_fields, "deliver")
_KIND_WORDS = {"rss": "feed", "atom": "feed", "rdf": "feed", "json": "feed", "jsonfeed": "feed", "hn": "hacker_news"}


def parse(data: bytes, path: Path, environ: Mapping[str, str]) -> Config:
    """See `trendwatch.config.parse`."""
    root, begun = _nodes.read(data, str(path))
    if not isinstance(root.value, dict):
        raise ConfigError(
            [*begun, f'{path}:{root.line}:{root.column}: the file must hold keys such as "sources:" and "digest:".']
        )
    complaints = Complaints(str(path), root, begun)
    _checks.secrets(root, complaints)
    tree = root.plain()
    top = _top(tree, complaints)
    deliver = _deliver(tree.get("deliver"), complaints)
    sources = _sources(tree, str(path), root, complaints)
    network = _network(top.network)
    _checks.digests(top.digest, complaints, single=isinstance(tree.get("digest"), dict))
    _checks.names(sources, complaints)
    _checks.urls(sources, network.allow, complaints)
    _checks.store(top.store, complaints)
    _checks.taxonomies(tree.get("taxonomies"), top.taxonomies, complaints)
    _checks.tags(top, path.parent, complaints, single=isinstance(tree.get("digest"), dict))
    if complaints:
        raise ConfigError(complaints.lines())
    return Config(
        path=path,
        sources=tuple(source for _, source in sources),
        digests=tuple(_spec(d) for d in top.digest),
        deliver=deliver,
        taxonomies=top.taxonomies,
        packs=tuple(path.parent / p for p in top.packs),
        tag_head=path.parent / top.tag_head if top.tag_head else None,
        store=environ.get("TRENDWATCH_STORE") or top.store,
        network=network,
        articles=ArticleBudget(pages=top.articles.pages, seconds_s=top.articles.time),
        embedding=_embedding(top.embedding),
        thresholds=_thresholds(top.embedding.thresholds),
        secrets=_from_environment(deliver, environ),
        variables={name: value for name, value in environ.items() if name.startswith("TRENDWATCH_") and value},
    )


def _embedding(given: _models.Embedding) -> EmbeddingModel:
    return EmbeddingModel(
        engine=given.engine,
        name=given.model,
        revision=given.revision,
        text_prefix=given.text_prefix,
        query_prefix=given.query_prefix,
        dimension=given.dimension,
    )


def _thresholds(given: _models.Thresholds) -> Thresholds:
    return Thresholds(duplicate=given.duplicate, story=given.story, tag=given.tag, search=given.search)


def _top(tree: Mapping[str, Any], complaints: Complaints) -> _models.File:
    """Everything but sources and deliverers; the defaults where it is wrong, so that the rest can be checked too."""
    given = {k: v for k, v in tree.items() if k in _models.File.model_fields and v is not None}
    for key in tree:
        if key not in _TOP:
            complaints.unknown((key,), _TOP)
    good: dict[str, Any] = {}
    for key, value in given.items():
        try:
            good[key] = getattr(_models.File.model_validate({key: value}), key)
        except ValidationError as error:
            complaints.invalid((), error, _TOP, single=key == "digest" and isinstance(value, dict))
    return _models.File.model_construct(**{k: f.default for k, f in _models.File.model_fields.items()} | good)


def _defaults(given: Any, complaints: Complaints) -> dict[str, Any]:
    """The defaults that are right, as written; the wrong ones are complained of once, here."""
    if given is None:
        return {}
    try:
        _models.Defaults.model_validate(given)
    except ValidationError as error:
        complaints.invalid(("defaults",), error, _models.Defaults.model_fields)
        if not isinstance(given, dict):
            return {}
        wrong = {e["loc"][0] for e in error.errors() if e["loc"]}
        return {k: v for k, v in given.items() if k not in wrong}
    return dict(given)


def _sources(tree: Mapping[str, Any], file: str, root: _nodes.Node, complaints: Complaints) -> list[tuple[int, Source]]:
    """The sources that are right, with their place in the list."""
    defaults = _defaults(tree.get("defaults"), complaints)
    rows = tree.get("sources")
    if rows is None:
        complaints.add((), 'there is no source; list them under "sources:".')
        return []
    if not isinstance(rows, list):
        complaints.add(("sources",), 'must be a list: each source starts with "- name: …".')
        return []
    found = []
    for index, row in enumerate(rows):
        source = _source(index, row, defaults, f"{file}:{root.at(('sources', index)).line}", complaints)
        if source:
            found.append((index, source))
    return found


def _source(index: int, row: Any, defaults: Mapping[str, Any], place: str, complaints: Complaints) -> Source | None:
    path = ("sources", index)
    if not isinstance(row, dict):
        complaints.add(path, "must be a mapping of keys to values: name, kind, url …")
        return None
    model = _model_of(path, row, complaints)
    if model is None:
        return None
    kind = _kinds.source_kind(row.get("kind", "feed"))
    shared = {k: v for k, v in defaults.items() if k not in _kinds.keys_of(kind)}
    try:
        valid = model.model_validate(shared | row)
        reader = kind(**_kinds.own_values(kind, valid))
    except ValidationError as error:
        complaints.invalid(path, error, model.model_fields, hints=_of_other_kinds(row, set(model.model_fields)))
        return None
    except ValueError as error:
        complaints.add(path, f"{error}")
        return None
    return _built(valid, reader, _kinds.keys_of(kind), place)


def _built(valid: Any, reader: Any, own: frozenset[str], place: str) -> Source:
    """The words of the model from a validated entry. A key that the kind owns is the kind's."""
    common = {k: getattr(valid, k) for k in _SOURCE_KEYS if k not in own}
    if "every" in common:
        common["every_s"] = common.pop("every")
    if "filter" in common:
        common["filter"] = WordFilter(any=valid.filter.any, none=valid.filter.none)
    return Source(**common, reader=reader, place=place)


def _model_of(path: tuple[str | int, ...], row: Mapping[str, Any], complaints: Complaints) -> type[_models.Source] | None:
    """The keys a source of this kind may have; None when the kind is unknown."""
    kind = row.get("kind", "feed")
    known = _kinds.source_kinds()
    if not isinstance(kind, str) or kind not in known:
        word = str(kind).casefold().replace("-", "_")
        near = _KIND_WORDS.get(word) or likely(word, known)
        hint = f'; did you mean "{near}"?' if near in known else "."
        complaints.add((*path, "kind"), f'unknown kind "{str(kind)[:60]}"; known: {", ".join(known)}{hint}')
        _common(path, row, complaints)
        return None
    try:
        return _kinds.source_model(kind)
    except PluginError as error:
        complaints.add((*path, "kind"), str(error))
        return None


def _common(path: tuple[str | int, ...], row: Mapping[str, Any], complaints: Complaints) -> None:
    """What is wrong with a source as far as it can be said without knowing its kind."""
    try:
        _models.Source.model_validate({**row, "kind": ""})
    except ValidationError as error:
        complaints.invalid(path, error, _SOURCE_KEYS, only_known=True)


def _of_other_kinds(row: Mapping[str, Any], known: set[str]) -> dict[str, str]:
    """What to say of keys that belong to another kind."""
    hints = {}
    for key in sorted(set(row) - known):
        owners = [k for k in _kinds.source_kinds() if key in _kinds.keys_of(_kinds.source_kind(k))]
        if owners:
            hints[key] = f'a key of kind {" and ".join(owners)}, not of {row.get("kind", "feed")}; is "kind" right?'
    return hints


def _deliver(given: Any, complaints: Complaints) -> dict[str, Deliverer]:
    """The deliverers asked for; a folder named digests when the file says nothing."""
    if given is None:
        given = {"folder": {}}
    if not isinstance(given, dict):
        complaints.add(("deliver",), 'must be a mapping such as "folder: {path: digests}".')
        return {}
    found = {}
    for name, keys in given.items():
        if name not in (known := plugins.names(_kinds.DELIVERERS)):
            complaints.unknown(("deliver", name), known, what="deliverer")
            continue
        kind = _kinds.deliverer(name)
        try:
            valid = _kinds.deliverer_model(name).model_validate(keys or {})
            found[name] = kind(**_kinds.own_values(kind, valid))
        except ValidationError as error:
            complaints.invalid(("deliver", name), error, _kinds.deliverer_model(name).model_fields)
        except ValueError as error:
            complaints.add(("deliver", name), str(error))
    return found


def _network(given: _models.Network) -> Network:
    return Network(
        contact=given.contact,
        allow=given.allow,
        total_timeout_s=given.timeout,
        connect_timeout_s=given.connect_timeout,
        max_bytes=given.max_bytes,
        at_once=given.at_once,
        host_gap_s=given.host_gap,
        robots_for_feeds=given.robots_for_feeds,
    )


def _spec(given: _models.Digest) -> DigestSpec:
    values = {name: getattr(given, name) for name in _models.Digest.model_fields}
    return DigestSpec(**values | {"sections": _models.SECTIONS | given.sections})


def _from_environment(deliver: Mapping[str, Deliverer], environ: Mapping[str, str]) -> dict[str, str]:
    wanted: Iterable[tuple[str, str]] = (pair for d in deliver.values() for pair in d.secrets.items())
    return {argument: environ[variable] for argument, variable in wanted if environ.get(variable)}
