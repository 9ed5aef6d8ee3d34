"""Random changes of the example fleet's files: such that apps come to share something, lose it, move, break or go."""

from __future__ import annotations

from random import Random

from launchwindow.io.files import WorkTree
from support.parts import Files
from support.repository import ROOT


def fleet() -> dict[str, bytes]:
    """The example fleet's files."""
    return Files.of(WorkTree(ROOT)).files


def changed(files: dict[str, bytes], random: Random) -> dict[str, bytes]:
    """A few changes."""
    files = dict(files)
    for _ in range(random.randint(1, 4)):
        random.choice(CHANGES)(files, random)
    return files


def _folder(files: dict[str, bytes], random: Random) -> str:
    folders = sorted(
        {"/".join(path.split("/")[:3]) for path in files if path.startswith("apps/") and path.count("/") > 2}
    )
    return random.choice(folders or ["apps/exa/none"])


def _config(files: dict[str, bytes], random: Random) -> str:
    return random.choice(
        sorted(path for path in files if path.startswith("apps/") and path.endswith(".yaml")) or ["policy.yaml"]
    )


def _copy(files: dict[str, bytes], random: Random) -> None:
    """Another app with all that this one has: issuer, keys and hosts."""
    source, partner = _folder(files, random), random.choice(["exa", "hld", "npa", "new"])
    target = f"apps/{partner}/copy-{random.randint(0, 9)}"
    for path in [path for path in files if path.startswith(f"{source}/")]:
        files[target + path[len(source) :]] = files[path]


def _move(files: dict[str, bytes], random: Random) -> None:
    source, target = _folder(files, random), f"apps/{random.choice(['exa', 'hld'])}/moved-{random.randint(0, 9)}"
    for path in [path for path in files if path.startswith(f"{source}/")]:
        files[target + path[len(source) :]] = files.pop(path)


def _drop(files: dict[str, bytes], random: Random) -> None:
    gone = random.choice(sorted(path for path in files if path != "policy.yaml"))
    del files[gone]


def _edit(files: dict[str, bytes], random: Random) -> None:
    """Other words in an app's file."""
    old, new = random.choice([
        (b"ial: 2", b"ial: 9"), (b"https://", b"http://"), (b"exa.gov", b"exa-gov.com"), (b".gov/", b".gov:80/"),
        (b"benefits.", b"benefit."), (b"team: ", b"team: x"), (b"issuer: ", b"issuer: x"), (b"certs/", b"cert/"),
        (b"friendly_name", b"friendly_nam"), (b"sso:exa", b"sso:npa"), (b"\n", b"\n\t@\n"), (b"gov", b"g\xff"),
        (b"\n", b"\nwaivers: [{rule: certificate-reuse, ticket: A-1, reason: because, expires: 2027-01-01}]\n"),
    ])  # fmt: skip
    path = _config(files, random)
    files[path] = files[path].replace(old, new, 1)


def _issuer(files: dict[str, bytes], random: Random) -> None:
    """The issuer of another app."""
    one, other = _config(files, random), _config(files, random)
    line = next((line for line in files[other].split(b"\n") if line.startswith(b"issuer:")), b"issuer: none")
    files[one] = b"\n".join(line if mine.startswith(b"issuer:") else mine for mine in files[one].split(b"\n"))


def _certificate(files: dict[str, bytes], random: Random) -> None:
    """The certificate of another app, or none."""
    names = sorted(path for path in files if path.endswith(".crt"))
    if names:
        files[random.choice(names)] = random.choice(
            [files[random.choice(names)], b"", b"-----BEGIN PRIVATE KEY-----\n"]
        )


def _partner(files: dict[str, bytes], random: Random) -> None:
    """A partner's file that has what another one has, lacks something, or can't be read."""
    path = random.choice(["partners/exa.yaml", "partners/hld.yaml", "partners/npa.yaml", "partners/new.yaml"])
    old, new = random.choice([(b"901", b"903"), (b"id: ", b"id: x"), (b"name: ", b"name: x"), (b"signed:", b"sign:"),
                              (b"\n", b"\n  @\n"), (b"LGEXA", b"LGHLD"), (b"LGNPA", b"LGEXA")])  # fmt: skip
    data = files.get(path, files.get("partners/exa.yaml", b"name: x\n"))
    files[path] = data.replace(old, new, random.choice([1, 99]))


def _stray(files: dict[str, bytes], random: Random) -> None:
    path = random.choice([
        "apps/exa/README.md", "apps/exa/benefits-finder/prod.yaml", "partners/EXA.yaml", "apps/x.yaml",
        "apps/hld/permit-desk/certs/old.crt", "apps/exa/Odd Name/production.yaml",
    ])  # fmt: skip
    files[path] = random.choice([b"", b"text\n", files.get("partners/hld.yaml", b"x: 1\n")])


CHANGES = [_copy, _move, _drop, _edit, _edit, _issuer, _certificate, _partner, _stray]
