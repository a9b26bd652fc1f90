"""Small real files for the attachments that the mails speak of. Each says inside that it is a placeholder."""

import io
import struct
import wave
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

NOTE = "Platshållare i Kommunposts demo. Innehållet är påhittat."
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_EPOCH = (2026, 1, 1, 0, 0, 0)
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def placeholder(name: str, type_: str) -> bytes:
    """A valid small file of the media type ``type_``; plain text for a type that is not known here."""
    make = _MAKERS.get(type_, _text)
    return make(name)


def picture(width: int = 24, height: int = 24, colour: tuple[int, int, int] = (0, 92, 169)) -> bytes:
    """A PNG of one colour."""
    row = b"\0" + bytes(colour) * width
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(row * height, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_chunk(kind, content) for kind, content in chunks)


def _png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _text(name: str) -> bytes:
    return f"{name}\n{NOTE}\n".encode()


def _pdf(name: str) -> bytes:
    def literal(text: str) -> bytes:
        # WinAnsiEncoding is cp1252; brackets and backslash are escaped (ISO 32000-1, 7.3.4.2).
        raw = text.encode("cp1252", "replace")
        return b"(" + raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)") + b")"

    drawing = b"BT /F1 20 Tf 56 760 Td " + literal(name) + b" Tj /F1 11 Tf 0 -32 Td " + literal(NOTE) + b" Tj ET"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (sv) >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page + b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    return _pdf_file(objects)


def _pdf_file(objects: list[bytes]) -> bytes:
    file, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    size = len(objects) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n" % size + b"".join(b"%010d 00000 n \n" % place for place in places)
    return file + table + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(file))


def _jpeg(_name: str) -> bytes:
    return Path(__file__).with_name("placeholder.jpg").read_bytes()


def _wave(_name: str) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(b"\x80" * 4000)
    return buffer.getvalue()


def _docx(name: str) -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    paragraphs = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in (name, NOTE))
    body = f'<w:document xmlns:w="{space}"><w:body>{paragraphs}</w:body></w:document>'
    return _package({"word/document.xml": (body, f"{_WORD}.main+xml")}, start="word/document.xml")


def _xlsx(name: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cells = f'<c r="A1" t="inlineStr"><is><t>{name}</t></is></c><c r="B1" t="inlineStr"><is><t>{NOTE}</t></is></c>'
    sheet = f'<worksheet xmlns="{space}"><sheetData><row r="1">{cells}</row></sheetData></worksheet>'
    book = (
        f'<workbook xmlns="{space}" xmlns:r="{_OFFICE}">'
        '<sheets><sheet name="Blad1" sheetId="1" r:id="r1"/></sheets></workbook>'
    )
    relation = f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    parts = {
        "xl/workbook.xml": (book, f"{_SHEET}.main+xml"),
        "xl/worksheets/sheet1.xml": (sheet, _SHEET.replace(".sheet", ".worksheet") + "+xml"),
        "xl/_rels/workbook.xml.rels": (f'<Relationships xmlns="{_RELATIONS}">{relation}</Relationships>', ""),
    }
    return _package(parts, start="xl/workbook.xml")


def _package(parts: dict[str, tuple[str, str]], *, start: str) -> bytes:
    """An Open Packaging file: the parts, what types they have, and which of them comes first."""
    overrides = "".join(
        f'<Override PartName="/{path}" ContentType="{kind}"/>' for path, (_, kind) in parts.items() if kind
    )
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f"{overrides}</Types>"
    )
    relation = f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="{start}"/>'
    root = f'<Relationships xmlns="{_RELATIONS}">{relation}</Relationships>'
    texts = {"[Content_Types].xml": types, "_rels/.rels": root} | {path: text for path, (text, _) in parts.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in texts.items():
            # A fixed date: the same mail has the same bytes at every start.
            archive.writestr(zipfile.ZipInfo(path, _EPOCH), f'<?xml version="1.0" encoding="UTF-8"?>\n{text}')
    return buffer.getvalue()


_MAKERS: dict[str, Callable[[str], bytes]] = {
    "application/pdf": _pdf,
    "image/jpeg": _jpeg,
    "image/png": lambda _name: picture(),
    "audio/wav": _wave,
    _WORD: _docx,
    _SHEET: _xlsx,
    "application/vnd.ms-excel": _xlsx,
}
