"""Write the pages that are made from the program: commands, files and documents.

`python docs/reference`; with `--check` nothing is written, and the exit status is 1 when a page is stale.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import commands
import files

if TYPE_CHECKING:
    from collections.abc import Callable

DOCS = Path(__file__).resolve().parents[1]
PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands.page,
    "files.md": files.files,
    "documents.md": files.documents,
}


def main(arguments: list[str], docs: Path = DOCS) -> int:
    """Write or check the pages; the exit status."""
    if arguments not in ([], ["--check"]):
        print("usage: python docs/reference [--check]", file=sys.stderr)
        return 2
    stale = 0
    for name, made in PAGES.items():
        page, text = docs / name, made()
        if not arguments:
            page.write_text(text, encoding="utf-8")
        elif page.is_file() and page.read_text(encoding="utf-8") == text:
            print(f"docs/{name} is up to date.")
        else:
            print(f"docs/{name} is not what the program says: run python docs/reference", file=sys.stderr)
            stale = 1
    return stale


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
