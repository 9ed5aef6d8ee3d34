"""The repository's own files: who owns them, and what its workflows may do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from launchwindow.doctor.codeowners import lines_of, unowned
from launchwindow.doctor.main_branch import CHECK
from launchwindow.model.doctor import Check, Said, Settings, Unread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from launchwindow.model.doctor import Facts

_OWNERS, _WORKFLOWS = "Who owns which files", "Workflows and Actions"
ALWAYS = (".github/", "policy.yaml", "partners/")
"""What decides, in every repository."""
WHERE_THERE = (".ci/", ".pre-commit-config.yaml", ".pre-commit-hooks.yaml", "Makefile", "action-requirements.txt",
               "action.yml", "hooks/", "pyproject.toml", "schemas/")  # fmt: skip
"""What decides as well, where the code lies beside the configuration."""
_NAMED = 5
_FROM_OTHERS = re.compile(r"\$\{\{[^}]*\b(?:github\.event\b|github\.head_ref|github\.ref_name|inputs)[^}]*\}\}")
"""What somebody else wrote, put into a script before it is read: its quotes end where that text says."""
_PINNED = re.compile(r"\./.*|docker://.+@sha256:[0-9a-f]{64}|[^@\s]+@[0-9a-f]{40}")


def _codeowners(facts: Facts) -> Said:
    if facts.codeowners is None:
        return Said("error", "There is no CODEOWNERS file.")
    path, text = facts.codeowners
    missing = unowned(lines_of(text), _to_be_owned(facts.paths, facts.shared))
    if missing:
        named = ", ".join(missing[:_NAMED]) + (f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else "")
        return Said("error", f"{path} names no owner of {named}.")
    return Said("ok", f"{path} names an owner of all that decides.")


def _to_be_owned(paths: Sequence[str], shared: Sequence[str]) -> list[str]:
    """Files that need an owner; of a folder also one that nobody has written yet."""
    places = [*ALWAYS, *(one for one in WHERE_THERE if any(_in(path, one) for path in paths))]
    there = [path for path in paths if any(_in(path, one) for one in places)]
    new = [f"{one}new" if one.endswith("/") else one for one in places]
    return list(dict.fromkeys([*new, *there, *shared]))


def _in(path: str, place: str) -> bool:
    return path.startswith(place) if place.endswith("/") else path == place


def _codeowners_errors(facts: Facts) -> Said:
    assert isinstance(facts.settings, Settings)
    found = facts.settings.codeowners_errors
    if isinstance(found, Unread):
        return Said("unknown", f"What GitHub makes of CODEOWNERS can't be read: {found.why}.")
    if found:
        lines = ", ".join(f"line {one['line']} ({one['kind']})" for one in found[:_NAMED])
        return Said("error", f"GitHub can't make sense of CODEOWNERS: {lines}.")
    return Said("ok", "GitHub finds no mistake in CODEOWNERS.")


# Workflows


def _readable(facts: Facts) -> Iterator[tuple[str, Mapping[str, object]]]:
    for path, data in facts.workflows.items():
        if isinstance(data, dict):
            yield path, data


def _over_all(
    facts: Facts, wrong: Callable[[Mapping[str, object]], str | None], good: str, verdict: str = "error"
) -> Said:
    """What is wrong with any workflow; unknown where one can't be read."""
    found = [f"{path}: {text}" for path, data in _readable(facts) if (text := wrong(data)) is not None]
    if found:
        return Said("error" if verdict == "error" else "warning", f"{'; '.join(found)}.")
    lost = [f"{path} ({data.why if isinstance(data, Unread) else 'it is no mapping'})"
            for path, data in facts.workflows.items() if not isinstance(data, dict)]  # fmt: skip
    if lost:
        return Said("unknown", f"A workflow can't be read: {', '.join(lost)}.", "Write it as plain YAML.")
    return Said("ok", good)


def _triggers(data: Mapping[str, object]) -> Mapping[str, object]:
    on = data.get("on")
    names = on if isinstance(on, dict | list) else [on]
    return names if isinstance(names, dict) else dict.fromkeys(str(name) for name in names)


def _jobs(data: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object]]]:
    jobs = data.get("jobs")
    for name, job in jobs.items() if isinstance(jobs, dict) else ():
        if isinstance(job, dict):
            yield str(name), job


def _steps(data: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """Each job, which may be another workflow's, and each of its steps."""
    for _, job in _jobs(data):
        steps = job.get("steps")
        yield from (one for one in (job, *(steps if isinstance(steps, list) else ())) if isinstance(one, dict))


def _uses(data: Mapping[str, object]) -> Iterator[str]:
    yield from (used for one in _steps(data) if isinstance(used := one.get("uses"), str))


def _trigger(data: Mapping[str, object]) -> str | None:
    triggers = _triggers(data)
    checkouts = [one for one in _steps(data) if str(one.get("uses")).startswith("actions/checkout@")]
    if checkouts and "pull_request_target" in triggers:
        return "`pull_request_target` with a checkout"
    # By itself it checks out main; what another workflow ran for is a pull request's.
    if "workflow_run" in triggers and any("workflow_run" in str(one.get("with")) for one in checkouts):
        return "`workflow_run` with a checkout of what the other workflow ran for"
    return None


def _scripts(data: Mapping[str, object]) -> str | None:
    found = [match[0] for one in _steps(data) for text in _code(one) for match in _FROM_OTHERS.finditer(text)]
    return f"{', '.join(dict.fromkeys(found))} within a script" if found else None


def _code(step: Mapping[str, object]) -> Iterator[str]:
    given = step.get("with")
    script = given.get("script") if isinstance(given, dict) else None
    yield from (text for text in (step.get("run"), script) if isinstance(text, str))


def _pinned(data: Mapping[str, object]) -> str | None:
    loose = [one for one in _uses(data) if not _PINNED.fullmatch(one)]
    return f"{', '.join(loose)} without a commit's id" if loose else None


def _permissions(data: Mapping[str, object]) -> str | None:
    all_of_it = [data.get("permissions"), *(job.get("permissions") for _, job in _jobs(data))]
    if "write-all" in all_of_it:
        return "`permissions: write-all`"
    if "permissions" not in data:
        silent = [name for name, job in _jobs(data) if "permissions" not in job]
        return f"nothing is said of the permissions of {', '.join(silent)}" if silent else None
    return None


def _judged(facts: Facts) -> Said | None:
    judging = [path for path, data in _readable(facts)
               if "pull_request" in _triggers(data) and any(name == CHECK for name, _ in _jobs(data))]  # fmt: skip
    if judging:
        return Said("ok", f"{judging[0]} judges pull requests.")
    if any(not isinstance(data, dict) for data in facts.workflows.values()):
        return None
    return Said("warning", f"No workflow judges pull requests: none has a job `{CHECK}`.")


CHECKS = (
    Check("codeowners", "Whoever may approve anything could approve a change of the process itself, or of a "
          "certificate or logo that several apps use.",
          "Add a line to .github/CODEOWNERS: `/PATH @OWNER`.", _OWNERS, _codeowners),
    Check("codeowners-errors", "GitHub skips a line that it can't read: what it names has no owner.",
          "Correct .github/CODEOWNERS; owners need the role “write”.", _OWNERS, _codeowners_errors, github=True),
    Check("workflow-check", "Mistakes are found at the release, not before the merge.",
          "Write them: `launchwindow init` (docs/init.md).", _WORKFLOWS, _judged),
    Check("workflow-triggers", "Code from a pull request could run with a token that writes.",
          "Use `pull_request`.", _WORKFLOWS,
          lambda facts: _over_all(facts, _trigger, "No workflow runs a pull request's code with rights of its own.")),
    Check("workflow-scripts", "A branch, title or input that somebody made up could run as a command.",
          "Hand it over in `env:`, and let the script read the variable, in quotes.", _WORKFLOWS,
          lambda facts: _over_all(facts, _scripts, "Workflows put nobody's text into their scripts.")),
    Check("workflow-pinned", "Whoever takes over an action, or moves its tag, runs code in our workflows.",
          "Write `uses: OWNER/NAME@` with the 40 digits of a commit.", _WORKFLOWS,
          lambda facts: _over_all(facts, _pinned, "Workflows name actions by their commit.")),
    Check("workflow-permissions", "Each step gets whatever the repository's default gives.",
          "Begin the workflow with `permissions: {}`, and give each job what it needs.", _WORKFLOWS,
          lambda facts: _over_all(facts, _permissions, "Workflows say what they may do.", "warning")),
)  # fmt: skip
