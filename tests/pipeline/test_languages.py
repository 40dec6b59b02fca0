"""Languages that nobody declared are found once, after the crawl."""

from storage_samples import a_visit, an_item

from trendwatch.pipeline._languages import mark_languages
from trendwatch.storage import connect

GERMAN = "Die Mühle steht seit dem Winter still, weil das Rad im Eis festgefroren ist und niemand es löst."


def test_each_item_is_looked_at_once_and_what_was_declared_stays():
    with connect("sqlite://") as store:
        texts = [("", GERMAN), ("", "Rad"), ("fr", GERMAN)]
        items = [an_item(n, language=code, title="t", text=text) for n, (code, text) in enumerate(texts)]
        store.add_visit(a_visit(), items)
        assert mark_languages(store) == 2
        assert [i.language for i in store.items(ids=[i.id for i in items])] == [
            {items[0].id: "de", items[1].id: "und", items[2].id: "fr"}[i.id] for i in store.items()
        ]
        assert mark_languages(store) == 0
