"""What a rule is, and what it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping

    from launchwindow.model.app import App, Corpus, Partner
    from launchwindow.model.day import Dates, Day
    from launchwindow.model.finding import Severity, Span
    from launchwindow.model.policy import Policy
    from launchwindow.model.rotation import Record


class Facts(NamedTuple):
    """All that a rule may know beside the file before it. Nothing that it is told can change while rules run."""

    corpus: Corpus
    policy: Policy
    dates: Dates
    """Rules ask for `day` and `window` of an app."""
    deployed: Container[str] | None
    """Ids (`environment/partner/app`) of apps that are released and active; None when there is no ledger."""
    schema: Callable[[str], Mapping[str, object]]
    """Name (`app`, `partner`) -> the JSON Schema that came with this version."""
    base: Corpus | None = None
    """The revision that the files are compared with; None where there is none. Rules about a change need it."""

    records: Callable[[App], Record] | None = None
    """An app of the base -> what the ledger knows of its certificates; None where there is no ledger. Reading it costs
    git, so only what needs it asks."""

    def day(self, app: App) -> Day:
        """The day that it is, to compare others with. `app` is the one that is judged by it."""
        return self.dates.day(app.path)

    def window(self, app: App) -> Day:
        """The date of the window that a change made today is judged for (the window itself at release).

        Raises PolicyError when the policy has no window.
        """
        return self.dates.window(app.path, app.environment)

    def partner_of(self, app: App) -> Partner | None:
        """The partner in whose folder the app is."""
        return self.corpus.partners.get(app.partner)

    def is_deployed(self, app: App) -> bool:
        """Whether the IdP already runs the app; without a ledger every app counts as new."""
        return self.deployed is not None and app.id in self.deployed

    def needs_agreement(self, app: App) -> bool:
        """Whether the app's environment asks for a signed agreement."""
        environment = self.policy.environments.get(app.environment)
        return environment is not None and environment.agreement


class Problem(NamedTuple):
    """What a rule says; `validate` turns it into a finding with a place, the source line and the rule's id.

    `path` is a JSON Pointer into the app's or partner's document; `at_key` points at the key instead of the value.
    `file` names another file than the document; then `span` and `source` (its line) may say where in it.
    `severity` overrides the rule's.
    """

    path: str
    message: str
    fix: str
    at_key: bool = False
    file: str | None = None
    span: Span | None = None
    severity: Severity | None = None
    source: str | None = None


class Outcome(NamedTuple):
    """What the other rules did, as the rule about an app's waivers has to know it."""

    waivable: Mapping[str, bool]
    """Id of every rule that there is -> whether it can be waived."""
    ran: frozenset[str]
    """Ids of the rules that were asked."""
    found: frozenset[str]
    """Ids of those that found something in this app, waived or not."""


class Rule(NamedTuple):
    """One check. Its module's docstring is its documentation; its module's name is its id with `_` for `-`.

    Exactly the checks that it needs are given: of one app, of one partner, of the whole fleet (where each problem
    comes with the file it is about), or of an app's waivers, once all other rules have run.
    """

    id: str
    severity: Severity
    summary: str
    app: Callable[[App, Facts], Iterable[Problem]] | None = None
    partner: Callable[[Partner, Facts], Iterable[Problem]] | None = None
    fleet: Callable[[Corpus, Facts], Iterable[tuple[str, Problem]]] | None = None
    waivable: bool = True
    waivers: Callable[[App, Facts, Outcome], Iterable[Problem]] | None = None
