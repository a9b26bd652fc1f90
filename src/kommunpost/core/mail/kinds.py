"""What bytes really are, by their first ones: a claimed type or an ending may lie."""

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-executable"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)
RASTER_IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_RUNS = frozenset({"application/x-msdownload", "application/x-executable"})
_RUNNING_ENDINGS = frozenset(
    "exe com bat cmd scr pif msi msp msc cpl jar js jse vbs vbe wsf wsh hta ps1 psm1 lnk reg iso img vhd chm one "
    "appref-ms application gadget inf url scf sh py html htm xhtml shtml mht mhtml svg svgz xml xll docm xlsm "
    "pptm dotm xlam".split()
)


def sniff(content: bytes) -> str:
    """The media type that the first bytes show, or "" when they show none of those known here."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _MAGIC if content.startswith(magic)), "")


def ending(name: str) -> str:
    """``Avtal.PDF`` -> ``pdf``; "" without one."""
    return name.rpartition(".")[2].strip().lower() if "." in name else ""


def may_run(name: str, content: bytes) -> bool:
    """Whether opening the file could run something: a program, a script, a page, a document with macros."""
    return ending(name) in _RUNNING_ENDINGS or sniff(content) in _RUNS


def is_disguised(name: str, content: bytes) -> bool:
    """Whether a file that is called a picture or a PDF is something else by its first bytes."""
    claimed = {
        "png": "image/png",
        "jpg": "image/jpeg",
        "jpeg": "image/jpeg",
        "gif": "image/gif",
        "pdf": "application/pdf",
    }
    expected = claimed.get(ending(name))
    return expected is not None and bool(content) and sniff(content) != expected
