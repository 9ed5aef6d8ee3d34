"""The process page's twelve steps ("Production configuration process") as questions, in its order and its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.edit.answers import PROTOCOLS
from launchwindow.model.app import ENVIRONMENTS
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from launchwindow.edit.answers import Answers

STEPS = {
    "1": "“Create a new app […]”",
    "2": '“Select "YES" for production configuration - this configuration is for a production app.”',
    "3": "“Enter the name of the app as it appears in your IAA […] Do NOT use environment names such as "
    '"Prod" or "Production".”',
    "4": "“Enter the name of the app as it should appear to users […]”",
    "5": "“[…] choose an agency team for the app […]”",
    "IAA": "“You must have a signed IAA with Login.gov with your integration explicitly listed in it […]”",
    "6": "“Select the authentication protocol that will be used by the service provider.”",
    "7": "“Choose the level of service and default Authentication Assurance Level (AAL) […] and select the correct "
    "attribute bundle.”",
    "8": "“Enter the issuer, a unique string to identify the app in the Identity Provider (IdP).”",
    "9": "“Upload your logo and public certificate file […]”",
    "10": "“Enter the push notification URL and redirect URIs, if applicable.”",
    "11": "“Specify the sign-in, sign-up, and forgot password help text […] This step is optional but encouraged […]” "
    "The file will have a line for it.",
    "12": "“Once all fields are complete […]”",
}
"""Step -> what the process page says there."""


class Question(NamedTuple):
    """One answer to ask for; `field` is its name in `Answers`."""

    step: str
    field: str
    asks: str
    choices: tuple[str, ...] = ()
    """What may be answered, where that is fixed."""
    many: bool = False
    """Asked again until an empty line."""
    applies: Callable[[Answers], bool] = lambda _answers: True


def _saml(answers: Answers) -> bool:
    return answers.protocol == "saml"


QUESTIONS = (
    Question("1", "partner", "Partner: the name of its file in partners/, without .yaml"),
    Question("1", "app", "App: the name of its folder, in lower case with hyphens, such as benefits-finder"),
    Question("2", "environment", "Environment", ENVIRONMENTS),
    Question("3", "app_name", "App name"),
    Question("4", "friendly_name", "Friendly name"),
    Question("5", "team", "Team: its id in the partner's file"),
    Question("5", "contact", "E-mail address of a technical contact"),
    Question("IAA", "iaa", "Number of the agreement, as GTC-Order-Mod, such as LGEXAFY260001-0001-0000"),
    Question("6", "protocol", "Protocol", PROTOCOLS),
    Question("7", "ial", "Level of service: 1 signs in only, 2 permits identity proofing", ("1", "2")),
    Question("7", "default_aal", "Default AAL: 1, 2 (never remembers a device) or 3 (and resists phishing)",
             ("1", "2", "3")),
    Question("7", "attribute_bundle", "Attribute, such as email", many=True, applies=_saml),
    Question("8", "issuer", "Issuer"),
    Question("9", "logo", "Logo: a PNG or SVG file"),
    Question("9", "certificate", "Public certificate: a PEM file",
             applies=lambda answers: answers.protocol != "openid_connect_pkce"),
    Question("10", "push_notification_url", "Push notification URL, if there is one"),
    Question("10", "redirect_uris", "Redirect URI", many=True, applies=lambda answers: not _saml(answers)),
    Question("10", "acs_url", "Assertion Consumer Service URL: where SAML responses go", applies=_saml),
    Question("10", "assertion_consumer_logout_service_url", "Assertion Consumer Logout Service URL", applies=_saml),
    Question("10", "return_to_sp_url", "Return URL: your app's page that “cancel” leads to"),
    Question("10", "failure_to_proof_url", "Failure to Proof URL: your page with other ways to reach the service",
             applies=lambda answers: answers.ial == 2),
)  # fmt: skip

REQUIRED = ("partner", "app", "environment", "protocol")
"""What decides where the file goes and which fields it has: nothing can be written without."""

FLAGS = {
    "default_aal": "--aal",
    "push_notification_url": "--push-url",
    "redirect_uris": "--redirect-uri",
    "assertion_consumer_logout_service_url": "--logout-url",
    "attribute_bundle": "--attribute",
}
"""Field -> its option, where that is not the field's name with hyphens."""


def flag(field: str) -> str:
    """The option that gives a field."""
    return FLAGS.get(field, f"--{field.replace('_', '-')}")
