"""`completion`: what may come next, by the parsers themselves, and in real shells."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from launchwindow.commands.table import COMMANDS
from launchwindow.rules import RULES
from support.repository import APP, ROOT, Repository, only_ours, run
from support.shells import Terminal, needed

CONTRACT = Draft202012Validator(json.loads((ROOT / "schemas" / "completion.schema.json").read_text(encoding="utf-8")))
PROGRAM = Path(sys.executable).with_name("launchwindow")
SHELLS = ("bash", "zsh", "fish")


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return Repository(tmp_path_factory.mktemp("completion") / "fleet", whole_fleet=True)


def environment(folder: Path) -> dict[str, str]:
    """With this very program first, and nobody's start-up files."""
    found = only_ours()
    return found | {"PATH": f"{PROGRAM.parent}{os.pathsep}{found['PATH']}", "HOME": str(folder), "TERM": "dumb",
                    "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder), "PYTHONSAFEPATH": "1"}  # fmt: skip


def asked(folder: Path, *words: str, form: str = "text") -> str:
    """As a shell asks, but in this process: real shells ask further down."""
    typed = TextIOWrapper(BytesIO("".join(f"{word}\0" for word in words).encode()), encoding="utf-8")
    with chdir(folder), pytest.MonkeyPatch.context() as patched:
        patched.setattr(sys, "stdin", typed)
        answer = run("completion", "words", "--format", form, env=environment(folder))
    assert (answer.status, answer.err) == (0, "")
    return answer.out


def offered(folder: Path, *words: str) -> list[str]:
    """What may stand in the place of the last word."""
    return [line.partition("\t")[0] for line in asked(folder, *words).splitlines()]


def test_every_command_is_offered(fleet: Repository) -> None:
    assert offered(fleet.path, "") == list(COMMANDS)
    assert offered(fleet.path, "ho") == ["hold"]
    assert offered(fleet.path) == list(COMMANDS)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--ver",), ["--version"]),
        (("--format", "js"), ["json"]),
        (("check", "--sta"), ["--staged"]),
        (("check", "--format", "s"), ["sarif"]),
        (("check", "--format=s"), ["--format=sarif"]),
        (("check", "--format", "=", "s"), ["sarif"]),
        (("plan", "--format", ""), ["text", "json", "markdown"]),
        (("--repo", "somewhere", "confi"), ["confirm"]),
        (("cert", "a"), ["add"]),
        (("cert", "add", "production/exa/b"), ["production/exa/benefits-finder"]),
        (("cert", "add", "production/exa/benefits-finder", ""), [":files"]),
        (("cert", "add", "--fi"), ["--first"]),
        (("status", "staging/"), ["staging/exa/benefits-finder"]),
        (("explain-date", "--format", "json", "sandbox/hld/p"), ["sandbox/hld/permit-desk"]),
        (("release", "--environment", "st"), ["staging"]),
        (("release", "--coordinated", "production/npa/rea"), ["production/npa/reading-room"]),
        (("new", "--partner", ""), ["exa", "hld", "npa"]),
        (("new", "--ial", ""), ["1", "2"]),
        (("check", "apps/", ""), [":files"]),
        (("check", "--", "--st"), [":files"]),
        (("windows", "--count", ""), []),
        (("no-such-command", ""), []),
        (("status", "production/exa/benefits-finder", ""), []),
    ],
)
def test_what_may_come_next(words: tuple[str, ...], expected: list[str], fleet: Repository) -> None:
    assert offered(fleet.path, *words) == expected


def test_rules_are_offered_with_what_they_ask(fleet: Repository) -> None:
    lines = asked(fleet.path, "explain", "").splitlines()
    assert lines == [f"{rule.id}\t{rule.summary}" for rule in RULES]


def test_every_option_of_every_command_is_offered(fleet: Repository) -> None:
    """As `--help` has them."""
    for name in COMMANDS:
        if name != "cert":
            usage = fleet.run(name, "--help").out.partition("\n\n")[0]
            assert set(offered(fleet.path, name, "--")) == {*re.findall(r"--[a-z][a-z-]*", usage), "--help"}, name


def test_another_repository_s_apps(fleet: Repository, tmp_path: Path) -> None:
    assert offered(tmp_path, "status", "production/exa/b") == []
    assert offered(tmp_path, "--repo", str(fleet.path), "status", "production/exa/b") == [
        "production/exa/benefits-finder"
    ]


def test_no_name_of_others_is_offered_that_a_shell_would_act_on(tmp_path: Path) -> None:
    for name in ("$(touch x)", "a b", "a;b", "`x`", "-x", "a\nb", "a\x1bb", "ünïcode"):
        (tmp_path / "apps" / name / "app").mkdir(parents=True)
        (tmp_path / "apps" / name / "app" / "production.yaml").touch()
        (tmp_path / "apps" / "exa" / name).mkdir(parents=True)
        (tmp_path / "apps" / "exa" / name / "production.yaml").touch()
        (tmp_path / "partners").mkdir(exist_ok=True)
        (tmp_path / "partners" / f"{name}.yaml").touch()
    assert offered(tmp_path, "status", "") == []
    assert offered(tmp_path, "new", "--partner", "") == []


@pytest.mark.parametrize("shell", SHELLS)
def test_documents_keep_their_contract(shell: str, fleet: Repository) -> None:
    script = json.loads(fleet.run("completion", shell, "--format", "json").out)
    CONTRACT.validate(script)
    assert script["script"] == fleet.run("completion", shell).out
    words = json.loads(asked(fleet.path, "check", "--s", form="json"))
    CONTRACT.validate(words)
    assert [one["word"] for one in words["candidates"]] == ["--staged", "--since"]


def test_an_unknown_shell(fleet: Repository) -> None:
    result = fleet.run("completion", "ksh")
    assert result.status == 2
    assert "invalid choice: 'ksh'" in result.err


# In real shells

BASH = """\
source <("{program}" completion bash)
ask() {{ COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _launchwindow "$1"; printf '%s\\n' "${{COMPREPLY[@]}}"; }}
"""


def bash(fleet: Repository, line: str) -> list[str]:
    script = f"{BASH.format(program=PROGRAM)}ask {line}\n"
    finished = subprocess.run([needed("bash"), "--norc", "-c", script], cwd=fleet.path, env=environment(fleet.path),
                              capture_output=True, text=True, check=True)  # fmt: skip
    assert finished.stderr == ""
    return finished.stdout.split()


def test_bash_completes(fleet: Repository) -> None:
    assert bash(fleet, "launchwindow ho") == ["hold"]
    assert bash(fleet, "launchwindow ''") == list(COMMANDS)
    assert bash(fleet, "launchwindow status production/hld/") == ["production/hld/trail-pass"]
    assert bash(fleet, "launchwindow check --format = s") == ["sarif"]
    assert bash(fleet, "launchwindow check ''") == []


@pytest.mark.parametrize("shell", SHELLS)
def test_no_program_of_a_folder_is_run(shell: str, tmp_path: Path) -> None:
    """`./launchwindow` may be anybody's: a Tab behind it does not run it."""
    needed(shell)
    trap = tmp_path / "launchwindow"
    trap.write_text(f"#!/bin/sh\ntouch '{tmp_path}/run'\n", encoding="utf-8")
    trap.chmod(0o755)
    place = Repository.__new__(Repository)
    place.path = tmp_path
    if shell == "bash":
        assert bash(place, "./launchwindow ho") == ["hold"]
    elif shell == "fish":
        assert fish(place, "./launchwindow ho") in (["hold"], [])
    else:
        terminal = started(shell, tmp_path, tmp_path)
        terminal.type("./launchwindow ho\t")
        terminal.see("hold ")
        terminal.end()
    assert not (tmp_path / "run").exists()


def fish(fleet: Repository, line: str) -> list[str]:
    script = f"'{PROGRAM}' completion fish | source\ncomplete -C '{line}'\n"
    finished = subprocess.run([needed("fish"), "--no-config", "-c", script], cwd=fleet.path,
                              env=environment(fleet.path), capture_output=True, text=True, check=True)  # fmt: skip
    assert finished.stderr == ""
    return [found.partition("\t")[0] for found in finished.stdout.splitlines()]


def test_fish_completes(fleet: Repository) -> None:
    assert fish(fleet, "launchwindow ho") == ["hold"]
    assert sorted(fish(fleet, "launchwindow ")) == sorted(COMMANDS)
    assert fish(fleet, "launchwindow status production/hld/") == ["production/hld/trail-pass"]
    assert fish(fleet, "launchwindow check --format=s") == ["--format=sarif"]
    assert "apps/" in fish(fleet, "launchwindow check ")
    assert fish(fleet, f"launchwindow check {APP}/log") == [f"{APP}/logo.svg"]


STARTED = {
    "bash": (["--norc", "--noprofile", "-i"], 'PS1="ready> "; source <("{program}" completion bash)\n'),
    "zsh": (["-f", "-i"], 'PS1="ready> "; autoload -U compinit; compinit -u -D; '
                          'source <("{program}" completion zsh)\n'),
}  # fmt: skip


def started(shell: str, folder: Path, home: Path) -> Terminal:
    """The shell, ready for somebody to type."""
    options, begin = STARTED[shell]
    one = Terminal([needed(shell), *options], folder, environment(home))
    one.type(begin.format(program=PROGRAM))
    one.see(r"[^\"]ready> ")
    return one


@pytest.fixture
def terminal(shell: str, fleet: Repository, tmp_path: Path) -> Iterator[Terminal]:
    one = started(shell, fleet.path, tmp_path)
    yield one
    one.end()


@pytest.mark.parametrize("shell", STARTED)
def test_tab_completes(terminal: Terminal) -> None:
    """One word after the other; what the command then says shows that they were whole."""
    terminal.type("launchwindow windo\t")
    terminal.see("windows ")
    terminal.type("\x15launchwindow explain url-htt\t")
    terminal.see("url-https ")
    terminal.type("--form\t")
    terminal.see("--format ")
    terminal.type("js\t\n")
    assert '"schema": "launchwindow.explain/1"' in terminal.see(r'"waivable"')


@pytest.mark.parametrize("shell", STARTED)
def test_tab_completes_apps_and_files(terminal: Terminal) -> None:
    terminal.type("launchwindow cert add staging/\t")
    terminal.see("staging/exa/benefits-finder ")
    terminal.type("poli\t")
    terminal.see(r"policy\.yaml ")
