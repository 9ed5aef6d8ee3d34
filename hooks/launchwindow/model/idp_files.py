"""A provider as the IdP's files hold it, and what is wrong with a set of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.row import Row


class Provider(NamedTuple):
    """A row, and the names that its files have at the IdP. A deactivated app is one whose row is not active."""

    app_id: str
    """`environment/partner/app`."""
    row: Row
    cert_files: tuple[str, ...]
    """Names in `certs/sp` without `.crt`, one for each of `row.certs`."""
    logo_file: str | None
    """File name in `sp-logos`, when the row has a logo."""
    origin: str | None = None
    """The partner in whose folder the app was when its row was released, if it was."""

    @property
    def environment(self) -> str:
        """The environment of its app."""
        return self.app_id.partition("/")[0]

    @property
    def partner(self) -> str:
        """The partner of its app."""
        return self.app_id.split("/")[1]

    def blobs(self) -> Iterator[tuple[str, str]]:
        """(path within the IdP's files, fingerprint or SHA-256) of each file that it needs."""
        for certificate, name in zip(self.row.certs, self.cert_files, strict=False):
            yield f"certs/sp/{name}.crt", certificate.fingerprint
        if self.row.logo is not None and self.logo_file is not None:
            yield f"public/assets/images/sp-logos/{self.logo_file}", self.row.logo.sha256


class SetProblem(NamedTuple):
    """Why the IdP's files as a set can't be handed over. Each app or partner that takes part has one of its own."""

    subject: str
    """`environment/partner/app`, or the id of a partner."""
    message: str
