"""What a state has to wait for so that a change of certificates cuts nobody off (design §8).

No state machine is stored: all of it follows from what the rows say, what is confirmed, and what the partner has said
is in use. The schedule and the rules `rotation-overlap` and `rotation-coordination` ask the same functions.

The page's "Certificate Rotation Process" has two ways. Who proves itself with a key ("OIDC integrations or SAML
integrations sending signed requests") may have several certificates, and removes the old one last. For "SAML
integrations not sending signed requests" the identity provider encrypts with the first certificate in the list, so that
changing it "must be coordinated".
"""

from __future__ import annotations

from datetime import date, datetime
from sys import maxsize
from typing import TYPE_CHECKING

from launchwindow.load.plain import clean
from launchwindow.model.rotation import KeyInUse, Refusal
from launchwindow.model.row import Row
from launchwindow.provider import row_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from launchwindow.model.app import App
    from launchwindow.model.rotation import Kind, Rotation
    from launchwindow.model.row import Certificate, PartnerRow

NEXT = maxsize
"""The number of a merge that is still to come: later than all that the ledger knows."""
_NAMES = 3
"""Certificates that a message names one by one."""
_YEARS = range(2000, 3000)
"""Of a time that can be meant; near the calendar's ends it has no other time zone."""


def kind(row: Row, *, signs: bool) -> Kind:
    """How an app with this row uses its certificates."""
    protocol = row.columns.get("protocol")
    if protocol != "saml":
        return "pkce" if row.columns.get("pkce") is True else "signed"
    if signs:
        return "signed"
    return "plain" if row.columns.get("block_encryption") == "none" else "encrypted"


def refusals(
    released: Row | PartnerRow | None, state: Row | PartnerRow | None, order: int, merged_at: datetime, day: date,
    rotation: Rotation,
) -> tuple[Refusal, ...]:  # fmt: skip
    """What forbids that `state`, left by merge number `order`, follows `released` on `day`; empty when nothing does."""
    if not isinstance(released, Row) or not isinstance(state, Row) or not _guarded(released, state):
        return ()
    found = (
        _overlap(released, state, order, merged_at, day, rotation),
        _coordination(released, state, order, day, rotation),
    )
    return tuple(one for one in found if one is not None)


def _guarded(released: Row, state: Row) -> bool:
    """A provider that nobody signs in with has nobody to cut off; with PKCE there is no key; a new issuer is new."""
    if not released.active or not state.active or released.issuer != state.issuer:
        return False
    return "pkce" not in (kind(released, signs=True), kind(state, signs=True))


def removed(released: Row, state: Row) -> tuple[Certificate, ...]:
    """The certificates of `released` that `state` no longer has; replacing what was never released removes none."""
    kept = {one.fingerprint for one in state.certs}
    return tuple(one for one in released.certs if one.fingerprint not in kept)


def _overlap(
    released: Row, state: Row, order: int, merged_at: datetime, day: date, rotation: Rotation
) -> Refusal | None:
    gone = removed(released, state)
    # Who ceases to sign may still use the key that goes in the same merge.
    signs = rotation.signs or (rotation.signed_until is not None and order <= rotation.signed_until)
    if not gone or "signed" not in (kind(released, signs=signs), kind(state, signs=signs)):
        return None
    if rotation.overlap_waived_until is not None and day <= rotation.overlap_waived_until:
        return None
    return _removal(gone, state, merged_at, rotation)


def _removal(gone: tuple[Certificate, ...], state: Row, merged_at: datetime, rotation: Rotation) -> Refusal | None:
    """The partner's word must name a confirmed certificate that stays, given since that was confirmed."""
    names = names_of(gone)
    removes = f"it removes {names}"
    confirmed = {one.fingerprint for one in rotation.confirmed.certs} if rotation.confirmed else set()
    successors = [one for one in state.certs if one.fingerprint in confirmed]
    if not successors:
        back = f"Keep {names}, add the new certificate beside it, and remove the old one once the new key is in use."
        if state.certs:
            back = f"Keep {names} beside {names_of(state.certs)} until that is confirmed."
        return _refused(f"{removes}, and no certificate that it keeps is confirmed yet", back)
    since = _local(rotation.certificates_since, rotation)
    wanted = f"`release.key_in_use: {{certificate: {clean(successors[-1].name)}, as_of: DATE}}`"
    on = f", with a DATE from {since} on" if since is not None else ""
    say = f"Change to the new key, then say so in the app's file: {wanted}{on}."
    word = rotation.key_in_use
    if rotation.word_withdrawn:
        text = f"{removes}, and a later merge takes back or changes the word on the key in use"
        return _refused(text, "Approve that merge, or say again which key is in use.")
    if word is None:
        return _refused(f"{removes}, and nobody has said which key is in use", say)
    named = next((one for one in state.certs if one.name == word.certificate), None)
    if named is None:
        text = f"{removes}, and the key in use is said to be that of {clean(word.certificate)}, which it does not keep"
        return _refused(text, say)
    own = clean(named.name)
    if named.fingerprint != word.fingerprint:
        return _refused(f"{removes}, and {own} is another certificate than when its key was said to be in use", say)
    if word.said_on is not None and word.as_of > word.said_on:
        text = f"{removes}, and the key of {own} was said on {word.said_on} to be in use only from {word.as_of} on"
        return _refused(f"{text}: nobody can know that in advance", say)
    if named.fingerprint not in confirmed:
        text = f"{removes}, and {own}, whose key is said to be in use, is not confirmed yet"
        return _refused(text, f"Keep {names} until {own} is confirmed, and say again which key is in use then.")
    if since is not None and word.as_of < since:
        text = f"{removes}, and the word on the key in use is of {word.as_of}, from before {since}, when its"
        return _refused(f"{text} certificates were last confirmed to change", say)
    merged_on = _local(merged_at, rotation)
    if merged_on is not None and word.as_of > merged_on:
        text = f"{removes} on {merged_on}, and the key of {own} is said to be in use only from {word.as_of} on"
        return _refused(text, "Merge the removal on that day or later.")
    return None


def _refused(message: str, step: str) -> Refusal:
    return Refusal("rotation-overlap", message, step)


def needs_coordination(released: Row, state: Row, order: int, rotation: Rotation) -> bool:
    """Whether the identity provider would encrypt with another certificate than the partner's side expects."""
    if not _guarded(released, state) or [one.fingerprint for one in released.certs[:1]] == [
        one.fingerprint for one in state.certs[:1]
    ]:
        return False
    # Signing lifts it for later merges alone: the merge that begins to sign has not been tried yet.
    signs = rotation.signs_since is not None and rotation.signs_since < order
    return "encrypted" in (kind(released, signs=signs), kind(state, signs=signs))


def _coordination(released: Row, state: Row, order: int, day: date, rotation: Rotation) -> Refusal | None:
    if rotation.coordinated or not needs_coordination(released, state, order, rotation):
        return None
    what = "it changes the first certificate, which responses are encrypted with"
    agree = "Agree on a time in business hours, and write it as `release.coordinate_at` with the `reason`."
    agreed = rotation.coordinate_at
    if agreed is None or not rotation.reason:
        return Refusal("rotation-coordination", f"{what}: both sides must change at an agreed time", agree)
    local = agreed.astimezone(rotation.timezone)
    when = f"{local:%Y-%m-%d %H:%M %Z}"
    if rotation.missed:
        return Refusal("rotation-coordination", f"{what}, and the agreed time, {when}, went by", agree)
    step = "A person releases it then with `release --coordinated`."
    # No window before that day is late with it; one after that day will find it gone, or the time missed.
    until = local.date() if day <= local.date() else None
    return Refusal("rotation-coordination", f"{what}: it goes at the agreed time, {when}", step, until)


def of_file(refusal: Refusal) -> str:
    """What is said against a state, of the file or change that it is about: to be put behind a word for that."""
    return refusal.message.removeprefix("it ")


def names_of(certificates: Iterable[Certificate]) -> str:
    """Their names as the app's file writes them, fit for a message: hostile text, and perhaps very many."""
    names = [clean(one.name) for one in certificates]
    return ", ".join(names[:_NAMES]) + (f" and {len(names) - _NAMES} more" if len(names) > _NAMES else "")


def key_in_use_from(value: object) -> KeyInUse | None:
    """`release.key_in_use` as YAML has it; None where it is absent or not well formed (`schema` says so)."""
    if not isinstance(value, dict):
        return None
    certificate, as_of = value.get("certificate"), value.get("as_of")
    if not isinstance(certificate, str) or not isinstance(as_of, str):
        return None
    try:
        fingerprint = value.get("sha256")
        return KeyInUse(certificate, date.fromisoformat(as_of), fingerprint if isinstance(fingerprint, str) else None)
    except ValueError:
        return None


def coordinate_at_from(value: object) -> datetime | None:
    """`release.coordinate_at` as YAML has it; None where it is absent or no time with an offset."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None or moment.year not in _YEARS:
        return None
    return moment


def words(schedule: Mapping[str, object]) -> tuple[KeyInUse | None, datetime | None, str | None]:
    """(key in use, agreed time, reason) among an app's schedule-only values."""
    reason = schedule.get("release.reason")
    return (
        key_in_use_from(schedule.get("release.key_in_use")),
        coordinate_at_from(schedule.get("release.coordinate_at")),
        reason if isinstance(reason, str) else None,
    )


def says_signed(app: App) -> bool:
    """Whether an app's file says that it signs its SAML requests."""
    return app.data.get("requests_signed") is True


def as_said(known: Rotation, app: App, was: App | None) -> Rotation:
    """What is known, with what the app's file says in the place of the values in force; as if it were merged now.

    `was` is its file before. The waiver and whether the agreed time is over stay as they are known.
    """
    release = app.mapping("release")
    key_in_use, coordinate_at, reason = words({f"release.{field}": value for field, value in release.items()})
    key_in_use = _as_known(known.key_in_use, key_in_use, app)
    signs, signed = says_signed(app), was is not None and says_signed(was)
    return known._replace(
        key_in_use=key_in_use,
        coordinate_at=coordinate_at,
        reason=reason,
        signs=known.signs or signs,
        # Who begins or ceases to sign in this change has to be judged by both ways.
        signs_since=known.signs_since if signs and signed else None,
        signed_until=NEXT if signed and not signs else known.signed_until,
        # What the file says now is the newest word.
        word_withdrawn=False,
    )


def _as_known(known: KeyInUse | None, said: KeyInUse | None, app: App) -> KeyInUse | None:
    """The word in an app's file: the one in force, if it says the same; else a new one, on the certificate of today."""
    if said is None or (known is not None and said[:2] == known[:2]):
        return known if said is not None else None
    own = next((one for one in row_of(app, None).certs if one.name == said.certificate), None)
    return said._replace(fingerprint=own.fingerprint if own is not None else None)


def _local(moment: datetime | None, rotation: Rotation) -> date | None:
    return None if moment is None else moment.astimezone(rotation.timezone).date()
