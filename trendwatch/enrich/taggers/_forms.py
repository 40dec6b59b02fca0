"""The forms a pack's word takes in running text, and the folding under which text and words are compared.

Folding keeps every character's place, so a match in the folded text is a match in the original. Forms are made when the
matcher is built, not when text is read: reading stays one pass. Too many forms do no harm ("injectioning" is never met).
"""

from __future__ import annotations

import itertools

_APOSTROPHES = "'’‘ʼ"
_ASCII_BREAKS = {c: " " for c in range(128) if not chr(c).isalnum() and chr(c) not in "+#%&"}
_BREAKS = str.maketrans(
    {
        **{chr(c): v for c, v in _ASCII_BREAKS.items()},
        **dict.fromkeys("‐‑‒–—―−…“”„«»‹›·•©®™\u00a0\u2009\u202f\u200b" + _APOSTROPHES, " "),
    }
)
for _letter in range(0x250):
    _BREAKS.setdefault(_letter, chr(_letter))  # the same letters, but looked up thrice as fast
_ASCII = bytes(ord(_ASCII_BREAKS.get(c, chr(c))) for c in range(128)) + bytes(range(128, 256))
_LATIN = bytes(ord(_BREAKS[c]) for c in range(256))
_WIDE = tuple(chr(c) for c, instead in _BREAKS.items() if instead == " " and c > 255)  # noqa: PLR2004 - what a byte cannot hold
_NO_VERB = (
    "ion", "ity", "ness", "ment", "ing", "ed", "ance", "ence", "ism", "ist", "al", "ive", "ous", "ful", "able", "ible", "ly",
    "ship", "hood", "age", "er", "or", "ics", "ure", "cy", "ty", "ss",
)  # fmt: skip
_IRREGULAR = {
    "jailbreak": ("jailbroken", "jailbroke", "jailbreaker", "jailbreakers"),
    "child": ("children",),
    "woman": ("women",),
    "man": ("men",),
    "person": ("people", "persons"),
    "steal": ("stolen", "stole"),
    "hallucination": ("hallucinate", "hallucinates", "hallucinated", "hallucinating", "hallucinatory"),
    "memorization": ("memorize", "memorizes", "memorized", "memorizing", "memorisation"),
    "analysis": ("analyses",),
}
_SHORTEST_VERB = 4
_BRITISH = (("ization", "isation"), ("izing", "ising"), ("ized", "ised"), ("ize", "ise"), ("izes", "ises"))


def fold(text: str) -> str:
    """Punctuation, hyphens and line breaks as spaces; as long as `text`. Case is kept."""
    if text.isascii():
        return text.encode().translate(_ASCII).decode()
    for mark in _WIDE:
        text = text.replace(mark, " ")
    try:  # a byte a letter is translated many times faster
        return text.encode("latin-1").translate(_LATIN).decode("latin-1")
    except UnicodeEncodeError:
        return text.translate(_BREAKS)


def lower(folded: str) -> str:
    """Lower case of the same length, whatever the script (a Turkish dotted capital would grow)."""
    low = folded.lower()
    return low if len(low) == len(folded) else "".join(c.lower() if len(c.lower()) == 1 else c for c in folded)


def spread(phrase: str) -> list[str]:
    """The ways to write a phrase's hyphens: "jail-break" is "jail break" and "jailbreak"."""
    parts = [[part] if part != "-" else [" ", ""] for part in _split_hyphens(phrase)]
    return [" ".join(fold("".join(p)).split()) for p in itertools.product(*parts)]


def _split_hyphens(phrase: str) -> list[str]:
    pieces = phrase.split("-")
    return [piece for pair in itertools.zip_longest(pieces, [], fillvalue="-") for piece in pair][:-1]


def forms(phrase: str) -> set[str]:
    """Lower-case forms of a phrase (already spread): plural, -ing and -ed of its last word, British and American spelling."""
    head, _, last = phrase.lower().rpartition(" ")
    lead = f"{head} " if head else ""
    found = {lead + form for form in _inflected(last)}
    for american, british in _BRITISH:
        found |= {f.replace(american, british) for f in found if american in f}
    return found


def _inflected(word: str) -> set[str]:
    """A word and its regular forms."""
    found = {word, *_IRREGULAR.get(word, ())}
    found.add(_plural(word))
    if len(word) >= _SHORTEST_VERB and word.isalpha() and not word.endswith(_NO_VERB):
        stem = word.removesuffix("e")
        found |= {stem + "ing", stem + "ed", stem.removesuffix("y") + "ied", stem + stem[-1:] + "ing", stem + stem[-1:] + "ed"}
    return found


def _plural(word: str) -> str:
    if word.endswith("y") and word[-2:-1] not in tuple("aeiou"):
        return word[:-1] + "ies"
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    return word + "s"
