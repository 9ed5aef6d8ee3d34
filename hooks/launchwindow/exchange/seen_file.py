"""What the IdP really has: the `service_providers.yml` that it was seeded from, or the dashboard API's JSON that a
lower environment's IdP takes its providers from. `drift` compares both, `confirm --seen` the first alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from launchwindow.exchange.archive import is_archive
from launchwindow.exchange.columns import COLUMNS
from launchwindow.exchange.dashboard import columns_of, is_json, read_dashboard
from launchwindow.exchange.dashboard_columns import OF_THE_API
from launchwindow.exchange.idp_yaml import providers
from launchwindow.exchange.seen import Difference, View, differences
from launchwindow.idp_files import file_names, provider_attributes
from launchwindow.load.plain import clean
from launchwindow.model.errors import LaunchwindowError
from launchwindow.model.named import NamedTuple
from launchwindow.provider import certificate_fingerprint

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from launchwindow.model.row import Row

_NOT_WHAT_IT_HAS = (
    "is an extract of the dashboard, which says what a team entered and not what the IdP has. Name the "
    "service_providers.yml that the IdP was seeded from, or what the dashboard's API says."
)


class SeenFile(NamedTuple):
    """A file that says what the IdP has, as far as it concerns one environment."""

    kind: Literal["service_providers.yml", "api"]
    providers: Mapping[str, Mapping[str, object]]
    """Issuer -> attributes."""
    elsewhere: Mapping[str, str]
    """Issuer -> the `restrict_to_deploy_env` for which this environment's IdP does not get it."""
    columns: Mapping[str, Collection[str]] | None
    """Issuer -> what the API tells of it; None for a file in which an absent key stands for its default."""
    certificates: Mapping[str, bytes] | None
    """Name -> bytes of the certificates beside the file; None where they are not at hand."""
    fingerprints: Mapping[str, str] | None
    """The same by what they are compared by."""


def seen_file(
    path: str, data: bytes, environment: str, certificates: Mapping[str, bytes] | None, rails_environment: str | None
) -> SeenFile:
    """Read `data`; which of the two it is, its content tells. Raises LaunchwindowError."""
    if is_archive(data):
        raise LaunchwindowError(f"{path} {_NOT_WHAT_IT_HAS}")
    if is_json(data):
        return _of_api(path, data)
    found = providers(data, rails_environment, path)
    here, elsewhere = _written_in(environment, found)
    if found and not here:
        others = sorted({f"“{clean(one)}”" for one in elsewhere.values()})
        raise LaunchwindowError(
            f"{path} has no provider for {environment}: restrict_to_deploy_env is {', '.join(others[:5])} there. Name "
            "the environment that it is for with --environment, or another file."
        )
    prints = None if certificates is None else {
        name: certificate_fingerprint(content) for name, content in certificates.items()
    }  # fmt: skip
    return SeenFile("service_providers.yml", here, elsewhere, None, certificates, prints)


def _of_api(path: str, data: bytes) -> SeenFile:
    dashboard = read_dashboard(path, data)
    if dashboard.kind == "extract":
        raise LaunchwindowError(f"{path} {_NOT_WHAT_IT_HAS}")
    found = {}
    for issuer, record in dashboard.records.items():
        found[issuer] = columns_of(record)
        if "active" in record:
            # The IdP takes a provider for active only if it says so.
            found[issuer]["active"] = record["active"] is True
        if record.get("pkce") is not None:
            found[issuer]["pkce"] = record["pkce"]
    columns = {issuer: OF_THE_API & record.keys() for issuer, record in dashboard.records.items()}
    return SeenFile("api", found, {}, columns, None, None)


def _written_in(
    environment: str, found: Mapping[str, Mapping[str, object]]
) -> tuple[dict[str, Mapping[str, object]], dict[str, str]]:
    """What the seeder writes in this environment, and the restriction of what it does not.

    It writes a provider where `restrict_to_deploy_env` says, and without that everywhere but in production. A file
    in which none has it was not made for the seeder, and says what one IdP has.
    """
    if not any(attributes.get("restrict_to_deploy_env") for attributes in found.values()):
        return dict(found), {}
    own = "prod" if environment == "production" else environment
    here: dict[str, Mapping[str, object]] = {}
    elsewhere: dict[str, str] = {}
    for issuer, attributes in found.items():
        restriction = attributes.get("restrict_to_deploy_env") or None
        if restriction == own or (restriction is None and environment != "production"):
            here[issuer] = attributes
        else:
            elsewhere[issuer] = str(restriction or "none")
    return here, elsewhere


def view_of(seen: SeenFile, issuer: str, names: Mapping[str, str]) -> View:
    """How far the file goes for one provider. `names`: fingerprint -> the name that its certificate has at the IdP."""
    ours = {name: fingerprint for fingerprint, name in names.items()}
    columns = None if seen.columns is None else seen.columns.get(issuer, ())
    return View(columns, ours, seen.fingerprints, logo_names=seen.kind != "api")


def differences_of(seen: SeenFile, subject: str, row: Row, names: Mapping[str, str]) -> tuple[Difference, ...] | None:
    """What the IdP has otherwise than this row says; None where it does not have its issuer."""
    there = seen.providers.get(row.issuer)
    if there is None:
        return None
    expected = provider_attributes(row, file_names(subject, row, names))
    return differences(expected, there, view_of(seen, row.issuer, names))


def not_compared(seen: SeenFile) -> tuple[str, ...]:
    """The columns that no provider of the file tells."""
    if seen.columns is None:
        return ()
    return tuple(sorted(COLUMNS.keys() - OF_THE_API))
