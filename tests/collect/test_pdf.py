from __future__ import annotations

import random
import time
from datetime import UTC, datetime

import pytest
from pdfs import encrypted, packed, pdf

from trendwatch.collect import pdf as reader

RULES = [
    "Code of practice for image makers",
    "Adopted on 3 March 2026 by the Made-up Media Council.",
    "1. Every picture that a machine has made must bear a mark which a per-",
    "son can see without a tool and which stays there when the picture is copied.",
    "2. Complaints are answered within 14 days.",
]
PICTURE = packed(b"\x80" * 3000, b"/Type/XObject/Subtype/Image/Width 50/Height 60/ColorSpace/DeviceGray/BitsPerComponent 8")


def scanned(pages):
    number = 4 + 2 * pages
    drawn = packed(b"q 500 0 0 700 40 40 cm /Im1 Do Q")
    return pdf([drawn] * pages, resources=b"/XObject<</Im1 %d 0 R>>" % number, extra=[PICTURE])


def test_lines_become_paragraphs_and_broken_words_whole():
    assert reader.read(pdf([RULES])).text.split("\n\n") == [
        "Code of practice for image makers",
        "Adopted on 3 March 2026 by the Made-up Media Council.",
        (
            "1. Every picture that a machine has made must bear a mark which a person can see without a tool and which stays there "
            "when the picture is copied."
        ),
        "2. Complaints are answered within 14 days.",
    ]


def test_title_and_date_come_from_the_file_s_own_data():
    info = b"/Title(Marking code, 2nd edition)/CreationDate(D:20260214093000+01'00')"
    found = reader.read(pdf([RULES], info=info))
    assert (found.title, found.date) == ("Marking code, 2nd edition", datetime(2026, 2, 14, 8, 30, tzinfo=UTC))
    assert (found.state, found.reason, found.pages) == ("ok", "", 1)


@pytest.mark.parametrize("title", [b"", b"/Title(code_v3_FINAL.docx)", b"/Title(Untitled)", b"/Title()"])
def test_else_from_the_first_page(title):
    found = reader.read(pdf([RULES], info=title + b"/CreationDate(yesterday)"))
    assert (found.title, found.date) == ("Code of practice for image makers", datetime(2026, 3, 3, tzinfo=UTC))


def test_running_heads_and_page_numbers_are_left_out():
    pages = [
        ["Made-up Media Council", f"Rule {word} binds all makers of pictures.", f"Page {n} of 3"]
        for n, word in enumerate("ABC", 1)
    ]
    assert reader.read(pdf(pages)).text == "\n\n".join(f"Rule {w} binds all makers of pictures." for w in "ABC")


def test_a_password_is_said_to_be_asked_for():
    found = reader.read(encrypted(pdf([RULES]), "secret"))
    assert (found.state, found.text) == ("encrypted", "")
    assert "password" in found.reason


def test_an_encrypted_file_that_anyone_may_open_is_read():
    assert "14 days" in reader.read(encrypted(pdf([RULES]), "")).text


def test_a_scanned_file_is_told_as_such():
    found = reader.read(scanned(3))
    assert (found.state, found.text, found.pages) == ("scanned", "", 3)
    assert "text layer" in found.reason


@pytest.mark.parametrize("body", [b"", b"  \n", pdf([]), pdf([packed(b"")])])
def test_a_file_without_anything_in_it_is_empty(body):
    found = reader.read(body)
    assert found.state == "empty"
    assert found.reason.endswith(".")


@pytest.mark.parametrize("body", [b"<html><p>no PDF", b"%PDF-1.7\n", b"%PDF-1.4" + bytes(range(256)) * 40])
def test_what_is_no_pdf_or_garbage_is_broken(body):
    found = reader.read(body)
    assert (found.state, found.text) == ("broken", "")
    assert len(found.reason) > 20


def test_one_that_is_cut_short_is_read_as_far_as_it_goes_or_broken():
    whole = pdf([RULES] * 4)
    states = {reader.read(whole[: len(whole) * part // 20]).state for part in range(1, 20)}
    assert states <= {"ok", "partial", "broken", "empty"}
    assert reader.read(whole[: len(whole) // 3]).state != "ok"


def test_random_damage_never_raises():
    rng, whole = random.Random(5), pdf([RULES] * 2, info=b"/Title(x)")
    for _ in range(150):
        body = bytearray(whole)
        for _ in range(rng.randint(1, 20)):
            body[rng.randrange(9, len(body))] = rng.randrange(256)
        found = reader.read(bytes(body))
        assert bool(found.text) <= (found.state in {"ok", "partial"})
        assert (found.state == "ok") == (not found.reason)


HOSTILE = {
    "a page tree that is its own child": pdf([RULES], kids=b"2 0 R 2 0 R 2 0 R"),
    "a count of a billion pages": pdf([RULES], count=10**9),
    "one page listed 60,000 times": pdf([RULES], kids=b"4 0 R " * 60_000),
    "a bomb of 300 MB": pdf([packed(b" " * 300_000_000)]),
    "a bomb packed twice": pdf([packed(packed(b"0 " * 50_000_000), b"")]),
    "a form that draws itself": pdf(
        [packed(b"/X Do /X Do")],
        resources=b"/XObject<</X 6 0 R>>",
        extra=[packed(b"/X Do /X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>")],
    ),
    "4 million operators": pdf([packed(b"BT ET " * 4_000_000)]),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_given_up_in_time(what):
    began = time.process_time()
    found = reader.read(HOSTILE[what])
    assert time.process_time() - began < 6
    assert found.reason or found.state == "ok"


def test_one_hundred_dense_pages_cost_no_more_than_the_work_allowed():
    dense = packed(b"BT /F1 9 Tf " + b"(abc def) Tj 0 -9 Td " * 5_000 + b"ET")
    began = time.process_time()
    found = reader.read(pdf([dense] * 100))
    assert found.state == "partial"
    assert "nly the first" in found.reason
    assert time.process_time() - began < 8


def test_more_pages_than_the_cap_are_left_and_named():
    found = reader.read(pdf([["One short line for each of many pages."]] * (reader.MOST_PAGES + 5)))
    assert (found.state, found.pages) == ("partial", reader.MOST_PAGES + 5)
    assert f"first {reader.MOST_PAGES} of" in found.reason


def test_a_file_that_is_too_large_is_not_opened():
    assert reader.read(b"%PDF-1.7" + bytes(reader.MOST_BYTES)).state == "too large"


def test_the_same_bytes_give_the_same_document():
    assert reader.read(pdf([RULES])) == reader.read(pdf([RULES]))
