"""A press report by a source with a host of its own, as tests of stories want it."""

from dataclasses import replace

from storage_samples import an_item

from trendwatch.collect import normalise


def press_report(n, source, title, text, *, published_at, first_seen_at):
    url = f"https://{source}.example.org/{n}"
    item = an_item(
        n, source=source, doctype="news", title=title, text=text, raw_html=text, language="en", published_at=published_at,
        first_seen_at=first_seen_at, url=url, canonical_url=url, identifiers=(),
    )  # fmt: skip
    return replace(item, content_hash=normalise.content_hash(title, text))
