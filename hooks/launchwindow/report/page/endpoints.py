"""Where an app has to be pointed to, by the process page, "Production endpoints"."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from launchwindow.model.policy import Policy


def endpoints(policy: Policy, environment: str, protocol: object) -> tuple[tuple[str, str], ...]:
    """(what it is for, address); empty for an environment whose identity provider the policy does not name."""
    base = policy.endpoints.get(environment)
    if base is None:
        return ()
    if protocol == "saml":
        year = policy.saml_year
        paths = (("sign-in", f"/api/saml/auth{year}"), ("metadata", f"/api/saml/metadata{year}"))
    else:
        paths = (("sign-in", "/openid_connect/authorize"), ("keys", "/api/openid_connect/certs"))
    return tuple((what, f"{base.rstrip('/')}{path}") for what, path in paths)
