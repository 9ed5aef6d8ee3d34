"""A stand-in for GitHub: stateful, on the loopback interface, held to GitHub's own description of its API.

    with GitHubDouble("example/partners", git=remote) as hub:
        hub.world.add_user("rae", "write", emails=("reviewer@login.gov",))
        token = hub.world.workflow_token_of(issues="write", deployments="write")
        client = hub.client(token)          # a PyGithub client, as the code under test would make it
        hub.faults.secondary_limit("POST .*/issues$")
        ...
        assert hub.log.writes == []

Leaving the block fails when a request or an answer did not fit the description. Nothing sleeps: limits and timestamps
go by `hub.clock`, which only `advance` moves.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any

from github import Auth, Github

from . import pulls, reviews
from .clock import Clock
from .faults import Fault, Faults, Kind
from .limits import Limits
from .log import Log
from .server import Server
from .world import World

__all__ = ["Clock", "Fault", "GitHubDouble", "Kind", "Limits", "World"]


class GitHubDouble:
    """A server and the repository that it serves."""

    def __init__(self, full_name: str = "example/partners", *, git: Path | None = None, clock: Clock | None = None,
                 limits: Limits | None = None, private: bool = True) -> None:  # fmt: skip
        """With `git`, a bare repository that holds the branches, there can be commits and pull requests."""
        self.clock = clock or Clock()
        self.world = World(full_name, self.clock, git, private=private)
        self.limits = limits or Limits()
        self._server = Server(self.world, self.limits)

    @property
    def url(self) -> str:
        """The API's address: what GITHUB_API_URL says in a workflow."""
        return self._server.url

    @property
    def faults(self) -> Faults:
        """What is to go wrong."""
        return self._server.faults

    @property
    def log(self) -> Log:
        """Every call."""
        return self._server.log

    @property
    def violations(self) -> list[str]:
        """What did not fit the description. A test that provokes one clears it."""
        return self._server.violations

    def forget_lists(self) -> None:
        """A list that lags shows nothing of what was listed before now."""
        self._server.forget_lists()

    def client(self, token: str, **options: Any) -> Github:
        """A PyGithub client for a token. It neither retries nor waits, unless `options` say so."""
        plain: dict[str, Any] = {
            "retry": None,
            "seconds_between_requests": 0,
            "seconds_between_writes": 0,
            "timeout": 5,
        }
        return Github(base_url=self.url, auth=Auth.Token(token), **{**plain, **options})

    def open_pull(self, login: str, head: str, title: str, *, base: str = "main", body: str | None = None) -> int:
        """A pull request that somebody opens, without a request; its number."""
        with self.world.lock:
            return pulls.open_pull(self.world, self.world.user(login), head, title, base=base, body=body).number

    def review(
        self, number: int, login: str, event: str = "APPROVE", *, body: str = "", commit: str | None = None
    ) -> int:
        """A review of the head, or of a commit; its id. `event` is APPROVE, REQUEST_CHANGES or COMMENT."""
        with self.world.lock:
            reviewer = self.world.user(login)
            return reviews.submit(self.world, self.world.issue(number), reviewer, event, body=body, commit=commit).id

    def merge(self, number: int, login: str, method: str = "merge") -> str:
        """Press the merge button; main's new tip. `method` is merge, squash or rebase."""
        with self.world.lock:
            return pulls.merge_pull(self.world, self.world.issue(number), self.world.user(login), method)

    def __enter__(self) -> GitHubDouble:
        """Begin to answer."""
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and fail for what did not fit the description."""
        self._server.stop()
        if self.violations:
            raise AssertionError("\n".join(["GitHub's description was not kept to:", *self.violations])) from error
