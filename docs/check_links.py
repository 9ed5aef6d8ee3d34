"""Check the documentation: relative links lead somewhere, commands exist, no line ends in white space.

`python docs/check_links.py [FOLDER]`; exit status 1 when something is wrong. Examples of the rules are left out.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from launchwindow.commands.table import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
_CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_CONSOLE = re.compile(r"^[ \t]*```console\n(.*?)^[ \t]*```", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^[ \t]*\$ launchwindow((?:[ \t]+--(?:repo|now)[= \t]\S+)*)[ \t]+(\S+)", re.MULTILINE)
_TARGET = re.compile(r"^[ \t]*\$ make[ \t]+([a-z]+)", re.MULTILINE)
_NO_FILE = ("http://", "https://", "mailto:")


def problems(root: Path) -> Iterator[str]:
    """A sentence for each mistake in the Markdown files of a repository, sorted by file."""
    for path in _documents(root):
        text = path.read_text(encoding="utf-8")
        place = path.relative_to(root)
        for number, line in enumerate(text.splitlines(), 1):
            if line != line.rstrip():
                yield f"{place}:{number}: white space at the end of the line"
        for target in _targets(text):
            if not _leads_somewhere(root, path, target):
                yield f"{place}: the link to {target} leads nowhere"
        yield from (f"{place}: {mistake}" for mistake in _unknown_commands(root, text))


def _documents(root: Path) -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", "*.md", ":!tests/rules"],
        cwd=root, capture_output=True, check=True, text=True,
    )  # fmt: skip
    return [root / name for name in sorted(set(listing.stdout.split("\0"))) if name and (root / name).is_file()]


def _targets(text: str) -> list[str]:
    """Where links lead that stand in no code."""
    found = (inline or reference for inline, reference in _LINK.findall(_CODE.sub("", text)))
    return [target for target in found if not target.startswith(_NO_FILE)]


def _leads_somewhere(root: Path, path: Path, target: str) -> bool:
    name, _, anchor = unquote(target).partition("#")
    there = path if not name else (path.parent / name).resolve()
    if not there.exists() or not there.is_relative_to(root):
        return False
    return not anchor or there.suffix != ".md" or anchor in _anchors(there.read_text(encoding="utf-8"))


def _anchors(text: str) -> set[str]:
    """What GitHub names the headings, and what stands as an `id` or `name`."""
    headings = re.findall(r"^#+[ \t]+(.*?)[ \t]*$", text, re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return slugs | set(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", text))


def _unknown_commands(root: Path, text: str) -> Iterator[str]:
    makefile = root / "Makefile"
    rules = makefile.read_text(encoding="utf-8") if makefile.is_file() else ""
    targets = set(re.findall(r"^([a-z]+):", rules, re.MULTILINE))
    for block in _CONSOLE.findall(text):
        for _, command in _COMMAND.findall(block):
            if command not in COMMANDS and command not in ("--help", "--version"):
                yield f"there is no command `launchwindow {command}`"
        for target in _TARGET.findall(block):
            if target not in targets:
                yield f"there is no `make {target}`"


def main() -> int:
    """Print every mistake; the exit status."""
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent).resolve()
    found = list(problems(root))
    print("\n".join(found) if found else "The documentation's links and commands are well.")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
