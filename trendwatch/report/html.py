"""A digest as an HTML mail: one quiet column, readable without images, on a phone and in the dark, and small enough to arrive whole.

Nothing in it loads, acts or tracks: no image, font, script, form or remote style, and links only to http and https. Mail readers
clip a message near 102 KB, so the HTML is kept under 75 KB by cutting the lowest-ranked entries, and a line says what was cut.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from trendwatch.model import Digest, Entry, Section
from trendwatch.report import rank, safe, words

TARGET_BYTES, LIMIT_BYTES = 75_000, 102_400
_NAMED_REASONS = 12
_LONGEST, _READ = 800, 8_000  # characters of one value: compose keeps within it, and nothing else may swell a mail


def _shown(value: Any) -> Any:
    """What jinja2 puts into the page: every string is made visible, harmless and short before it is escaped."""
    from markupsafe import Markup  # noqa: PLC0415 - jinja2 is loaded only when something is rendered

    return safe.clip(safe.prose(value[:_READ]), _LONGEST) if isinstance(value, str) and not isinstance(value, Markup) else value


@functools.cache
def _template() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - not for `trendwatch --help`

    env = Environment(
        loader=PackageLoader("trendwatch.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    env.filters.update(link=safe.link, host=safe.host, day=words.day, short_day=words.short_day, clip=safe.clip)
    return env.get_template("digest.html")


@functools.cache
def _inliner() -> Any:
    import css_inline  # noqa: PLC0415 - not for `trendwatch --help`

    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True, keep_at_rules=True, minify_css=True)


def _page(digest: Digest, cut: list[Entry]) -> str:
    page = _template().render(
        d=digest, w=words, cut=cut, formula=rank.FORMULA, reasons=_NAMED_REASONS, shown=words.shown(digest)
    )
    return "\n".join(line.strip() for line in _inliner().inline(page).splitlines() if line.strip()) + "\n"


def _first_to_go(item: tuple[int, Section, Entry]) -> tuple[bool, float, int]:
    at, section, entry = item
    return section != "also", entry.score, -at


def _without(digest: Digest, order: list[tuple[int, Section, Entry]], many: int) -> tuple[Digest, list[Entry]]:
    gone = {at for at, _, _ in order[:many]}
    kept: dict[Section, list[Entry]] = {}
    for at, (section, entry) in enumerate(words.entries(digest)):
        if at not in gone:
            kept.setdefault(section, []).append(entry)
    sections: Mapping[Section, tuple[Entry, ...]] = {s: tuple(rows) for s, rows in kept.items()}
    return replace(digest, sections=sections), [e for _, _, e in sorted(order[:many], key=lambda x: -x[2].score)]


def render(digest: Digest, target: int = TARGET_BYTES) -> str:
    """The digest as one HTML document of at most `target` bytes: "also seen" is cut first, then the lowest rank anywhere."""
    order = sorted(((at, s, e) for at, (s, e) in enumerate(words.entries(digest))), key=_first_to_go)
    low, high = 0, len(order)
    page = _page(digest, [])
    if len(page.encode()) <= target:
        return page
    while low < high:  # the fewest entries to cut; a page only shrinks as more are cut
        middle = (low + high) // 2
        page = _page(*_without(digest, order, middle))
        low, high = (low, middle) if len(page.encode()) <= target else (middle + 1, high)
    return _page(*_without(digest, order, low))
