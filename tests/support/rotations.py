"""Apps of each kind, and what their rotations must come to, reckoned from the words of the process page alone."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

from launchwindow.load.yaml_source import parse
from support.repository import ADOPTED, ROOT, Repository
from support.valid_fleet import OIDC, SAML, valid_fleet, write

A, B = "certs/2026.crt", "certs/2027.crt"
OLD = (ROOT / "apps/exa/benefits-finder/certs/2026.crt").read_bytes()
NEW = (ROOT / "apps/npa/researcher-card/certs/2027.crt").read_bytes()

KINDS = ("pkce", "oidc", "signed", "encrypted", "plain")
ORDERS = ("add use remove", "add remove use", "use add remove", "replace use", "use replace")


def at(day: str, clock: str = "10:00") -> str:
    return f"{day}T{clock}:00-05:00"


class Life:
    """One app of one kind, as the process page has it."""

    def __init__(self, kind: str, order: str) -> None:
        self.kind = kind
        self.merges = order.split()
        self.name = f"{kind}-{ORDERS.index(order)}"
        self.released, self.confirmed = [A], [A]
        self.since = ADOPTED[:10]
        self.certs = [A]
        self.word: str | None = None
        self.states: list[tuple[list[str], str]] = []
        """What was merged and not released: (certificates, the day of the last merge that left them so)."""

    @property
    def path(self) -> str:
        return f"apps/exa/{self.name}/production.yaml"

    def step(self, slot: int) -> str | None:
        return self.merges[slot] if slot < len(self.merges) else None

    def merge(self, step: str, day: str) -> None:
        if step == "use":
            self.word = day
            if self.states:
                self.states[-1] = (self.states[-1][0], day)
            return
        self.certs = [A, B] if step == "add" else [B]
        self.states.append((self.certs, day))

    def refused(self, certs: list[str], day: str) -> str | None:
        """What the partner has to be told about such a state, None when it may follow what is released."""
        if self.kind == "encrypted":
            return None if certs[0] == self.released[0] else "Agree on a"
        if self.kind not in ("oidc", "signed") or A in certs or A not in self.released:
            return None
        if B not in self.confirmed:
            return f"Keep {A} beside {B} until that is confirmed"
        if self.word is None or not self.since <= self.word <= day:
            return f"say so in the app's file: `release.key_in_use: {{certificate: {B}, as_of: DATE}}`"
        return None

    def deploy(self) -> None:
        for index in reversed(range(len(self.states))):
            certs, day = self.states[index]
            if self.refused(certs, day) is None:
                self.released, self.states = certs, self.states[index + 1 :]
                return

    def confirm(self, day: str) -> None:
        if self.confirmed != self.released:
            self.since = day
        self.confirmed = self.released


def text_of(life: Life) -> str:
    source = SAML if life.kind in ("signed", "encrypted", "plain") else OIDC
    text = valid_fleet()[source].decode()
    name = life.name.replace("-", " ").title()
    text = re.sub("(?m)^app_name: .*", f"app_name: {name}", text)
    text = re.sub("(?m)^(issuer: .*):[a-z]+$", rf"\1:{life.name}", text)
    text = re.sub("(?m)^certs: .*", f"certs: [{', '.join(life.certs)}]", text)
    if life.kind == "pkce":
        text = text.replace("openid_connect_private_key_jwt", "openid_connect_pkce")
    if life.kind == "signed":
        text += "requests_signed: true\n"
    if life.kind == "plain":
        waiver = "{rule: saml-encryption, ticket: LG-7, reason: The vendor can't decrypt., expires: 2028-12-31}"
        text = text.replace("aes256-cbc", "none") + f"waivers: [{waiver}]\n"
    if life.word is not None:
        text += f"release: {{key_in_use: {{certificate: {B}, as_of: {life.word}}}}}\n"
    return text


def laid(folder: Path, lives: list[Life]) -> Repository:
    """A repository with the lives' apps, adopted as they are."""
    texts = "\0".join(f"{life.path} {text_of(life)}" for life in lives)
    name = f"lives-{sha256(texts.encode()).hexdigest()}"
    repository = Repository.copy_of(name, lambda there: _lay(there, lives), folder)
    repository.base = repository.head
    return repository


def _lay(folder: Path, lives: list[Life]) -> None:
    repository = Repository(folder)
    repository.git("rm", "-r", "--quiet", "apps", "partners")
    fleet = valid_fleet()
    names = ", ".join(life.name.replace("-", " ").title() for life in lives)
    partner = (ROOT / "partners/exa.yaml").read_bytes()
    files = {"partners/exa.yaml": partner.replace(b"[Benefits Finder]", f"[{names}]".encode())}
    for life in lives:
        place = f"apps/exa/{life.name}"
        files |= {f"{place}/logo.svg": fleet["apps/exa/finder/logo.svg"], f"{place}/{A}": OLD, f"{place}/{B}": NEW}
        files[life.path] = text_of(life).encode()
    write(files, repository.path)
    repository.base = repository.commit("Have apps of every kind", at="2026-11-20T11:00:00-05:00")
    repository.adopted()


def deployed(repository: Repository, life: Life, what: str = "released") -> list[str]:
    """The names of the certificates that the ledger says are released, or confirmed."""
    path = f"deployed/production/exa/{life.name}.yaml"
    data = parse(path, repository.git("show", f"launchwindow-ledger:{path}").encode()).data
    assert isinstance(data, dict)
    return [one["name"] for one in data[what]["row"]["app"]["certs"]]
