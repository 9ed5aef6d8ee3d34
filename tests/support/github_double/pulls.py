"""Pull requests from real branches: open, push, merge by any button or by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import issues, render_code, state
from .git_data import WEB_FLOW, Changed, Conflict, Missing, Person
from .people import User, at_least
from .web import Answer, Request, invalid, listing, refused

if TYPE_CHECKING:
    from .world import World

FILES, COMMITS = 3000, 250
"""The most that GitHub lists of one pull request."""


def open_pull(world: World, author: User, head: str, title: str, *, base: str = "main", body: str | None = None,
              draft: bool = False) -> state.Issue:  # fmt: skip
    """A pull request from one branch of the repository to another."""
    tips = {}
    for name, branch in (("head", head), ("base", base)):
        tip = world.git.refs(f"refs/heads/{branch}").get(f"refs/heads/{branch}") if world.git.folder else None
        if tip is None:
            raise invalid("PullRequest", name, "invalid")
        tips[name] = tip
    commits = world.git.between(tips["base"], tips["head"])
    if not commits:
        raise invalid("PullRequest", "base", "custom", f"No commits between {base} and {head}")
    if any(
        one.pull and one.closed is None and (one.pull.head, one.pull.base) == (head, base)
        for one in world.issues.values()
    ):
        raise invalid("PullRequest", "head", "custom", f"A pull request already exists for {world.owner}:{head}.")
    issues.check(title, body)
    now = world.now()
    pull = state.Pull(head, base, tips["head"], tips["base"], draft, commits)
    issue = state.Issue(world.new_id(), world.new_number(), title, author, now, now, body, pull=pull)
    world.issues[issue.number] = issue
    _keep_head(world, issue.number, tips["head"])
    return issue


def _keep_head(world: World, number: int, head: str) -> None:
    """As GitHub does for ever, whatever becomes of the branch."""
    world.git.run("update-ref", f"refs/pull/{number}/head", head)


def notice_pushes(world: World, by: User | None = None) -> None:
    """Bring open pull requests up to date with the branches, as GitHub does at a push."""
    waiting = [issue for issue in world.issues.values() if issue.pull and issue.closed is None]
    if not waiting or world.git.folder is None:
        return
    tips = world.git.refs("refs/heads/")
    for issue in waiting:
        pull = issue.pull
        assert pull is not None
        head, base = tips.get(f"refs/heads/{pull.head}"), tips.get(f"refs/heads/{pull.base}")
        if base is None or (head, base) == (pull.head_sha, pull.base_sha):
            continue
        if head is not None and head != pull.head_sha:
            _moved_head(world, issue, head, by or issue.user)
        if base != pull.base_sha and world.git.holds(pull.head_sha, base):
            _mark_merged(world, issue, _merge_that_brought(world, pull.head_sha, base), by or issue.user)
        else:
            pull.base_sha = base
            pull.commits = world.git.between(base, pull.head_sha)


def _moved_head(world: World, issue: state.Issue, head: str, by: User) -> None:
    pull = issue.pull
    assert pull is not None
    forced = not world.git.holds(pull.head_sha, head)
    pull.head_sha, issue.updated = head, world.now()
    _keep_head(world, issue.number, head)
    if forced:
        world.add_event(issue, "head_ref_force_pushed", by)
    if dismisses_stale_reviews(world, pull.base):
        for review in pull.reviews:
            if review.state == "APPROVED":
                dismiss(world, issue, review, by, None)


def dismisses_stale_reviews(world: World, branch: str) -> bool:
    """Whether a push takes approvals away: by the branch's protection or by a ruleset."""
    reviews = world.protection.get(branch, {}).get("required_pull_request_reviews", {})
    rules = [rule for ruleset in rulesets_for(world, branch) for rule in ruleset.rules]
    wanted = [rule.get("parameters", {}).get("dismiss_stale_reviews_on_push") for rule in rules]
    return bool(reviews.get("dismiss_stale_reviews")) or any(wanted)


def rulesets_for(world: World, branch: str) -> list[state.Ruleset]:
    """Active rulesets whose conditions name the branch; patterns as `*` alone understands them."""
    names = {"~ALL", f"refs/heads/{branch}"} | ({"~DEFAULT_BRANCH"} if branch == world.default_branch else set())
    return [ruleset for ruleset in world.rulesets.values() if ruleset.enforcement == "active"
            and ruleset.target == "branch" and names & set(ruleset.conditions["ref_name"]["include"])
            and not names & set(ruleset.conditions["ref_name"]["exclude"])]  # fmt: skip


def dismiss(world: World, issue: state.Issue, review: state.Review, by: User, message: str | None) -> None:
    """Take a review back; it stays in the list as DISMISSED."""
    about = {"state": review.state.lower(), "review_id": review.id, "dismissal_message": message}
    review.state = "DISMISSED"
    world.add_event(issue, "review_dismissed", by, dismissed_review=about)


def _merge_that_brought(world: World, head: str, base: str) -> str:
    """The first commit on the base branch's own line that holds the head; the head itself after a fast-forward."""
    line = world.git.run("rev-list", "--first-parent", "--ancestry-path", "--reverse", f"{head}..{base}").split()
    return line[0] if line else head


def _mark_merged(world: World, issue: state.Issue, commit: str, by: User) -> None:
    pull = issue.pull
    assert pull is not None
    pull.merged, pull.merged_by, pull.merge_commit = world.now(), by, commit
    world.add_event(issue, "merged", by, commit_id=commit, commit_url=f"{world.url}/commits/{commit}")
    issues.set_state(world, issue, "closed", None, by)


def merge_pull(world: World, issue: state.Issue, by: User, method: str = "merge", message: str | None = None) -> str:
    """Press the merge button; the new tip of the base branch. Raises Conflict."""
    notice_pushes(world)
    pull = issue.pull
    assert pull is not None
    assert pull.merged is None, f"#{issue.number} is merged already"
    git, now = world.git, world.now()
    web = Person(*WEB_FLOW, now)
    email = by.emails[0] if by.emails else f"{by.id}+{by.login}@users.noreply.github.com"
    if method == "rebase":
        tip = git.replayed(pull.base_sha, pull.commits, web)
    else:
        tree = git.merged_tree(pull.base_sha, pull.head_sha)
        title = f"Merge pull request #{issue.number} from {world.owner}/{pull.head}\n\n{issue.title}"
        parents, who = [pull.base_sha, pull.head_sha], Person(by.login, email, now)
        if method == "squash":
            opener = (
                issue.user.emails[0]
                if issue.user.emails
                else f"{issue.user.id}+{issue.user.login}@users.noreply.github.com"
            )
            title, parents, who = _squashed(world, issue), [pull.base_sha], Person(issue.user.login, opener, now)
        tip = git.write_commit(tree, parents, f"{message or title}\n", who, web)
        world.web_flow.add(tip)
    git.move(pull.base, tip)
    _mark_merged(world, issue, tip, by)
    return tip


def _squashed(world: World, issue: state.Issue) -> str:
    """The title, and everybody else who wrote a commit as co-author."""
    pull = issue.pull
    assert pull is not None
    authors = {(commit.author.name, commit.author.email) for commit in map(world.git.commit, pull.commits)}
    others = sorted(f"Co-authored-by: {name} <{email}>" for name, email in authors if email not in issue.user.emails)
    return "\n".join([f"{issue.title} (#{issue.number})", *([""] if others else []), *others])


# Requests


def _found(world: World, request: Request) -> tuple[state.Issue, state.Pull]:
    notice_pushes(world)
    issue = world.issue(request.number("pull_number"))
    if issue.pull is None:
        raise refused(404)
    return issue, issue.pull


def list_pulls(world: World, request: Request) -> Answer:
    """Open ones, newest first, unless asked otherwise."""
    notice_pushes(world)
    query = request.query
    request.without(*(["sort"] if query.get("sort") in ("popularity", "long-running") else []))
    wanted, sort = query.get("state", "open"), {"updated": "updated"}.get(query.get("sort", ""), "created")
    found = [issue for issue in world.issues.values() if issue.pull
             and wanted in ("all", "closed" if issue.closed else "open")
             and query.get("head", f"{world.owner}:{issue.pull.head}") == f"{world.owner}:{issue.pull.head}"
             and query.get("base", issue.pull.base) == issue.pull.base]  # fmt: skip
    falling = query.get("direction", "asc" if query.get("sort", "created") != "created" else "desc") == "desc"
    found.sort(key=lambda issue: (getattr(issue, sort), issue.number), reverse=falling)
    return listing(found, show=lambda issue: render_code.pull_simple(world, issue))


def create_pull(world: World, request: Request) -> Answer:
    """A new one."""
    request.without("issue", "head_repo")
    given = request.given
    head = given["head"].removeprefix(f"{world.owner}:")
    issue = open_pull(world, request.token.user, head, given["title"], base=given["base"], body=given.get("body"),
                      draft=given.get("draft", False))  # fmt: skip
    return Answer(201, render_code.pull_full(world, issue, files(world, issue)))


def get_pull(world: World, request: Request) -> Answer:
    """One."""
    issue, _ = _found(world, request)
    return Answer(200, render_code.pull_full(world, issue, files(world, issue)))


def update_pull(world: World, request: Request) -> Answer:
    """Title, body or state."""
    request.without("base")
    issue, _ = _found(world, request)
    caller, given = request.token.user, request.given
    if not issues.may_triage(world, request) and caller is not issue.user:
        raise refused(403, "Must have admin rights to Repository.")
    issues.check(given.get("title"), given.get("body"))
    issue.title, issue.body = given.get("title", issue.title), given.get("body", issue.body)
    issue.updated = world.now()
    if "state" in given:
        issues.set_state(world, issue, given["state"], None, caller)
    return Answer(200, render_code.pull_full(world, issue, files(world, issue)))


def files(world: World, issue: state.Issue) -> list[Changed]:
    """What the pull request changes against where it left its base."""
    pull = issue.pull
    assert pull is not None
    return world.git.changed(world.git.merge_base(pull.base_sha, pull.head_sha), pull.head_sha)


def list_files(world: World, request: Request) -> Answer:
    """What it changes; never more than 3,000."""
    issue, pull = _found(world, request)
    return listing([render_code.changed(world, one, pull.head_sha) for one in files(world, issue)[:FILES]])


def list_commits(world: World, request: Request) -> Answer:
    """What it brings, oldest first; never more than 250."""
    _, pull = _found(world, request)
    return listing(pull.commits[:COMMITS], show=lambda sha: render_code.commit(world, sha))


def is_merged(world: World, request: Request) -> Answer:
    """204 when it is, 404 when it is not."""
    _, pull = _found(world, request)
    return Answer(204 if pull.merged else 404)


def merge(world: World, request: Request) -> Answer:
    """The merge button; refused when the head is another by now."""
    issue, pull = _found(world, request)
    given = request.given
    if not issues.may_triage(world, request) or not at_least(_role(world, request), "write"):
        raise refused(403, "Must have push access.")
    if issue.closed is not None or pull.draft:
        raise refused(405, "Pull Request is not mergeable")
    if given.get("sha", pull.head_sha) != pull.head_sha:
        raise refused(409, "Head branch was modified. Review and try the merge again.")
    text = "\n\n".join(part for part in (given.get("commit_title"), given.get("commit_message")) if part)
    try:
        tip = merge_pull(world, issue, request.token.user, given.get("merge_method", "merge"), text or None)
    except Conflict:
        raise refused(405, "Pull Request is not mergeable") from None
    return Answer(200, {"sha": tip, "merged": True, "message": "Pull Request successfully merged"})


def _role(world: World, request: Request) -> str:
    return "write" if request.token.permissions is not None else world.role_of(request.token.user)


def of_commit(world: World, request: Request) -> Answer:
    """The merged pull requests that brought a commit to the default branch; for other commits, all that hold it."""
    notice_pushes(world)
    try:
        sha = world.git.resolve(request.params["commit_sha"])
        tip = world.git.resolve(world.default_branch)
    except Missing:
        raise refused(422, f"No commit found for SHA: {request.params['commit_sha']}") from None
    on_default = world.git.holds(sha, tip)
    found = [issue for issue in world.issues.values() if issue.pull and (
        (issue.pull.merged and on_default and (sha in issue.pull.commits or sha in _brought(world, issue.pull)))
        or (not on_default and (issue.pull.merged or issue.closed is None) and sha in issue.pull.commits))]  # fmt: skip
    return listing([render_code.pull_simple(world, issue) for issue in found])


def _brought(world: World, pull: state.Pull) -> list[str]:
    """The commits that merging made: one, or after a rebase merge as many as there were."""
    assert pull.merge_commit is not None
    if len(world.git.commit(pull.merge_commit).parents) > 1:
        return [pull.merge_commit]
    return world.git.between(pull.base_sha, pull.merge_commit)
