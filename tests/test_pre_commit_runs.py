"""The hooks as pre-commit runs them, from an installation of this checkout, in repositories that take them."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from support.hooks import Consumer, Machine, machine_of
from support.repository import APP, FILE, MERGED, ROOT

CERT = f"{APP}/certs/2026.crt"
RETURN = "return_to_sp_url: https://benefits.exa.gov/"
HTTP = RETURN.replace("https", "http")
KEY = "-----BEGIN " + "PRIVATE KEY-----\nMIIB\n-----END " + "PRIVATE KEY-----\n"


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return machine_of(tmp_path_factory)


@pytest.fixture
def fleet(tmp_path: Path, machine: Machine) -> Consumer:
    return Consumer(tmp_path / "fleet", machine)


def test_a_good_change_is_committed(fleet: Consumer) -> None:
    fleet.edit(FILE, RETURN, RETURN + "home")
    result = fleet.attempt()
    assert result.status == 0, result.text
    assert "launchwindow check --staged" in result.text
    assert "Failed" not in result.text
    assert result.text.count("Passed") == 2


def test_a_bad_change_is_not(fleet: Consumer) -> None:
    fleet.edit(FILE, RETURN, HTTP)
    result = fleet.attempt()
    assert result.status == 1
    assert f"{FILE}:13:19: error url-https:" in result.text
    fleet.edit(FILE, HTTP, RETURN + "home")
    assert fleet.attempt().status == 0


def test_a_commit_that_only_deletes_is_judged(fleet: Consumer) -> None:
    (fleet.path / CERT).unlink()
    result = fleet.attempt()
    assert result.status == 1
    assert "error certificate-missing" in result.text


def test_a_rename_is_judged_with_the_name_that_leads_there(fleet: Consumer) -> None:
    fleet.git("mv", CERT, f"{APP}/certs/other.crt")
    result = fleet.attempt_staged()
    assert result.status == 1
    assert "error certificate-missing" in result.text
    fleet.edit(FILE, "certs/2026.crt", "certs/other.crt")
    assert fleet.attempt().status == 0
    fleet.git("mv", APP, "apps/exa/finder")
    assert fleet.attempt_staged().status == 0


def test_what_is_judged_is_the_index(fleet: Consumer) -> None:
    """A mend that is not staged helps nothing, and is still there afterwards."""
    fleet.edit(FILE, RETURN, HTTP)
    fleet.git("add", FILE)
    fleet.edit(FILE, HTTP, RETURN + "home")
    result = fleet.attempt_staged()
    assert result.status == 1
    assert "error url-https" in result.text
    assert RETURN + "home" in fleet.read(FILE)
    fleet.git("add", FILE)
    assert fleet.attempt_staged().status == 0


def test_of_a_file_that_is_staged_in_part_only_that_part_is_judged(fleet: Consumer) -> None:
    fleet.edit(FILE, "default_aal: 2", "default_aal: 3")
    fleet.git("add", FILE)
    fleet.edit(FILE, RETURN, HTTP)
    assert fleet.attempt_staged().status == 0
    assert "default_aal: 3" in fleet.git("show", f"HEAD:{FILE}")
    assert RETURN in fleet.git("show", f"HEAD:{FILE}")
    assert HTTP in fleet.read(FILE)


def test_what_head_has_does_not_block_another_change(fleet: Consumer) -> None:
    fleet.edit(FILE, RETURN, HTTP)
    fleet.commit("Past the hook")
    fleet.edit(FILE, "default_aal: 2", "default_aal: 3")
    assert fleet.attempt().status == 0


def test_all_files(fleet: Consumer, machine: Machine) -> None:
    assert machine.pre_commit(fleet.path, "run", "--all-files").status == 0
    fleet.edit(FILE, RETURN, HTTP)
    fleet.write("elsewhere.txt", KEY)
    fleet.commit("Past the hooks")
    result = machine.pre_commit(fleet.path, "run", "--all-files")
    assert result.status == 1
    assert "error url-https" in result.text
    assert "elsewhere.txt:1: This is a private key" in result.text
    assert "MIIB" not in result.text


def test_a_merge_is_judged(fleet: Consumer, machine: Machine) -> None:
    result = machine.pre_commit(fleet.path, "install", "--hook-type", "pre-merge-commit", "--hook-type", "commit-msg")
    assert result.status == 0
    fleet.branch("other")
    fleet.edit(FILE, RETURN, HTTP)
    fleet.commit("Past the hook")
    fleet.checkout("main")
    fleet.write("README.md", "More\n")
    assert fleet.attempt().text.count("check --staged") == 1
    merging = subprocess.run(["git", "merge", "--no-edit", "other"], cwd=fleet.path, env=machine.environment,
                             capture_output=True, text=True, check=False)  # fmt: skip
    assert merging.returncode != 0
    assert "error url-https" in merging.stdout + merging.stderr


@pytest.fixture
def plain(tmp_path: Path, machine: Machine) -> Path:
    """A repository that knows nothing of ours but the search for private keys."""
    subprocess.run(["git", "init", "--quiet", "--template=", str(tmp_path)], check=True)
    (tmp_path / ".pre-commit-config.yaml").write_text(machine.config(only_keys=True), encoding="utf-8")
    machine.install(tmp_path)
    return tmp_path


def test_any_repository_can_search_for_private_keys(plain: Path, machine: Machine) -> None:
    (plain / "-x notes.txt").write_text("Nothing secret.\n", encoding="utf-8")
    subprocess.run(["git", "add", "--all"], cwd=plain, check=True)
    result = machine.commit(plain)
    assert result.status == 0, result.text
    (plain / "-x notes.txt").write_text(f"Ours:\n{KEY}", encoding="utf-16")
    (plain / "fine.txt").write_text("Fine.\n", encoding="utf-8")
    subprocess.run(["git", "add", "--all"], cwd=plain, check=True)
    result = machine.commit(plain)
    assert result.status == 1
    assert "-x notes.txt:2: This is a private key" in result.text
    assert "fine.txt:" not in result.text
    assert "Treat each of these keys as leaked" in result.text
    assert "MIIB" not in result.text


@pytest.mark.more
def test_the_hooks_of_this_repository_pass_on_it_and_refuse_what_they_should(tmp_path: Path, machine: Machine) -> None:
    listing = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                             capture_output=True, check=False)  # fmt: skip
    if listing.returncode != 0:
        pytest.skip("this is no git checkout")
    for name in listing.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    _keep_local_hooks(tmp_path / ".pre-commit-config.yaml")
    subprocess.run(["git", "init", "--quiet", "--template=", str(tmp_path)], check=True)
    subprocess.run(["git", "add", "--all"], cwd=tmp_path, check=True)
    passed = machine.pre_commit(tmp_path, "run", "--all-files")
    assert passed.status == 0, passed.text
    assert passed.text.count("Passed") == 2
    file = tmp_path / FILE
    file.write_text(file.read_text(encoding="utf-8").replace(RETURN, HTTP), encoding="utf-8")
    (tmp_path / "docs" / "notes.md").write_text(KEY, encoding="utf-8")
    subprocess.run(["git", "add", "--all"], cwd=tmp_path, check=True)
    refused = machine.pre_commit(tmp_path, "run", "--all-files")
    assert refused.status == 1
    assert f"{FILE}:13:19: error url-https:" in refused.text
    assert "docs/notes.md:1: This is a private key" in refused.text


def _keep_local_hooks(path: Path) -> None:
    """Leave out what would be cloned from elsewhere, and give the check a fixed time."""
    yaml = YAML(typ="safe", pure=True)
    config: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"))
    config["repos"] = [repo for repo in config["repos"] if repo["repo"] == "local"]
    next(hook for repo in config["repos"] for hook in repo["hooks"] if hook["id"] == "launchwindow")["args"] = [
        "--now",
        MERGED,
    ]
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(config, file)
