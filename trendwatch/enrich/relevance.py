"""Relevance: is the item about the safety, misuse, governance or societal risk of generative AI at all.

A score learned from our own labels (`relevance_model`, made by `benchmarks/train_relevance.py`) over three things: counts of
words in groups (`relevance_words.yaml`), who publishes it (`relevance_publishers.yaml`), and the item's vector. Where the
embedder is another model than the score was trained on, one that knows the words alone takes its place.

No item is relevant without words to show for it: one that names no AI at all scores 0.4 at most, unless AI is all that its
publisher writes of. Known errors: a headline that leaves out the AI ("Fact check: no, the tower did not burn") is missed; so are
newsletters of which one headline in four is on topic; studies of what models can do that mention a risk in passing sit near 0.5.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from trendwatch.enrich import relevance_model
from trendwatch.enrich import relevance_words as words
from trendwatch.enrich.lexicon import TOKEN
from trendwatch.model import Evidence, Item, Relevance, Tagging, Verdict

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trendwatch.enrich.embed import Embedder

RELEVANT = 0.45
"""Where scores are calibrated, F1 is best at half the F1 that is reached, 0.9 here; so says cross-validation, too."""
_WITHOUT_SUBJECT = 0.4
_NOISE = 0.01
"""Score of clear noise: one in some hundreds of such labelled items was relevant."""
NOTHING = "Nothing in it speaks of AI or of a risk."
"""Why clear noise is off topic."""
_MODEL = (
    r"(?:GPT|Claude|Gemini|Gemma|Grok|Llama|Qwen|DeepSeek|Mistral|Mixtral|Magistral|Ministral|Command|Phi|Nova|Kimi|GLM|Sora|Veo"
    r"|Imagen|Nano Banana|Seed|Seedance|Seedream|MiniMax|Stable (?:Audio|Diffusion|Video)|Opus|Sonnet|Haiku|Genie|Lyria|o)"
)
_NAMED = re.compile(
    rf"\b{_MODEL}(?:[ -]?(?:Opus|Sonnet|Haiku|Large|Medium|Small|Pro|Flash|Ultra|Mini|V|K|A|R|M))*[ -]?\d+(?:\.\d+)*\w*\b"
)
_NEW = re.compile(
    r"\b(?:introducing|announcing|meet|launch(?:es|ed|ing)?|releas(?:es|ed|ing)|unveil(?:s|ed)?|presenting|our (?:latest|newest|most)"
    r"|is here|now available|a new era|start building|debuts?)\b",
    re.IGNORECASE,
)
_ABOUT_USE = re.compile(
    r"\b(?:how (?:we|to|i|\w+ (?:uses?|is using))|built with|using|powered by|in (?:windsurf|cursor|copilot|ollama|excel|chrome)"
    r"|customers?|partner\w*|pricing|fix\w*|lessons|codex|cli|sdk|case study)\b",
    re.IGNORECASE,
)  # fmt: skip

_FOREIGN = re.compile(r"[^\W\d_a-zA-Z]")
"""A letter that English does not write: where the language is not known, words that are not found prove nothing."""
_ENGLISH = frozenset(
    ["the", "and", "with", "from", "after", "how", "why", "what", "are", "were", "says", "its", "their", "new", "who", "this"]
)
"""Small words that mark a short headline as English; those that other languages write too ("in", "for", "of") do not count."""


class Judge:
    """Scores items one by one: an item's result depends on that item alone."""

    def __init__(self, embedder: Embedder) -> None:
        """Take what was trained on vectors of this embedder's model, or what knows the words alone."""
        self._model = relevance_model.load()
        self._uses_vectors = (
            embedder.model_id.partition(":")[0] == self._model.model
        )  # as it is: no prefix, revision or shortening
        self.fingerprint = _fingerprint(self._uses_vectors)

    def judge(
        self, items: Sequence[Item], vectors: NDArray[np.float32], taggings: Mapping[str, Sequence[Tagging]]
    ) -> list[Relevance]:
        """One `Relevance` an item, in their order; `vectors` is (n, d). Taggings are not looked at: a tag is no proof of the subject."""
        del taggings
        return [self._one(item, vector) for item, vector in zip(items, vectors, strict=True)]

    def _one(self, item: Item, vector: NDArray[np.float32]) -> Relevance:
        found = words.find(item)
        if clear_noise(item, found):
            return Relevance(item_id=item.id, score=_NOISE, verdict="off-topic", evidence=(), reason=NOTHING)
        odds = self._model.odds(item, words.features(item, found), vector if self._uses_vectors else None)
        score = 1 / (1 + float(np.exp(-np.clip(odds, -30, 30))))
        shown = words.chosen(item, found)
        if not any(f.group in words.SUBJECTS for f in found) and not (shown and words.publisher(item)):
            score = min(score, _WITHOUT_SUBJECT)
        score = round(score, 4)
        verdict = _verdict(item, score)
        spans = tuple(Evidence(field=f.field, start=f.start, end=f.end, quote=words.quote(item, f)) for f in shown)
        return Relevance(
            item_id=item.id, score=score, verdict=verdict, evidence=spans, reason=_reason(item, verdict, found, shown)
        )


def clear_noise(item: Item, found: Sequence[words.Found] | None = None) -> bool:
    """Whether the words alone rule the item out, so that it need not be embedded to be judged.

    True only where title and lead are in English and hold neither a word for AI nor a word for any risk, and whoever published
    it writes of more than AI. Such an item could not become relevant by its vector either: one that names no AI scores 0.4 at
    most. `found` is what `relevance_words.find` found, where that is known.
    """
    if words.publisher(item):
        return False
    speaks = words.speaks(item) if found is None else words.telling(found)
    return not speaks and _is_readable(item) and not _is_release(item)


def _is_readable(item: Item) -> bool:
    """Whether words that are not found prove anything: only where the text may be English."""
    if item.language not in ("und", ""):
        return item.language == "en"
    read = f"{item.title} {item.text[: words.LEAD_CHARACTERS]}"
    return not read.strip() or (not _FOREIGN.search(read) and not _ENGLISH.isdisjoint(TOKEN.findall(read.lower())))


def _verdict(item: Item, score: float) -> Verdict:
    if score >= RELEVANT:
        return "relevant"
    return "context" if _is_release(item) else "off-topic"


def _is_release(item: Item) -> bool:
    """Whether the title announces a frontier model by name and version: "Introducing Gemini 3", or a bare "GPT-5.2"."""
    named = _NAMED.search(item.title)
    if item.doctype not in ("post", "news") or named is None or _ABOUT_USE.search(item.title):
        return False
    rest = len(item.title) - len(named.group())
    return _NEW.search(item.title) is not None or (named.start() == 0 and rest <= 60)  # noqa: PLR2004 - a name and a tagline


def _reason(item: Item, verdict: Verdict, found: Sequence[words.Found], shown: Sequence[words.Found]) -> str:
    """One sentence: what it speaks of, and what speaks against it."""
    if verdict == "context":
        return "A frontier model is released; nothing is said of its risks."
    said = {g.name: g.says for g in words.groups() if g.says}
    parts: dict[str, str] = {}
    for f in shown:
        parts.setdefault(said[f.group], words.quote(item, f))
    speaks = " and of ".join(f"{name} (“{word}”)" for name, word in parts.items())
    unnamed = not any(f.group in words.SUBJECTS for f in found)
    if verdict == "relevant":
        return f"Speaks of {speaks}, in a publication about AI." if unnamed else f"Speaks of {speaks}."
    if unnamed:
        return "Names no AI."
    against = {g.name: g.against for g in words.groups() if g.against}
    other = next((f for f in found if f.group in against), None)
    but = f"more of {against[other.group]} (“{words.quote(item, other)}”)" if other else "not of its risks in particular"
    return f"Speaks of {speaks}, but {but}."


def _fingerprint(uses_vectors: bool) -> str:
    """Changes with the words, the weights and what is in use of them, so that stored judgements are made again."""
    numbers = (_NOISE, RELEVANT, _WITHOUT_SUBJECT)
    rules = "|".join(
        [*(p.pattern for p in (_NAMED, _NEW, _ABOUT_USE, _FOREIGN)), *sorted(_ENGLISH), NOTHING, *map(str, numbers)]
    )
    return hashlib.sha256(
        b"|".join([words.source(), words.publishers(), relevance_model.source(), rules.encode(), str(uses_vectors).encode()])
    ).hexdigest()[:16]
