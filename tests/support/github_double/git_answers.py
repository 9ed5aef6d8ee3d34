"""The repository's git data: commits, comparisons, contents, references, branches."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING
from urllib.parse import quote

from . import pulls, render_code
from .git_data import Missing
from .render import Json
from .web import Answer, Request, listing, refused

if TYPE_CHECKING:
    from .world import World


def _commit(world: World, ref: str) -> str:
    try:
        return world.git.resolve(ref)
    except Missing:
        raise refused(422, f"No commit found for SHA: {ref}") from None


def list_commits(world: World, request: Request) -> Answer:
    """Newest first, of a branch or those that touch a path."""
    request.without("committer")
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
