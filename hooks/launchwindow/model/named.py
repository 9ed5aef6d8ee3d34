"""`NamedTuple` without `typing`'s look at the type of each field.

What `check` runs makes eighty of them each time it starts, `plan` forty more, and there that look, which reads each
type as Python code, took longer than all else about them. To whoever reads types this is `typing.NamedTuple` itself.
"""

from __future__ import annotations

from collections import namedtuple
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:

    class _Made(type):
        """Makes a class of fields into a named tuple, with all else that stands in it."""

        def __new__(cls, name: str, bases: tuple[type, ...], within: dict[str, Any]) -> type:
            if not bases:
                return super().__new__(cls, name, bases, within)
            types = within.pop("__annotations__", {})
            defaults = [within.pop(field) for field in types if field in within]
            made = namedtuple(name, types, defaults=defaults, module=within.pop("__module__"))
            made.__annotations__ = types
            for key, value in within.items():
                setattr(made, key, value)
            return made

    class NamedTuple(metaclass=_Made):
        """As `typing.NamedTuple`, for classes whose annotations are texts. Of `Generic` beside it nothing is left."""
