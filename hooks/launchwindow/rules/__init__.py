"""The rules (design §5): one file each, registered here by hand so that none can go missing unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.rules import (
    agency_change,
    app_name,
    app_retired,
    assurance_change,
    certificate_form,
    certificate_missing,
    certificate_required,
    failure_to_proof,
    iaa_format,
    iaa_period,
    iaa_unknown,
    iaa_unlisted,
    iaa_unsigned,
    issuer_change,
    issuer_unique,
    location,
    logo_required,
    placeholder,
    saml_encryption,
    saml_logout,
    sandbox_tested,
    schema,
    url_domain,
    url_https,
    yaml,
)

if TYPE_CHECKING:
    from launchwindow.model.rule import Rule

RULES: tuple[Rule, ...] = (
    yaml.RULE,
    schema.RULE,
    location.RULE,
    placeholder.RULE,
    issuer_unique.RULE,
    app_name.RULE,
    iaa_format.RULE,
    iaa_unknown.RULE,
    iaa_unsigned.RULE,
    iaa_unlisted.RULE,
    iaa_period.RULE,
    url_https.RULE,
    saml_logout.RULE,
    url_domain.RULE,
    saml_encryption.RULE,
    certificate_required.RULE,
    certificate_form.RULE,
    certificate_missing.RULE,
    failure_to_proof.RULE,
    logo_required.RULE,
    issuer_change.RULE,
    agency_change.RULE,
    assurance_change.RULE,
    app_retired.RULE,
    sandbox_tested.RULE,
)
