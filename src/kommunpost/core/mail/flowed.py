"""format=flowed (RFC 3676): lines that the sender's program broke, joined again."""


def unflow(text: str, *, delete_space: bool) -> str:
    """Text with ``\\n`` line ends -> paragraphs as the writer wrote them. Quote marks stay, one paragraph a depth."""
    out: list[str] = []
    paragraph: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        depth, content = _depth(line)
        flows = content.endswith(" ") and content != "-- "
        if paragraph and (depth != open_depth or content == "-- "):
            out.append(_close(paragraph, open_depth))
            paragraph = []
        paragraph.append(content[:-1] if flows and delete_space else content)
        open_depth = depth
        if not flows:
            out.append(_close(paragraph, depth))
            paragraph = []
    if paragraph:
        out.append(_close(paragraph, open_depth))
    return "\n".join(out)


def _depth(line: str) -> tuple[int, str]:
    """Quote depth, and the line without quote marks and without the space that stuffing added."""
    content = line.lstrip(">")
    return len(line) - len(content), content.removeprefix(" ")


def _close(paragraph: list[str], depth: int) -> str:
    text = "".join(paragraph)
    return f"{'>' * depth} {text}" if depth else text
