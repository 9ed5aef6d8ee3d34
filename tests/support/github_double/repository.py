"""The repository itself: its git data, its settings, its people."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from . import pulls, render, render_code
from .git_data import Missing
from .render import Json
from .web import Answer, Request, listing, refused

if TYPE_CHECKING:
    from .world import World


def get_repository(world: World, request: Request) -> Answer:
    """It, with what the caller may do there."""
    mine = {"permissions": render.permissions(_role(world, request))}
    return Answer(200, render.repository(world, "full-repository") | mine)


def _role(world: World, request: Request) -> str:
    return "read" if request.token.permissions is not None else world.role_of(request.token.user)


def _commit(world: World, ref: str) -> str:
    try:
        return world.git.resolve(ref)
    except Missing:
        raise refused(422, f"No commit found for SHA: {ref}") from None


# Git


def list_commits(world: World, request: Request) -> Answer:
    """Newest first, of a branch or those that touch a path."""
    sha = _commit(world, request.query.get("sha", world.default_branch))
    options = [f"--{name}={request.query[name]}" for name in ("since", "until", "author") if name in request.query]
    path = ["--", request.query["path"]] if "path" in request.query else ["--"]
    shas = world.git.run("rev-list", *options, sha, *path).split()
    return listing(shas, show=lambda one: render_code.commit(world, one))


def get_commit(world: World, request: Request) -> Answer:
    """One, with what it changes against its first parent."""
    sha = _commit(world, request.params["ref"])
    parents = world.git.commit(sha).parents
    before = parents[0] if parents else world.git.run("hash-object", "-t", "tree", "--stdin").strip()
    return Answer(200, render_code.commit(world, sha, files=world.git.changed(before, sha)))


def compare(world: World, request: Request) -> Answer:
    """`base...head`: the commits that head has more, and what changed since the two parted."""
    base_name, dots, head_name = request.params["basehead"].partition("...")
    try:
        base, head = (world.git.resolve(name) for name in (base_name, head_name))
        shared = world.git.merge_base(base, head)
    except Missing:
        raise refused(404) from None
    if not dots:
        raise refused(404)
    ahead, behind = world.git.between(base, head), world.git.between(head, base)
    status = "identical" if base == head else "diverged" if ahead and behind else "ahead" if ahead else "behind"
    page = f"{world.page}/compare/{quote(request.params['basehead'])}"
    return Answer(200, {
        "url": f"{world.url}/compare/{quote(request.params['basehead'])}", "html_url": page, "permalink_url": page,
        "diff_url": f"{page}.diff", "patch_url": f"{page}.patch", "base_commit": render_code.commit(world, base),
        "merge_base_commit": render_code.commit(world, shared), "status": status, "ahead_by": len(ahead),
        "behind_by": len(behind), "total_commits": len(ahead),
        "commits": [render_code.commit(world, one) for one in ahead],
        "files": [render_code.changed(world, one, head) for one in world.git.changed(shared, head)]})  # fmt: skip


def get_contents(world: World, request: Request) -> Answer:
    """A file in base64, or what a folder holds."""
    ref = request.query.get("ref", world.default_branch)
    path = request.params["path"].strip("/")
    try:
        sha = world.git.resolve(ref)
        kind = world.git.run("cat-file", "-t", f"{sha}:{path}").strip()
        if kind == "blob":
            return Answer(200, _file(world, path, world.git.run("rev-parse", f"{sha}:{path}").strip(), ref))
        lines = world.git.run("ls-tree", "-z", "-l", f"{sha}:{path}").split("\0")
    except Missing:
        raise refused(404) from None
    return Answer(200, [_entry(world, f"{path}/{name}".lstrip("/"), about.split(), ref)
                        for about, _, name in (line.partition("\t") for line in lines if line)])  # fmt: skip


def _entry(world: World, path: str, about: list[str], ref: str) -> Json:
    _, kind, sha, size = about
    name, where = {"blob": "file", "tree": "dir"}[kind], f"{world.url}/contents/{quote(path)}?ref={quote(ref)}"
    git = f"{world.url}/git/{kind}s/{sha}"
    page = f"{world.page}/{kind}/{quote(ref)}/{quote(path)}"
    return {"type": name, "size": 0 if size == "-" else int(size), "name": path.rpartition("/")[2],
            "path": path, "sha": sha,
            "url": where, "git_url": git, "html_url": page,
            "download_url": None if name == "dir" else f"{page}?raw=true",
            "_links": {"git": git, "html": page, "self": where}}  # fmt: skip


def _file(world: World, path: str, blob: str, ref: str) -> Json:
    data = world.git.run("cat-file", "blob", blob).encode("utf-8", "surrogateescape")
    about = _entry(world, path, ["", "blob", blob, str(len(data))], ref)
    return {**about, "encoding": "base64", "content": b64encode(data).decode()}


def get_ref(world: World, request: Request) -> Answer:
    """One reference, by its full name without `refs/`."""
    name = f"refs/{request.params['ref']}"
    found = world.git.refs(name) if world.git.folder else {}
    if name not in found:
        raise refused(404)
    return Answer(200, _ref(world, name, found[name]))


def matching_refs(world: World, request: Request) -> Answer:
    """All whose name begins so."""
    return listing([_ref(world, *pair) for pair in sorted(world.git.refs(f"refs/{request.params['ref']}").items())])


def _ref(world: World, name: str, sha: str) -> Json:
    kind = world.git.run("cat-file", "-t", sha).strip()
    return {"ref": name, "node_id": f"REF_{name}", "url": f"{world.url}/git/{quote(name)}",
            "object": {"type": kind, "sha": sha, "url": f"{world.url}/git/{kind}s/{sha}"}}  # fmt: skip


def get_git_commit(world: World, request: Request) -> Answer:
    """A commit of the git database."""
    try:
        return Answer(200, render_code.git_commit(world, world.git.resolve(request.params["commit_sha"])))
    except Missing:
        raise refused(404) from None


def get_tree(world: World, request: Request) -> Answer:
    """A tree, and with `recursive` all below it."""
    deep = ("-r", "-t") if "recursive" in request.query else ()
    try:
        sha = world.git.run("rev-parse", "--verify", f"{request.params['tree_sha']}^{{tree}}").strip()
        lines = world.git.run("ls-tree", "-z", "-l", *deep, sha).split("\0")
    except Missing:
        raise refused(404) from None
    entries = [(*about.split(), path) for about, _, path in (line.partition("\t") for line in lines if line)]
    tree = [{"path": path, "mode": mode, "type": kind, "sha": entry, "url": f"{world.url}/git/{kind}s/{entry}",
             **({"size": int(size)} if kind == "blob" else {})}
             for mode, kind, entry, size, path in entries]  # fmt: skip
    return Answer(200, {"sha": sha, "url": f"{world.url}/git/trees/{sha}", "truncated": False, "tree": tree})


def get_blob(world: World, request: Request) -> Answer:
    """A file's bytes by their id."""
    sha = request.params["file_sha"]
    try:
        data = world.git.run("cat-file", "blob", sha).encode("utf-8", "surrogateescape")
    except Missing:
        raise refused(404) from None
    return Answer(200, {"sha": sha, "node_id": f"B_{sha}", "size": len(data), "url": f"{world.url}/git/blobs/{sha}",
                        "encoding": "base64", "content": b64encode(data).decode()})  # fmt: skip


# Settings


def list_branches(world: World, request: Request) -> Answer:
    """All, or those that are protected."""
    found = {name.removeprefix("refs/heads/"): sha for name, sha in world.git.refs("refs/heads/").items()}
    wanted = request.query.get("protected")
    return listing([
        {"name": name, "commit": {"sha": sha, "url": f"{world.url}/commits/{sha}"},
        "protected": _protected(world, name)}
        for name, sha in sorted(found.items())
        if wanted is None or (wanted == "true") == _protected(world, name)])  # fmt: skip


def get_branch(world: World, request: Request) -> Answer:
    """One, with its tip."""
    name = request.params["branch"]
    sha = world.git.refs("refs/heads/").get(f"refs/heads/{name}") if world.git.folder else None
    if sha is None:
        raise refused(404, "Branch not found")
    url = f"{world.url}/branches/{quote(name, safe='')}"
    return Answer(200, {"name": name, "commit": render_code.commit(world, sha), "protected": _protected(world, name),
                        "_links": {"self": url, "html": f"{world.page}/tree/{quote(name)}"},
                        "protection": {"enabled": name in world.protection},
                        "protection_url": f"{url}/protection"})  # fmt: skip


def _protected(world: World, branch: str) -> bool:
    return branch in world.protection or bool(pulls.rulesets_for(world, branch))


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


# People


def list_collaborators(world: World, request: Request) -> Answer:
    """Everybody with a role of their own."""
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
