"""Workflows run by the real `act` on this machine, with GitHub's API and the remote on loopback and disk."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from pathlib import Path
from shutil import copyfile, copytree, ignore_patterns
from typing import Any, NamedTuple

import pytest

from support.beginnings import ACTION, committed
from support.on_github import NAME, OnGitHub, on_double
from support.repository import ADOPTED, ROOT, Repository, only_ours, run

HERE = ROOT / "tests" / "github" / "act"
WHEELS = Path(os.environ.get("LAUNCHWINDOW_ACTION_WHEELS") or ROOT / ".venv" / "action-wheels")
"""What the action installs, fetched beforehand by `make act`: a run asks no index."""
TOOL = ("action.yml", "action-requirements.txt", "hooks", "schemas", ".github", "pyproject.toml")
SECONDS = 120


def demand() -> str:
    """The path of act. Skips where it or the wheels are missing; where CI=true that fails."""
    act = ROOT / ".venv" / "bin" / "act"
    missing = [str(path) for path in (act, WHEELS) if not path.exists()]
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"{' and '.join(missing)} missing: `make act` fetches what it needs")
    if missing:
        pytest.skip(f"{' and '.join(missing)} missing: `make act` fetches what it needs")
    return str(act)


class Ran(NamedTuple):
    """One run of a workflow."""

    status: int
    log: str
    """All that its steps printed, in order."""
    summary: str
    """What the steps wrote into the job's summary."""
    outputs: dict[str, dict[str, str]]
    """Step -> its outputs."""
    steps: dict[str, str]
    """Step -> success, failure or skipped."""

    def reason(self, step: str) -> str:
        """A step's `reason-code`; empty where it has none."""
        return self.outputs.get(step, {}).get("reason-code", "")

    def document(self, step: str) -> Any:
        """What the command of a step printed, as a document."""
        return json.loads(self.outputs[step]["result"])["document"]


def with_tool(folder: Path) -> Repository:
    """A repository that holds the example app and, as this one does, the tool and its workflows."""
    work = Repository(folder)
    lay_tool(folder)
    work.commit("Add the tool", at="2026-11-20T10:30:00-05:00")
    return work


def lay_tool(folder: Path) -> None:
    """The tool, as it lies in its repository."""
    for name in TOOL:
        source = ROOT / name
        if source.is_dir():
            copytree(source, folder / name, ignore=ignore_patterns("__pycache__", "*.pyc"), symlinks=False)
        else:
            copyfile(source, folder / name)


class Act:
    """Runs workflows of what `place`'s remote has as main."""

    def __init__(self, folder: Path, place: OnGitHub, installed: Path, elsewhere: str | None = None) -> None:
        """`installed` is the runner's folder for what is temporary, as `installed_in` leaves it.

        `elsewhere` is an action that a workflow names in another repository, and its place: `OWNER/NAME@COMMIT=PATH`.
        """
        self._elsewhere = ("--local-repository", elsewhere) if elsewhere is not None else ()
        self._folder, self._place, self._act, self._runs = folder, place, demand(), 0
        self._installed = installed

    def start(
        self, workflow: str, event: str, payload: dict[str, Any], *, branch: str = "main", actor: str = "admin"
    ) -> subprocess.Popen[str]:
        """Begin a run; its output is JSON lines. `branch` is where the workflow's own file is read."""
        self._runs += 1
        own = self._folder / f"run-{self._runs}"
        own.mkdir(parents=True)
        clone = own / "clone"
        self._place.work.git("clone", "--quiet", "--branch", branch, str(self._place.remote), str(clone))
        payload = {"repository": {"full_name": NAME, "default_branch": "main"}, **payload}
        (own / "event.json").write_text(json.dumps(payload), encoding="utf-8")
        pin = re.findall(r"actions/checkout@[0-9a-f]{40}", (clone / ".github/workflows" / workflow).read_text())[0]
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "GITHUB_"))}
        environment |= {"XDG_CACHE_HOME": str(own / "cache"), "HOME": str(own), "GIT_CONFIG_GLOBAL": os.devnull}
        command = [
            self._act, event, "--workflows", f".github/workflows/{workflow}", "--eventpath", str(own / "event.json"),
            "--actor", actor,
            "--platform", "ubuntu-24.04=-self-hosted", "--json", "--action-offline-mode",
            "--local-repository", f"{pin}={HERE / 'checkout'}", *self._elsewhere,
            "--secret", f"GITHUB_TOKEN={self._place.token}",
            *(f"--env={name}={value}" for name, value in self._variables().items()),
            *(f"--input={name}={value}" for name, value in payload.get("inputs", {}).items()),
        ]  # fmt: skip
        return subprocess.Popen(
            command, cwd=clone, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True,
        )  # fmt: skip

    def _variables(self) -> dict[str, str]:
        return {
            "GITHUB_API_URL": self._place.hub.url, "GITHUB_REPOSITORY": NAME, "GIT_CONFIG_GLOBAL": os.devnull,
            "STAND_IN_REMOTE": str(self._place.remote), "LAUNCHWINDOW_NOW": self._place.now.isoformat(),
            "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(WHEELS), "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "STAND_IN_INSTALLED": str(self._installed),
        }  # fmt: skip

    def finish(self, running: subprocess.Popen[str]) -> Ran:
        """Wait for the end of a run."""
        try:
            out, _ = running.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            kill(running)
            raise
        lines = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
        printed = [line for line in lines if {"raw_output", "command"} & line.keys() or line.get("level") == "error"]
        log = "".join(str(line.get("msg", "")) for line in printed)
        outputs: dict[str, dict[str, str]] = {}
        for line in lines:
            if line.get("command") == "set-output":
                outputs.setdefault(line["step"], {})[line["name"]] = line["arg"]
        others = "\n".join(line for line in out.splitlines() if not line.startswith("{"))
        # A step's summary is told of once by the step of action.yml, and once by that of the workflow.
        summaries = dict.fromkeys(str(line.get("content", "")) for line in lines if line.get("command") == "summary")
        ended = [line for line in lines if "stepResult" in line and line.get("stage") == "Main"]
        steps = {line["step"]: line["stepResult"] for line in ended if len(line["stepID"]) == 1}
        return Ran(running.returncode, f"{log}{others}", "".join(summaries), outputs, steps)

    def run(self, workflow: str, event: str, payload: dict[str, Any], **about: Any) -> Ran:
        """A run from beginning to end."""
        return self.finish(self.start(workflow, event, payload, **about))


def kill(running: subprocess.Popen[str]) -> None:
    """End a run and all that it started, at once."""
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate()


def installed_in(folder: Path) -> Path:
    """A runner's folder for what is temporary, in which the action has installed what it needs already.

    Each run of a workflow has one of its own on GitHub. Here they share it, which saves ten seconds a run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    environment = {**only_ours(), "RUNNER_TEMP": str(folder), "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(WHEELS)}
    finished = subprocess.run(
        ["bash", str(ROOT / "hooks" / "launchwindow" / "action" / "run.sh"), str(ROOT)], cwd=folder, env=environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "The input command is" in finished.stdout, finished.stdout + finished.stderr
    return folder


def opened_with_tool(folder: Path) -> OnGitHub:
    """As `opened`, with the tool and its workflows on main."""
    work, remote = with_tool(folder / "work"), folder / "remote.git"
    adopted_at(work, remote)
    return on_double(work.path, remote)


def opened_by_init(folder: Path) -> tuple[OnGitHub, str]:
    """A repository that `launchwindow init` began, and the action that its workflows name, with its place."""
    tool, work = folder / "tool", folder / "work"
    tool.mkdir(parents=True)
    lay_tool(tool)
    people = ("--reviewer", "reviewer@login.gov:login-reviewer",
              "--reviewer", "second-reviewer@login.gov:login-second-reviewer")  # fmt: skip
    began = run("init", str(work), *ACTION, *people)
    assert began.status == 0, began.text
    adopted_at(committed(work), folder / "remote.git")
    return on_double(work, folder / "remote.git"), f"{ACTION[1]}={tool}"


def adopted_at(work: Repository, remote: Path) -> None:
    """A bare remote of a repository, and the ledger that says that what it holds is deployed."""
    work.git("clone", "--quiet", "--bare", str(work.path), str(remote))
    work.git("--git-dir", str(remote), "config", "uploadpack.allowAnySHA1InWant", "true")
    work.git("remote", "add", "origin", str(remote))
    result = work.run("adopt", work.head, "--remote", "origin", now=ADOPTED)
    assert result.status == 0, result.text
