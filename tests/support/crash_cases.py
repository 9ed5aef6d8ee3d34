"""Every command that writes, each with the repository that it finds. Another command is one line in `CASES`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, wraps
from pathlib import Path
from shutil import copyfile
from typing import NamedTuple

from support.beginnings import ACTION, REVIEWERS, age, init
from support.dashboard_fleet import packed
from support.idp_fleet import certificate
from support.prepared import copied, prepared
from support.repository import ADOPTED, APP, FILE, MERGED, ROOT, SUBJECT, WINDOW, Repository

LATER = "2026-11-25T10:00:00-05:00"
AFTER = "2026-12-10T12:00:00-05:00"
PUSH = ("push_notification_url: https://benefits.exa.gov/risc", "push_notification_url: https://push.exa.gov/risc")
READING = "apps/npa/reading-room"
HOME = ("return_to_sp_url: https://benefits.exa.gov/", "return_to_sp_url: https://benefits.exa.gov/home")
BY = ("--by", "ops@login.gov")
REVIEWED, SECONDED = ("--by", "reviewer@login.gov"), ("--second", "second-reviewer@login.gov")

Words = Mapping[str, str]
"""What stands for names in a command line: `{request}`, `{other}`, `{place}`, `{base}`."""
Stage = Callable[[Path], Words]


def _once(stage: Stage) -> Stage:
    """It is made once in each process, with the files beside it, and copied for whoever begins with it."""

    @cache
    def made() -> tuple[Path, Words]:
        told: dict[str, str] = {}
        return prepared(f"case-{stage.__name__}", lambda there: told.update(stage(there / "repo"))), told

    @wraps(stage)
    def copy(folder: Path) -> Words:
        there, words = made()
        copied(there / "repo", folder)
        for beside in there.iterdir():
            if beside.is_file():
                copyfile(beside, folder.parent / beside.name)
        return words

    return copy


class Case(NamedTuple):
    """One command line, the time it runs at, and what was there before it."""

    name: str
    stage: Stage
    argv: tuple[str, ...]
    now: str = LATER
    remote: bool = True
    """Whether it takes `--remote`."""
    slow: bool = False
    """Whether it is left to `make crashes`: it does so much besides that each kill takes long."""


def fleet(folder: Path) -> Words:
    """One app, and no ledger yet."""
    return {"base": Repository(folder).base}


@_once
def merged(folder: Path) -> Words:
    """Two merges since the ledger was begun, one of them with nobody's approval."""
    repository = Repository(folder).adopted()
    first = repository.change(*HOME)
    second = repository.change("default_aal: 2", "default_aal: 3", at="2026-11-24T11:00:00-05:00", reviewed_by=None)
    return {"base": repository.base, "request": f"{SUBJECT}@{first[:12]}", "other": f"{SUBJECT}@{second[:12]}"}


@_once
def requested(folder: Path) -> Words:
    """The same, recorded."""
    words = merged(folder)
    _done(folder, MERGED, "request")
    return words


@_once
def held(folder: Path) -> Words:
    """The first of them held."""
    words = requested(folder)
    _done(folder, MERGED, "hold", words["request"], *BY, "--reason", "The partner asked.")
    return words


@_once
def released(folder: Path) -> Words:
    """The first of them handed over, and what the identity provider has by now in a file beside the repository."""
    words = requested(folder)
    _done(folder, WINDOW, "release")
    rows = Repository.at(folder).git("show", "launchwindow-ledger:idp/production/service_providers.yml")
    (folder.parent / "seen.yml").write_text(rows + "\n", encoding="utf-8")
    return words


@_once
def rolled_back(folder: Path) -> Words:
    """What was handed over is taken back by a rollback, which may be cancelled."""
    words = released(folder)
    _done(folder, AFTER, "rollback", SUBJECT, *BY, "--reason", "People can't sign in.")
    return words


@_once
def rewritten(folder: Path) -> Words:
    """Main was put back to where the first of two recorded merges left it, and went on from there."""
    words = requested(folder)
    repository = Repository.at(folder)
    repository.git("reset", "--quiet", "--hard", "HEAD~1")
    repository.change("default_aal: 2", "default_aal: 1", at=LATER)
    return words


@_once
def agreed(folder: Path) -> Words:
    """A certificate that is to be exchanged together with the partner, at a time that was agreed on."""
    repository = Repository(folder, whole_fleet=True).adopted()
    repository.branch("exchange")
    repository.write(f"{READING}/certs/2027.crt", certificate(1))
    repository.edit(f"{READING}/production.yaml", "certs: [certs/2026.crt]", "certs: [certs/2027.crt]")
    release = 'release: {coordinate_at: "2026-12-10T09:30:00-05:00", reason: The vendor is there then.}'
    repository.write(f"{READING}/production.yaml", f"{repository.read(f'{READING}/production.yaml')}{release}\n")
    repository.commit()
    repository.merge("exchange")
    _done(folder, MERGED, "request")
    return {}


@_once
def with_a_calendar(folder: Path) -> Words:
    """One of the requests held since the calendar was written."""
    words = requested(folder)
    _done(folder, MERGED, "windows", "--ics", str(folder / "deploys.ics"))
    _done(folder, MERGED, "hold", words["request"], *BY, "--reason", "The partner asked.")
    return words


def with_another(folder: Path) -> Words:
    """An app, and a certificate beside the repository that it is to have; one that it names is spare."""
    repository = Repository(folder)
    (folder.parent / "new.crt").write_bytes(certificate(1))
    repository.write(f"{APP}/certs/2025.crt", certificate(2))
    repository.edit(FILE, "certs: [certs/2026.crt]", "certs: [certs/2026.crt, certs/2025.crt]")
    return {}


def untidy(folder: Path) -> Words:
    """A work tree with three files to mend, one of them a certificate that stands in the app's file."""
    repository = Repository(folder)
    repository.edit(FILE, "team: benefits", "team: benefits   ")
    repository.edit("partners/exa.yaml", "abbreviation:", "abbreviation:  ")
    repository.write("partners/exa.yaml", repository.read("partners/exa.yaml") + "\n\n\n")
    certificate = repository.read(f"{APP}/certs/2026.crt").strip().replace("\n", "\n      ")
    repository.edit(FILE, "certs: [certs/2026.crt]", f"certs:\n  - |\n      {certificate}")
    return {}


def whole_fleet(folder: Path) -> Words:
    """All of the example."""
    Repository(folder, whole_fleet=True)
    return {}


def beside_an_idp(folder: Path) -> Words:
    """An empty repository, and the identity provider's files beside it."""
    repository = Repository(folder.parent.parent / "import" / folder.parent.name).adopted()
    for path in repository.ledger_files():
        if path.startswith("idp/production/"):
            target = folder.parent / "idp" / path.removeprefix("idp/production/")
            target.parent.mkdir(parents=True, exist_ok=True)
            content = repository.git("show", f"launchwindow-ledger:{path}") + "\n"
            target.write_bytes(content.encode("utf-8", "surrogateescape"))
    folder.mkdir()
    return {}


def deployed(folder: Path) -> Words:
    """A ledger, and no export of it."""
    Repository(folder).adopted()
    return {}


def exported(folder: Path) -> Words:
    """An export of the dashboard's form where the other is to be."""
    repository = Repository(folder).adopted()
    for to in ("idp", "idp.tgz"):
        assert repository.run("export", "--as", "dashboard", "--to", str(folder.parent / to)).status == 0
    return {}


def beside_an_extract(folder: Path) -> Words:
    """An empty repository, and an extract of the dashboard beside it."""
    folder.mkdir()
    (folder.parent / "extract.tgz").write_bytes(packed())
    return {}


def nothing(folder: Path) -> Words:
    """An empty folder."""
    folder.mkdir()
    return {}


def begun_before(folder: Path) -> Words:
    """A configuration that an earlier version began, with two files of another text and one fewer."""
    assert init(folder).status == 0
    age(folder, {"README.md": "Old.\n", ".github/workflows/merge.yml": "on: push\n", "schemas/app.schema.json": None})
    return {}


def _done(folder: Path, now: str, *argv: str) -> None:
    result = Repository.at(folder).run(*argv, now=now)
    assert result.status == 0, result.text


LOGO, CERTIFICATE = ROOT / APP / "logo.svg", ROOT / APP / "certs/2026.crt"
NEW = ("new", "--partner", "hld", "--app", "permit-desk", "--environment", "production", "--protocol",
       "openid_connect_private_key_jwt", "--logo", str(LOGO), "--certificate", str(CERTIFICATE))  # fmt: skip

CASES = (
    Case("adopt", fleet, ("adopt", "{base}", "--main", "main"), ADOPTED),
    Case("adopt --nothing", fleet, ("adopt", "--nothing", "--main", "main"), ADOPTED),
    Case("request", merged, ("request",)),
    Case("release", merged, ("release",), WINDOW),
    Case("release of a missed window", requested, ("release",), "2026-12-15T10:00:00-05:00"),
    Case("confirm --seen", released, ("confirm", "--seen", "{place}/seen.yml"), AFTER),
    Case("confirm --by", released, ("confirm", *BY, "--note", "Looked at it."), AFTER),
    Case("hold", requested, ("hold", "{request}", *BY, "--reason", "Not yet.")),
    Case("resume", held, ("resume", "{request}", *BY, "--note", "Go on.")),
    Case("approve", requested, ("approve", "{other}", *REVIEWED, "--note", "Read it.")),
    Case("short-notice", requested, ("short-notice", "{request}", *REVIEWED, "--reason", "It is urgent.")),
    Case("off-cycle", requested, ("off-cycle", "{request}", *REVIEWED, *SECONDED, "--reason", "It is urgent.")),
    Case("release --coordinated", agreed, ("release", "--coordinated", "production/npa/reading-room", *BY), WINDOW),
    Case("confirm --failed", released, ("confirm", "--failed", *BY, "--note", "The seed stopped."), AFTER),
    Case("rollback", released, ("rollback", SUBJECT, *BY, "--reason", "People can't sign in."), AFTER),
    Case("rollback --cancel", rolled_back, ("rollback", SUBJECT, "--cancel", *BY, "--reason", "They can."), AFTER),
    Case("adopt --rewrite", rewritten, ("adopt", "--rewrite", "main"), LATER),
    Case("cert add", with_another, ("cert", "add", SUBJECT, "{place}/new.crt"), remote=False),
    Case("cert remove", with_another, ("cert", "remove", SUBJECT, "certs/2025.crt"), remote=False),
    Case("windows --ics", with_a_calendar, ("windows", "--ics", "{place}/repo/deploys.ics"), remote=False, slow=True),
    # What is kept between runs lies outside of the repository, in files named by process: tests/test_cache.py has it.
    Case("check --fix", untidy, ("check", "--fix", "--no-cache"), remote=False),
    Case("new", whole_fleet, NEW, remote=False),
    Case("import", beside_an_idp, ("import", "{place}/idp/service_providers.yml", "--into", "{place}/repo/into",
                                   "--environment", "production"), remote=False),
    Case("import of an extract", beside_an_extract, ("import", "{place}/extract.tgz", "--into", "{place}/repo/into"),
         remote=False),
    Case("export", deployed, ("export", "--to", "{place}/idp"), remote=False, slow=True),
    Case("export over an earlier one", exported, ("export", "--to", "{place}/idp"), remote=False, slow=True),
    Case("export into a file", exported, ("export", "--to", "{place}/idp.tgz"), remote=False),
    Case("init", nothing, ("init", *ACTION, *REVIEWERS), remote=False, slow=True),
    Case("init --upgrade", begun_before, ("init", "--upgrade", *ACTION), remote=False, slow=True),
)  # fmt: skip
