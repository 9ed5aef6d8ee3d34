"""What is published: wheel and sdist as they are built, installed and run in a clean environment, and the workflow."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from ruamel.yaml import YAML

import launchwindow
from launchwindow.edit.init_files import EXAMPLE, OWNERS, POLICY, RULESETS, WORKFLOWS
from support.beginnings import ACTION, COMMIT, REVIEWERS, change_manifest, manifest
from support.hooks import WHEELHOUSE
from support.repository import ROOT, Repository, only_ours

VERSION = launchwindow.__version__
EPOCH = "1700000000"
"""In 2023: neither the default of the builder nor the present."""
NOW = ("--now", "2026-11-24T10:00:00-05:00")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What git has of this checkout, as it lies in the work tree."""
    listing = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                             capture_output=True, check=False)  # fmt: skip
    if listing.returncode != 0:
        pytest.skip("this is no git checkout")
    folder = tmp_path_factory.mktemp("release") / "checkout"
    for name in listing.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    # A released one has it from the workflow.
    (folder / "hooks/launchwindow/released.json").unlink(missing_ok=True)
    return folder


class Built(NamedTuple):
    """What a build leaves."""

    wheel: Path
    sdist: Path


def build(checkout: Path, folder: Path) -> Built:
    """Both, by the builder that pyproject.toml names; nothing is fetched."""
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, cwd=checkout, env=clean() | {"SOURCE_DATE_EPOCH": EPOCH}, capture_output=True, check=True)
    [wheel], [sdist] = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return Built(wheel, sdist)


def clean(**more: str) -> dict[str, str]:
    """The environment without what would lead Python or pip elsewhere, and with no index."""
    kept = {key: value for key, value in only_ours().items() if not key.startswith(("PYTHON", "PIP_", "VIRTUAL"))}
    return kept | {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1",
                   "PIP_COMPILE": "0", "PIP_FIND_LINKS": str(WHEELHOUSE)} | more  # fmt: skip


@pytest.fixture(scope="module")
def built(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(checkout, tmp_path_factory.mktemp("dist"))


def names_in(sdist: Path) -> set[str]:
    with tarfile.open(sdist) as archive:
        members = archive.getmembers()
    assert {member.name.partition("/")[0] for member in members} == {f"launchwindow-{VERSION}"}
    return {member.name.partition("/")[2] for member in members}


def test_the_sdist_holds_all_that_git_has_and_nothing_else(built: Built, checkout: Path) -> None:
    """And so all that its tests need."""
    expected = {path.relative_to(checkout).as_posix() for path in checkout.rglob("*") if path.is_file()}
    assert names_in(built.sdist) == expected | {"PKG-INFO"}
    assert {"tests/test_release.py", "Makefile", "apps/exa/benefits-finder/production.yaml", ".ci/run"} <= expected
    assert not any(path.startswith((".venv/", ".node/", "dist/", ".git/")) or "__pycache__" in path
                   for path in expected)  # fmt: skip


@pytest.mark.more
def test_the_same_files_are_built_into_the_same_bytes(checkout: Path, built: Built, tmp_path: Path) -> None:
    """Elsewhere, with other times, with names in another order in its folders, and with what git ignores."""
    other = tmp_path / "elsewhere"
    for path in sorted(checkout.rglob("*"), reverse=True):
        if path.is_file():
            target = other / path.relative_to(checkout)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
            os.utime(target, (1_600_000_000, 1_600_000_000))
    waste = (
        ".venv/bin/python",
        "dist/old.whl",
        "hooks/launchwindow/__pycache__/cli.pyc",
        ".node/x.js",
        ".mypy_cache/a",
    )
    for name in waste:
        (other / name).parent.mkdir(parents=True, exist_ok=True)
        (other / name).write_text("waste", encoding="utf-8")
    again = build(other, tmp_path / "dist")
    assert again.wheel.name == built.wheel.name
    assert again.wheel.read_bytes() == built.wheel.read_bytes()
    assert again.sdist.read_bytes() == built.sdist.read_bytes()


@pytest.mark.more
def test_the_sdist_is_built_into_the_same_wheel(built: Built, tmp_path: Path) -> None:
    """So that who installs from it has the very files that were tested."""
    with tarfile.open(built.sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(command, cwd=tmp_path / f"launchwindow-{VERSION}", env=clean() | {"SOURCE_DATE_EPOCH": EPOCH},
                   capture_output=True, check=True)  # fmt: skip
    [wheel] = (tmp_path / "dist").iterdir()
    assert wheel.read_bytes() == built.wheel.read_bytes()


def test_the_wheel_says_what_it_is(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as archive:
        told = Parser().parsestr(archive.read(f"launchwindow-{VERSION}.dist-info/METADATA").decode())
        names = archive.namelist()
    assert (told["Name"], told["Version"], told["License-Expression"]) == ("launchwindow", VERSION, "CC0-1.0")
    assert told["Requires-Python"] == ">=3.11"
    assert told["Description-Content-Type"] == "text/markdown"
    assert f"launchwindow-{VERSION}.dist-info/licenses/LICENSE" in names
    assert all(name.startswith(("launchwindow/", "launchwindow-")) for name in names)


def test_the_wheel_takes_along_what_init_needs_and_no_more() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    taken = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    files = {one for path in taken for one in ([path] if (ROOT / path).is_file() else
                                               [f"{path}/{name}" for name in os.listdir(ROOT / path)])}  # fmt: skip
    own = {path for path in files if not path.startswith("schemas/")}
    assert own == {OWNERS, POLICY, *RULESETS, *WORKFLOWS, *EXAMPLE}
    assert all(where == f"launchwindow/templates/own/{path}" for path, where in taken.items() if path != "schemas")


class Installed(NamedTuple):
    """An environment of its own with nothing but what was installed."""

    program: Path
    folder: Path

    def run(self, *arguments: str, status: int = 0) -> str:
        finished = subprocess.run([str(self.program), *arguments], cwd=self.folder, env=clean(), capture_output=True,
                                  text=True, check=False)  # fmt: skip
        assert finished.returncode == status, finished.stdout + finished.stderr
        return finished.stdout


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel, with what it depends on, from the wheelhouse."""
    if not list(WHEELHOUSE.glob(".complete-*")):
        reason = f"there is no {WHEELHOUSE}: `make test` fetches the wheels that an installation needs"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("installed")
    python = folder / "venv" / "bin" / "python"
    # This environment's pip installs there: to put one into each environment takes longer than all else.
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")], env=clean(), check=True)
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", str(built.wheel)]
    subprocess.run(command, env=clean(HOME=str(folder), PIP_NO_CACHE_DIR="1"), check=True)
    return Installed(python.with_name("launchwindow"), folder)


def test_what_was_installed_says_its_version(installed: Installed) -> None:
    assert installed.run("--version") == f"launchwindow {VERSION}\n"


@pytest.mark.more
def test_what_was_installed_begins_a_repository_and_works_in_it(installed: Installed) -> None:
    folder = installed.folder / "configuration"
    installed.run("init", str(folder), *ACTION, *REVIEWERS)
    assert (folder / EXAMPLE[-1]).read_bytes() == (ROOT / EXAMPLE[-1]).read_bytes()
    assert f"uses: example/launchwindow@{COMMIT}\n" in (folder / ".github/workflows/merge.yml").read_text()
    repository = Repository.__new__(Repository)
    repository.path = folder
    repository.commit("Begin", at="2026-11-20T10:00:00-05:00")
    assert installed.run("--repo", str(folder), *NOW, "check").startswith("2 apps checked")
    told = installed.run("--repo", str(folder), "demo")
    assert "launchwindow confirm" in told
    assert "_launchwindow" in installed.run("completion", "bash")


# The version


def test_the_version_is_written_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" not in project["project"]
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["hatch"]["version"]["path"] == "hooks/launchwindow/__init__.py"


def changelog() -> list[str]:
    """The versions that it names, in its order."""
    return re.findall(r"(?m)^## \[([^\]]+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))


def test_the_changelog_has_every_version_once_the_newest_first() -> None:
    unreleased, *released = changelog()
    assert unreleased == "Unreleased"
    numbers = [tuple(int(part) for part in one.split(".")) for one in released]
    assert numbers == sorted(set(numbers), reverse=True)
    now = tuple(int(part) for part in VERSION.split("."))
    assert all(now >= one for one in numbers[:1]), "the version in development is the newest released one, or later"


def test_every_released_version_has_its_day() -> None:
    heads = re.findall(r"(?m)^## \[\d.*$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert [one for one in heads if not re.fullmatch(r"## \[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}", one)] == []


# What the release workflow runs


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A checkout with as much as the script reads."""
    for name in (".ci/release.py", "hooks/launchwindow/__init__.py", "CHANGELOG.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def release(copy: Path, *arguments: str) -> tuple[int, str]:
    finished = subprocess.run([sys.executable, "-I", str(copy / ".ci/release.py"), *arguments], capture_output=True,
                              text=True, check=False)  # fmt: skip
    return finished.returncode, finished.stdout + finished.stderr


def ready(copy: Path) -> None:
    """As it is when a version is tagged: what was unreleased has its name."""
    file = copy / "CHANGELOG.md"
    text = file.read_text(encoding="utf-8").partition("## [Unreleased]")[0]
    file.write_text(f"{text}## [Unreleased]\n\n## [{VERSION}] - 2026-12-01\n\n### Added\n\n- This.\n\n"
                    "## [0.0.1] - 2026-01-01\n\n- That.\n", encoding="utf-8")  # fmt: skip


def test_a_tag_that_fits_goes_on(copy: Path) -> None:
    ready(copy)
    assert release(copy, "check", f"v{VERSION}") == (0, "")
    assert release(copy, "notes") == (0, "### Added\n\n- This.\n")


@pytest.mark.parametrize(
    ("tag", "edit", "said"),
    [
        (f"v{VERSION}0", ("", ""), f"The tag is v{VERSION}0, and the code is version {VERSION}"),
        (VERSION, ("", ""), "set __version__, or move the tag"),
        (f"v{VERSION}", (f"[{VERSION}]", "[0.0.2]"), f"has no section `## [{VERSION}] - DATE`"),
        (f"v{VERSION}", ("## [Unreleased]\n", "## [Unreleased]\n\n- More.\n"), "something under Unreleased"),
    ],
)
def test_a_tag_that_does_not_fit_is_refused(tag: str, edit: tuple[str, str], said: str, copy: Path) -> None:
    ready(copy)
    file = copy / "CHANGELOG.md"
    file.write_text(file.read_text(encoding="utf-8").replace(*edit, 1), encoding="utf-8")
    status, text = release(copy, "check", tag)
    assert status == 1
    assert said in text


@pytest.mark.more
def test_a_stamped_wheel_knows_its_action(copy: Path, checkout: Path, tmp_path: Path) -> None:
    """`init` needs no --action then, and names the tag beside the commit."""
    assert release(copy, "stamp", "example/launchwindow", COMMIT) == (0, "")
    source = tmp_path / "source"
    shutil.copytree(checkout, source, ignore=shutil.ignore_patterns("tests", "docs", "bench"))
    shutil.copy(copy / "hooks/launchwindow/released.json", source / "hooks/launchwindow")
    with zipfile.ZipFile(build(source, tmp_path / "dist").wheel) as archive:
        archive.extractall(tmp_path / "unpacked")
    command = [sys.executable, "-m", "launchwindow", "init", str(tmp_path / "new"), *REVIEWERS, "--format", "json"]
    finished = subprocess.run(command, cwd=tmp_path, env=clean(PYTHONPATH=str(tmp_path / "unpacked")),
                              capture_output=True, text=True, check=True)  # fmt: skip
    assert json.loads(finished.stdout)["action"] == {
        "repository": "example/launchwindow", "commit": COMMIT, "version": f"v{VERSION}"
    }  # fmt: skip
    text = (tmp_path / "new" / ".github/workflows/merge.yml").read_text(encoding="utf-8")
    assert f"uses: example/launchwindow@{COMMIT} # v{VERSION}\n" in text
    # A repository that takes the action from elsewhere goes on doing so.
    elsewhere = Repository(tmp_path / "elsewhere")
    elsewhere.git("tag", f"v{VERSION}")
    config = tmp_path / "gitconfig"
    config.write_text(f'[url "{elsewhere.path}"]\n\tinsteadOf = https://github.com/agency/fork\n', encoding="utf-8")
    old = manifest(tmp_path / "new")["action"]
    change_manifest(tmp_path / "new", version="0.0.9", action=old | {"repository": "agency/fork"})
    environment = clean(PYTHONPATH=str(tmp_path / "unpacked"), GIT_CONFIG_GLOBAL=str(config))
    subprocess.run([*command[:5], "--upgrade"], cwd=tmp_path, env=environment, capture_output=True, check=True)
    action = manifest(tmp_path / "new")["action"]
    assert (action["repository"], action["commit"]) == ("agency/fork", elsewhere.base)


@pytest.mark.parametrize("arguments", [("example", COMMIT), ("example/x", "main"), ("a/b\nc", COMMIT), ()])
def test_a_stamp_that_is_none_is_refused(arguments: tuple[str, ...], copy: Path) -> None:
    assert release(copy, "stamp", *arguments)[0] == 1
    assert not (copy / "hooks/launchwindow/released.json").exists()


# The workflow


@pytest.fixture(scope="module")
def workflow() -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe", pure=True).load(ROOT / ".github/workflows/release.yml")
    return found


def test_one_job_alone_says_who_it_is_and_it_waits_for_people(workflow: dict[str, Any]) -> None:
    jobs = workflow["jobs"]
    assert [name for name, job in jobs.items() if "id-token" in job["permissions"]] == ["publish"]
    assert jobs["publish"]["environment"] == "pypi"
    assert jobs["publish"]["needs"] == "build"
    assert [step for step in jobs["publish"]["steps"] if "run" in step] == [], "it runs none of our code"
    assert workflow["on"] == {"push": {"tags": ["v*"]}}


def test_it_has_no_secret() -> None:
    text = (ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8")
    assert "secrets." not in text
    assert "password" not in text


def test_what_is_published_is_what_was_tested(workflow: dict[str, Any]) -> None:
    """The wheel that `make test` built and tested is in dist/, and no later step builds one."""
    scripts = [step.get("run", "") for step in workflow["jobs"]["build"]["steps"]]
    tested = scripts.index(".ci/run")
    assert "make sdist" in scripts[tested:]
    assert not any("stamp" in one for one in scripts[tested:])
    for job in ("publish", "announce"):
        assert any(step.get("uses", "").startswith("actions/download-artifact@")
                   for step in workflow["jobs"][job]["steps"])  # fmt: skip


def test_every_script_that_it_runs_is_there(workflow: dict[str, Any]) -> None:
    text = " ".join(step.get("run", "") for job in workflow["jobs"].values() for step in job["steps"])
    for path in re.findall(r"\.ci/[\w.]+", text):
        assert (ROOT / path).is_file()
    targets = re.findall(r"make (\w+)", text)
    assert targets == ["sdist"]
    assert re.search(r"(?m)^sdist:", (ROOT / "Makefile").read_text(encoding="utf-8"))
