"""PDFs made for the tests: a small writer, so that each flaw is there on purpose."""

from __future__ import annotations

import io
import zlib

from pypdf import PdfReader, PdfWriter

FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"


def pdf(pages, *, info=b"", extra=(), resources=b"/Font<</F1 3 0 R>>", count=None, kids=None):
    """A PDF of pages, each a list of lines or a ready content stream (bytes). `extra` are further objects, from number
    4 + 2 * len(pages) on."""
    contents = [page if isinstance(page, bytes) else _stream(page) for page in pages]
    listed = kids or b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (listed, len(pages) if count is None else count),
        FONT,
    ]
    for number, content in enumerate(contents):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<%s>>/Contents %d 0 R>>" % (resources, 5 + 2 * number)
        )
        objects.append(content)
    return _assembled([*objects, *extra], info)


def packed(data, more=b""):
    """A stream object, compressed."""
    short = zlib.compress(data, 9)
    return b"<</Length %d/Filter/FlateDecode%s>>stream\n%s\nendstream" % (len(short), more, short)


def _stream(lines):
    shown = b"".join(b"(%s) Tj 0 -14 Td\n" % _escaped(line) for line in lines)
    return packed(b"BT /F1 11 Tf 60 780 Td\n" + shown + b"ET")


def _escaped(line):
    raw = line.encode("cp1252")
    return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _assembled(objects, info):
    out, places = io.BytesIO(b"%PDF-1.5\n"), []
    out.seek(0, io.SEEK_END)
    for number, content in enumerate([*objects, b"<<%s>>" % info], start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer\n<</Size %d/Root 1 0 R/Info %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, len(places), start))
    return out.getvalue()


def encrypted(body, password, algorithm="RC4-128"):
    """The same document under a password; "" is one that anyone may open."""
    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(body)))
    writer.encrypt(password, "the owner's", algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
