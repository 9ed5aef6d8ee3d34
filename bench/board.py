"""How long the board of a fleet takes to be drawn, how large it is, and how long a browser takes to show it.

`python bench/board.py [--apps N] [--closed N] [--keep DIR]`, and the last part of `python bench`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from shutil import rmtree, which
from typing import TYPE_CHECKING, Any

from fleet import Size
from machine import folder, machine
from repository import build, launchwindow, must

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = "2026-12-09T10:00:00-05:00"
OF_THE_FIRST_PAGE = ("index.html", "assets/board.css", "assets/board.js", "assets/icon.svg")
OF_THE_SEARCH = ("apps.html", "assets/apps.js", "assets/board.css", "assets/board.js", "assets/icon.svg")
NAMES = ("into an empty folder", "again, nothing changed")
LOOKS = 5
"""How often a browser opens each page."""


def main() -> None:
    """Build, draw, print."""
    parser = argparse.ArgumentParser(prog="board", description=__doc__)
    parser.add_argument("--apps", type=int, default=10_000)
    parser.add_argument("--closed", type=int, default=20_000)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    print(machine(), flush=True)
    open_now = max(1, options.apps // 10)
    size = Size(options.apps, open_now, open_now, options.closed)
    with folder(options.keep) as place:
        built = place / f"{size.apps}-{size.due}-{size.late}-{size.closed}"
        if not built.exists():
            build(built, size)
        for line in board(built):
            print(line, flush=True)


def board(built: Path) -> Iterator[str]:
    """Lines that tell of one repository's board."""
    into = built.with_name(f"{built.name}-board")
    rmtree(into, ignore_errors=True)
    try:
        for name in NAMES:
            ran = must(launchwindow(built, "board", "--output", str(into), "--format", "json", now=NOW))
            drawn: dict[str, Any] = json.loads(ran.out)
            if name == NAMES[0]:
                yield (
                    f"board: {drawn['pages']:,} pages of {drawn['apps']:,} apps, {drawn['requests']:,} open requests, "
                    f"{drawn['calendars']:,} calendars, {drawn['bytes'] / 1e6:.1f} MB"
                )
            yield f"board, {name}: {ran.seconds:.1f} s ({ran.busy:.1f} s of processor time)"
        for name, paths in (("first page", OF_THE_FIRST_PAGE), ("search", OF_THE_SEARCH)):
            yield f"{name}, with all that it loads: {sum((into / one).stat().st_size for one in paths) / 1e3:.1f} kB"
        yield from _shown(into)
    finally:
        rmtree(into, ignore_errors=True)


def _shown(into: Path) -> Iterator[str]:
    """What Chromium needs, where it is installed with its driver."""
    if which("chromium") is None or which("chromedriver") is None:
        yield "There is no Chromium with its driver here: not looked at."
        return
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = str(which("chromium"))
    for one in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(one)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(which("chromedriver"))))
    try:
        for name, page in (("first page", "index.html"), ("search of all apps", "apps.html?q=service-00")):
            times = []
            for _ in range(LOOKS):
                driver.get(f"{into.as_uri()}/{page}")
                times.append(driver.execute_script("return performance.getEntriesByType('navigation')[0].duration"))
            yield f"{name} in Chromium, opened to the end: {sorted(times)[LOOKS // 2]:.0f} ms"
    finally:
        driver.quit()


if __name__ == "__main__":
    main()
