"""The text of a PDF, its title and its date; or in a sentence why there is none. Pure, and bounded by work, not by a clock.

pypdf is kept on a short leash: its own limits are drawn tighter, pages, operations and characters are counted, so that the same
bytes give the same answer on a slow machine and a fast one. Paragraphs are guessed from line ends: a PDF holds none.
"""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pypdf import PageObject, PdfReader
from pypdf import apply_configuration as _limited
from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError

from trendwatch.collect import dates
from trendwatch.collect.plain import clean, one_line

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells of every flaw of every file; what matters is in `reason`

State = Literal["ok", "partial", "encrypted", "scanned", "empty", "broken", "too large"]

MOST_BYTES = 30 * 1024 * 1024
MOST_PAGES = 400
MOST_CHARACTERS = 2_000_000
WORK = 120_000
"""Operations of all pages together, and a fortieth of their bytes: some 200 dense pages, measured at 27,000 a second."""
_FAILED = 30_000  # what a page that ran into a limit is taken to have cost
_LIMITS: dict[str, Any] = {
    "zlib_maximum_output_length": 12_000_000,
    "lzw_maximum_output_length": 12_000_000,
    "run_length_maximum_output_length": 12_000_000,
    "array_based_stream_maximum_output_length": 12_000_000,
    "stream_decoding_work_maximum_length": 40_000_000,
    "stream_parsing_work_maximum_count": 150_000,
    "page_tree_maximum_entries": 20_000,
    "page_tree_maximum_page_entries": 200_000,
    "xform_maximum_invocations_per_extraction": 300,
    "jbig2dec_binary": None,
}
_FEW_LETTERS = 25  # a page: a scan whose only text is a stamp or a page number
_REPEATS = 3  # on so many pages the same first or last line is a running head
_FILE_TITLE = re.compile(
    r"\.(?:docx?|indd|pdf|odt|rtf|tex|pptx?|xlsx?|qxd)\b|^(?:untitled|document\d*|title|slide \d+)$", re.IGNORECASE
)
_TITLE_TRAIL = re.compile(r"^Microsoft \w+ - |\s+-\s+(?:Acrobat|Word)$")
_DATE = re.compile(
    r"\b(?:\d{1,2}(?:st|nd|rd|th|\.)?\s+(?:de\s+)?[^\W\d_]{3,10}\.?\s+(?:de\s+)?(?:19|20)\d\d|"
    r"[^\W\d_]{3,10}\.?\s+\d{1,2}(?:st|nd|rd|th)?,\s*(?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d)\b"
)
_STOP = re.compile(r"[.!?:;…][\"'”’»)\]]*$")
_OPENER = re.compile(
    r"(?:[•▪◦·‣–—*-]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)])\s|(?:\d{1,3}\.)+\d*\s|(?:Article|Section|Annex|Artikel|§)\s*\S",
    re.IGNORECASE,
)
_PAGE_NUMBER = re.compile(
    r"(?:page|seite|p\.)?\s*[-–]?\s*\d{1,4}\s*[-–]?(?:\s*(?:/|of|von|de|sur|di)\s*\d{1,4})?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a PDF holds. `text` has paragraphs parted by a blank line; it is "" unless `state` is "ok" or "partial".

    `reason` is a sentence on every state but "ok". `date` is aware, UTC. `pages` counts those of the file, 0 when unknown.
    """

    text: str = ""
    title: str = ""
    date: datetime | None = None
    pages: int = 0
    state: State = "ok"
    reason: str = ""


def is_pdf(body: bytes) -> bool:
    """Whether the body says it is one. Junk of up to a kilobyte before the mark is allowed, as readers allow it."""
    return b"%PDF-" in body[:1024]


def read(body: bytes) -> Document:
    """The document. Never raises, never takes longer than its limits allow."""
    refused = _refused(body)
    if refused:
        return refused
    try:
        with _limited(**_LIMITS):
            return _read(PdfReader(io.BytesIO(body)))
    except (FileNotDecryptedError, DependencyError) as error:
        return Document(state="encrypted", reason=_locked(error))
    except LimitReachedError as error:
        return Document(state="too large", reason=f"The PDF unpacks to more than is read: {one_line(str(error))[:120]}")
    except Exception as error:  # noqa: BLE001 - "broken PDF files might cause other Exceptions", says pypdf; none is ours
        return Document(state="broken", reason=f"The PDF could not be read: {_named(error)}.")


def _refused(body: bytes) -> Document | None:
    if not body.strip():
        return Document(state="empty", reason="The file is empty.")
    if len(body) > MOST_BYTES:
        return Document(state="too large", reason=f"The file has {len(body):,} bytes; more than {MOST_BYTES:,} are not read.")
    if not is_pdf(body):
        return Document(state="broken", reason="The file is no PDF: it lacks the mark of one.")
    return None


def _locked(error: Exception) -> str:
    if isinstance(error, DependencyError):
        return "The PDF is encrypted with AES; the package `cryptography`, which opens those without a password, is missing."
    return "The PDF is encrypted and asks for a password."


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {one_line(str(error))[:120]}".rstrip(": .")


def _read(reader: PdfReader) -> Document:
    count = len(reader.pages)
    if not count:
        return Document(state="empty", reason="The PDF has no pages.")
    pages, faults = _texts(reader, count)
    if sum(map(_letters, pages)) < _FEW_LETTERS * len(pages) and (len(pages) > 1 or not sum(map(_letters, pages)) or faults):
        return _without_text(reader, count, faults)
    lines = _without_heads([clean(page).split("\n") for page in pages])
    text = "\n\n".join(_paragraphs([line for page in lines for line in page]))[:MOST_CHARACTERS]
    title, date = _facts(reader)
    return Document(
        text=text,
        title=title or _first_line(text),
        date=date or _first_date(text),
        pages=count,
        state="partial" if faults else "ok",
        reason=faults,
    )


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def _without_text(reader: PdfReader, count: int, faults: str) -> Document:
    pictures = any(_pictures(reader.pages[number]) for number in range(min(count, 5)))
    if faults and not pictures:
        return Document(pages=count, state="broken", reason=f"None of the PDF's pages could be read: {faults}")
    if pictures:
        return Document(
            pages=count, state="scanned", reason=f"The PDF is scanned: {count} page(s) of pictures without a text layer."
        )
    return Document(pages=count, state="empty", reason=f"The PDF has {count} page(s) and no text.")


def _pictures(page: PageObject) -> bool:
    try:
        resources: Any = page["/Resources"].get_object()
        objects = resources["/XObject"].get_object()
        return any(objects[name].get_object().get("/Subtype") == "/Image" for name in list(objects)[:50])
    except Exception:  # noqa: BLE001 - as in `read`: a page without pictures, or too broken to have any
        return False


class _Meter:
    """Counts what the pages cost; `stop` is raised through pypdf when it is too much."""

    def __init__(self) -> None:
        self.left = WORK

    def operation(self, *_: object) -> None:
        self.left -= 1
        if self.left < 0:
            raise LimitReachedError("too many operations")


def _texts(reader: PdfReader, count: int) -> tuple[list[str], str]:
    """The text of each page, and what could not be read ("" when all could)."""
    meter, texts, failed, size = _Meter(), list[str](), list[int](), 0
    for number in range(min(count, MOST_PAGES)):
        if meter.left <= 0 or size > MOST_CHARACTERS:
            break
        try:
            texts.append(_text(reader.pages[number], meter))
        except (FileNotDecryptedError, DependencyError):
            raise
        except Exception:  # noqa: BLE001 - as in `read`: one broken page does not cost the others
            meter.left -= _FAILED
            failed.append(number + 1)
            texts.append("")
        size += len(texts[-1])
    short = f"only the first {len(texts)} of {count} pages were read" if len(texts) < count else ""
    broken = f"page {', '.join(map(str, failed[:5]))}{' …' if len(failed) > 5 else ''} could not be read" if failed else ""  # noqa: PLR2004 - enough to find them
    told = "; ".join(filter(None, (short, broken)))
    return texts, f"{told[0].upper()}{told[1:]}." if told else ""


def _text(page: PageObject, meter: _Meter) -> str:
    contents = page.get_contents()
    if contents is None:
        return ""
    meter.left -= len(contents.get_data()) // 40
    if meter.left < 0:
        raise LimitReachedError("too many bytes")
    return page.extract_text(visitor_operand_before=meter.operation)[:MOST_CHARACTERS]


def _without_heads(pages: list[list[str]]) -> list[list[str]]:
    """Without page numbers and without lines that most pages begin or end with."""
    pages = [[line for line in page if line.strip()] for page in pages]
    ends = Counter(key for page in pages for key in {_masked(line) for line in [*page[:2], *page[-2:]]})
    heads = {key for key, times in ends.items() if times >= max(_REPEATS, len(pages) // 2) and key}
    return [
        [
            line
            for place, line in enumerate(page)
            if not _PAGE_NUMBER.fullmatch(line.strip())
            and not ((place < 2 or place >= len(page) - 2) and _masked(line) in heads)  # noqa: PLR2004 - as in `ends`
        ]
        for page in pages
    ]


def _masked(line: str) -> str:
    return " ".join(re.sub(r"\d+", "#", line).casefold().split())


def _paragraphs(lines: list[str]) -> list[str]:
    """Lines joined to paragraphs: a new one starts at a list mark, and after a line that ends a sentence or is clearly short.

    Wrong now and then: a heading as long as its column is joined to what follows, a sentence that ends with its line is parted
    from the next. Whoever compares texts must not rely on it.
    """
    widths = sorted(len(line) for line in lines)
    width = widths[len(widths) * 3 // 4] if widths else 0
    found: list[str] = []
    before = ""
    for line in lines:
        short = len(before) < 0.7 * width and line[:1].isupper()
        if not found or _OPENER.match(line) or _STOP.search(before) or short:
            found.append(line)
        elif found[-1].endswith("-") and line[:1].islower():
            found[-1] = found[-1][:-1] + line
        else:
            found[-1] += f" {line}"
        before = line
    return found


def _facts(reader: PdfReader) -> tuple[str, datetime | None]:
    """Title and date of the file's own data; what is no title (a file's name) and no date is ""."""
    try:
        facts = reader.metadata
        title = one_line(str(facts.title or "")) if facts else ""
    except Exception:  # noqa: BLE001 - as in `read`
        return "", None
    title = _TITLE_TRAIL.sub("", title)[:300]
    return "" if _FILE_TITLE.search(title) else title, _dated(facts)


def _dated(facts: Any) -> datetime | None:
    for name in ("creation_date", "modification_date"):
        try:
            found = dates.utc(getattr(facts, name))
        except Exception:  # noqa: BLE001, S112 - as in `read`: dates of PDFs are written in many wrong ways
            continue
        if found and found >= dates.OLDEST:
            return found
    return None


def _first_line(text: str) -> str:
    """The first line that looks like a title: of three letters at least."""
    first = next((line for line in text.split("\n\n")[:10] if _letters(line) > 2), "")  # noqa: PLR2004 - no page mark
    return first if len(first) <= 200 else f"{first[:199].rstrip()}…"  # noqa: PLR2004 - a title, not a paragraph


def _first_date(text: str) -> datetime | None:
    """The first date in the first page's worth of text."""
    return next((found for word in _DATE.finditer(text[:3000]) if (found := dates.parse(word[0]))), None)
