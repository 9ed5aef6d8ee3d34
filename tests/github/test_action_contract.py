"""action.yml, its code, its page and the workflows say the same of the action; LAUNCHWINDOW_UPDATE=1 writes the page's
tables of decisions and reasons."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from jsonschema import Draft202012Validator
from packaging.requirements import Requirement
from packaging.version import Version
from ruamel.yaml import YAML

from launchwindow.action.inputs import LEVERS, PREFIX, QUIET, Inputs
from launchwindow.action.verdicts import DECISIONS, REASONS
from support.repository import ROOT

PAGE = ROOT / "docs" / "action.md"
SCRIPT = (ROOT / "hooks" / "launchwindow" / "action" / "run.sh").read_text(encoding="utf-8")
OF_OURSELVES = {"release"}
"""Workflows that publish us, and run none of our commands."""
WORKFLOWS = sorted(path for path in (ROOT / ".github" / "workflows").glob("*.yml") if path.stem not in OF_OURSELVES)
COMMANDS = (*QUIET, *LEVERS)
SECRETS = ("github-token", "ledger-key")
"""Inputs that no command sees."""
RIGHTS = ("contents", "pull-requests", "issues", "deployments", "checks", "actions")
ORDER = ("–", "read", "write")


@cache
def yaml(path: Path) -> Any:
    return YAML(typ="safe").load(path)


def action() -> dict[str, Any]:
    found: dict[str, Any] = yaml(ROOT / "action.yml")
    return found


def script_step() -> dict[str, Any]:
    [step] = action()["runs"]["steps"]
    found: dict[str, Any] = step
    return found


def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def rows(name: str) -> list[list[str]]:
    """The cells of a marked table of the page, without its head."""
    text = page().partition(f"<!-- {name} -->\n")[2].partition(f"<!-- end of the {name} -->")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()[2:]]


def words(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def table(*lines: tuple[str, ...]) -> str:
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


# action.yml and the code


def test_each_input_has_its_variable_and_its_field() -> None:
    inputs = action()["inputs"]
    handed = {f"{PREFIX}{name.upper().replace('-', '_')}": f"${{{{ inputs.{name} }}}}" for name in inputs}
    handed["GITHUB_TOKEN"] = handed.pop(f"{PREFIX}GITHUB_TOKEN")
    assert script_step()["env"] == {**handed, "ACTION_PATH": "${{ github.action_path }}"}
    assert {name.replace("-", "_") for name in inputs if name not in SECRETS} == set(Inputs._fields)


def test_run_sh_reads_what_it_is_handed_and_nothing_else() -> None:
    read = set(re.findall(r"\$\{?([A-Z][A-Z_]+)", SCRIPT))
    of_the_runner = {"GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "RUNNER_TEMP"}
    own = {"RANDOM", "GIT_ASKPASS"}
    assert read - of_the_runner - own <= script_step()["env"].keys()
    assert {"LAUNCHWINDOW_LEDGER_KEY", "GITHUB_TOKEN"} <= read


def test_only_the_command_must_be_given() -> None:
    inputs = action()["inputs"]
    assert [name for name, one in inputs.items() if one.get("required")] == ["command"]
    assert all("default" in one for name, one in inputs.items() if name != "command")


def test_the_outputs_are_those_of_the_step() -> None:
    outputs = action()["outputs"]
    assert {name: one["value"] for name, one in outputs.items()} == {
        name: f"${{{{ steps.{script_step()['id']}.outputs.{name} }}}}" for name in ("decision", "reason-code", "result")
    }
    assert set(re.findall(r"[a-z-]+", outputs["decision"]["description"])) - {"or"} == DECISIONS.keys()


def test_action_yml_names_every_command() -> None:
    named = action()["inputs"]["command"]["description"]
    assert set(re.findall(r"[a-z-]{4,}", named)) - {"lever"} == set(COMMANDS)


def test_every_field_is_a_string() -> None:
    """So that what is not given is empty, and nothing has to be told apart from `false` or `null`."""
    assert set(get_type_hints(Inputs).values()) == {str}


# The page


def test_the_page_has_every_command() -> None:
    assert [name for row in rows("commands") for name in words(row[0])] == list(COMMANDS)


def test_the_page_has_every_input_with_its_default() -> None:
    inputs = action()["inputs"]
    told = {words(name)[0]: default.strip("`") for name, default, _ in rows("inputs")}
    assert told == {name: "required" if one.get("required") else one["default"] for name, one in inputs.items()}
    used = {name for row in rows("commands") for name in words(row[2])}
    everywhere = {"command", "working-directory", *SECRETS}
    assert used == inputs.keys() - everywhere


def test_the_page_has_every_output() -> None:
    outputs = page().partition("## Outputs\n")[2].partition("\n\n`fromJSON")[0]
    assert re.findall(r"^\| `([a-z-]+)` ", outputs, re.MULTILINE) == list(action()["outputs"])


def test_the_page_has_every_decision_and_reason() -> None:
    decisions = table(*((f"`{name}`", meaning) for name, meaning in DECISIONS.items()))
    reasons = table(*((f"`{name}`", f"`{decision}`", meaning) for name, (decision, meaning) in REASONS.items()))
    text = page()
    for name, body in (("decisions", decisions), ("reasons", reasons)):
        begin, end = f"<!-- {name} -->\n", f"<!-- end of the {name} -->"
        before, _, rest = text.partition(begin)
        head = "".join(rest.splitlines(keepends=True)[:2])
        text = f"{before}{begin}{head}{body}{end}{rest.partition(end)[2]}"
    if os.environ.get("LAUNCHWINDOW_UPDATE"):
        PAGE.write_text(text, encoding="utf-8")
    assert page() == text


def test_the_messages_that_the_page_names_are_those_of_run_sh() -> None:
    told = re.findall(r"^\| ((?:There|python3|What|The input)[^|]*) \|", page(), re.MULTILINE)
    of_the_script = [one for one in told if not one.endswith("…")]
    assert len(of_the_script) == len(re.findall(r"\bstop '", SCRIPT))
    assert all(f"stop '{one}" in SCRIPT for one in of_the_script)


# Workflows: ours, and the page's


def examples() -> list[Any]:
    blocks = re.findall(r"^```yaml\n(name: .*?)^```", page(), re.MULTILINE | re.DOTALL)
    return [YAML(typ="safe").load(block) for block in blocks]


ALL = [*((path.stem, yaml(path)) for path in WORKFLOWS), *((f"example-{one['name']}", one) for one in examples())]
EACH = pytest.mark.parametrize("workflow", [pytest.param(one, id=name) for name, one in ALL])


def steps_of_ours(workflow: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What each step that uses the action gives it."""
    for job in workflow["jobs"].values():
        for step in job["steps"]:
            if step.get("uses", "").startswith(("./", "OWNER/launchwindow@")):
                yield step["with"]


def commands_of(workflow: dict[str, Any]) -> set[str]:
    named = {given["command"] for given in steps_of_ours(workflow)}
    return set(COMMANDS) & named | (set(LEVERS) if "${{ inputs.lever }}" in named else set())


@EACH
def test_workflows_give_what_there_is(workflow: dict[str, Any]) -> None:
    inputs = action()["inputs"].keys()
    used = {name: words(row[2]) for row in rows("commands") for name in words(row[0])}
    found = list(steps_of_ours(workflow))
    assert found != []
    for given in found:
        assert given.keys() <= inputs
        assert given["command"] in (*COMMANDS, "${{ inputs.lever }}")
        takes = used["hold" if given["command"] not in COMMANDS else given["command"]]
        assert given.keys() - {"command", "working-directory", *SECRETS} <= set(takes)


@EACH
def test_each_job_has_the_rights_that_its_commands_need_and_no_more(workflow: dict[str, Any]) -> None:
    needed = dict.fromkeys(RIGHTS, "–")
    for row in rows("commands"):
        if set(words(row[0])) & commands_of(workflow):
            needed = {right: max(needed[right], cell, key=ORDER.index)
                      for right, cell in zip(RIGHTS, row[3:], strict=True)}  # fmt: skip
    [job] = workflow["jobs"].values()
    assert workflow["permissions"] == {}
    assert job["permissions"] == {right: access for right, access in needed.items() if access != "–"}


@EACH
def test_what_writes_the_ledger_comes_one_after_the_other(workflow: dict[str, Any]) -> None:
    if commands_of(workflow) <= {"check", "plan"}:
        return
    assert workflow["concurrency"] == {"group": "launchwindow-ledger", "cancel-in-progress": False}
    keyless = {"sync", "check", "plan", "doctor"}
    keyed = {given["command"]: "ledger-key" in given for given in steps_of_ours(workflow)}
    assert keyed == {name: name not in keyless for name in keyed}
    [job] = workflow["jobs"].values()
    # The key is a secret of environments that main alone may use.
    assert job["environment"].startswith("launchwindow-")


def test_the_dispatch_offers_every_lever() -> None:
    trigger = yaml(ROOT / ".github" / "workflows" / "operate.yml")
    # YAML 1.1 would read `on` as true; GitHub and ruamel's 1.2 do not.
    assert trigger["on"]["workflow_dispatch"]["inputs"]["lever"]["options"] == list(LEVERS)


def test_every_command_of_a_workflow_is_the_pages() -> None:
    ours = set().union(*(commands_of(yaml(path)) for path in WORKFLOWS))
    assert ours == set(COMMANDS) - {"doctor"}


# The output `result`


def schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "schemas" / "action.schema.json").read_text(encoding="utf-8"))
    return found


def test_the_schema_has_every_word() -> None:
    Draft202012Validator.check_schema(schema())
    words_of = schema()["properties"]
    assert words_of["decision"]["enum"] == list(DECISIONS)
    assert words_of["reason_code"]["enum"] == list(REASONS)
    assert {decision for decision, _ in REASONS.values()} == DECISIONS.keys()


# What is installed


def locked() -> dict[str, tuple[Requirement, list[str]]]:
    """Name -> the requirement, and the digests of the files that may be it."""
    text = (ROOT / "action-requirements.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            wanted, *digests = line.split("--hash=")
            requirement = Requirement(wanted.strip())
            found[canonical(requirement.name)] = (requirement, [one.strip() for one in digests])
    return found


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_package_is_locked_to_one_version_and_its_files() -> None:
    assert len(locked()) > 10
    for requirement, digests in locked().values():
        assert [one.operator for one in requirement.specifier] == ["=="], requirement
        assert requirement.url is None
        assert digests != [], requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in digests), requirement


def test_what_is_locked_is_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for text in (*project["dependencies"], *project["optional-dependencies"]["github"]):
        asked = Requirement(text)
        requirement, _ = locked()[canonical(asked.name)]
        [version] = [Version(one.version) for one in requirement.specifier]
        assert asked.specifier.contains(version), f"{asked} is locked to {version}: run .ci/lock.sh"
        assert requirement.marker is None, f"{asked} is locked for some machines alone"


def test_run_sh_installs_nothing_but_that() -> None:
    assert SCRIPT.count("pip install") == 1
    assert '--require-hashes --only-binary :all: -r "$locked"' in SCRIPT
