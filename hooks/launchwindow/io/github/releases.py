"""Deployments and their statuses: one for each day and environment, found by the day in its payload."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from launchwindow.io.github.tracker import author_of
from launchwindow.model.github import Unanswered
from launchwindow.model.tracker import is_own

if TYPE_CHECKING:
    from datetime import date

    from launchwindow.io.github.connection import Connection

TASK = "launchwindow"
_TEXTS = {
    "in_progress": "Handed over; waits until the identity provider is seen to run it",
    "success": "The identity provider runs it",
    "failure": "Taken back: the identity provider did not come to run it",
}


def show_release(
    hub: Connection, login: str, environment: str, window: date, state: str, commit: str, page: str | None
) -> list[str]:
    """Let the deployment of a day have a status as its newest; what was made for it. Ours `login` or a workflow made.

    Raises `Unanswered` when it is not known whether something was made: the next run looks.
    """
    done: list[str] = []
    found = _find(hub, login, environment, window)
    if found is None:
        found = _make(hub, login, environment, window, commit)
        done.append("deployment")
    newest = next(iter(hub.pages(f"/deployments/{found['id']}/statuses")), None)
    if newest is not None and newest["state"] == state:
        return done
    body = {"state": state, "description": _TEXTS[state], **({"log_url": page} if page else {})}
    try:
        hub.post(f"/deployments/{found['id']}/statuses", body)
    except Unanswered:
        hub.wait_a_little(5)
        newest = next(iter(hub.pages(f"/deployments/{found['id']}/statuses")), None)
        if newest is None or newest["state"] != state:
            raise
    return [*done, "status"]


def _find(hub: Connection, login: str, environment: str, window: date) -> Any:
    """Anybody who may write can make one with our task and day, on any commit: who made it, GitHub says."""
    listed = hub.pages("/deployments", environment=environment, task=TASK)
    return next((one for one in listed if _window(one) == str(window) and _is_own(one, login)), None)


def _is_own(found: Any, login: str) -> bool:
    author, by_program = author_of({"user": found["creator"]})
    return is_own(author, login, by_program=by_program)


def _window(found: Any) -> str | None:
    payload = found["payload"]
    if isinstance(payload, str):
        try:
            payload = json.loads(payload)
        except ValueError:
            return None
    return payload.get("window") if isinstance(payload, dict) else None


def _make(hub: Connection, login: str, environment: str, window: date, commit: str) -> Any:
    body = {
        "ref": commit, "task": TASK, "environment": environment, "description": f"Releases of {window}",
        "payload": {"window": str(window)}, "production_environment": environment == "production",
        # GitHub would otherwise merge main into the commit, and wait for checks that ran long ago.
        "auto_merge": False, "required_contexts": [],
    }  # fmt: skip
    try:
        return hub.post("/deployments", body)
    except Unanswered:
        hub.wait_a_little(5)
        found = _find(hub, login, environment, window)
        if found is None:
            raise
        return found
