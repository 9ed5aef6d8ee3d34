"""CONTRIBUTING.md can be followed: what it names is there, and the rule that it writes is one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from support.repository import ROOT

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
POLICY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
MADE_BY_FOLLOWING = {
    "hooks/launchwindow/rules/contact_address.py",
    "tests/rules/contact-address/reject/free-mail.yaml",
    "tests/rules/contact-address/accept/",
}
RULES = "hooks/launchwindow/rules/__init__.py"
PAGES = "hooks/launchwindow/report/rule_pages.py"


def blocks(language: str) -> list[str]:
    """The page's blocks of a language, in order."""
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```", PAGE)


def prose(page: str) -> str:
    """A page without its blocks."""
    return re.sub(r"(?ms)^```.*?^```", "", page)


def commands() -> list[str]:
    return [line[2:] for block in blocks("console") for line in block.splitlines() if line.startswith("$ ")]


@pytest.mark.parametrize("page", [PAGE, POLICY], ids=["CONTRIBUTING", "SECURITY"])
def test_every_path_is_there(page: str) -> None:
    words = re.findall(r"`([\w./-]+)`", prose(page)) + [
        word for one in commands() for word in re.findall(r"[\w./-]+", one)
    ]
    paths = {one for one in words if re.match(r"(?:\.?\w+/|\.github/|\.ci/)", one) and "/" in one}
    named = {one for one in paths if one.split("/")[0] in {path.name for path in ROOT.iterdir()}}
    assert len(named) >= (10 if page is PAGE else 1)
    assert [one for one in named - MADE_BY_FOLLOWING if not (ROOT / one).exists() and one != ".venv/bin/python"] == []


def test_every_target_is_there() -> None:
    targets = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8")))
    named = set(re.findall(r"make ([a-z-]+)", " ".join([*commands(), *re.findall(r"`([^`]+)`", prose(PAGE))])))
    assert named >= {"setup", "test", "lint", "demo", "act", "crashes", "breakages", "bench", "hunt"}
    assert named <= targets


def test_every_name_of_the_code_is_there() -> None:
    where = {"TABLE": "tests/test_mutations.py", "HELPERS": "tests/test_rules.py", "RULES": RULES,
             "Facts": "hooks/launchwindow/model/rule.py", "__version__": "hooks/launchwindow/__init__.py"}  # fmt: skip
    for name, path in where.items():
        assert f"`{name}`" in PAGE
        assert re.search(rf"(?m)^(?:class )?{name}\b", (ROOT / path).read_text(encoding="utf-8")), name


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout in which somebody did what the page says, in its order."""
    folder = tmp_path_factory.mktemp("followed")
    for name in ("hooks", "tests", "schemas", "docs", "apps", "partners"):
        copytree(ROOT / name, folder / name, ignore=ignore_patterns("__pycache__"))
    for name in ("policy.yaml", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    [example] = blocks("yaml")
    reject = folder / "tests/rules/contact-address/reject/free-mail.yaml"
    accept = folder / "tests/rules/contact-address/accept/at-the-agency.yaml"
    for file, text in ((reject, example), (accept, example.replace("gmail.com", "exa.gov").split("  # <-")[0] + "\n")):
        file.parent.mkdir(parents=True)
        file.write_text(text.partition("\n")[2], encoding="utf-8")
    rule, violation = blocks("python")
    (folder / "hooks/launchwindow/rules/contact_address.py").write_text(rule, encoding="utf-8")
    edit(folder, RULES, "    failure_to_proof,\n", "    contact_address,\n    failure_to_proof,\n")
    edit(folder, RULES, "    production_account.RULE,\n", "    production_account.RULE,\n    contact_address.RULE,\n")
    edit(folder, PAGES, '"production-account", ', '"production-account", "contact-address", ')
    edit(folder, "tests/test_mutations.py", '    "url-wildcard": (\n', f'{violation}    "url-wildcard": (\n')
    return folder


def edit(folder: Path, path: str, old: str, new: str) -> None:
    text = (folder / path).read_text(encoding="utf-8")
    assert text.count(old) == 1, (path, old)
    (folder / path).write_text(text.replace(old, new), encoding="utf-8")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": str(folder / "hooks"), "PATH": os.environ["PATH"], "HOME": str(folder)}
    return subprocess.run([sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True,
                          check=False)  # fmt: skip


def test_the_rule_that_it_writes_passes_its_tests(followed: Path) -> None:
    tests = [one for one in re.findall(r"tests/\S+\.py", " ".join(commands())) if "rule" in one or "mutations" in one]
    chosen = "contact or docstring or registry or group"
    ran = run(followed, "-m", "pytest", "-v", "-p", "no:cacheprovider", "-k", chosen,
              *dict.fromkeys(tests))  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    for test in ("test_example[contact-address-reject-free-mail]", "test_docstring_is_a_page[contact-address]"):
        assert f"{test} PASSED" in ran.stdout
    assert re.search(r"test_mutations\.py::.*contact-address.* PASSED", ran.stdout)


def test_the_page_of_the_rule_is_shown(followed: Path) -> None:
    shown = run(followed, "hooks", "explain", "contact-address")
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith("contact-address (warning)\n")
    assert run(followed, "docs/make_rules.py").returncode == 0
    assert "contact-address" in (followed / "docs/rules.md").read_text(encoding="utf-8")


def test_the_rule_that_it_writes_is_in_the_house_s_style(followed: Path) -> None:
    path = "hooks/launchwindow/rules/contact_address.py"
    for command in (("ruff", "check"), ("ruff", "format", "--check")):
        ran = run(followed, "-m", *command, path)
        assert ran.returncode == 0, ran.stdout


def test_the_rule_was_thrown_away() -> None:
    assert not any((ROOT / path).exists() for path in MADE_BY_FOLLOWING)
