"""The rules (design §5): one file each, registered here by hand so that none can go missing unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.rules import (
    certificate_form,
    certificate_missing,
    certificate_required,
    failure_to_proof,
    logo_required,
    saml_encryption,
    saml_logout,
    url_domain,
    url_https,
    yaml,
)

if TYPE_CHECKING:
    from launchwindow.model.rule import Rule

RULES: tuple[Rule, ...] = (
    yaml.RULE,
    url_https.RULE,
    saml_logout.RULE,
    url_domain.RULE,
    saml_encryption.RULE,
    certificate_required.RULE,
    certificate_form.RULE,
    certificate_missing.RULE,
    failure_to_proof.RULE,
    logo_required.RULE,
)
