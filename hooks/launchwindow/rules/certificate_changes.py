"""What a change does to an app's certificates, as the schedule will judge it. Shared by rules; no rule itself."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple
from launchwindow.rules.before import before
from launchwindow.rules.x509_facts import certificate_facts

# What judges rotations is only imported where an app's certificates change: few commits do that.
if TYPE_CHECKING:
    from launchwindow.model.app import App
    from launchwindow.model.rotation import Record, Refusal, Rotation
    from launchwindow.model.row import Row
    from launchwindow.model.rule import Facts

NO_LEDGER = " There is no ledger here, so what stood in the file before counts as released and confirmed."


class CertificateChange(NamedTuple):
    """An app before and after a change, beside what is released of it."""

    before: App
    base: Row
    state: Row
    released: Row
    rotation: Rotation
    """With the values that the file itself says in this change."""
    assumed: bool
    """Whether there is no ledger, so that the base has to stand for what is released and confirmed."""

    @property
    def changes_first(self) -> bool:
        """Whether it is this change that puts another certificate first."""
        return [one.fingerprint for one in self.base.certs[:1]] != [one.fingerprint for one in self.state.certs[:1]]

    @property
    def needs_coordination(self) -> bool:
        """Whether what it leaves must be released at an agreed time."""
        from launchwindow.rotation import NEXT, needs_coordination

        return needs_coordination(self.released, self.state, NEXT, self.rotation)

    def refusals(self, app: App, facts: Facts) -> tuple[Refusal, ...]:
        """What the schedule would have against the app's change if it were merged today and approved.

        What the base had removed already is no work of this change.
        """
        from launchwindow.rotation import NEXT, refusals

        there = {one.fingerprint for one in (*self.base.certs, *self.state.certs)}
        certs = tuple(one for one in self.released.certs if one.fingerprint in there)
        today = facts.day(app).exact
        noon = datetime.combine(today, time(12), facts.policy.timezone)
        return refusals(self.released._replace(certs=certs), self.state, NEXT, noon, today, self.rotation)


def certificate_change(app: App, facts: Facts) -> CertificateChange | None:
    """What a change does to an app's certificates; None where there is none, or nobody to cut off with it."""
    environment = facts.policy.environments.get(app.environment)
    was = before(app, facts)
    if environment is None or not environment.windows or was is None or _about(app) == _about(was):
        return None
    if not all(_is_readable(app, name) for _, name in app.texts("certs")):
        # `certificate-missing` and `certificate-form` say so; what the change comes to shows when that is mended.
        return None
    from launchwindow.provider import row_of
    from launchwindow.rotation import as_said

    base, state = row_of(was, None), row_of(app, None)
    record = facts.records(was) if facts.records is not None else _assumed(was, base, facts)
    if record.released is None:
        return None
    # A waiver in the file waives the finding, where everybody sees it.
    rotation = as_said(record.rotation, app, was)._replace(overlap_waived_until=None)
    return CertificateChange(was, base, state, record.released, rotation, facts.records is None)


def _about(app: App) -> tuple[object, ...]:
    """All that says how an app uses its certificates; equal where a change leaves them alone. Reads no certificate."""
    names = [name for _, name in app.texts("certs")]
    blobs = [file.blob for name in names if (file := app.files.get(name)) is not None]
    fields = ("protocol", "pkce", "block_encryption", "requests_signed", "release", "active")
    return (app.issuer, names, blobs, *(repr(app.data.get(field)) for field in fields))


def _is_readable(app: App, name: str) -> bool:
    file = app.files.get(name)
    return file is not None and file.data is not None and certificate_facts(file.data) is not None


def _assumed(was: App, base: Row, facts: Facts) -> Record:
    from launchwindow.model.rotation import Record, Rotation
    from launchwindow.rotation import says_signed

    signs = says_signed(was)
    rotation = Rotation(facts.policy.timezone, base, None, None, signs, -1 if signs else None, None, None)
    return Record(base, rotation)
