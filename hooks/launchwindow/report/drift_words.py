"""What to say of each difference between the IdP and the ledger, and what to do next, for every format."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple
from launchwindow.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from launchwindow.exchange.drift import AppDrift, Drift, Explained, Unknown

SEED = "seed the identity provider again with the ledger's `idp/{environment}/`"


class CertificateTold(NamedTuple):
    """One certificate, decoded where its bytes are at hand. Its texts are hostile."""

    name: str | None
    """Of its file at the IdP; None for one that is written out."""
    fingerprint: str | None
    subject: str | None
    expires: date | None


class Told(NamedTuple):
    """What a report needs to know."""

    drift: Drift
    path: str
    """The file that was read, as it was named."""
    remote: str | None
    ours: Mapping[object, CertificateTold]
    """An entry of the ledger's `certs` -> what it is."""
    theirs: Mapping[object, CertificateTold]
    """The same of what the IdP has, by name or written out."""


def how(explained: Explained) -> str:
    """What explains that the IdP is as it is."""
    if explained.how == "as-released":
        return f"as released on {explained.released}, not confirmed yet"
    if explained.how == "as-earlier-release":
        return f"as released on {explained.earlier}, before the release of {explained.released}"
    return f"as before the release of {explained.released}"


class Hint(NamedTuple):
    """What to do next."""

    hint: str
    commands: tuple[str, ...] = ()
    """Command lines that do it, to copy."""


def _confirm(told: Told, *rest: str) -> str:
    remote = ("--remote", told.remote) if told.remote else ()
    words = ("launchwindow", "confirm", "--environment", told.drift.environment, *remote, *rest)
    return " ".join(quote(word) for word in words)


def hint(app: AppDrift, told: Told) -> Hint:
    """What to do about an app that is not as it was released, or that nobody has confirmed."""
    seed = SEED.format(environment=told.drift.environment)
    by_api = told.drift.kind == "api"
    # The API does not tell all that a release may change.
    confirm = _confirm(told, *(("--by", "NAME", "--note", "TEXT") if by_api else ("--seen", told.path)))
    if app.state == "agrees":
        seen = "As far as the API tells, the" if by_api else "The"
        return Hint(f"{seen} identity provider runs it: close its request.", (confirm,))
    if app.explained is not None:
        return Hint(
            f"The release has not come to run yet: {seed}, then look again and confirm it. If it failed, take it back.",
            (confirm, _confirm(told, "--failed", "--by", "NAME", "--note", "TEXT")),
        )
    if app.state == "missing":
        if app.restriction is not None:
            return Hint(
                "The file has it for another environment (restrict_to_deploy_env is "
                f"{visible(app.restriction, 40)}), so the seeder does not write it here: {seed}."
            )
        return Hint(f"The identity provider lost it, or was seeded from other files: ask its team, then {seed}.")
    waits = f" First see whether the release of {app.waits} was seeded in full." if app.waits is not None else ""
    return Hint(
        "Somebody changed it beside the ledger. If the identity provider is right, open a pull request that makes the "
        f"app's file say so; if the ledger is, {seed}.{waits}"
    )


def hint_of_column(app: AppDrift, column: str) -> str | None:
    """What one column's difference means beyond itself."""
    if column == "certs":
        return "While they differ, sign-in may fail: settle this first."
    if column == "agency_id":
        return "Users have another UUID in each agency: do not seed before its team has looked."
    if column == "active":
        return "One of the two lets nobody sign in."
    if column == "logo" and app.state == "differs":
        return "The identity provider may not have the logo's file yet; it comes with the next deploy."
    return None


def hint_of_unknown(one: Unknown, told: Told) -> Hint:
    """What to do about a provider that only the IdP has."""
    if one.open_in:
        return Hint(f"Its change request {one.open_in[0]} is not released yet: ask who put it there before its time.")
    if one.deployed_in:
        return Hint(f"The ledger has it as {one.deployed_in[0]}: ask the identity provider's team why it is here too.")
    if not one.active:
        return Hint(
            "It is inactive there, so nobody signs in by it. Bring it in with `launchwindow import`, where it stays "
            "inactive, or ask the identity provider's team to take it out of its files."
        )
    where = "the dashboard" if told.drift.kind == "api" else "another file, or an earlier one: no seed deletes any"
    return Hint(
        f"It came from {where}. Bring it in with `launchwindow import` and a pull request, or ask the identity "
        "provider's team to deactivate it."
    )


def certificate_words(one: CertificateTold) -> str:
    """A certificate on one line, never as PEM."""
    parts = [one.name if one.name is not None else "written out"]
    if one.fingerprint is not None:
        parts.append(one.fingerprint[:16])
    if one.subject:
        parts.append(visible(one.subject, 80))
    parts.append(f"expires {one.expires}" if one.expires is not None else "its file is not at hand")
    return ", ".join(visible(part, 120) for part in parts)
