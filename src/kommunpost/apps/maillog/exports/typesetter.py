"""Typesets an extract in a process of its own: JSON on standard input, PDF on standard output.

Run as a file, never imported: it must start fast and hold nothing of ours. Typst takes some 110 kB of memory a row,
which a web process would keep for good. A document that takes more than its share of memory or time ends this process
and nothing else.
"""

import json
import resource
import sys

import typst

MEMORY = 4 * 1024**3
"""Bytes of address space, of which a document of 10,000 rows uses 1.2 GB."""
SECONDS = 120
"""Of processor time. A document of 10,000 rows takes five."""


def main(template: str, root: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    data = json.load(sys.stdin.buffer)
    document: bytes = typst.compile(
        template,
        root=root,
        format="pdf",
        pdf_standards=["a-2a", "ua-1"],
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        ignore_system_fonts=True,
    )
    sys.stdout.buffer.write(document)


if __name__ == "__main__":
    main(*sys.argv[1:3])
