"""Which fields hold addresses, and their parts. Shared by the address rules; no rule itself."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from launchwindow.model.finding import pointer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from urllib.parse import SplitResult

    from launchwindow.model.app import App

URL_FIELDS = (
    "acs_url",
    "assertion_consumer_logout_service_url",
    "sp_initiated_login_url",
    "return_to_sp_url",
    "failure_to_proof_url",
    "post_idv_follow_up_url",
    "push_notification_url",
    "metadata_url",
)


def addresses(app: App) -> Iterator[tuple[str, str]]:
    """(JSON Pointer, address) of every address in an app's file, placeholders left out."""
    for field in URL_FIELDS:
        value = app.text(field)
        if value is not None and not is_placeholder(value):
            yield pointer(field), value
    for index, value in app.texts("redirect_uris"):
        if not is_placeholder(value):
            yield pointer("redirect_uris", index), value


def is_placeholder(text: str) -> bool:
    """Whether the text still waits to be filled in, such as `<REPLACE_ME>`."""
    return text.startswith("<") and text.endswith(">")


def split(address: str) -> SplitResult | None:
    """The address's parts, None when it can't be read as one."""
    try:
        parts = urlsplit(address)
        _ = parts.port, parts.hostname
    except ValueError:
        return None
    return parts
