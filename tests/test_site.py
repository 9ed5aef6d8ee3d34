"""The site that `make site` builds into dist/site: it needs no network, links lead on, mistakes fail the build."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from shutil import copytree, ignore_patterns
from urllib.parse import unquote, urlsplit

import pytest

from support.pages import pages
from support.repository import ROOT

pytestmark = pytest.mark.site
SITE = ROOT / "dist" / "site"
LOADED = {
    ("script", "src"), ("img", "src"), ("iframe", "src"), ("source", "src"), ("video", "src"), ("audio", "src"),
    ("embed", "src"), ("object", "data"), ("use", "href"), ("image", "href"),
}  # fmt: skip
"""Tags and attributes by which a page loads something; beside them every `link`."""
_IN_STYLE = re.compile(r"""@import\s+(?:url\()?["']?([^"')\s;]+)|url\(\s*["']?(?!data:|#)([^"')]+)""")


class Page(HTMLParser):
    """What a page loads, where its links lead, and what can be linked to in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("id", "name") and value:
                self.ids.add(value)
            elif (tag, name) in LOADED or (tag == "link" and name == "href"):
                self.loaded.append(value or "")
            elif (tag, name) == ("a", "href"):
                self.links.append(value or "")
            elif name == "style":
                self.loaded += in_style(value or "")


def in_style(text: str) -> list[str]:
    """What a style sheet loads."""
    return [one or other for one, other in _IN_STYLE.findall(text)]


@cache
def page(path: Path) -> Page:
    return Page(path.read_text(encoding="utf-8"))


def built() -> list[Path]:
    found = sorted(SITE.rglob("*.html"))
    assert len(found) > len(pages()), "There is no site: run `make site`."
    return found


def test_every_page_is_there() -> None:
    names = {path.relative_to(SITE).with_suffix("").as_posix() for path in built()}
    assert {page.relative_to(ROOT).with_suffix("").as_posix() for page in pages()} - names == set()
    assert {"index", "CHANGELOG", "docs/index"} <= names


def test_nothing_is_loaded_from_elsewhere() -> None:
    loaded = {(path, one) for path in built() for one in page(path).loaded}
    styles = {path: path.read_text(encoding="utf-8") for path in SITE.rglob("*.css")}
    loaded |= {(path, one) for path, text in styles.items() for one in in_style(text)}
    assert len(styles) > 2
    outside = sorted(f"{path.name}: {one}" for path, one in loaded if urlsplit(one).scheme or one.startswith("//"))
    assert outside == []
    lost = sorted(f"{path.name}: {one}" for path, one in loaded if not (path.parent / urlsplit(one).path).exists())
    assert lost == []


def test_every_link_leads_somewhere() -> None:
    broken = []
    for path in built():
        for link in page(path).links:
            parts = urlsplit(link)
            if parts.scheme or link.startswith("//"):
                continue
            there = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchor = unquote(parts.fragment)
            if not there.exists() or (anchor and there.suffix == ".html" and anchor not in page(there).ids):
                broken.append(f"{path.relative_to(SITE)}: {link}")
    assert broken == []


def test_what_tests_read_of_a_page_is_not_shown() -> None:
    assert [path.name for path in built() if "<!-- scene:" in path.read_text(encoding="utf-8")] == []


def test_mistakes_fail_the_build(tmp_path: Path) -> None:
    for folder in ("docs", "schemas"):
        copytree(ROOT / folder, tmp_path / folder, ignore=ignore_patterns("__pycache__"))
    (tmp_path / "docs" / "forgotten.md").write_text("# In no menu\n", encoding="utf-8")
    review = tmp_path / "docs" / "review.md"
    text = review.read_text(encoding="utf-8")
    review.write_text(f"{text}\n[a](gone.md) [b](rules.md#gone)\n", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-W",
        "--keep-going",
        "-q",
        "-b",
        "html",
        "-c",
        str(tmp_path / "docs/site"),
    ]
    finished = subprocess.run(
        [*command, str(tmp_path), str(tmp_path / "site")], capture_output=True, text=True, check=False
    )
    assert finished.returncode == 1
    for mistake in ("gone.md", "'gone'", "forgotten.md: WARNING: document isn't included in any toctree"):
        assert mistake in finished.stderr
