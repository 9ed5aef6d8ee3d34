"""The attributes that an app may be sent. Shared by the attribute rules; no rule itself.

Names are compared as they are written: to the identity provider `Email` is no attribute.
"""

from __future__ import annotations

SIGN_IN = ("email", "all_emails", "verified_at", "x509_subject", "x509_presented")
"""What the dashboard takes at any level."""

PROOFED = (
    "first_name", "last_name", "dob", "ssn", "address1", "address2", "city", "state", "zipcode", "phone", "middle_name",
)  # fmt: skip
"""What is sent of a proofed identity alone. `middle_name` is in no list of the dashboard; the IdP sends it."""

OLDER = ("locale", "ascii", "x509_issuer")
"""What the identity provider takes and the dashboard does not offer; older apps have it."""

KNOWN = (*SIGN_IN, *PROOFED, *OLDER)
