"""The languages that nobody declared, found from the texts. Apart from the crawl, which is to be light and quick."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trendwatch.collect import language
from trendwatch.pipeline._progress import Progress, quiet

if TYPE_CHECKING:
    from trendwatch.storage import Store

CHUNK = 512


def mark_languages(store: Store, progress: Progress = quiet) -> int:
    """Give every item without a language one, "und" where its text does not show it; returns how many."""
    done = 0
    while items := store.lacking_languages(CHUNK):
        store.put_languages({i.id: language.of(i.title, i.text) for i in items})
        done += len(items)
        progress("language", done, done)
    return done
