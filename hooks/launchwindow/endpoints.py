"""Where an app reaches the identity provider: what somebody has to configure once an app is deployed.

Source: “Production endpoints” of the page “Production deployment”: “The URL path to each endpoint remains the same.
Only the domain will change.”
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from launchwindow.model.policy import Policy


def endpoints(policy: Policy, environment: str, protocol: object) -> tuple[tuple[str, str], ...]:
    """(what it is for, address) for one app; nothing where the policy does not know the environment's address.

    `protocol` is as an app's row has it.
    """
    found = policy.endpoints.get(environment)
    if found is None:
        return ()
    base = found.rstrip("/")
    if protocol == "saml":
        year = policy.saml_year
        return (
            ("sign in", f"{base}/api/saml/auth{year}"),
            ("certificates of the identity provider", f"{base}/api/saml/metadata{year}"),
        )
    return (
        ("sign in", f"{base}/openid_connect/authorize"),
        ("certificates of the identity provider", f"{base}/api/openid_connect/certs"),
    )
