"""The repository itself: its settings and its people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import pulls, render, render_code, state
from .clock import written
from .web import Answer, Request, listing, refused

if TYPE_CHECKING:
    from .world import World


ACTIONS_APP = 15368


def get_repository(world: World, request: Request) -> Answer:
    """It, with what the caller may do there."""
    mine = {"permissions": render.permissions(_role(world, request))}
    return Answer(200, render.repository(world, "full-repository") | mine)


def _role(world: World, request: Request) -> str:
    return "read" if request.token.permissions is not None else world.role_of(request.token.user)


def get_protection(world: World, request: Request) -> Answer:
    """For administrators. Rulesets do not show here."""
    if request.params["branch"] not in world.protection:
        raise refused(404, "Branch not protected")
    return Answer(200, render_code.protection(world, request.params["branch"]))


def list_rulesets(world: World, _: Request) -> Answer:
    """All of them in short: the rules stand in each one's own answer."""
    return listing([render_code.ruleset(world, one, whole=False, bypass=False) for one in world.rulesets.values()])


def get_ruleset(world: World, request: Request) -> Answer:
    """One. Who may go round it is shown only to who may change it."""
    key = request.number("ruleset_id")
    if key not in world.rulesets:
        raise refused(404)
    may_change = request.token.allows("administration", "write") and (
        request.token.permissions is not None or world.role_of(request.token.user) == "admin")  # fmt: skip
    return Answer(200, render_code.ruleset(world, world.rulesets[key], whole=True, bypass=may_change))


def create_ruleset(world: World, request: Request) -> Answer:
    """A new one, as the settings page makes of a file that is imported."""
    given = request.given
    made = state.Ruleset(
        world.new_id(), given["name"], given.get("rules", []), given.get("conditions", {}), world.now(),
        given["enforcement"], given.get("target", "branch"), given.get("bypass_actors", []),
    )  # fmt: skip
    if any(one.name == made.name for one in world.rulesets.values()):
        raise refused(422, "Validation Failed", errors=["Name must be unique"])
    _actors_are_ours(made)
    world.rulesets[made.id] = made
    return Answer(201, render_code.ruleset(world, made, whole=True, bypass=True))


def _actors_are_ours(ruleset: state.Ruleset) -> None:
    """GitHub takes its own app Actions as an exception of an organisation's rulesets alone."""
    if any((one["actor_type"], one.get("actor_id")) == ("Integration", ACTIONS_APP) for one in ruleset.bypass):
        raise refused(422, "Validation Failed", errors=[
            "Actor GitHub Actions integration must be part of the ruleset source or owner organization"])  # fmt: skip


def list_rules(world: World, request: Request) -> Answer:
    """The rules that hold for a branch, out of active rulesets."""
    return listing([{**rule, "ruleset_source_type": "Repository", "ruleset_source": world.full_name,
                     "ruleset_id": one.id}
                    for one in pulls.rulesets_for(world, request.params["branch"]) for rule in one.rules])  # fmt: skip


def get_codeowners_errors(world: World, _: Request) -> Answer:
    """What is wrong with CODEOWNERS."""
    return Answer(200, {"errors": world.codeowners_errors})


def get_actions(world: World, _: Request) -> Answer:
    """Which actions may run."""
    return Answer(200, world.actions)


def get_workflow_token(world: World, _: Request) -> Answer:
    """What a GITHUB_TOKEN may do unless the workflow says otherwise."""
    return Answer(200, world.workflow_token)


def list_approvals(world: World, request: Request) -> Answer:
    """Who let a run into its environment, or did not."""
    found = world.approvals.get(request.number("run_id"), [])
    return Answer(200, [
        {"state": state, "comment": "", "environments": [{"name": environment}],
         "user": render.account(world, world.user(login))}
        for login, state, environment in found
    ])  # fmt: skip


def get_fork_workflows(world: World, _: Request) -> Answer:
    """What a fork's pull request may do; private repositories alone have this setting."""
    if not world.private:
        raise refused(403, "Fork PR workflow settings are only available for private repositories.")
    return Answer(200, world.forks)


def list_keys(world: World, _: Request) -> Answer:
    """Deploy keys."""
    return listing([{"id": number, "key": "ssh-ed25519 AAAA", "url": f"{world.url}/keys/{number}", "title": title,
                     "verified": True, "created_at": written(world.created), "read_only": not writes}
                    for number, (title, writes) in enumerate(world.deploy_keys, 1)])  # fmt: skip


# People


def list_collaborators(world: World, request: Request) -> Answer:
    """Everybody with a role of their own."""
    request.without("affiliation")
    flag = request.query.get("permission")
    found = [world.users[login] for login in sorted(world.roles)]
    shown = [render.collaborator(world, who) for who in found if not who.gone]
    return listing([one for one in shown if flag is None or one["permissions"][flag]])


def is_collaborator(world: World, request: Request) -> Answer:
    """204 or 404."""
    return Answer(204 if request.params["username"].lower() in world.roles else 404)


def get_permission(world: World, request: Request) -> Answer:
    """What somebody may do. `permission` knows four words: maintain shows as write, triage as read."""
    who = world.user(request.params["username"])
    role = world.role_of(who)
    coarse = {"maintain": "write", "triage": "read"}.get(role, role)
    return Answer(200, {"permission": coarse, "role_name": role, "user": render.collaborator(world, who)})


def get_user(world: World, request: Request) -> Answer:
    """Anybody."""
    return Answer(200, render_code.full_account(world, request.params["username"]))


def get_me(world: World, request: Request) -> Answer:
    """Whose token it is. The GITHUB_TOKEN of a workflow belongs to nobody."""
    if request.token.permissions is not None:
        raise refused(403, "Resource not accessible by integration")
    return Answer(200, render_code.full_account(world, request.token.user.login))


def _team(world: World, request: Request) -> Any:
    slug = request.params["team_slug"].lower()
    if request.params["org"].lower() != world.owner.lower() or slug not in world.teams:
        raise refused(404)
    return world.teams[slug]


def list_teams(world: World, _: Request) -> Answer:
    """Teams with access to the repository: here all of them."""
    return listing([render.team(world, team) for team in world.teams.values()])


def get_team(world: World, request: Request) -> Answer:
    """One."""
    team = _team(world, request)
    return Answer(200, render_code.team_full(world, team.slug, render.team(world, team)))


def list_members(world: World, request: Request) -> Answer:
    """Who is in a team."""
    team, role = _team(world, request), request.query.get("role", "all")
    return listing([render.account(world, world.user(login)) for login, own in sorted(team.members.items())
                    if role in ("all", own)])  # fmt: skip


def get_membership(world: World, request: Request) -> Answer:
    """Whether somebody is in a team, and as what; 404 when not."""
    team, login = _team(world, request), request.params["username"].lower()
    if login not in team.members:
        raise refused(404)
    url = f"{world.api}/orgs/{world.owner}/teams/{team.slug}/memberships/{login}"
    return Answer(200, {"url": url, "role": team.members[login], "state": "active"})


def get_rate_limit(world: World, request: Request) -> Answer:
    """What is left; asking costs nothing."""
    token, now = request.token, world.now()
    over = token.reset is None or now >= token.reset
    used, reset = (0, now) if over or token.reset is None else (token.used, token.reset)
    core = {"limit": token.primary, "used": used, "remaining": token.primary - used, "reset": int(reset.timestamp())}
    rest = {"limit": 30, "used": 0, "remaining": 30, "reset": int(now.timestamp())}
    return Answer(200, {"resources": {"core": core, "search": rest}, "rate": core})
