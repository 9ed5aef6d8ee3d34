"""Every order of adding, deploying, confirming, using and removing, for each kind of app, by the real commands.

One repository for each time at which things are deployed and confirmed; in it an app for each kind and each order of
merges. What must come of it is reckoned from the words of the process page, by `Life` below.
"""

from __future__ import annotations

import json
import re
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest

from support.repository import ADOPTED, ROOT, Repository
from support.valid_fleet import OIDC, SAML, valid_fleet, write

A, B = "certs/2026.crt", "certs/2027.crt"
OLD = (ROOT / "apps/exa/benefits-finder/certs/2026.crt").read_bytes()
NEW = (ROOT / "apps/npa/researcher-card/certs/2027.crt").read_bytes()

KINDS = ("pkce", "oidc", "signed", "encrypted", "plain")
ORDERS = ("add use remove", "add remove use", "use add remove", "replace use", "use replace")
SLOTS = ("2026-11-24", "2026-12-15", "2027-01-05")
"""Tuesdays on which the orders' merges happen."""
DEPLOYS = ("2026-12-10", "2026-12-31", "2027-01-21")
"""For each slot, a window for which the notice of what was merged in it is over."""
LAST = "2027-02-11"
PATTERNS = [(deploy, confirm) for deploy in (None, 0, 1, 2) for confirm in (None, 0, 1, 2)
            if (deploy is None and confirm is None) or (deploy is not None and (confirm is None or confirm >= deploy))]  # fmt: skip
"""(slot after which a window is run, slot after which it is confirmed); None: only at the very end."""


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
    return repository.adopted()


def deployed(repository: Repository, life: Life, what: str = "released") -> list[str]:
    """The names of the certificates that the ledger says are released, or confirmed."""
    from launchwindow.load.yaml_source import parse

    path = f"deployed/production/exa/{life.name}.yaml"
    data = parse(path, repository.git("show", f"launchwindow-ledger:{path}").encode()).data
    assert isinstance(data, dict)
    return [one["name"] for one in data[what]["row"]["app"]["certs"]]


def compare(repository: Repository, lives: list[Life]) -> None:
    found = {life.name: (deployed(repository, life), deployed(repository, life, "confirmed")) for life in lives}
    assert found == {life.name: (life.released, life.confirmed) for life in lives}


@pytest.mark.parametrize(("deploy", "confirm"), PATTERNS)
def test_every_order(tmp_path: Path, deploy: int | None, confirm: int | None) -> None:
    lives = [Life(kind, order) for kind, order in product(KINDS, ORDERS)]
    repository = laid(tmp_path / "fleet", lives)
    for slot, (day, window) in enumerate(zip(SLOTS, DEPLOYS, strict=True)):
        repository.branch(f"slot-{slot}")
        said = {}
        for life in lives:
            step = life.step(slot)
            if step is not None:
                life.merge(step, day)
                repository.write(life.path, text_of(life))
                if step in ("add", "remove", "replace") and (words := life.refused(life.certs, day)):
                    said[life.path] = words
        repository.commit(f"Slot {slot}", at=at(day))
        told(repository, said, day)
        repository.merge(f"slot-{slot}", at=at(day))
        assert repository.run("request", now=at(day, "11:00")).status == 0
        if deploy == slot:
            released = repository.run("release", now=at(window))
            assert "released" in released.out, released.text
            for life in lives:
                life.deploy()
            compare(repository, lives)
        if confirm == slot:
            confirmed(repository, lives, window)
    held(repository, lives)
    repository.run("release", now=at(LAST))
    for life in lives:
        life.deploy()
    compare(repository, lives)


def told(repository: Repository, said: dict[str, str], day: str) -> None:
    """The rules say of exactly these files what the schedule would, with the step that comes now."""
    findings = repository.run_json("check", "--since", "main", now=at(day), status=1 if said else 0)["findings"]
    rotation = {
        one["file"]: one["message"] + " " + one["fix"] for one in findings if one["rule"].startswith("rotation")
    }
    assert rotation.keys() == said.keys()
    for file, words in said.items():
        assert words in rotation[file], rotation[file]


def confirmed(repository: Repository, lives: list[Life], day: str) -> None:
    result = repository.run("confirm", "--by", "deployer@login.gov", "--note", "Seen.", now=at(day, "16:00"))
    assert result.status == (0 if "confirmed" in result.out else 1), result.text
    for life in lives:
        life.confirm(day)
    compare(repository, lives)


def held(repository: Repository, lives: list[Life]) -> None:
    """`status` names the step of each that the guard keeps back."""
    # Its exit status tells of what is overdue, which some of these are.
    document = json.loads(repository.run("status", "--format", "json", now=at("2027-02-10")).out)
    standing = {one["app"]: one for one in document["requests"]}
    for life in lives:
        if life.states and all(life.refused(certs, day) for certs, day in life.states):
            words = life.refused(*life.states[-1])
            assert words is not None
            assert words in standing[f"exa/{life.name}"]["because"], standing[f"exa/{life.name}"]
