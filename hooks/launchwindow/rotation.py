"""Which certificate step comes now, and what a state has to wait for so that nobody is cut off (design §8).

No state machine is stored: all of it follows from what the rows say, what is confirmed, and what the partner has said
is in use. The schedule and the rules `rotation-overlap` and `rotation-coordination` ask the same functions.

The page's "Certificate Rotation Process" has two ways. Who proves itself with a key ("OIDC integrations or SAML
integrations sending signed requests") may have several certificates, and removes the old one last. For "SAML
integrations not sending signed requests" the identity provider encrypts with the first certificate in the list, so that
changing it "must be coordinated".
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from launchwindow.model.row import Row

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from launchwindow.model.row import Certificate, PartnerRow

Kind = Literal["pkce", "signed", "encrypted", "plain"]
"""How an app uses its certificates: not at all; to prove itself; to be encrypted to; or only registered."""


class KeyInUse(NamedTuple):
    """The partner's word on the key that its app uses now: `release.key_in_use`."""

    certificate: str
    """As the app's file names it."""
    as_of: date


class Rotation(NamedTuple):
    """What the ledger and the merges say of one app, beside the rows that are compared.

    Values of the app's file that only the schedule reads are those in force: as the newest approved merge set them.
    """

    timezone: ZoneInfo
    confirmed: Row | None
    """What the identity provider was last seen to run."""
    certificates_since: datetime | None
    """The last confirmation that changed the app's certificates; adopting the app counts as one."""
    key_in_use: KeyInUse | None
    signs: bool
    """Whether some merge, approved or not, says `requests_signed: true`: it brings the guard of removals at once."""
    signs_since: int | None
    """The number of the approved merge that set `requests_signed: true`, while no newer merge says otherwise."""
    coordinate_at: datetime | None
    """The agreed moment for a coordinated change, aware."""
    reason: str | None
    """Why it has to be coordinated."""
    overlap_waived_until: date | None = None
    """The last day on which a waiver of `rotation-overlap` holds: a key was compromised."""
    coordinated: bool = False
    """Whether a person is releasing this app now, at its agreed time."""


class Refusal(NamedTuple):
    """Why a state must not follow another, and the step that comes now."""

    rule: Literal["rotation-overlap", "rotation-coordination"]
    message: str
    step: str
    until: date | None = None
    """The day of the agreed time, while that is ahead."""


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
        _overlap(released, state, merged_at, day, rotation),
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


def _overlap(released: Row, state: Row, merged_at: datetime, day: date, rotation: Rotation) -> Refusal | None:
    gone = removed(released, state)
    signs = "signed" in (kind(released, signs=rotation.signs), kind(state, signs=rotation.signs))
    if not gone or not signs:
        return None
    if rotation.overlap_waived_until is not None and day <= rotation.overlap_waived_until:
        return None
    return _removal(gone, state, merged_at, rotation)


def _removal(gone: tuple[Certificate, ...], state: Row, merged_at: datetime, rotation: Rotation) -> Refusal | None:
    """The partner's word must name a confirmed certificate that stays, given since that was confirmed."""
    names = ", ".join(one.name for one in gone)
    removes = f"it removes {names}"
    confirmed = {one.fingerprint for one in rotation.confirmed.certs} if rotation.confirmed else set()
    successors = [one for one in state.certs if one.fingerprint in confirmed]
    if not successors:
        back = f"Keep {names}, add the new certificate beside it, and remove the old one once the new key is in use."
        if state.certs:
            back = f"Keep {names} beside {', '.join(one.name for one in state.certs)} until that is confirmed."
        return _refused(f"{removes}, and no certificate that it keeps is confirmed yet", back)
    since = _local(rotation.certificates_since, rotation)
    wanted = f"`release.key_in_use: {{certificate: {successors[-1].name}, as_of: DATE}}`"
    say = f"Change to the new key, then say so in the app's file: {wanted}, with a DATE from {since} on."
    word = rotation.key_in_use
    if word is None:
        return _refused(f"{removes}, and nobody has said which key is in use", say)
    named = next((one for one in state.certs if one.name == word.certificate), None)
    if named is None:
        return _refused(f"{removes}, and the key in use is said to be that of {word.certificate}, which it lacks", say)
    if named.fingerprint not in confirmed:
        text = f"{removes}, and {named.name}, whose key is said to be in use, is not confirmed yet"
        return _refused(text, f"Keep {names} until {named.name} is confirmed, and say again which key is in use then.")
    if since is not None and word.as_of < since:
        text = f"{removes}, and the word on the key in use is of {word.as_of}, from before {since}, when its"
        return _refused(f"{text} certificates were last confirmed to change", say)
    merged_on = _local(merged_at, rotation)
    if merged_on is not None and word.as_of > merged_on:
        text = f"{removes}, and was merged on {merged_on}, before the key of {named.name} was in use ({word.as_of})"
        return _refused(text, "Merge the removal again once that key is in use.")
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
    if local.date() < day:
        return Refusal("rotation-coordination", f"{what}, and the agreed time, {when}, went by", agree)
    step = "A person releases it then with `release --coordinated`."
    return Refusal("rotation-coordination", f"{what}: it goes at the agreed time, {when}", step, local.date())


def key_in_use_from(value: object) -> KeyInUse | None:
    """`release.key_in_use` as YAML has it; None where it is absent or not well formed (`schema` says so)."""
    if not isinstance(value, dict):
        return None
    certificate, as_of = value.get("certificate"), value.get("as_of")
    try:
        return KeyInUse(certificate, date.fromisoformat(as_of)) if certificate and isinstance(as_of, str) else None
    except ValueError:
        return None


def coordinate_at_from(value: object) -> datetime | None:
    """`release.coordinate_at` as YAML has it; None where it is absent or no time with an offset."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def words(schedule: Mapping[str, object]) -> tuple[KeyInUse | None, datetime | None, str | None]:
    """(key in use, agreed time, reason) among an app's schedule-only values."""
    reason = schedule.get("release.reason")
    return (
        key_in_use_from(schedule.get("release.key_in_use")),
        coordinate_at_from(schedule.get("release.coordinate_at")),
        reason if isinstance(reason, str) else None,
    )


def _local(moment: datetime | None, rotation: Rotation) -> date | None:
    return None if moment is None else moment.astimezone(rotation.timezone).date()
