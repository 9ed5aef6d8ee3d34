"""What the release asks of rules and git, as a protocol: the core never reads git itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from zoneinfo import ZoneInfo

    from launchwindow.model.ledger import Ledger, Request
    from launchwindow.model.schedule import Obstacle


class Judge(Protocol):
    """Rules and content as the release asks for them; git stands behind it."""

    def obstacles(self, ledger: Ledger, request: Request, day: date) -> tuple[Obstacle, ...]:
        """Errors of the state that a request left, judged for a day; and whether its content is as approved."""

    @property
    def timezone(self) -> ZoneInfo:
        """The policy's: it says on which day something happened."""

    def is_over(self, day: date) -> bool:
        """Whether a day's closing time, by the policy, is past."""

    def imported_names(self, subject: str) -> Mapping[str, str]:
        """Fingerprint or SHA-256 -> the file name at the IdP, of an imported app's certificates and logo."""
