"""A fleet as files in a work tree, for `check`: production apps with sandbox twins, in which no rule finds a fault.

A key pair for each of thousands of apps would take hours, so each certificate is one of the examples' with another
modulus: nothing here checks who signed.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from functools import cache
from hashlib import sha512
from itertools import cycle
from typing import TYPE_CHECKING

from fleet import APPS_OF_A_PARTNER, ROOT, App, app_file, partner_file
from repository import git

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = "2026-12-09T10:00:00-05:00"
NEXT_DAY = "2026-12-10T10:00:00-05:00"
_BEGIN, _END = b"-----BEGIN CERTIFICATE-----\n", b"-----END CERTIFICATE-----\n"
_EXAMPLES = ("exa/benefits-finder/certs/2026.crt", "npa/reading-room/certs/2026.crt")
_MORE = b"""\
help_text:
  sign_in:
    en: <p>Sign in with the account that you use for all of our services.</p>
    es: <p>Inicie con la cuenta que usa para todos nuestros servicios.</p>
    fr: <p>Connectez-vous avec le compte de tous nos services.</p>
launch: {date: 2027-03-16}            # as the partner plans it
"""
_URIS = b"""\
redirect_uris:
  - https://HOST/auth/result
  - https://HOST/auth/signed-out
  - https://HOST/auth/kiosk          # in the waiting rooms
"""
FAULTS = (
    (b"ial: 1\n", b"ial: one\n"),
    (b"default_aal: 2\n", b"defualt_aal: 2\n"),
    (b"team: digital\n", b"team: analog\n"),
    (b"return_to_sp_url: https:", b"return_to_sp_url: http:"),
    (b"logo: logo.svg\n", b"logo: log.svg\n"),
)
"""What is wrong with a faulty app's file: one of these, in turn."""


def grow(folder: Path, apps: int, *, faulty: int = 0) -> None:
    """A git repository in `folder` with so many app files, every `faulty`-th of them with a fault; all committed."""
    folder.mkdir(parents=True)
    for path, data in files(apps, faulty):
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    git(folder, "init", "--quiet", "--template=", "--initial-branch=main")
    git(folder, "add", "--all")
    person = ("-c", "user.name=bench", "-c", "user.email=bench@localhost")
    git(folder, *person, "commit", "--quiet", "--message", "Add the fleet")
    git(folder, "repack", "-a", "-d", "-q")


def files(apps: int, faulty: int = 0) -> Iterator[tuple[str, bytes]]:
    """(path, bytes) of everything; `apps` counts app files, and every two of them share a folder."""
    logos = cycle(sorted((ROOT / "apps").rglob("logo.svg")))
    folders = [_app(number) for number in range(apps // 2)]
    yield "policy.yaml", (ROOT / "policy.yaml").read_bytes()
    for partner in dict.fromkeys(app.partner for app in folders):
        yield (
            f"partners/{partner}.yaml",
            partner_file(partner, [app for app in _of(partner) if app.number < len(folders)]),
        )
    for app in folders:
        for environment in ("production", "sandbox"):
            data = config(app, environment)
            turn = 2 * app.number + (environment == "sandbox")
            if faulty and turn % faulty == 0:
                old, new = FAULTS[turn // faulty % len(FAULTS)]
                assert old in data, old
                data = data.replace(old, new)
            yield f"{app.folder}/{environment}.yaml", data
            if b"certs:" in data:
                yield f"{app.folder}/certs/{environment}.crt", certificate(turn)
        yield f"{app.folder}/logo.svg", next(logos).read_bytes().replace(b"</svg>", b"<!-- %d --></svg>" % app.number)


def _app(number: int) -> App:
    return App(number, f"a{number // APPS_OF_A_PARTNER:03d}", "production")


@cache
def _of(partner: str) -> list[App]:
    first = int(partner[1:]) * APPS_OF_A_PARTNER
    return [_app(number) for number in range(first, first + APPS_OF_A_PARTNER)]


def config(app: App, environment: str) -> bytes:
    """An app's file, of some thirty lines; its sandbox twin has hosts, a certificate and an issuer of its own."""
    data = app_file(app).replace(b"certs/2026.crt", b"certs/%b.crt" % environment.encode())
    head, listed, tail = data.partition(b"redirect_uris: ")
    if listed:
        host = f"{app.name}.{app.partner}.gov".encode()
        data = head + _URIS.replace(b"HOST", host) + tail.partition(b"\n")[2]
    if environment == "production":
        return data + _MORE
    dropped = (b"iaa:", b"attestations:")
    lines = [line for line in data.splitlines(keepends=True) if not line.startswith(dropped)]
    data = b"".join(lines).replace(b".gov/", b".dev.gov/")
    return (
        data.replace(b":%b\n" % app.name.encode(), b":%b:sandbox\n" % app.name.encode()) + _MORE.partition(b"launch")[0]
    )


@cache
def _example(path: str) -> tuple[bytes, int, int]:
    """(DER, where the modulus begins, its length) of an example's certificate."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.x509 import load_der_x509_certificate

    der = b64decode((ROOT / "apps" / path).read_bytes().partition(_BEGIN)[2].partition(_END)[0])
    key = load_der_x509_certificate(der).public_key()
    assert isinstance(key, RSAPublicKey)
    modulus = key.public_numbers().n.to_bytes(key.key_size // 8)
    return der, der.index(modulus), len(modulus)


def certificate(number: int) -> bytes:
    """A PEM certificate whose key no other number's has."""
    der, start, length = _example(_EXAMPLES[number % len(_EXAMPLES)])
    noise = sha512(b"%d" % number).digest()
    # The first and last bytes stay: the size of the number, and that it is odd.
    der = der[: start + 8] + noise + der[start + 8 + len(noise) : start + length] + der[start + length :]
    text = b64encode(der)
    return _BEGIN + b"".join(text[at : at + 64] + b"\n" for at in range(0, len(text), 64)) + _END
