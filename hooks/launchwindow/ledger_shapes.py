"""What kind of value stands where in a ledger file: another kind is a damaged file, and nothing is guessed from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

Shape = Any
"""A type; a tuple of shapes, any of which will do; a list of one shape; or a mapping with the shape of each key.

A mapping of no keys is any mapping; one with the key `str` has any keys, and that shape for each. Keys beyond those of
a shape are let be.
"""

_TEXT = (str, None)
_PERSON = {"name": str, "email": str}
_ROW: Shape = ({}, None)
_RELEASE = {
    "commit": str, "order": int, "path": _TEXT, "digest": _TEXT, "window": _TEXT, "at": str, "requests": [str],
    "confirmed_at": _TEXT, "confirmed_by": _TEXT, "number": int, "kind": str, "row": {},
}  # fmt: skip

NUMBERS: Shape = {"format": int, "merges": int, "releases": int}
"""Of `ledger.yaml`; its other values are judged where they are read."""
REQUEST: Shape = {
    "id": str, "former_ids": [str], "commit": str, "order": int, "merged_at": str, "title": str, "path": _TEXT,
    "issuer": str, "digest": _TEXT, "row": _ROW, "authors": [_PERSON],
    "approvals": [{"by": _PERSON, "at": str, "how": str}], "approvals_needed": int, "notice_starts": _TEXT,
    "days": [{"field": str, "member": str, "after": str, "days": int}], "schedule": {},
    "hold": ({"by": str, "at": str, "reason": str, "rollback": bool}, None),
    "repeated": [{"order": int, "merged_at": str}], "notice_waived": _TEXT, "released": _TEXT,
    "history": [{"at": str, "what": str, "by": str, "note": str}],
    "pull": (int, None), "requester": _TEXT, "refused": [str],
}  # fmt: skip
DEPLOYED: Shape = {
    "subject": str, "issuer": str, "released": (_RELEASE, None), "confirmed": (_RELEASE, None), "earlier": [_RELEASE],
    "past": [{"row": _ROW, "until": str, "commit": _TEXT, "path": _TEXT, "digest": _TEXT}],
    "schedule": {str: {"order": int, "at": _TEXT}}, "cert_files": {str: str}, "certificates_since": _TEXT,
    "taken_back": [{}],
    "rollback": ({"by": str, "at": str, "reason": str, "digest": str, "row": {}, "branch": str}, None),
}  # fmt: skip


def require(data: object, shape: Shape) -> None:
    """Raises ValueError that names the first value of another kind, KeyError for a key that is missing."""
    wrong = _misfit(data, shape, "")
    if wrong is not None:
        raise ValueError(f"{wrong or 'all of it'} is of the wrong kind")


def _misfit(value: Any, shape: Shape, place: str) -> str | None:
    """Where `value` is not as its shape says; None where all of it is."""
    if shape is None or isinstance(shape, type):
        # True is a number to Python, and never one here.
        return None if (value is None if shape is None else type(value) is shape) else place
    if isinstance(shape, tuple):
        alike = [one for one in shape if type(value) is _type_of(one)]
        return _misfit(value, alike[0], place) if alike else place
    if type(value) is not type(shape):
        return place
    inner: Iterable[tuple[object, object, Shape]]
    if isinstance(shape, list):
        inner = ((number, one, shape[0]) for number, one in enumerate(value))
    elif str in shape:
        inner = ((key, one, shape[str]) for key, one in value.items())
    else:
        inner = ((key, value[key], one) for key, one in shape.items())
    found = (_misfit(one, other, f"{place}/{key}") for key, one, other in inner)
    return next((wrong for wrong in found if wrong is not None), None)


def _type_of(shape: Shape) -> type:
    if shape is None:
        return type(None)
    return shape if isinstance(shape, type) else type(shape)
