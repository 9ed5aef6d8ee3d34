"""One conversation with GitHub about one repository: what may be asked again, and what may not.

PyGithub sends and signs, and knows what an answer means. When to wait and what to repeat is decided here, because
its own way repeats a request that makes something after a lost answer, and then there are two of it.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from launchwindow.io import clock
from launchwindow.io.github.pace import Pace
from launchwindow.model.github import GitHubRefused, Unanswered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from github import GithubException

    from launchwindow.model.github import Address

TRIES = 5
"""How often a request is sent that gets no answer, or an error of GitHub's own."""
LONGEST_WAIT = 3700.0
"""Seconds: the primary limit is given back every hour."""
A_MINUTE = 60.0
"""Seconds: what GitHub asks for where an answer does not say how long to wait."""
PAGE = 100
TIMEOUT = 30


class Connection:
    """GitHub, for one repository. Raises `GitHubRefused` for a no, `Unanswered` where no answer came."""

    def __init__(
        self, address: Address, *, pause: Callable[[float], None], now: Callable[[], datetime],
        tell: Callable[[str], None] = lambda _: None, timeout: int = TIMEOUT,
    ) -> None:  # fmt: skip
        """`pause` waits for some seconds, `now` is the real time; `tell` hears of waits over ten seconds.

        `timeout`, in whole seconds, is how long one answer may take.
        """
        self.address = address
        self._pause, self._now, self._tell = pause, now, tell
        self._pace, self._began = Pace(now), now()
        self._timeout = timeout
        self._requester: Any = None
        self.sent: Counter[str] = Counter()
        """How often GitHub was asked, by HTTP method."""

    def get(self, path: str, **parameters: Any) -> Any:
        """What GitHub has at a path of the repository, such as `/issues/3`; `//users/rae` is beside the repository."""
        return self._ask("GET", self._url(path), parameters=parameters)[1]

    def pages(self, path: str, **parameters: Any) -> Iterator[Any]:
        """All items of a list, or of a list within an answer such as `check_runs`, page after page."""
        url: str | None = self._url(path)
        wanted: Mapping[str, Any] = {"per_page": PAGE, **parameters}
        while url is not None:
            headers, found = self._ask("GET", url, parameters=wanted)
            yield from found if isinstance(found, list) else _listed(found)
            url, wanted = _next(headers), {}

    def post(self, path: str, body: object) -> Any:
        """Make something. Raises `Unanswered` when it may have been made: look before you make it again."""
        return self._ask("POST", self._url(path), body=body)[1]

    def patch(self, path: str, body: object) -> Any:
        """Change something to given values: twice is as good as once."""
        return self._ask("PATCH", self._url(path), body=body)[1]

    def put(self, path: str, body: object) -> Any:
        """Set something: twice is as good as once."""
        return self._ask("PUT", self._url(path), body=body)[1]

    def delete(self, path: str) -> None:
        """Take something away; that it is gone already is well."""
        try:
            self._ask("DELETE", self._url(path))
        except GitHubRefused as refused:
            if refused.code != 404:
                raise

    def has_time(self, minutes: float | None) -> bool:
        """Whether something that is made next could be sent within `minutes` of the conversation's beginning."""
        if minutes is None:
            return True
        return self._now() + timedelta(seconds=self._pace.wait("POST")) < self._began + timedelta(minutes=minutes)

    def wait_a_little(self, seconds: float) -> None:
        """Give GitHub time to know what it was told a moment ago."""
        self._pause(seconds)

    def _url(self, path: str) -> str:
        return path[1:] if path.startswith("//") else f"/repos/{self.address.repository}{path}"

    def _ask(
        self, method: str, url: str, *, parameters: Mapping[str, Any] | None = None, body: object = None
    ) -> tuple[Mapping[str, Any], Any]:
        from github import GithubException
        from requests import RequestException

        tries = 0
        while True:
            self._wait(self._pace.wait(method), "GitHub's limits for one minute or hour")
            self._pace.took(method)
            self.sent[method] += 1
            try:
                found: tuple[Mapping[str, Any], Any] = self._client().requestJsonAndCheck(
                    method, url, parameters, None, body
                )
                self._heed(found[0])
                if method != "DELETE" and not _is_answer(found[1]):
                    raise Unanswered("what came is no JSON")
            except GithubException as error:
                seconds = self._limited(error)
                if seconds is None and error.status < 500:
                    raise self._refused(method, url, error) from error
                if seconds is not None:
                    self._wait(seconds, "GitHub's rate limit")
                    continue
                problem: Exception = error
            except (RequestException, ValueError, Unanswered) as error:
                problem = error
            else:
                return found
            tries += 1
            if method == "POST" or tries == TRIES:
                raise Unanswered(
                    f"GitHub gave no usable answer to {method} {url}: {_reason(problem)}. Run it again later: what is "
                    "done already is not done twice."
                ) from problem
            self._wait(2.0**tries, "GitHub to answer")

    def _client(self) -> Any:
        if self._requester is None:
            from github import Auth, Github

            self._requester = Github(
                base_url=self.address.api, auth=Auth.Token(self.address.token), retry=None, timeout=self._timeout,
                seconds_between_requests=None, seconds_between_writes=None, user_agent="launchwindow",
            ).requester  # fmt: skip
        return self._requester

    def _wait(self, seconds: float, why: str) -> None:
        if seconds <= 0:
            return
        if seconds > 10:
            self._tell(f"Waiting {seconds:.0f} s for {why}.")
        self._pause(seconds)

    def _heed(self, headers: Mapping[str, Any]) -> None:
        """What an answer says of the primary limit: reaching it is waited for, not run into."""
        told = {key.lower(): str(value) for key, value in headers.items()}
        remaining, reset = told.get("x-ratelimit-remaining", ""), told.get("x-ratelimit-reset", "")
        if remaining.isdigit() and reset.isdigit():
            self._pace.told(int(remaining), datetime.fromtimestamp(int(reset), UTC))

    def _limited(self, error: GithubException) -> float | None:
        """Seconds to wait where GitHub refused for a limit, and so did nothing; None for any other refusal."""
        headers = {key.lower(): value for key, value in (error.headers or {}).items()}
        if error.status not in (403, 429):
            return None
        if "retry-after" in headers:
            # HTTP also allows a date here; GitHub writes seconds, and what is in between may write anything.
            told = str(headers["retry-after"])
            return min(float(told), LONGEST_WAIT) if told.isdecimal() else A_MINUTE
        if headers.get("x-ratelimit-remaining") == "0" and "x-ratelimit-reset" in headers:
            reset = datetime.fromtimestamp(int(headers["x-ratelimit-reset"]), UTC)
            return min(max((reset - self._now()).total_seconds(), 0) + 1, LONGEST_WAIT)
        return A_MINUTE if error.status == 429 or "rate limit" in str(error.data).lower() else None

    def _refused(self, method: str, url: str, error: GithubException) -> GitHubRefused:
        said = error.data.get("message") if isinstance(error.data, dict) else None
        text = f"GitHub refused {method} {url} with {error.status} ({said or 'no reason'})."
        mend = next((mend for word, mend in _MENDS_OF_403.items() if error.status == 403 and word in str(said)), None)
        return GitHubRefused(error.status, f"{text} {mend or _MENDS.get(error.status, '')}".rstrip())


_MENDS_OF_403 = {
    "archived": "Nothing can be written to it as long as it is archived: see its settings.",
    "locked": "Unlock the conversation, and run it again.",
}
"""By a word of what GitHub says: there the token lacks nothing."""
_MENDS = {
    401: "The token in GITHUB_TOKEN is wrong or has expired.",
    403: "The token in GITHUB_TOKEN lacks a permission for it: docs/security.md lists what each command needs.",
    404: "Either it is not there, or the token in GITHUB_TOKEN may not see it: is --github right?",
}


def connect(address: Address, tell: Callable[[str], None] = lambda _: None) -> Connection:
    """GitHub by the real clock: its limits do not go by a time that somebody asks for."""
    # Looked up when they are called, so that a test can wait without waiting.
    return Connection(
        address, pause=lambda seconds: clock.pause(seconds), now=lambda: clock.now(), tell=tell, timeout=TIMEOUT
    )


def _is_answer(found: object) -> bool:
    """PyGithub wraps what is no JSON, such as a proxy's page, in a mapping."""
    return isinstance(found, list) or (isinstance(found, dict) and found.keys() != {"data"})


def _listed(found: Mapping[str, Any]) -> list[Any]:
    lists = [value for value in found.values() if isinstance(value, list)]
    return lists[0] if len(lists) == 1 else []


def _next(headers: Mapping[str, Any]) -> str | None:
    from requests.utils import parse_header_links

    link = {key.lower(): value for key, value in headers.items()}.get("link")
    found = {one.get("rel"): one["url"] for one in parse_header_links(link)} if link else {}
    return found.get("next")


def _reason(problem: Exception) -> str:
    text = " ".join(str(problem).split())
    return f"{type(problem).__name__}: {text[:200]}" if text else type(problem).__name__
