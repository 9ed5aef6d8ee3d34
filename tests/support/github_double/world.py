"""One repository as GitHub holds it, and what tests set up in it without a request."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Any

from . import state
from .clock import Clock
from .description import Description, github
from .git_data import GitData
from .people import PRIMARY_OF_A_USER, PRIMARY_OF_AN_ACTION, App, Team, Token, User
from .web import refused

ACTIONS = "github-actions[bot]"


class World:
    """All of it. `lock` is held while a request changes something, so that two at once come one after the other."""

    def __init__(self, full_name: str, clock: Clock, git: Path | None, *, private: bool = True) -> None:
        """A repository without people, issues or settings."""
        self.owner, _, self.name = full_name.partition("/")
        self.clock, self.git, self.private = clock, GitData(git), private
        self.description: Description = github()
        self.api = ""
        """Where the server listens; set by it."""
        self.default_branch = "main"
        self.lock = RLock()
        self.users: dict[str, User] = {}
        self.roles: dict[str, str] = {}
        self.teams: dict[str, Team] = {}
        self.tokens: dict[str, Token] = {}
        self.labels: dict[str, state.Label] = {}
        self.milestones: dict[int, state.Milestone] = {}
        self.issues: dict[int, state.Issue] = {}
        self.moved: dict[int, str] = {}
        """Numbers of issues that are gone -> where to; `""` for a deleted one."""
        self.elsewhere: dict[str, dict[str, Any]] = {}
        """Path in another repository -> what everybody may read there."""
        self.comments: dict[int, state.Comment] = {}
        self.check_runs: dict[int, state.CheckRun] = {}
        self.suites: dict[int, datetime] = {}
        """Check suite -> when GitHub made it, which nobody else can say."""
        self.deployments: dict[int, state.Deployment] = {}
        self.environments: dict[str, state.Environment] = {}
        self.rulesets: dict[int, state.Ruleset] = {}
        self.protection: dict[str, dict[str, Any]] = {}
        """Branch -> its protection, in the description's form."""
        self.codeowners_errors: list[dict[str, Any]] = []
        self.actions: dict[str, Any] = {"enabled": True, "allowed_actions": "selected", "sha_pinning_required": True}
        self.workflow_token: dict[str, Any] = {"default_workflow_permissions": "read",
                                               "can_approve_pull_request_reviews": False}  # fmt: skip
        self.approvals: dict[int, list[tuple[str, str, str]]] = {}
        """Workflow run -> (login, state, environment) of each who decided about it."""
        self.forks: dict[str, Any] = {"run_workflows_from_fork_pull_requests": False,
                                      "send_write_tokens_to_workflows": False, "send_secrets_and_variables": False,
                                      "require_approval_for_fork_pr_workflows": True}  # fmt: skip
        self.deploy_keys: list[tuple[str, bool]] = []
        """(title, whether it may write) of each."""
        self.web_flow: set[str] = set()
        """Commits that a merge button made, and GitHub therefore signed."""
        self._last_id, self._last_number, self._last_milestone = 1000, 0, 0
        self.organisation = self.add_user(self.owner, kind="Organization")
        self.created = clock.now()

    @property
    def full_name(self) -> str:
        """`owner/name`."""
        return f"{self.owner}/{self.name}"

    @property
    def url(self) -> str:
        """Where the API has the repository."""
        return f"{self.api}/repos/{self.full_name}"

    @property
    def page(self) -> str:
        """Where people would look at it."""
        return f"https://github.com/{self.full_name}"

    def now(self) -> datetime:
        """The clock's moment, in whole seconds as GitHub keeps them."""
        return self.clock.now().replace(microsecond=0)

    def new_id(self) -> int:
        """The next id; one row for all kinds."""
        self._last_id += 1
        return self._last_id

    def new_number(self) -> int:
        """The next number of an issue or pull request."""
        self._last_number += 1
        return self._last_number

    def new_milestone_number(self) -> int:
        """The next number of a milestone."""
        self._last_milestone += 1
        return self._last_milestone

    # People

    def add_user(
        self, login: str, role: str | None = None, *, emails: tuple[str, ...] = (), kind: str = "User"
    ) -> User:
        """An account, with a role in the repository or as an outsider."""
        user = User(self.new_id(), login, kind, emails)
        self.users[login.lower()] = user
        if role is not None:
            self.roles[login.lower()] = role
        return user

    def add_app(self, slug: str, role: str | None = None) -> User:
        """A GitHub App, as the bot that acts for it."""
        bot = self.add_user(f"{slug}[bot]", role, kind="Bot")
        bot.app = App(self.new_id(), slug, slug.replace("-", " ").title())
        return bot

    def add_team(self, slug: str, *logins: str, maintainers: tuple[str, ...] = ()) -> Team:
        """A team of the organisation."""
        members = {login.lower(): "member" for login in logins} | {login.lower(): "maintainer" for login in maintainers}
        self.teams[slug] = Team(self.new_id(), slug, members)
        return self.teams[slug]

    def user(self, login: str) -> User:
        """The account of that name, in any case. Answers 404."""
        if login.lower() not in self.users or self.users[login.lower()].gone:
            raise refused(404)
        return self.users[login.lower()]

    def role_of(self, user: User) -> str:
        """What somebody may do. In a public repository everybody may read."""
        return self.roles.get(user.login.lower(), "none" if self.private else "read")

    def token_of(self, login: str, value: str | None = None) -> str:
        """A personal token."""
        value = value or f"token-of-{login}"
        self.tokens.setdefault(value, Token(value, self.user(login), primary=PRIMARY_OF_A_USER))
        return value

    def workflow_token_of(self, value: str = "workflow-token", **permissions: str) -> str:
        """A GITHUB_TOKEN with those permissions (`issues="write"`): asked for more, GitHub answers 403."""
        bot = self.users.get(ACTIONS) or self.add_app("github-actions")
        self.tokens[value] = Token(value, bot, permissions, PRIMARY_OF_AN_ACTION)
        return value

    # What others did to the repository

    def delete_issue(self, number: int) -> None:
        """As an administrator does: gone for good, its number never given again."""
        with self.lock:
            del self.issues[number]
            self.moved[number] = ""
            self.comments = {key: comment for key, comment in self.comments.items() if comment.issue != number}

    def transfer_issue(self, number: int, to: str, there: int = 1, shown: dict[str, Any] | None = None) -> None:
        """To another repository, `owner/name`: requests are sent there with 301, and read it if it is `shown`."""
        path = f"/repos/{to}/issues/{there}"
        with self.lock:
            self.delete_issue(number)
            self.moved[number] = f"{self.api}{path}"
            if shown is not None:
                place = {"url": f"{self.api}{path}", "repository_url": f"{self.api}/repos/{to}", "number": there}
                self.elsewhere[path] = {**shown, **place, "labels": [], "milestone": None}

    def add_ruleset(self, name: str, *rules: dict[str, Any], include: tuple[str, ...] = ("~DEFAULT_BRANCH",),
                    enforcement: str = "active",
                    bypass: list[dict[str, Any]] | None = None) -> state.Ruleset:  # fmt: skip
        """A ruleset for branches."""
        conditions = {"ref_name": {"include": list(include), "exclude": []}}
        ruleset = state.Ruleset(
            self.new_id(), name, list(rules), conditions, self.now(), enforcement, "branch", bypass or []
        )
        self.rulesets[ruleset.id] = ruleset
        return ruleset

    def add_environment(self, name: str, *rules: dict[str, Any], protected_branches: bool = False,
                        only: tuple[str, ...] = ()) -> state.Environment:  # fmt: skip
        """An environment with protection rules in the description's form, ids left out; `only` names branches."""
        numbered = [{"id": self.new_id(), "node_id": f"GA_{self.new_id()}", **rule} for rule in rules]
        branches = {"protected_branches": True, "custom_branch_policies": False} if protected_branches else None
        if only:
            branches = {"protected_branches": False, "custom_branch_policies": True}
        self.environments[name] = state.Environment(self.new_id(), name, self.now(), numbered, branches, only)
        return self.environments[name]

    def add_check_run(self, name: str, sha: str, bot: User, *, conclusion: str | None = "success",
                      started: datetime | None = None) -> state.CheckRun:  # fmt: skip
        """A check run that an app made. Without a conclusion it is under way."""
        now = self.now()
        assert bot.app is not None, "only an app makes check runs"
        status = "in_progress" if conclusion is None else "completed"
        run = state.CheckRun(self.new_id(), name, sha, bot.app, self.suite(sha, bot.app), status, conclusion,
                             started or now, None if conclusion is None else now)  # fmt: skip
        self.check_runs[run.id] = run
        return run

    def suite(self, sha: str, app: App) -> int:
        """The check suite of an app on a commit."""
        for run in self.check_runs.values():
            if (run.sha, run.app) == (sha, app):
                return run.suite
        suite = self.new_id()
        self.suites[suite] = self.now()
        return suite

    def rename_label(self, name: str, to: str) -> None:
        """As somebody does by hand."""
        label = self.labels.pop(name.lower())
        label.name = to
        self.labels[to.lower()] = label

    # What handlers share

    def label(self, name: str) -> state.Label:
        """The label of that name, in any case. Answers 404."""
        if name.lower() not in self.labels:
            raise refused(404)
        return self.labels[name.lower()]

    def issue(self, number: int) -> state.Issue:
        """An issue or pull request. Answers 404, 410 for a deleted one, 301 for a transferred one."""
        if number in self.moved:
            where = self.moved[number]
            if not where:
                raise refused(410)
            raise refused(301, "Moved Permanently", headers={"Location": where}, url=where)
        if number not in self.issues:
            raise refused(404)
        return self.issues[number]

    def add_event(self, issue: state.Issue, kind: str, actor: User, **about: Any) -> None:
        """A line in an issue's timeline, which changes the issue."""
        issue.events.append(state.Event(self.new_id(), kind, actor, self.now(), about))
        issue.updated = self.now()

    def resolve(self, ref: str) -> str:
        """The commit of a branch, tag or id. Raises Missing. Without git data, ids are taken as they are."""
        if self.git.folder is None and len(ref) == 40:
            return ref
        return self.git.resolve(ref)

    def author_of(self, email: str) -> User | None:
        """The account that a commit's e-mail address belongs to."""
        for user in self.users.values():
            own = (*user.emails, f"{user.id}+{user.login}@users.noreply.github.com")
            if email.lower() in [address.lower() for address in own] and not user.gone:
                return user
        return None

    def filled(self, schema: str, values: dict[str, Any], at: str) -> dict[str, Any]:
        """`values`, and the addresses that the description also demands, each below `at`. Nothing else is made up."""
        lacking = [name for name in self.description.required(schema) if name not in values and name.endswith("_url")]
        return {**{name: f"{at}/{name.removesuffix('_url')}" for name in lacking}, **values}
