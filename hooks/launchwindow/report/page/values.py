"""What the page of a pull request tells, found out already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from launchwindow.model.finding import Finding
    from launchwindow.model.policy import Environment
    from launchwindow.model.row import Row
    from launchwindow.reviews import SoFar
    from launchwindow.standing import Standing


class FileDiff(NamedTuple):
    """What changes in one of the files that the identity provider reads."""

    path: str
    """Within the ledger's branch."""
    text: str
    """A unified diff, without its heading."""


class Decoded(NamedTuple):
    """One certificate, as it says itself. Its names are hostile text."""

    fate: Literal["new", "stays", "goes"]
    name: str
    """As the app's file writes it."""
    fingerprint: str
    key: str | None
    """Kind and size; None where it can't be read."""
    subject: str
    not_before: date | None
    not_after: date | None


class Picture(NamedTuple):
    """The logo that an app would have."""

    path: str
    """Within the repository."""
    size: int
    """Bytes."""
    url: str | None
    """Where GitHub shows the file; None where there is no GitHub."""


class Told(NamedTuple):
    """One change request of a pull request, and all that is told of it."""

    standing: Standing
    environment: Environment
    before: Row | None
    """The app as it is before the merge; None for a new one, and for a partner's record."""
    twin: Row | None
    """The app in the sandbox, as it would be after the merge."""
    twin_path: str | None
    """Where the sandbox's file is, or would be; None for what is in the sandbox itself, or no app."""
    new_hosts: frozenset[str]
    """Hosts that the app had no address on before."""
    diffs: tuple[FileDiff, ...]
    certificates: tuple[Decoded, ...]
    step: str | None
    """The step of a change of certificates that comes after the merge."""
    picture: Picture | None
    """None where the logo stays as it is."""
    endpoints: tuple[tuple[str, str], ...]
    """(what it is for, address), where the app has to be pointed to them."""
    findings: tuple[Finding, ...]
    launch_date: str | None
    """The day on which the app wants to be there, while it is not."""
    late: bool
    """Whether the launch date can't be met."""
    reviews: SoFar | None
    """None where no GitHub was asked, or nothing is reviewed."""
    secret: bool
    """Whether its files hold a private key: then nothing of them is shown."""

    @property
    def name(self) -> str:
        """`environment/partner/app`, or `environment/partner`."""
        return self.standing.request.subject

    @property
    def blocked(self) -> bool:
        """Whether a finding stands against it."""
        return any(one.blocks for one in self.findings)


class Page(NamedTuple):
    """All of a pull request's page, but for what changed since the last push."""

    repository: str | None
    """The repository's address on GitHub, without a slash at its end."""
    head: str
    told: tuple[Told, ...]
    elsewhere: tuple[Finding, ...]
    """Findings that stop the merge in files of none of the change requests."""
    warnings: tuple[str, ...]
