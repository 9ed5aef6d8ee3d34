"""A request as the handlers see it, and what they answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from .people import Token

PROSE = "https://docs.github.com/rest"


@dataclass(frozen=True)
class Request:
    """One request that the description knows."""

    method: str
    path: str
    template: str
    params: dict[str, str]
    """What stands in the path's braces, decoded."""
    query: dict[str, str]
    body: Any
    token: Token

    @property
    def given(self) -> dict[str, Any]:
        """The body's members; none for a request without a body."""
        return self.body if isinstance(self.body, dict) else {}

    def without(self, *names: str) -> None:
        """Fail the test where the double would answer as if it had not been asked for something."""
        for name in names:
            if name in self.query or self.given.get(name):
                raise NotImplementedError(f"the double knows nothing of {name} in {self.method} {self.template}")

    def number(self, name: str) -> int:
        """A parameter of the path that is a number; answers 404 when it is none."""
        if not self.params[name].isdigit():
            raise refused(404)
        return int(self.params[name])


@dataclass(frozen=True)
class Answer:
    """Status, body (None: empty) and headers. A `listed` body is still to be cut into pages."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    listed: str | None = None
    """`""` when the body is the list; the name of its member when it stands in an object with a total_count."""
    show: Callable[[Any], Any] | None = None
    """What makes an item of the body what is sent: only those of the page are worth the work."""

    def encoded(self) -> bytes:
        """The body's bytes."""
        return b"" if self.body is None else json.dumps(self.body, ensure_ascii=False).encode()


class Refused(Exception):
    """The request is answered with an error."""

    def __init__(self, answer: Answer) -> None:
        """With that answer."""
        super().__init__(answer)
        self.answer = answer


def listing(items: list[Any], member: str = "", *, show: Callable[[Any], Any] | None = None) -> Answer:
    """All items in order; the server cuts the page that was asked for."""
    return Answer(200, items, listed=member, show=show)


def refused(status: int, message: str | None = None, *, headers: dict[str, str] | None = None, **more: Any) -> Refused:
    """An error in GitHub's form."""
    usual = {401: "Bad credentials", 403: "Forbidden", 404: "Not Found", 410: "This issue was deleted"}
    body = {"message": message or usual[status], "documentation_url": PROSE, "status": str(status), **more}
    return Refused(Answer(status, body, headers or {}))


def invalid(resource: str, field_name: str, code: str, message: str | None = None, value: str | None = None) -> Refused:
    """422 with the one thing that is wrong."""
    error = {"resource": resource, "field": field_name, "code": code}
    error |= {"message": message} if message else {}
    error |= {"value": value} if value is not None else {}
    return refused(422, "Validation Failed", errors=[error])


def too_long(resource: str, field_name: str, text: str | None, most: int) -> None:
    """Refuse a text above a limit, counted in characters."""
    if text is not None and len(text) > most:
        raise invalid(resource, field_name, "custom", f"{field_name} is too long (maximum is {most} characters)")
