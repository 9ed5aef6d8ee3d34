"""How private keys begin where they stand in base64. Shared by rules; no rule itself."""

from __future__ import annotations

import re

BARE = re.compile(rb"M(?:II[A-Za-z0-9+/]{2}[AQgw]IBA|I[GH][A-Za-z0-9+/]AgE[AB]|[A-H][A-Za-z0-9+/]CAQ[AE])")
"""How a private key begins in base64: a DER sequence whose first part is the version 0 or 1 (RFC 5208, 5915, 8017)."""

WRAPPED = re.compile(rb"LS0tLS1CRUdJTi[A-Za-z0-9+/]{10,80}")
"""A PEM heading in base64, as cluster secrets and variables hold it."""

OPENSSH = b"b3BlbnNzaC1rZXktdjEA"
"""`openssh-key-v1` in base64."""
