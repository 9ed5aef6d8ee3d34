"""Ways to spoil the valid repository, and what `check` must then say."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from support.valid_fleet import OIDC, OIDC_CERTIFICATE, ROOT

Files = dict[str, bytes]
Change = Callable[[Files], None]
Place = tuple[str, str, str]
"""(rule, file, how the line begins that has the finding; empty for the file's first line)."""


class Row(NamedTuple):
    """A mutation and all that `check` must then say, notes included; with `since`, as compared with the valid one."""

    change: Change
    found: tuple[Place, ...]
    since: bool = False


def edit(path: str, old: str, new: str) -> Change:
    """Text that must be there is replaced, once."""

    def change(files: Files) -> None:
        assert old in files[path].decode(), f"{path} holds no {old!r}"
        files[path] = files[path].decode().replace(old, new, 1).encode()

    return change


def line(path: str, field: str, new: str = "") -> Change:
    """A top-level field's whole line is replaced, or taken out."""

    def change(files: Files) -> None:
        lines = files[path].decode().splitlines(keepends=True)
        index = next(index for index, text in enumerate(lines) if text.startswith(f"{field}:"))
        lines[index] = f"{new}\n" if new else ""
        files[path] = "".join(lines).encode()

    return change


def append(path: str, text: str) -> Change:
    """A line is added at the end."""
    return lambda files: files.update({path: files[path] + text.encode() + b"\n"})


def put(path: str, data: bytes) -> Change:
    """A file is added or replaced."""
    return lambda files: files.update({path: data})


def gone(path: str) -> Change:
    """A file is deleted."""

    def change(files: Files) -> None:
        del files[path]

    return change


def copied(source: str, target: str) -> Change:
    """A file stands in another's place, or is a new one."""
    return lambda files: files.update({target: files[source]})


def example(source: str, target: str) -> Change:
    """A certificate or logo of the rules' own examples."""
    return lambda files: files.update({target: (ROOT / "tests/rules" / source).read_bytes()})


def moved(source: str, target: str) -> Change:
    """All files beneath a folder stand beneath another."""

    def change(files: Files) -> None:
        for path in [path for path in files if path.startswith(source)]:
            files[target + path.removeprefix(source)] = files.pop(path)

    return change


def both(*changes: Change) -> Change:
    """One after the other."""

    def change(files: Files) -> None:
        for one in changes:
            one(files)

    return change


def leaked_key(files: Files) -> None:
    """A private key of no app, made for this test alone."""
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = generate_private_key(SECP256R1())
    files[OIDC_CERTIFICATE] = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def certificate(rule: str, case: str) -> Row:
    """A certificate of the rule's own examples in the place of the app's."""
    source = f"{rule}/reject/{case}/apps/exa/demo/certs/2026.crt"
    return Row(example(source, OIDC_CERTIFICATE), ((rule, OIDC_CERTIFICATE, ""),))


def at(field: str, rule: str, new: str, path: str = OIDC) -> Row:
    """Another line for a field, and the finding there."""
    return Row(line(path, field, new), ((rule, path, f"{field}:"),))


def at_both(field: str, rules: tuple[str, str], new: str, path: str = OIDC) -> Row:
    """Another line for a field, and a finding of each rule there."""
    return Row(line(path, field, new), tuple((rule, path, f"{field}:") for rule in rules))
