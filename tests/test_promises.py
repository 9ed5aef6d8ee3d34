"""Each promise has a mechanism, and each mechanism a test that fails without it.

The table is in `support/breakages.py`. `make breakages` breaks each mechanism in a copy of the package and runs its
test there; the ordinary suite holds the table to the code. `LAUNCHWINDOW_PROMISES=write pytest tests/test_promises.py`
writes the table in `docs/promises.md` anew.
"""

from __future__ import annotations

import ast
import os
from pathlib import Path

import pytest

import launchwindow
from support.breakages import BREAKAGES, ROOT, Breakage, broken
from support.sources import functions

PACKAGE = Path(launchwindow.__file__).parent
PAGE = ROOT / "docs" / "promises.md"
FAILED = 1
"""Pytest's exit status where tests ran and some failed; errors of its own have others."""


def by_name(breakage: Breakage) -> str:
    return breakage.name


@pytest.mark.parametrize("breakage", BREAKAGES, ids=by_name)
def test_the_mechanism_is_where_the_table_says(breakage: Breakage) -> None:
    text = (PACKAGE / breakage.file).read_text(encoding="utf-8")
    assert text.count(breakage.old) == 1
    ast.parse(text.replace(breakage.old, breakage.new))


@pytest.mark.parametrize("breakage", BREAKAGES, ids=by_name)
def test_the_test_is_there(breakage: Breakage) -> None:
    file, _, name = breakage.test.partition("::")
    assert name.partition("[")[0] in functions((ROOT / file).read_text(encoding="utf-8"))


def test_no_two_rows_are_alike() -> None:
    assert len({(one.file, one.old, one.test) for one in BREAKAGES}) == len(BREAKAGES)


def test_the_page_has_the_table() -> None:
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split("<!-- table -->\n")
    after = rest.partition("<!-- end of the table -->")[2]
    wanted = f"{before}<!-- table -->\n{table()}<!-- end of the table -->{after}"
    if os.environ.get("LAUNCHWINDOW_PROMISES") == "write":
        PAGE.write_text(wanted, encoding="utf-8")
    assert text == wanted


def table() -> str:
    """A heading for each promise, and a row for each of its mechanisms."""
    parts = []
    for promise in dict.fromkeys(one.promise for one in BREAKAGES):
        rows = [
            f"| {one.mechanism} | `{one.file}` | `{one.test.removeprefix('tests/')}` |"
            for one in BREAKAGES
            if one.promise == promise
        ]
        parts.append("\n".join([f"## {promise}", "", "| mechanism | in | test |", "|---|---|---|", *rows, "", ""]))
    return "\n" + "\n".join(part.removesuffix("\n") for part in parts)


@pytest.mark.breakage
@pytest.mark.parametrize("breakage", BREAKAGES, ids=by_name)
def test_without_the_mechanism_the_test_fails(breakage: Breakage, tmp_path: Path) -> None:
    if PACKAGE.is_relative_to(ROOT / "hooks") and os.environ.get("CI") != "true":
        pytest.skip("a copy of the checkout's package lacks its schemas, so that every test of it fails")
    finished = broken(breakage, tmp_path)
    assert finished.returncode == FAILED, finished.stdout[-2000:]
