"""run.sh, by which action.yml runs: alone with its own code, clear where it can't run, and silent about secrets.

What it installs stands ready here, with this interpreter in the place of an installed one; `make act` installs it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import signal as signals
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from jsonschema import Draft202012Validator

from support.git_http import GitHost, bare_copy, git_host
from support.on_github import NAME, OnGitHub, opened
from support.repository import FILE, LEDGER, ROOT, only_ours

RUN = ROOT / "hooks" / "launchwindow" / "action" / "run.sh"
TOKEN = "ghs_token-of-the-job"
BASIC = f"Basic {base64.b64encode(f'x-access-token:{TOKEN}'.encode()).decode()}"
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nnot-a-real-key-but-secret\n-----END OPENSSH PRIVATE KEY-----"


class Step(NamedTuple):
    """What one run of run.sh left behind."""

    status: int
    printed: str
    summary: str
    outputs: dict[str, str]

    @property
    def everything(self) -> str:
        return "\n".join([self.printed, self.summary, *self.outputs.values()])


class Runner:
    """A runner's files, and a folder for what is temporary in which the action's Python stands ready."""

    def __init__(self, folder: Path, work: Path, *, ready: bool = True) -> None:
        self.temporary, self._work = folder / "temporary", work
        self.files = {name: folder / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        self.temporary.mkdir(parents=True)
        digest = hashlib.sha256((ROOT / "action-requirements.txt").read_bytes()).hexdigest()[:16]
        self.home = self.temporary / f"launchwindow-{digest}"
        if ready:
            (self.home / "bin").mkdir(parents=True)
            python = self.home / "bin" / "python"
            python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
            python.chmod(0o755)
            (self.home / "ready").touch()

    def run(self, command: str, *, action: Path = ROOT, env: Mapping[str, str] | None = None, **inputs: str) -> Step:
        for path in self.files.values():
            path.write_text("", encoding="utf-8")
        given = {f"LAUNCHWINDOW_{name.upper()}": value for name, value in inputs.items()}
        environment = {
            **only_ours(), "GITHUB_REPOSITORY": NAME, "GITHUB_TOKEN": TOKEN, "RUNNER_TEMP": str(self.temporary),
            "LAUNCHWINDOW_COMMAND": command, **{name: str(path) for name, path in self.files.items()},
            **given, **(env or {}),
        }  # fmt: skip
        finished = subprocess.run(
            [str(shutil.which("bash")), str(RUN), str(action)], cwd=self._work, env=environment,
            capture_output=True, text=True, check=False, preexec_fn=interruptible,
        )  # fmt: skip
        said = self.files["GITHUB_OUTPUT"].read_text(encoding="utf-8")
        summary = self.files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
        return Step(finished.returncode, finished.stdout + finished.stderr, summary, parsed(said))


def interruptible() -> None:
    """As a runner starts its steps: what runs in the background ignores interrupts, and hands that on."""
    signals.signal(signals.SIGINT, signals.SIG_DFL)


def parsed(text: str) -> dict[str, str]:
    """A runner's file of outputs, as the runner reads it."""
    found, lines = {}, iter(text.splitlines())
    for line in lines:
        name, delimiter, mark = line.partition("<<")
        if not delimiter:
            name, _, found[name] = line.partition("=")
            continue
        value: list[str] = []
        while (one := next(lines)) != mark:
            value.append(one)
        found[name] = "\n".join(value)
    return found


def commands(printed: str) -> list[str]:
    """What a runner takes for its commands: none between two marks."""
    found, mark = [], ""
    for line in printed.splitlines():
        if mark:
            mark = "" if line == f"::{mark}::" else mark
        elif line.startswith("::stop-commands::"):
            mark = line.removeprefix("::stop-commands::")
        elif line.lstrip().startswith("::") or "##[" in line:
            found.append(line)
    return found


@pytest.fixture
def place(tmp_path: Path) -> Iterator[OnGitHub]:
    place = opened(tmp_path)
    with place.hub:
        yield place


@pytest.fixture
def runner(tmp_path: Path, place: OnGitHub) -> Runner:
    return Runner(tmp_path / "runner", place.work.path)


def github(place: OnGitHub) -> dict[str, str]:
    return {"GITHUB_API_URL": place.hub.url, "GITHUB_TOKEN": place.token, "LAUNCHWINDOW_NOW": place.now.isoformat()}


def executable(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(script, encoding="utf-8")
    path.chmod(0o755)
    return path


def test_nothing_of_the_folder_and_no_variable_takes_part(runner: Runner, place: OnGitHub, tmp_path: Path) -> None:
    marker, elsewhere = tmp_path / "ran", tmp_path / "elsewhere"
    python = f"open({str(marker)!r}, 'w')\n"
    names = ("launchwindow/__init__.py", "json.py", "ruamel/__init__.py", "sitecustomize.py", "usercustomize.py")
    for name in names:
        place.work.write(name, python)
        (elsewhere / name).parent.mkdir(parents=True, exist_ok=True)
        (elsewhere / name).write_text(python, encoding="utf-8")
    start = executable(tmp_path / "start.py", python)
    step = runner.run("check", env={"PYTHONPATH": str(elsewhere), "PYTHONSTARTUP": str(start), "PYTHONHOME": "/none"})
    assert (step.status, step.outputs["reason-code"]) == (0, "clean"), step.printed
    assert not marker.exists()
    # These files would be taken by a Python that is not isolated.
    open_python = {**only_ours(), "PYTHONPATH": str(elsewhere)}
    subprocess.run([sys.executable, "-c", "import json"], env=open_python, check=True)
    assert marker.exists()


def test_without_python_it_says_what_to_do(tmp_path: Path, place: OnGitHub) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    step = Runner(tmp_path / "runner", place.work.path).run("check", env={"PATH": str(empty)})
    says_what_to_do(step, "There is no python3 on this runner")


def test_an_older_python_is_told(tmp_path: Path, place: OnGitHub) -> None:
    executable(tmp_path / "bin" / "python3", "#!/bin/sh\nexit 1\n")
    step = Runner(tmp_path / "runner", place.work.path).run("check", env={"PATH": f"{tmp_path / 'bin'}:{os.defpath}"})
    says_what_to_do(step, "older than 3.11")


@pytest.mark.act
def test_packages_that_can_not_be_had_are_told(tmp_path: Path, place: OnGitHub) -> None:
    """The real pip, and no index: what it says can't be taken for a command."""
    action = tmp_path / "action"
    action.mkdir()
    wanted = f"attrs==26.1.0 --hash=sha256:{'0' * 64}\n"
    (action / "action-requirements.txt").write_text(wanted, encoding="utf-8")
    runner = Runner(tmp_path / "runner", place.work.path, ready=False)
    step = runner.run("check", action=action, env={"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path)})
    says_what_to_do(step, "could not be installed")
    assert "No matching distribution found for attrs==26.1.0" in step.printed
    assert len(commands(step.printed)) == 1
    # What is half there is not taken for ready by the next step.
    assert list(runner.temporary.glob("launchwindow-*/ready")) == []


@pytest.mark.act
def test_a_package_with_other_bytes_is_not_installed(tmp_path: Path, place: OnGitHub) -> None:
    action, wheels = tmp_path / "action", tmp_path / "wheels"
    for folder in (action, wheels):
        folder.mkdir()
    (wheels / "attrs-26.1.0-py3-none-any.whl").write_bytes(b"something else")
    wanted = f"attrs==26.1.0 --hash=sha256:{hashlib.sha256(b'what was locked').hexdigest()}\n"
    (action / "action-requirements.txt").write_text(wanted, encoding="utf-8")
    runner = Runner(tmp_path / "runner", place.work.path, ready=False)
    step = runner.run("check", action=action, env={"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)})
    says_what_to_do(step, "could not be installed")
    assert "DO NOT MATCH THE HASHES" in step.printed


def test_a_folder_that_is_no_checkout_is_told(runner: Runner) -> None:
    step = runner.run("request", working_directory="nowhere", ledger_key=KEY)
    says_what_to_do(step, "names no checkout of a git repository")


def says_what_to_do(step: Step, words: str) -> None:
    """An annotation, the summary and each output, by bash alone."""
    assert step.status == 2, step.printed
    [annotation] = commands(step.printed)
    assert annotation.startswith("::error title=launchwindow%3A wrong-setup::")
    assert words in annotation
    assert words in step.summary
    assert (step.outputs["decision"], step.outputs["reason-code"]) == ("wrong-setup", "wrong-setup")
    result: dict[str, Any] = json.loads(step.outputs["result"])
    schema = json.loads((ROOT / "schemas" / "action.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(result)
    assert (result["exit_status"], result["decision"]) == (2, "wrong-setup")
    assert words in result["errors"][0]


@pytest.mark.parametrize("command", ["che\nck", 'x", "exit_status": 0, "y": "', "::error::x"])
def test_no_input_leaves_its_place_in_the_outputs(tmp_path: Path, place: OnGitHub, command: str) -> None:
    runner = Runner(tmp_path / "runner", place.work.path)
    alone = {"PATH": str(tmp_path / "nothing")}
    assert json.loads(runner.run(command, env=alone).outputs["result"])["exit_status"] == 2
    wrong = runner.run(command)
    assert (wrong.status, wrong.outputs["reason-code"]) == (2, "wrong-setup")
    assert set(wrong.outputs) == {"decision", "reason-code", "result"}
    assert len(commands(wrong.printed)) == 1


def test_what_the_command_prints_is_no_command(runner: Runner, place: OnGitHub) -> None:
    """A reason of two lines, and findings that quote lines of files."""
    name = "friendly_name: Benefits Finder"
    place.work.edit(FILE, name, f"{name}\n::set-output name=decision::pass\n::add-path::/x\n")
    step = runner.run("check")
    assert step.outputs["decision"] == "blocked"
    assert "::set-output" in step.printed
    found = commands(step.printed)
    assert {line.split(" ")[0] for line in found} <= {"::error", "::warning", "::notice"}
    assert found != []


def test_an_input_that_a_command_does_not_take_is_told(runner: Runner) -> None:
    step = runner.run("release", environment="::add-path::/x\n::error::y")
    assert (step.status, step.outputs["reason-code"]) == (2, "wrong-setup"), step.printed
    assert "has no deploy windows; those that have are staging, production" in step.summary
    [annotation] = commands(step.printed)
    assert annotation.startswith("::error title=launchwindow release%3A wrong-setup::")


SSH = """#!/bin/sh
key=$(printf '%s\\n' "$*" | sed -n "s/.*-i \\([^ ]*\\) .*/\\1/p")
{
  echo "$*"
  stat -c '%a' "$key"
  cat "$key"
  env | grep -c LAUNCHWINDOW_LEDGER_KEY
} >> LOG
for last; do :; done
case $last in
  *receive-pack*) exec git-receive-pack REMOTE ;;
  *) exec git-upload-pack REMOTE ;;
esac
"""


@pytest.fixture
def ssh(tmp_path: Path, place: OnGitHub) -> Path:
    """The log of an ssh that stands first on PATH, and brings git to the remote."""
    log = tmp_path / "ssh.log"
    core = subprocess.run(["git", "--exec-path"], capture_output=True, text=True, check=True).stdout.strip()
    script = SSH.replace("LOG", str(log)).replace("REMOTE", str(place.remote)).replace("exec git-", f"exec {core}/git-")
    executable(tmp_path / "bin" / "ssh", script)
    return log


def by_key(tmp_path: Path, place: OnGitHub, server: str = "https://github.com") -> dict[str, str]:
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
    return github(place) | {"PATH": path, "GITHUB_SERVER_URL": server}


def tip(place: OnGitHub) -> str:
    return place.work.git("--git-dir", str(place.remote), "rev-parse", LEDGER)


@pytest.mark.few(1)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_ledger_is_pushed_by_its_key_alone(
    runner: Runner, place: OnGitHub, tmp_path: Path, ssh: Path, end: str
) -> None:
    place.hub.merge(place.pull(), "admin")
    before = tip(place)
    step = runner.run("request", ledger_key=KEY.replace("\n", end), env=by_key(tmp_path, place))
    assert step.status == 0, step.printed
    assert tip(place) != before
    arguments, mode, *key, in_environment = ssh.read_text(encoding="utf-8").splitlines()
    assert (mode, "\n".join(key), in_environment) == ("600", KEY, "0")
    assert "git@github.com git-receive-pack 'example/partners.git'" in arguments
    assert "StrictHostKeyChecking=yes" in arguments
    known = arguments.partition("UserKnownHostsFile=")[2].split(" ")[0]
    assert Path(known).read_text(encoding="utf-8").startswith("github.com ssh-ed25519 ")


def test_no_step_leaves_the_key_behind(runner: Runner, place: OnGitHub, tmp_path: Path, ssh: Path) -> None:
    """Nor where it fails, and nothing of the secrets is in what it says."""
    place.hub.merge(place.pull(), "admin")
    environment = by_key(tmp_path, place)
    place.hub.faults.status(403, "GET .*/pulls$", message="Not for you")
    failed = runner.run("request", ledger_key=KEY, env=environment)
    well = runner.run("request", ledger_key=KEY, env=environment)
    refused = runner.run("release", environment="nowhere", ledger_key=KEY, env=environment)
    assert (well.status, failed.status, refused.status) == (0, 1, 2)
    assert ssh.exists()
    left = [path for path in runner.temporary.rglob("*") if path.is_file() and "secret" in path.read_text("utf-8")]
    assert left == []
    assert [path.name for path in runner.temporary.iterdir()] == [runner.home.name]
    assert place.work.git("config", "--get-all", "remote.origin.url") == str(place.remote)
    assert "pushurl" not in place.work.git("config", "--list", "--local")
    for step in (well, failed, refused):
        assert "not-a-real-key" not in step.everything
        assert place.token not in step.everything


@pytest.mark.parametrize("signal", ["INT", "TERM", "HUP"])
def test_a_run_that_is_cancelled_leaves_no_key(runner: Runner, place: OnGitHub, signal: str) -> None:
    """The runner sends the shell these, before it kills it."""
    python = runner.home / "bin" / "python"
    looked = 'ls -d "${TEMPORARY}"/launchwindow-key.*/key > "${TEMPORARY}/../looked"'
    executable(python, f"#!/bin/sh\n{looked}\nkill -{signal} $PPID\nkill -{signal} $$\n")
    step = runner.run("request", ledger_key=KEY, env={"TEMPORARY": str(runner.temporary)})
    assert step.status != 0
    assert (runner.temporary.parent / "looked").read_text(encoding="utf-8").endswith("/key\n")
    assert [path.name for path in runner.temporary.iterdir()] == [runner.home.name]
    assert "pushurl" not in place.work.git("config", "--list", "--local")


@pytest.fixture
def host(tmp_path: Path, place: OnGitHub) -> Iterator[GitHost]:
    folder = tmp_path / "hosted"
    folder.mkdir()
    bare_copy(place.remote, folder / "partners.git")
    with git_host(folder, authorization=BASIC) as server:
        place.work.git("remote", "set-url", "origin", server.url("partners.git"))
        yield server


def test_git_gets_the_token_when_github_asks_for_it(runner: Runner, place: OnGitHub, host: GitHost) -> None:
    env = {**github(place), "GITHUB_TOKEN": TOKEN, "GITHUB_SERVER_URL": host.url("").rstrip("/")}
    place.hub.world.workflow_token_of(TOKEN, contents="write", pull_requests="read", checks="read")
    step = runner.run("request", env=env)
    assert (step.status, step.outputs["reason-code"]) == (0, "nothing-new"), step.printed
    assert host.refused > 0
    assert TOKEN not in step.everything
    assert TOKEN not in (runner.home / "askpass").read_text(encoding="utf-8")
    assert TOKEN not in place.work.git("config", "--list", "--local")


@pytest.mark.parametrize("server", ["https://github.com", "http://127.0.0.1:1", "http://127.0.0.1"])
def test_nobody_else_gets_it(runner: Runner, place: OnGitHub, host: GitHost, server: str) -> None:
    step = runner.run("request", env={**github(place), "GITHUB_TOKEN": TOKEN, "GITHUB_SERVER_URL": server})
    assert step.status != 0
    assert host.offered == []
    assert f"the remote is not at {server}, and gets no token" in step.summary


def test_a_folder_may_have_any_name(runner: Runner, place: OnGitHub, tmp_path: Path) -> None:
    """Folders with blanks and quotes in their names are as good as any."""
    odd = tmp_path / "a b'c$(touch x)"
    shutil.copytree(place.work.path, odd)
    step = runner.run("check", working_directory=str(odd))
    assert (step.status, step.outputs["reason-code"]) == (0, "clean"), step.printed
