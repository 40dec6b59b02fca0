"""An old issue is made from items as they read then: pages read since are teasers again."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
from storage_samples import NOW, a_visit, an_item

from trendwatch.collect import normalise
from trendwatch.model import Article
from trendwatch.pipeline._enriching import as_known
from trendwatch.storage import connect

DAY = timedelta(days=1)
TEASER, PAGE = "Tenants were called.", "Tenants were called by a voice that was not their landlord's. It asked for deposits."


class Embedder:
    """Puts every text in one place."""

    model_id, dimension = "m", 2

    def encode(self, texts, progress=None):
        return np.ones((len(texts), 2), np.float32)


def test_a_page_that_was_read_later_was_not_known_before():
    item = an_item(title="Voices", text=TEASER, raw_html=f"<p>{TEASER}</p>", published_at=None, date_note="no date")
    item = replace(item, content_hash=normalise.content_hash(item.title, TEASER))
    article = Article(
        item_id=item.id,
        url=item.url,
        state="ok",
        text=PAGE,
        content_hash=normalise.content_hash(item.title, PAGE),
        of_hash=item.content_hash,
        published_at=NOW - DAY,
        fetched_at=NOW + 2 * DAY,
    )
    with connect("sqlite://") as store:
        store.add_visit(a_visit(), [item])
        store.put_articles([article])
        (before,) = as_known(store, Embedder(), NOW + DAY)
        assert (before.text, before.content_hash, before.published_at) == (TEASER, item.content_hash, None)
        assert store.vectors("m", [before.content_hash]).shape == (1, 2)
        (after,) = as_known(store, Embedder(), NOW + 3 * DAY)
        assert (after.text, after.content_hash, after.published_at) == (PAGE, article.content_hash, NOW - DAY)
