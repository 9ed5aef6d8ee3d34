"""Write `docs/rules.md` from the rules' docstrings.

`python docs/make_rules.py`; with `--check` nothing is written, and the exit status is 1 when the page is stale.
"""

from __future__ import annotations

import sys
from pathlib import Path

from launchwindow.report.rule_pages import all_pages
from launchwindow.rules import RULES

PAGE = Path(__file__).resolve().parent / "rules.md"


def main(arguments: list[str], page: Path = PAGE) -> int:
    """Write or check the page; the exit status."""
    text = all_pages(RULES)
    if arguments not in ([], ["--check"]):
        print("usage: python docs/make_rules.py [--check]", file=sys.stderr)
        return 2
    if not arguments:
        page.write_text(text, encoding="utf-8")
        return 0
    if page.is_file() and page.read_text(encoding="utf-8") == text:
        print(f"docs/{page.name} is up to date.")
        return 0
    print(f"docs/{page.name} is not what the rules' docstrings say: run python docs/make_rules.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
