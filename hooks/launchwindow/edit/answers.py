"""What is known of an app that is about to be written: said on the command line, asked for, or taken from its twin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from launchwindow.model.named import NamedTuple
from launchwindow.rules.addresses import is_placeholder
from launchwindow.rules.agreements import agreements

if TYPE_CHECKING:
    from launchwindow.model.app import App, Partner

PROTOCOLS = ("openid_connect_private_key_jwt", "openid_connect_pkce", "saml")


class Attached(NamedTuple):
    """A certificate or logo that is to be put beside the app's file."""

    source: str
    """How it was named; only its ending counts."""
    data: bytes


class Answers(NamedTuple):
    """Everything that `launchwindow new` knows of an app; None and nothing where it does not.

    Fields that the app's file has too have its names. `contact` is an e-mail address.
    """

    partner: str | None = None
    app: str | None = None
    environment: str | None = None
    protocol: str | None = None
    app_name: str | None = None
    friendly_name: str | None = None
    team: str | None = None
    contact: str | None = None
    iaa: str | None = None
    ial: int | None = None
    default_aal: int | None = None
    attribute_bundle: tuple[str, ...] = ()
    issuer: str | None = None
    logo: Attached | None = None
    certificate: Attached | None = None
    push_notification_url: str | None = None
    redirect_uris: tuple[str, ...] = ()
    acs_url: str | None = None
    assertion_consumer_logout_service_url: str | None = None
    return_to_sp_url: str | None = None
    failure_to_proof_url: str | None = None

    @property
    def folder(self) -> str:
        """Where the app's files go."""
        return f"apps/{self.partner}/{self.app}"

    @property
    def path(self) -> str:
        """Where the app's file goes."""
        return f"{self.folder}/{self.environment}.yaml"


def with_answer(answers: Answers, field: str, value: Any) -> Answers:
    """The answers with another value for one of them, named by its field."""
    return answers._replace(**{field: value})


def from_twin(twin: App | None) -> Answers:
    """What an app has in common with its sandbox twin; addresses, keys and the issuer are each environment's own."""
    if twin is None:
        return Answers()
    contacts = [contact.get("email") for _, contact in twin.items("contacts")]
    return Answers(
        protocol=twin.protocol,
        app_name=_filled(twin.text("app_name")),
        friendly_name=_filled(twin.text("friendly_name")),
        team=_filled(twin.text("team")),
        contact=next((email for email in contacts if isinstance(email, str) and not is_placeholder(email)), None),
        ial=_level(twin.data.get("ial"), 2),
        default_aal=_level(twin.data.get("default_aal"), 3),
        attribute_bundle=tuple(name for _, name in twin.texts("attribute_bundle") if not is_placeholder(name)),
    )


def _filled(text: str | None) -> str | None:
    return None if text is None or is_placeholder(text) else text


def _level(value: object, most: int) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= most else None


def with_defaults(answers: Answers, defaults: Answers) -> Answers:
    """The answers, and what `defaults` has where they have none."""
    lacking = [field for field in Answers._fields if getattr(answers, field) in (None, ())]
    return answers._replace(**{field: getattr(defaults, field) for field in lacking})


def from_partner(answers: Answers, partner: Partner, today: str, *, agreement: bool) -> Answers:
    """What follows from the partner's file: its only team, and the agreement that lists the app.

    `today` is an ISO date; `agreement`: whether the environment asks for one.
    """
    teams = partner.data.get("teams")
    ids = [team.get("id") for team in teams if isinstance(team, dict)] if isinstance(teams, list) else []
    team = ids[0] if len(ids) == 1 and isinstance(ids[0], str) else None
    orders = [order for gtc in agreements(partner) for order in gtc.orders] if agreement and answers.app_name else []
    signed = [(order, order.latest_signed(today)) for order in orders]
    listing = (order.iaa(mod) for order, mod in signed if mod is not None and answers.app_name in mod.integrations)
    return Answers(team=team, iaa=next(listing, None), friendly_name=answers.app_name)


def likely_issuer(answers: Answers, twin: App | None) -> str:
    """An issuer in the usual form; the twin's without the word that marks it as the sandbox's."""
    if twin is not None and (known := _filled(twin.issuer)) and known.endswith(":sandbox"):
        return known.removesuffix(":sandbox")
    kind = "SAML:2.0" if answers.protocol == "saml" else "openidconnect"
    mark = ":sandbox" if answers.environment == "sandbox" else ""
    return f"urn:gov:gsa:{kind}.profiles:sp:sso:{answers.partner}:{answers.app}{mark}"
