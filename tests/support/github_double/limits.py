"""GitHub's rate limits as published (“Rate limits for the REST API”), on the test's clock.

Where the page leaves room this is the stricter reading: the 900 points a minute are counted over all endpoints
together, and every POST makes content. `makes` can be set to more methods, for a margin.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from .web import Refused, refused

if TYPE_CHECKING:
    from .people import Token

DOCUMENTED = "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass
class Limits:
    """The numbers; a test may lower them to see what a client does."""

    under_way: int = 100
    points_a_minute: int = 900
    made_a_minute: int = 80
    made_an_hour: int = 500
    makes: frozenset[str] = frozenset({"POST"})

    def enter(self, token: Token, method: str, now: datetime) -> None:
        """Count a request in, or refuse it. A refused one uses up nothing."""
        if token.reset is None or now >= token.reset:
            token.used, token.reset = 0, now + HOUR
        token.spent = [entry for entry in token.spent if entry[0] > now - HOUR]
        if token.used >= token.primary:
            raise _primary(token)
        self._secondary(token, method, now)
        token.used += 1
        token.spent.append((now, points(method), method in self.makes))

    def _secondary(self, token: Token, method: str, now: datetime) -> None:
        if token.under_way > self.under_way:
            raise _secondary("Please wait a few minutes before you try again.", 60)
        lately = [entry for entry in token.spent if entry[0] > now - MINUTE]
        if sum(cost for _, cost, _ in lately) + points(method) > self.points_a_minute:
            raise _secondary("Please wait a few minutes before you try again.", _until(lately[0][0] + MINUTE, now))
        if method not in self.makes:
            return
        for span, most in ((MINUTE, self.made_a_minute), (HOUR, self.made_an_hour)):
            made = [at for at, _, maker in token.spent if maker and at > now - span]
            if len(made) >= most:
                raise _secondary("and have been temporarily blocked from content creation. "
                                 "Please retry your request again later.", _until(made[-most] + span, now))  # fmt: skip


def points(method: str) -> int:
    """What a request costs."""
    return 1 if method in ("GET", "HEAD", "OPTIONS") else 5


def headers(token: Token) -> dict[str, str]:
    """What every answer says of the primary limit."""
    reset = 0 if token.reset is None else math.ceil(token.reset.timestamp())
    return {
        "X-RateLimit-Limit": str(token.primary),
        "X-RateLimit-Remaining": str(max(0, token.primary - token.used)),
        "X-RateLimit-Used": str(token.used),
        "X-RateLimit-Reset": str(reset),
        "X-RateLimit-Resource": "core",
    }


def _primary(token: Token) -> Refused:
    whom = "installation" if token.permissions is not None else f"user ID {token.user.id}"
    return refused(403, f"API rate limit exceeded for {whom}.", headers=headers(token))


def _secondary(rest: str, seconds: int) -> Refused:
    joint = " " if rest.startswith("and") else ". "
    return refused(403, f"You have exceeded a secondary rate limit{joint}{rest}", headers={"Retry-After": str(seconds)})


def _until(then: datetime, now: datetime) -> int:
    return max(1, math.ceil((then - now).total_seconds()))
