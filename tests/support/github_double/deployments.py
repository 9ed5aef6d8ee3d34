"""Deployments and their statuses, environments, and check runs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from . import render_code, state
from .git_data import WEB_FLOW, Conflict, Missing, Person
from .people import User
from .web import Answer, Request, listing, refused, too_long

if TYPE_CHECKING:
    from .world import World

DESCRIPTION = 140


def list_deployments(world: World, request: Request) -> Answer:
    """Newest first. A filter of `none` filters nothing."""
    wanted = {name: request.query[name] for name in ("sha", "ref", "task", "environment") if name in request.query}
    found = [one for one in world.deployments.values()
             if all(value in ("none", getattr(one, name)) for name, value in wanted.items())]  # fmt: skip
    return listing([render_code.deployment(world, one) for one in found[::-1]])


def create_deployment(world: World, request: Request) -> Answer:
    """A new one. Unless told otherwise GitHub merges the default branch into the ref, and waits for every check."""
    given, caller = request.given, request.token.user
    ref, name = given["ref"], given.get("environment", "production")
    too_long("Deployment", "description", given.get("description"), DESCRIPTION)
    try:
        sha = world.resolve(ref)
    except Missing:
        raise refused(422, f"No ref found for: {ref}") from None
    merged = _merged_first(world, ref, sha, caller) if given.get("auto_merge", True) else None
    if merged is not None:
        return merged
    _required(world, ref, sha, given.get("required_contexts"))
    if name not in world.environments:
        world.add_environment(name)
    now = world.now()
    made = state.Deployment(
        world.new_id(), sha, ref, name, caller, now, now, given.get("task", "deploy"), given.get("description"),
        given.get("payload", {}), given.get("transient_environment", False),
        given.get("production_environment", name == "production"))  # fmt: skip
    world.deployments[made.id] = made
    return Answer(201, render_code.deployment(world, made))


def _merged_first(world: World, ref: str, sha: str, caller: User) -> Answer | None:
    """What `auto_merge` comes to: a merge instead of a deployment, a conflict, or nothing to do."""
    main = world.default_branch
    if world.git.folder is None or world.git.holds(world.git.resolve(main), sha):
        return None
    tip = world.git.resolve(main)
    if f"refs/heads/{ref}" not in world.git.refs("refs/heads/"):
        raise refused(409, f"Conflict merging {main} into {ref}.")
    try:
        tree = world.git.merged_tree(sha, tip)
    except Conflict:
        raise refused(409, f"Conflict merging {main} into {ref}.") from None
    who = Person(caller.login, f"{caller.id}+{caller.login}@users.noreply.github.com", world.now())
    made = world.git.write_commit(
        tree, [sha, tip], f"Merge branch '{main}' into {ref}", who, Person(*WEB_FLOW, world.now())
    )
    world.git.move(ref, made)
    return Answer(202, {"message": f"Auto-merged {main} into {ref} on deployment."})


def _required(world: World, ref: str, sha: str, contexts: list[str] | None) -> None:
    """Every check on the commit has to be a success, or the named ones; for an empty list, none."""
    found = {run.name: run.conclusion for run in world.check_runs.values() if run.sha == sha}
    for name in found if contexts is None else contexts:
        if found.get(name) != "success":
            error = {"contexts": [{"context": name, "state": found.get(name) or "pending"}], "resource": "Deployment",
                     "field": "required_contexts", "code": "invalid"}  # fmt: skip
            raise refused(409, f"Conflict: Commit status checks failed for {ref}.", errors=[error])


def get_deployment(world: World, request: Request) -> Answer:
    """One."""
    return Answer(200, render_code.deployment(world, _found(world, request)))


def delete_deployment(world: World, request: Request) -> Answer:
    """Gone; refused for an active one, unless it is the only one of its environment."""
    one = _found(world, request)
    others = [
        other for other in world.deployments.values() if other.environment == one.environment and other is not one
    ]
    if one.active and others:
        message = "We cannot delete an active deployment unless it is the only deployment in a given environment."
        raise refused(422, message)
    del world.deployments[one.id]
    return Answer(204)


def _found(world: World, request: Request) -> state.Deployment:
    key = request.number("deployment_id")
    if key not in world.deployments:
        raise refused(404)
    return world.deployments[key]


def list_statuses(world: World, request: Request) -> Answer:
    """Newest first."""
    one = _found(world, request)
    return listing([render_code.status(world, one, status) for status in one.statuses[::-1]])


def get_status(world: World, request: Request) -> Answer:
    """One."""
    one = _found(world, request)
    for status in one.statuses:
        if status.id == request.number("status_id"):
            return Answer(200, render_code.status(world, one, status))
    raise refused(404)


def create_status(world: World, request: Request) -> Answer:
    """A new one. A success sets earlier successes of its environment inactive, but not those to production."""
    one, given, caller = _found(world, request), request.given, request.token.user
    too_long("DeploymentStatus", "description", given.get("description"), DESCRIPTION)
    _add_status(world, one, given["state"], caller, given)
    if given["state"] == "success" and given.get("auto_inactive", True):
        for other in world.deployments.values():
            if (other is not one and other.succeeded and not other.transient and not other.production
                    and other.environment == one.environment):  # fmt: skip
                _add_status(world, other, "inactive", caller, {})
    return Answer(201, render_code.status(world, one, one.statuses[-1]))


def _add_status(world: World, one: state.Deployment, name: str, caller: User, given: dict[str, Any]) -> None:
    one.environment = given.get("environment", one.environment)
    one.updated = world.now()
    address = given.get("log_url") or given.get("target_url") or ""
    one.statuses.append(state.Status(world.new_id(), name, caller, given.get("description", ""),
                        one.environment, address,
                                     given.get("environment_url", ""), world.now()))  # fmt: skip


def list_environments(world: World, _: Request) -> Answer:
    """All, by name."""
    return listing(
        [render_code.environment(world, one) for _, one in sorted(world.environments.items())], "environments"
    )


def get_environment(world: World, request: Request) -> Answer:
    """One."""
    name = request.params["environment_name"]
    if name not in world.environments:
        raise refused(404)
    return Answer(200, render_code.environment(world, world.environments[name]))


def list_branch_policies(world: World, request: Request) -> Answer:
    """The branches that may use an environment, where it has a list of them."""
    name = request.params["environment_name"]
    if name not in world.environments:
        raise refused(404)
    found = [{"id": number, "node_id": f"GBP_{number}", "name": branch, "type": "branch"}
             for number, branch in enumerate(world.environments[name].only, 1)]  # fmt: skip
    return listing(found, "branch_policies")


# Check runs


def list_check_runs(world: World, request: Request) -> Answer:
    """On a commit, newest first. Unless asked for all, only the newest of a name in its suite: re-runs hide it."""
    try:
        sha = world.resolve(request.params["ref"])
    except Missing:
        raise refused(422, f"No commit found for SHA: {request.params['ref']}") from None
    query = request.query
    found = [run for run in world.check_runs.values() if run.sha == sha
             and query.get("check_name", run.name) == run.name and query.get("status", run.status) == run.status
             and query.get("app_id", str(run.app.id)) == str(run.app.id)]  # fmt: skip
    if query.get("filter", "latest") == "latest":
        found = list({(run.suite, run.name): run for run in found}.values())
    return listing([render_code.check_run(world, run) for run in found[::-1]], "check_runs")


def create_check_run(world: World, request: Request) -> Answer:
    """A new one, which only an app makes. `started_at` is whatever the app says."""
    request.without("actions")
    given, bot = request.given, request.token.user
    if request.token.permissions is None or bot.app is None:
        raise refused(403, "You must authenticate via a GitHub App.")
    now = world.now()
    run = state.CheckRun(world.new_id(), given["name"], given["head_sha"], bot.app,
                         world.suite(given["head_sha"], bot.app),
                         "queued", None, now, None)  # fmt: skip
    _apply(world, run, given)
    world.check_runs[run.id] = run
    return Answer(201, render_code.check_run(world, run))


def get_check_run(world: World, request: Request) -> Answer:
    """One."""
    return Answer(200, render_code.check_run(world, _check_run(world, request)))


def update_check_run(world: World, request: Request) -> Answer:
    """Change what is given; only the app that made it may."""
    run = _check_run(world, request)
    if run.app is not request.token.user.app:
        raise refused(403, "Invalid app_id - check run can only be modified by the GitHub App that created it.")
    _apply(world, run, request.given)
    return Answer(200, render_code.check_run(world, run))


def get_check_suite(world: World, request: Request) -> Answer:
    """One: all check runs of an app on a commit."""
    suite = request.number("check_suite_id")
    runs = [run for run in world.check_runs.values() if run.suite == suite]
    if not runs:
        raise refused(404)
    return Answer(200, render_code.check_suite(world, runs, world.suites[suite]))


def _check_run(world: World, request: Request) -> state.CheckRun:
    key = request.number("check_run_id")
    if key not in world.check_runs:
        raise refused(404)
    return world.check_runs[key]


def _apply(world: World, run: state.CheckRun, given: dict[str, Any]) -> None:
    run.annotations += len(given.get("output", {}).get("annotations", []))
    run.name, run.status = given.get("name", run.name), given.get("status", run.status)
    run.external_id, run.details_url = (
        given.get("external_id", run.external_id),
        given.get("details_url", run.details_url),
    )
    output = given.get("output", {})
    for field in ("summary", "text"):
        too_long("CheckRun", field, output.get(field), 65_535)
    run.output |= {name: output[name] for name in ("title", "summary", "text") if name in output}
    if "started_at" in given:
        run.started = datetime.fromisoformat(given["started_at"])
    if "conclusion" in given or run.status == "completed":
        run.status, run.conclusion = "completed", given.get("conclusion", run.conclusion)
        run.completed = datetime.fromisoformat(given["completed_at"]) if "completed_at" in given else world.now()
