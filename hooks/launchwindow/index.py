"""What is asked about every file of main and of the ledger at once, by the id of the blob that says it.

Which issuer an app has, on main and released, and which hosts the IdP may reach, must be known of the whole fleet
before one merge can be recorded. To read thousands of files for it takes seconds; so the ledger keeps these few words
of each (docs/adr/0009). A blob's id stands for its bytes, so no fact can be out of date: of a file that changed there
is none, and it is read itself.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple
from launchwindow.model.row import Row
from launchwindow.notice import push_hosts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from launchwindow.model.ledger import Deployed, Request

FOLDER = "index"
FORMAT = 2
"""To be raised when the same bytes are read as something else than before: another format is not read."""


class AppFact(NamedTuple):
    """Of an app's file on main."""

    issuer: str | None
    """None where it can't be read as an app, or names none."""


class PartnerFact(NamedTuple):
    """Of a partner's file on main."""

    tells_agency: bool


class RequestFact(NamedTuple):
    """Of an open request."""

    order: int
    issuer: str


class DeployedFact(NamedTuple):
    """Of a record of what is deployed."""

    issuer: str
    released: str | None
    """The issuer that the IdP has."""
    hosts: tuple[str, ...]
    """Where the IdP sends push notifications, by the active row that it was seen to run."""
    rolled_back: bool
    """Whether a rollback waits for its merge."""


Fact = AppFact | PartnerFact | RequestFact | DeployedFact
_NAMES: dict[type[Fact], str] = {
    AppFact: "app", PartnerFact: "partner", RequestFact: "request", DeployedFact: "deployed",
}  # fmt: skip


def request_fact(request: Request) -> RequestFact:
    """What is asked of a request."""
    return RequestFact(request.order, request.issuer)


def deployed_fact(one: Deployed) -> DeployedFact:
    """What is asked of a record of what is deployed."""
    released, confirmed = (release.row if release else None for release in (one.released, one.confirmed))
    hosts = push_hosts([confirmed] if isinstance(confirmed, Row) else [])
    issuer = released.issuer if isinstance(released, Row) else None
    return DeployedFact(one.issuer, issuer, tuple(sorted(hosts)), one.rollback is not None)


def index_path(partner: str) -> str:
    """Where the facts about a partner's files lie, so that a change is told by one small file."""
    return f"{FOLDER}/{partner}.json"


def read_index(data: bytes) -> dict[str, Fact]:
    """Blob id -> fact. Empty for anything that `write_index` did not write: then the files themselves are read."""
    try:
        found = json.loads(data)
        if found["format"] != FORMAT:
            return {}
        return {blob: _fact(words) for blob, words in found["facts"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _fact(words: Sequence[object]) -> Fact:
    # Of these two there are thousands.
    if words[0] == "app":
        _, issuer = words
        if issuer is None or type(issuer) is str:
            return AppFact(issuer)
    if words[0] == "deployed" and len(words) == 2 and type(words[1]) is str:
        return DeployedFact(words[1], words[1], (), False)
    match words:
        case ("partner", bool() as tells):
            return PartnerFact(tells)
        case ("request", int() as order, str() as issuer):
            return RequestFact(order, issuer)
        case ("deployed", str() as issuer, (None | str()) as released, list() as hosts, bool() as rolled_back):
            return DeployedFact(issuer, released, tuple(str(host) for host in hosts), rolled_back)
    raise ValueError(f"no fact: {words[0]}")


def _words(fact: Fact) -> list[object]:
    """What `_fact` reads."""
    settled = isinstance(fact, DeployedFact) and fact == DeployedFact(fact.issuer, fact.issuer, (), False)
    return [_NAMES[type(fact)], *(fact[:1] if settled else fact)]


def write_index(facts: Mapping[str, Fact]) -> bytes:
    """One line a blob, by its id."""
    lines = ",\n".join(f"{json.dumps(blob)}: {json.dumps(_words(facts[blob]))}"
                       for blob in sorted(facts))  # fmt: skip
    return f'{{"format": {FORMAT}, "facts": {{\n{lines}\n}}}}\n'.encode()


def hosts_of(facts: Iterable[DeployedFact]) -> frozenset[str]:
    """The hosts that the IdP may already reach."""
    return frozenset(host for fact in facts for host in fact.hosts)
