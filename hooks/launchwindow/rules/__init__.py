"""The rules (design §5): one file each, registered here by hand so that none can go missing unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.rules import saml_logout, url_https, yaml

if TYPE_CHECKING:
    from launchwindow.model.rule import Rule

RULES: tuple[Rule, ...] = (
    yaml.RULE,
    url_https.RULE,
    saml_logout.RULE,
)
