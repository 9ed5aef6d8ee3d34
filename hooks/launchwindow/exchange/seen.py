"""Does the IdP have what Launchwindow wrote? Attribute by attribute, after the seeder's defaults (design §7).

`confirm --seen` and `drift` ask it, and the import's tests.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from launchwindow.diff import canonical
from launchwindow.exchange.columns import COLUMNS, SEEDER_ONLY, effective, stored
from launchwindow.load.plain import clean
from launchwindow.model.named import NamedTuple
from launchwindow.provider import certificate_fingerprint

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

UNORDERED = frozenset({"redirect_uris", "attribute_bundle"})
"""Lists in which the IdP looks for a member; that of `certs` has a first one, and otherwise no order."""
LISTS = UNORDERED | {"certs"}


class View(NamedTuple):
    """How far a look at the IdP goes."""

    columns: Collection[str] | None = None
    """The columns that are told; None: those that are absent have their defaults."""
    ours: Mapping[str, str] = MappingProxyType({})
    """A certificate's name in the files that Launchwindow wrote -> its fingerprint."""
    theirs: Mapping[str, str] | None = None
    """The same of the files that lie beside what was seen; None where none do."""
    logo_names: bool = True
    """Whether logos have the names that Launchwindow gave them. The dashboard has names of its own."""


class Difference(NamedTuple):
    """One column that the IdP holds otherwise than it was written. Both values are hostile text."""

    column: str
    expected: object
    seen: object
    lacks: tuple[object, ...] = ()
    """Members of a list that the IdP does not have."""
    besides: tuple[object, ...] = ()
    """Members that only the IdP has."""

    @property
    def is_of_a_list(self) -> bool:
        """Whether it is told by members."""
        return self.column in LISTS and isinstance(self.expected, list) and isinstance(self.seen, list)


EVERYTHING = View()


def disagreements(
    expected: Mapping[str, object], seen: Mapping[str, object], view: View = EVERYTHING
) -> tuple[str, ...]:
    """What differs, each as a sentence that begins with the column's name and a colon; see `differences`."""
    return tuple(sentence(one) for one in differences(expected, seen, view))


def sentence(one: Difference) -> str:
    """A difference in words."""
    return f"{one.column}: {_words(one)}"


def differences(
    expected: Mapping[str, object], seen: Mapping[str, object], view: View = EVERYTHING
) -> tuple[Difference, ...]:
    """What differs between the attributes that were written for a provider and those the IdP has, sorted by column.

    An absent key stands for its column's default; what makes no difference to the IdP makes none here (`effective`).
    The order of `redirect_uris` and `attribute_bundle` says nothing, that of `certs` only which one is first. Not
    compared: what the seeder stores in no column (`agency`, `protocol`, `native`, `restrict_to_deploy_env`), and in
    `seen` columns that Launchwindow never writes.
    """
    columns = sorted((COLUMNS.keys() | expected.keys()) - SEEDER_ONLY)
    protocol = expected.get("protocol")
    found = []
    for column in columns:
        if view.columns is not None and column not in view.columns:
            continue
        ours, theirs = (_held(column, side, protocol) for side in (expected, seen))
        if type(ours) is type(theirs) and isinstance(ours, (str, bool, int)) and ours == theirs:
            # Most are.
            continue
        if _comparable(column, ours, view.ours, view) != _comparable(column, theirs, view.theirs, view):
            found.append(_difference(column, ours, theirs, view))
    return tuple(found)


def _held(column: str, attributes: Mapping[str, object], protocol: object) -> object:
    value = effective(column, stored(column, attributes.get(column, COLUMNS.get(column))), protocol)
    if column == "certs" and not isinstance(value, list):
        value = [value]
    if isinstance(value, list) and column == "certs":
        # The IdP drops blank names in silence.
        return [name for name in value if name not in (None, "")]
    return value


def _comparable(column: str, value: object, names: Mapping[str, str] | None, view: View) -> object:
    if isinstance(value, list) and column in LISTS:
        members = _members(column, value, names, view)
        first = members[:1] if column == "certs" else []
        return first, sorted(set(members))
    if column == "logo" and not view.logo_names and isinstance(value, str):
        return value.rpartition(".")[2].lower()
    return canonical(value)


def _members(column: str, value: Iterable[object], names: Mapping[str, str] | None, view: View) -> list[str]:
    if column == "certs":
        return [identity(one, view.ours if names is None else names) for one in value]
    return [canonical(one) for one in value]


def identity(certificate: object, names: Mapping[str, str]) -> str:
    """What one entry of `certs` is known by: the fingerprint of what is written out or lies in the file of that name,
    and where neither is at hand the name itself."""
    if isinstance(certificate, str) and "-----BEGIN" in certificate:
        return certificate_fingerprint(certificate.encode("utf-8", "replace"))
    fingerprint = names.get(certificate) if isinstance(certificate, str) else None
    return fingerprint or canonical(certificate)


def _difference(column: str, ours: object, theirs: object, view: View) -> Difference:
    if column not in LISTS or not isinstance(ours, list) or not isinstance(theirs, list):
        return Difference(column, ours, theirs)
    mine = _members(column, ours, view.ours, view)
    there = _members(column, theirs, view.theirs, view)
    lacks = dict(zip(mine, ours, strict=True))
    besides = dict(zip(there, theirs, strict=True))
    return Difference(
        column, ours, theirs, tuple(one for key, one in lacks.items() if key not in besides),
        tuple(one for key, one in besides.items() if key not in lacks),
    )  # fmt: skip


def _words(one: Difference) -> str:
    if not one.is_of_a_list:
        return f"is {_shown(one.seen)}, not {_shown(one.expected)}"
    others = [item for item in one.lacks if item in one.besides]
    parts = [f"has another certificate as {_shown(item)}" for item in others]
    parts += [f"lacks {_shown(item)}" for item in one.lacks if item not in others]
    parts += [f"has {_shown(item)} besides" for item in one.besides if item not in others]
    if parts:
        return ", ".join(parts)
    assert isinstance(one.seen, list)
    assert isinstance(one.expected, list)
    return f"begins with {_shown(one.seen[0])}, not {_shown(one.expected[0])}"


def _shown(value: object) -> str:
    if isinstance(value, str):
        return "a certificate" if "-----BEGIN" in value else f"“{clean(value)}”"
    return clean(canonical(value))
