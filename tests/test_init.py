"""`init`: a configuration repository from nothing, and nothing of somebody's own written over."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from shutil import copytree

import pytest
from ruamel.yaml import YAML

import launchwindow
from launchwindow.edit.init_files import EXAMPLE, OWNERS, POLICY, RULESETS, TEMPLATES, WORKFLOWS
from launchwindow.io import resources
from launchwindow.report.page.checklist import TEXTS
from support.beginnings import (
    ACTION,
    COMMIT,
    MANIFEST,
    REVIEWERS,
    UNSTAMPED,
    change_manifest,
    committed,
    contents,
    document,
    init,
    manifest,
    states,
)
from support.checkers import actionlint, schemas, zizmor
from support.hooks import Machine, machine_of
from support.repository import MERGED, REVIEWER, ROOT, SUBJECT, Repository, only_ours, run

KEPT_UP = {OWNERS, POLICY, *TEMPLATES, *WORKFLOWS, *RULESETS,
           *(f"schemas/{name}.schema.json" for name in ("app", "partner", "policy"))}  # fmt: skip
OTHER = "Ours, and nobody else's.\n"


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that was begun, and committed. Copy it before you change it."""
    folder = tmp_path_factory.mktemp("begun") / "configuration"
    result = init(folder)
    assert result.status == 0, result.text
    committed(folder)
    return folder


@pytest.fixture
def copy(begun: Path, tmp_path: Path) -> Path:
    return copytree(begun, tmp_path / "copy", symlinks=True)


def test_a_repository_from_nothing(begun: Path) -> None:
    repository = Repository.at(begun)
    assert set(repository.git("ls-files").splitlines()) == KEPT_UP | {*EXAMPLE, MANIFEST}
    assert repository.git("branch", "--show-current") == "main"
    assert repository.git("status", "--porcelain") == ""


def test_what_is_ours_is_taken_from_our_own_repository(begun: Path) -> None:
    for path in (*RULESETS, *EXAMPLE, *(f"schemas/{name}.schema.json" for name in ("app", "partner", "policy"))):
        assert (begun / path).read_bytes() == (ROOT / path).read_bytes(), path


def test_a_workflow_differs_from_ours_in_where_the_action_is(begun: Path) -> None:
    yaml = YAML(typ="safe", pure=True)
    for path in WORKFLOWS:
        ours, theirs = (yaml.load((root / path).read_text(encoding="utf-8")) for root in (ROOT, begun))
        for job in ours["jobs"].values():
            job["steps"] = [step for step in job["steps"] if step["name"] != "Check out the judge"]
            for step in job["steps"]:
                if step.get("uses") in ("./", "./judge"):
                    step["uses"] = f"example/launchwindow@{COMMIT}"
        assert theirs == ours, path
        assert "judge" not in (begun / path).read_text(encoding="utf-8").replace("how it is judged", "")


def test_the_policy_differs_from_ours_in_its_reviewers(begun: Path) -> None:
    yaml = YAML(typ="safe", pure=True)
    ours, theirs = (yaml.load((root / POLICY).read_text(encoding="utf-8")) for root in (ROOT, begun))
    assert theirs["review"].pop("reviewers") == [
        {"email": "rae@agency.gov", "github": "rae-reviewer"}, {"email": "sam@agency.gov", "github": "sam-second"}
    ]  # fmt: skip
    del ours["review"]["reviewers"]
    assert theirs == ours


def test_owners_are_the_reviewers_of_what_is_there(begun: Path) -> None:
    lines = [line for line in (begun / OWNERS).read_text(encoding="utf-8").splitlines() if line.startswith("/")]
    assert all(line.endswith(" @rae-reviewer @sam-second") for line in lines)
    paths = {line.split()[0].strip("/") for line in lines}
    assert {"hooks", "action.yml", "Makefile"}.isdisjoint(paths)
    assert {".github", "policy.yaml", "partners", "schemas", ".pre-commit-config.yaml", ".launchwindow"} <= paths


def test_the_template_of_pull_requests_is_the_pages_checklist(begun: Path) -> None:
    text = (begun / ".github/pull_request_template.md").read_text(encoding="utf-8")
    lines = re.findall(r"(?m)^- \[ \] (.*)$", text)
    assert len(lines) == len(TEXTS)
    for line, asked in zip(lines, TEXTS.values(), strict=True):
        assert line.casefold().endswith(asked.casefold())
    assert "Requester verified: " in text
    assert "Requester verified: " in (ROOT / "docs" / "reviews.md").read_text(encoding="utf-8")


def test_the_readme_names_commands_that_there_are(begun: Path) -> None:
    from launchwindow.commands.table import COMMANDS

    text = (begun / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`launchwindow ([a-z-]+)", text))
    assert named <= {*COMMANDS, "init"}
    assert {"new", "check", "plan", "status", "windows", "explain"} <= named
    assert "{" not in text
    for page in re.findall(rf"example/launchwindow/blob/{COMMIT}/([^)#]+)", text):
        assert (ROOT / page).is_file()


def test_check_finds_nothing(begun: Path) -> None:
    result = Repository.at(begun).run("check", now=MERGED)
    assert result.status == 0, result.text
    assert result.out.startswith("2 apps checked")


def test_doctor_asks_for_the_ledger_alone(copy: Path) -> None:
    """What only GitHub can tell is asked with --github."""
    repository = Repository.at(copy)
    before = repository.run_json("doctor", now=MERGED)
    wrong = [one["id"] for one in before["diagnoses"] if one["verdict"] != "ok"]
    assert wrong == ["ledger-readable"]
    assert repository.run("adopt", "HEAD", now=MERGED).status == 0
    assert {one["verdict"] for one in repository.run_json("doctor", now=MERGED)["diagnoses"]} == {"ok"}


def test_checkers_of_others_find_nothing(begun: Path) -> None:
    assert zizmor(begun, ".") == set()
    assert schemas(begun, action=False) == [0]
    assert actionlint(begun) == []


def test_a_change_goes_its_whole_way(copy: Path) -> None:
    repository = Repository.at(copy)
    assert repository.run("adopt", "--nothing", now="2026-11-20T12:00:00-05:00").status == 0
    began = repository.run_json("status", now="2026-11-20T13:00:00-05:00")
    waiting = [one["id"] for one in began["requests"] if one["state"] == "unapproved"]
    assert [one.partition("@")[0] for one in waiting] == ["production/exa", SUBJECT]
    for one in waiting:
        late = repository.run(
            "approve", one, "--by", "rae@agency.gov", "--note", "Looked at it.", now="2026-11-20T14:00:00-05:00"
        )
        assert late.status == 0, late.text
    repository.branch("home")
    file = EXAMPLE[-1]
    repository.edit(file, "return_to_sp_url: https://benefits.exa.gov/", "return_to_sp_url: https://benefits.exa.gov/a")
    repository.commit("Go home")
    planned = repository.run("plan", now=MERGED)
    assert planned.status == 0, planned.text
    # A new app on a new host for pushes: 21 days from its approval.
    assert "Monday 2026-12-14" in planned.out
    repository.merge("home", reviewed_by=REVIEWER.replace("reviewer@login.gov", "rae@agency.gov"))
    requested = repository.run("request", now=MERGED)
    assert requested.status == 0, requested.text
    released = [repository.run_json("release", now=f"{day}T10:00:00-05:00")["released"]
                for day in ("2026-11-30", "2026-12-03", "2026-12-07", "2026-12-10", "2026-12-14")]  # fmt: skip
    names = [[one.partition("@")[0] for one in ids] for ids in released]
    assert names == [["production/exa"], [], [], [], [SUBJECT, SUBJECT]]


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return machine_of(tmp_path_factory)


@pytest.mark.more
def test_its_hooks_run(machine: Machine, tmp_path: Path) -> None:
    """By the real pre-commit, from the commit that `init` was given."""
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=machine.source, capture_output=True, text=True, check=True)
    folder = tmp_path / "configuration"
    assert init(folder, action=("--action", f"example/launchwindow@{head.stdout.strip()}")).status == 0
    where = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"url.{machine.source}.insteadOf",
             "GIT_CONFIG_VALUE_0": "https://github.com/example/launchwindow"}  # fmt: skip
    environment = machine.environment | where
    subprocess.run(["git", "add", "--all"], cwd=folder, env=environment, check=True)
    result = machine.pre_commit(folder, "run", "--all-files", environment=environment)
    assert result.status == 0, result.text
    assert result.text.count("Passed") == 2
    (folder / EXAMPLE[-1]).write_text("app_name: 1\n", encoding="utf-8")
    subprocess.run(["git", "add", "--all"], cwd=folder, env=environment, check=True)
    assert machine.pre_commit(folder, "run", "--all-files", environment=environment).status == 1


def test_again_changes_nothing(copy: Path) -> None:
    before = contents(copy)
    for arguments in ((*ACTION, *REVIEWERS), ()):
        told = document(copy, *arguments)
        assert set(states(told).values()) == {"same"}
        assert told["from_version"] == launchwindow.__version__
    assert contents(copy) == before


def test_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("init", *ACTION, *REVIEWERS).status == 0
    assert run("--repo", str(tmp_path), "init").status == 0
    assert (tmp_path / MANIFEST).is_file()


def test_without_the_example(tmp_path: Path) -> None:
    told = document(tmp_path, *ACTION, *REVIEWERS, "--no-example")
    assert not any(one["example"] for one in told["files"])
    assert not (tmp_path / "apps").exists()
    repository = committed(tmp_path)
    checks = repository.run_json("doctor", now=MERGED)["diagnoses"]
    assert [one["id"] for one in checks if one["verdict"] != "ok"] == ["ledger-readable"]


def test_no_example_beside_apps_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "partners").mkdir()
    (tmp_path / "partners" / "npa.yaml").write_bytes((ROOT / "partners" / "npa.yaml").read_bytes())
    told = document(tmp_path, *ACTION, *REVIEWERS)
    assert not any(one["example"] for one in told["files"])
    assert [path.name for path in (tmp_path / "partners").iterdir()] == ["npa.yaml"]


def test_in_a_repository_that_is_there(tmp_path: Path) -> None:
    """It goes on there, and its own files stay."""
    repository = Repository(tmp_path)
    told = document(tmp_path, *ACTION, *REVIEWERS, status=1)
    assert told["git_begun"] is False
    assert repository.git("rev-parse", "HEAD") == repository.base
    assert states(told)[POLICY] == "kept"
    assert repository.git("status", "--porcelain", POLICY) == ""


# What is there already


def test_what_is_there_is_named_and_kept(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(OTHER, encoding="utf-8")
    result = init(tmp_path)
    assert result.status == 1
    assert "kept: README.md: something else was there, and is left as it is." in result.out
    assert "-Ours, and nobody else's." in result.out
    assert "+# Partner configuration" in result.out
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == OTHER
    assert set(contents(tmp_path)) == KEPT_UP | {*EXAMPLE, MANIFEST}
    assert "README.md" not in manifest(tmp_path)["files"]


def test_what_was_named_is_not_named_as_wrong_again(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(OTHER, encoding="utf-8")
    assert init(tmp_path).status == 1
    told = document(tmp_path)
    assert states(told)["README.md"] == "kept"
    assert [one["path"] for one in told["files"] if one["asks"]] == []


def test_what_was_moved_away_is_written(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(OTHER, encoding="utf-8")
    assert init(tmp_path).status == 1
    (tmp_path / "README.md").rename(tmp_path / "OURS.md")
    told = document(tmp_path)
    assert states(told)["README.md"] == "written"
    assert (tmp_path / "README.md").read_text(encoding="utf-8").startswith("# Partner configuration")
    assert (tmp_path / "OURS.md").read_text(encoding="utf-8") == OTHER


def test_the_same_text_with_other_line_ends_is_the_same(copy: Path) -> None:
    text = (copy / "README.md").read_bytes().replace(b"\n", b"\r\n")
    (copy / "README.md").write_bytes(text)
    (copy / MANIFEST).unlink()
    assert states(document(copy, *ACTION, *REVIEWERS))["README.md"] == "same"
    assert (copy / "README.md").read_bytes() == text


@pytest.mark.parametrize("what", ["link to a file", "link to nothing", "link above", "folder", "pipe"])
def test_nothing_is_written_through_what_is_no_file(what: str, tmp_path: Path) -> None:
    folder, outside = tmp_path / "configuration", tmp_path / "outside"
    (folder / ".github").mkdir(parents=True)
    outside.mkdir()
    (outside / "target").write_text(OTHER, encoding="utf-8")
    path, place = WORKFLOWS[0], folder / ".github" / "workflows"
    if what == "link above":
        place.symlink_to(outside)
    else:
        place.mkdir()
        file = folder / path
        {"link to a file": lambda: file.symlink_to(outside / "target"),
         "link to nothing": lambda: file.symlink_to(outside / "new"),
         "folder": file.mkdir, "pipe": lambda: os.mkfifo(file)}[what]()  # fmt: skip
    result = init(folder)
    assert result.status == 1, result.text
    assert f"kept: {path}: what is there" in result.out
    assert [one.name for one in outside.iterdir()] == ["target"]
    assert (outside / "target").read_text(encoding="utf-8") == OTHER
    told = document(folder)
    assert states(told)[path] == "kept"


def test_names_and_texts_that_are_there_reach_the_terminal_harmlessly(tmp_path: Path) -> None:
    folder = tmp_path / "con\x1b[31mfiguration"
    folder.mkdir()
    (folder / "README.md").write_text("\x1b]0;title\x07\u202e\n", encoding="utf-8")
    result = init(folder)
    assert result.status == 1
    assert result.out.replace("\n", "").isprintable()


# What can't be guessed


@UNSTAMPED
def test_what_is_missing_is_asked_for(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    no_action = run("init", str(folder), *REVIEWERS)
    assert (no_action.status, no_action.out) == (2, "")
    assert "init needs --action OWNER/NAME@COMMIT" in no_action.err
    no_reviewer = run("init", str(folder), *ACTION)
    assert (no_reviewer.status, no_reviewer.out) == (2, "")
    assert "init needs --reviewer EMAIL:GITHUB" in no_reviewer.err
    assert not folder.exists()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--action", "launchwindow"),
        ("--action", "example/launchwindow@"),
        ("--action", "example/launchwindow@v1\nrun: x"),
        ("--action", "-x/launchwindow"),
        ("--action", f"example/launch window@{COMMIT}"),
        ("--reviewer", "rae@agency.gov"),
        ("--reviewer", "rae@agency.gov:"),
        ("--reviewer", "rae:rae-reviewer"),
        ("--reviewer", 'rae@agency.gov"}:rae'),
        ("--reviewer", "rae@agency.gov:rae @everybody"),
    ],
)
def test_what_could_mean_something_else_in_a_file_is_refused(option: str, value: str, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    result = run("init", str(folder), *ACTION, *REVIEWERS, f"{option}={value}")
    assert result.status == 2
    assert f"argument {option}: “" in result.err
    assert not folder.exists()


def test_a_name_that_yaml_takes_for_something_else_stays_a_name(tmp_path: Path) -> None:
    arguments = ("--reviewer", "no@agency.gov:null", "--reviewer", "x@agency.gov:123")
    assert run("init", str(tmp_path), *ACTION, *arguments).status == 0
    checks = committed(tmp_path).run_json("doctor", now=MERGED)["diagnoses"]
    assert [one["id"] for one in checks if one["verdict"] != "ok"] == ["ledger-readable"]
    assert run("init", str(tmp_path)).status == 0


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Where git finds the action's repository on this machine."""
    repository = Repository(tmp_path / "elsewhere")
    config = tmp_path / "gitconfig"
    config.write_text(f'[url "{repository.path}"]\n\tinsteadOf = https://github.com/example/launchwindow\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    return repository


def looked_up(folder: Path, action: str, tmp_path: Path) -> tuple[int, str]:
    result = run("init", str(folder), "--action", action, *REVIEWERS,
                 env={"GIT_CONFIG_GLOBAL": str(tmp_path / "gitconfig")})  # fmt: skip
    return result.status, result.err


@pytest.mark.parametrize("annotated", [True, False], ids=["with a message", "without"])
def test_a_tags_commit_is_looked_up(annotated: bool, elsewhere: Repository, tmp_path: Path) -> None:
    tag = f"v{launchwindow.__version__}"
    elsewhere.git("tag", *(("-a", "-m", "A version") if annotated else ()), tag)
    folder = tmp_path / "configuration"
    assert looked_up(folder, "example/launchwindow", tmp_path) == (0, "")
    action = manifest(folder)["action"]
    assert (action["commit"], action["version"]) == (elsewhere.base, tag)
    text = (folder / WORKFLOWS[0]).read_text(encoding="utf-8")
    assert f"uses: example/launchwindow@{elsewhere.base} # {tag}\n" in text
    hooks = (folder / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert f"rev: {elsewhere.base}  # frozen: {tag}\n" in hooks
    assert zizmor(folder, ".") == set()


def test_a_tag_that_is_not_there(elsewhere: Repository, tmp_path: Path) -> None:
    folder = tmp_path / "configuration"
    status, error = looked_up(folder, "example/launchwindow@v9", tmp_path)
    assert status == 2
    assert "https://github.com/example/launchwindow has no tag v9" in error
    elsewhere.path.rename(tmp_path / "gone")
    status, error = looked_up(folder, "example/launchwindow@v9", tmp_path)
    assert status == 2
    assert "can't be asked which commit v9 is" in error
    assert not folder.exists()


# Where it can't begin


def test_not_within_another_repository(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    for folder in (repository.path / "inner", repository.path / "apps"):
        result = init(folder)
        assert result.status == 1
        assert "begins at a repository's top" in result.err
    assert repository.git("status", "--porcelain") == ""


@pytest.mark.parametrize("missing", ["HEAD", "objects", "refs"])
def test_it_goes_on_where_git_was_killed_when_it_began(missing: str, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", "-b", "main", str(tmp_path)], env=only_ours(), check=True)
    part = tmp_path / ".git" / missing
    part.rename(tmp_path.parent / missing)
    assert init(tmp_path, *ACTION, *REVIEWERS).status == 0
    assert subprocess.run(["git", "status"], cwd=tmp_path, env=only_ours(), check=False).returncode == 0


def test_not_where_git_takes_the_repository_for_none(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: nowhere\n", encoding="utf-8")
    result = init(tmp_path)
    assert result.status == 1
    assert "has a .git that git does not take for a repository" in result.err
    assert [path.name for path in tmp_path.iterdir()] == [".git"]


def test_where_git_was_killed_when_it_had_just_begun(tmp_path: Path) -> None:
    (tmp_path / ".git" / "objects").mkdir(parents=True)
    assert init(tmp_path).status == 0
    committed(tmp_path)


def test_not_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text(OTHER, encoding="utf-8")
    assert init(tmp_path / "file").status == 2


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    told = document(folder, *ACTION, *REVIEWERS, "--dry-run")
    assert (told["dry_run"], told["git_begun"]) == (True, True)
    assert set(states(told).values()) == {"written"}
    shown = init(folder, "--diff")
    assert shown.status == 0
    assert "+++ b/.github/workflows/merge.yml" in shown.out
    assert not folder.exists()


# The manifest


@pytest.mark.parametrize(
    "fields",
    [
        {"files": {"../outside": "0" * 64}},
        {"files": {"/etc/passwd": "0" * 64}},
        {"files": {"README.md": "no digest"}},
        {"files": []},
        {"reviewers": []},
        {"reviewers": [{"email": "a@b\n", "github": "x"}]},
        {"action": {"server": "http://a", "repository": "a/b", "commit": COMMIT, "version": None}},
        {"action": {"server": "https://a", "repository": "a/b", "commit": "main", "version": None}},
        {"format": 2},
        {"version": "1\n2"},
        {"more": 1},
    ],
)
def test_a_damaged_manifest_is_refused(fields: dict[str, object], copy: Path) -> None:
    change_manifest(copy, **fields)
    before = contents(copy)
    for arguments in ((), ("--upgrade",)):
        result = run("init", str(copy), *arguments)
        assert (result.status, result.out) == (2, "")
        assert f"{MANIFEST} can't be used: " in result.err
    assert contents(copy) == before


def test_a_manifest_that_is_a_link_is_refused(copy: Path, tmp_path: Path) -> None:
    (copy / MANIFEST).rename(tmp_path / "manifest")
    (copy / MANIFEST).symlink_to(tmp_path / "manifest")
    assert "It is a symbolic link." in run("init", str(copy)).err


def test_other_wishes_are_an_upgrade(copy: Path) -> None:
    result = run("init", str(copy), "--reviewer", "kim@agency.gov:kim-third")
    assert result.status == 1
    assert "Run `launchwindow init --upgrade`" in result.err


def test_every_text_of_a_new_repository_is_used() -> None:
    folder = Path(resources.__file__).parents[1] / "templates" / "init"
    assert {path.name for path in folder.iterdir()} == set(TEMPLATES.values())


def test_the_answer_says_the_same_as_the_document(copy: Path) -> None:
    environment = only_ours()
    assert "GIT_DIR" not in environment
    told = json.loads(run("init", str(copy), "--format", "json").out)
    text = run("init", str(copy)).out
    assert all(one["path"] in text.replace("\n  ", " ") for one in told["files"])
