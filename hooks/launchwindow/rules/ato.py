"""Staging and production apps name the Authority to Operate that their addresses are under.

Why: the process page, "Before deployment": "All production urls should […] point to an Authority to Operate (ATO)
approved environment", and "Production configuration process" lists "ATO approved environment" among the components
that are required. No machine can see an ATO, so the team states in `attestations.ato` which system holds it and until
when, and the reviewer checks that. It has to be in force on the day of the deploy window, or on `release.not_before`
where that is later. An error for a new app, a warning for one that is deployed; the sandbox asks for none.

Bad:

    attestations: {production_account: true}

Good:

    attestations: {ato: {system: Benefits Finder, expires: 2028-03-31}, production_account: true}

Fix: ask your system's security officer for the name and the last day of its ATO, and write both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.load.plain import clean
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.agreements import day_of, severity
from launchwindow.rules.release_day import release_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts

_FORM = "attestations: {ato: {system: NAME, expires: 2028-03-31}}"


def _check(app: App, facts: Facts) -> Iterator[Problem]:
    # An empty file has one finding, the schema's.
    if app.environment == "sandbox" or not app.data:
        return
    level = severity(app, facts)
    said = app.mapping("attestations").get("ato")
    if not isinstance(said, dict):
        if said is None:
            message = "The app does not say which Authority to Operate (ATO) its addresses are under."
            fix = f"Add `{_FORM}` with the system that holds the ATO and the ATO's last day."
            place = "/attestations/ato" if "ato" in app.mapping("attestations") else "/attestations"
            yield Problem(place if "attestations" in app.data else "", message, fix, severity=level)
        return
    missing = _missing(said)
    if missing is not None:
        field, message, fix = missing
        place = f"/attestations/ato/{field}" if field in said else "/attestations/ato"
        yield Problem(place, message, fix, severity=level)
    expires = day_of(said.get("expires"))
    day, window = release_day(app, facts)
    if expires is not None and expires < day:
        message = f"The ATO ends on {expires}, before {window}, {day}."
        fix = "Write the last day of the renewed ATO; until there is one, the app can't be deployed."
        if level == "warning":
            fix = "Write the last day of the renewed ATO."
        yield Problem("/attestations/ato/expires", message, fix, severity=level)


def _missing(said: Mapping[str, object]) -> tuple[str, str, str] | None:
    """(field, what is wrong, what to do) for the first field that says nothing."""
    system = said.get("system")
    if system is None or (isinstance(system, str) and not system.strip()):
        fix = "Write `system:` with its name, as the authorization letter has it."
        return "system", "The ATO does not name the system that holds it.", fix
    if said.get("expires") is None:
        message = f"The ATO of {clean(system)} has no last day." if isinstance(system, str) else "It has no last day."
        return "expires", message, "Write `expires:` with the last day of the ATO, such as 2028-03-31."
    return None


RULE = Rule("ato", "error", "Staging and production apps name an ATO that is in force", app=_check)
