"""A walk through every command and every situation of a change request, once for each format."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from support.repository import FILE, MERGED, REVIEWER, SECOND, SUBJECT, Repository, Result

if TYPE_CHECKING:
    from pathlib import Path

BEFORE = "2026-11-20T11:00:00-05:00"
FORMS, TRAILS = "apps/exa/forms-library", "apps/hld/trail-pass"
READING, RESEARCHERS = "apps/npa/reading-room", "apps/npa/researcher-card"
WAIVER = """\
waivers: [{rule: saml-encryption, ticket: LG-1203, reason: The product can't decrypt., expires: 2027-06-30}]
"""
KEY_IN_USE = "release: {key_in_use: {certificate: certs/2027.crt, as_of: 2026-11-23}}\n"
PERMIT_DESK = """\
app_name: Permit Desk
friendly_name: Permit Desk
issuer: urn:gov:gsa:openidconnect.profiles:sp:sso:hld:permit-desk
team: permits
iaa: LGHLDFY260003-0001-0001
protocol: openid_connect_pkce
ial: 1
default_aal: 2
logo: logo.svg
redirect_uris: [https://permits.hld.gov/signed-in]
return_to_sp_url: https://permits.hld.gov/
attestations: {ato: {system: Permits, expires: 2028-06-30}, production_account: true, dedicated_domains: []}
contacts: [{role: technical, email: permits@hld.gov}]
"""


class Said(NamedTuple):
    """One command line of the walk, under the name of its situation."""

    name: str
    arguments: tuple[str, ...]
    result: Result


class Walk:
    """What was said on the way, in order; commit ids are replaced by ones that never change."""

    def __init__(self, folder: Path, form: str) -> None:
        self.folder = folder
        self.form = form
        self.said: list[Said] = []
        self.commits: list[str] = []
        self.repo = Repository(folder / "fleet", whole_fleet=True)
        self.commits.append(self.repo.base)
        for part in (
            _before_the_ledger,
            _merges,
            _levers,
            _windows,
            _confirmation,
            _nothing_adopted,
            _import,
            _new,
            _own_runs,
            _rollback,
            _rewrite,
            _certificates,
        ):
            part(self)

    def say(
        self, name: str, *arguments: str, now: str = MERGED, status: int = 0, repo: Repository | None = None
    ) -> None:
        """Run one command line; its exit status must be as said."""
        result = (repo or self.repo).run(*arguments, "--format", self.form, now=now)
        assert result.status == status, f"{name}: {result.status}\n{result.text}"
        self.said.append(Said(name, arguments, self._steady(result)))

    def merged(self, commit: str) -> str:
        """Remember a merge; its commit."""
        self.commits.append(commit)
        return commit

    def _steady(self, result: Result) -> Result:
        return Result(result.status, self._replaced(result.out), self._replaced(result.err))

    def _replaced(self, text: str) -> str:
        for number, commit in enumerate(self.commits):
            steady = f"{number:02d}" * 20
            text = text.replace(commit, steady).replace(commit[:12], steady[:12])
        return text.replace(str(self.folder), "/repositories")


def _before_the_ledger(walk: Walk) -> None:
    repo = walk.repo
    walk.say("check", "check", now=BEFORE)
    walk.say("explain", "explain", now=BEFORE)
    walk.say("explain-rule", "explain", "saml-encryption", now=BEFORE)
    walk.say("explain-unknown", "explain", "saml-encrypt", now=BEFORE, status=2)
    walk.say("windows", "windows", "--from", "2026-11-20", "--count", "4", now=BEFORE)
    for app in (READING, RESEARCHERS):
        repo.edit(f"{app}/production.yaml", "block_encryption: aes256-cbc", "block_encryption: none")
    repo.write(f"{RESEARCHERS}/production.yaml", repo.read(f"{RESEARCHERS}/production.yaml") + WAIVER)
    walk.say("check-findings", "check", now=BEFORE, status=1)
    repo.edit(FILE, "team: benefits", "team: benefits  ")
    walk.say("check-fix", "check", "--fix", now=BEFORE, status=1)
    repo.git("checkout", "--quiet", ".")
    walk.say("private-keys", "private-keys", now=BEFORE)
    leaked = walk.folder / "leaked.txt"
    leaked.write_text("Ours:\n-----BEGIN " + "PRIVATE KEY-----\n", encoding="utf-8")
    walk.say("private-keys-found", "private-keys", str(leaked), now=BEFORE, status=1)
    walk.say("status-without-ledger", "status", now=BEFORE, status=2)
    repo.branch("home")
    repo.edit(FILE, "return_to_sp_url: https://benefits.exa.gov/", "return_to_sp_url: https://benefits.exa.gov/home")
    walk.commits.append(repo.commit("Go home", at=MERGED))
    walk.say("plan-without-ledger", "plan")
    repo.checkout("main")
    walk.say("adopt", "adopt", repo.base, now=BEFORE)
    walk.say("adopt-twice", "adopt", repo.base, now=BEFORE, status=2)
    walk.say("plan", "plan", "--head", "home")
    walk.say("plan-nothing", "plan", "--head", "main")


def _merges(walk: Walk) -> None:
    repo = walk.repo
    walk.merged(repo.merge("home", message="Send people home after signing in"))
    walk.merged(repo.change("EXA Forms Library", "EXA Forms", path=f"{FORMS}/production.yaml", reviewed_by=None,
                            message="Shorten the name"))  # fmt: skip
    repo.branch("many")
    repo.edit("partners/exa.yaml", "name: ", "name: The ")
    repo.write("apps/hld/permit-desk/production.yaml", PERMIT_DESK)
    repo.write(f"{TRAILS}/staging.yaml", repo.read(f"{TRAILS}/production.yaml"))
    (repo.path / READING / "production.yaml").unlink()
    repo.edit(f"{RESEARCHERS}/production.yaml", "  - certs/2026.crt\n", "")
    repo.write(f"{RESEARCHERS}/production.yaml", repo.read(f"{RESEARCHERS}/production.yaml") + KEY_IN_USE)
    repo.write(f"{RESEARCHERS}/logo.svg", repo.read(f"{RESEARCHERS}/logo.svg").replace("</svg>", "<g/></svg>"))
    repo.edit("apps/exa/forms-library/sandbox.yaml", "friendly_name: ", "friendly_name: Our ")
    trails = repo.read(f"{TRAILS}/production.yaml")
    repo.write(f"{TRAILS}/production.yaml", trails + "release: {not_before: 2027-01-15}\n")
    walk.commits.append(repo.commit("Many things"))
    walk.say("plan-many", "plan")
    walk.merged(repo.merge("many", message="Bring in many things"))
    walk.say("request", "request")
    walk.say("request-nothing", "request")
    walk.say("status", "status")
    walk.say("calendar", "windows", "--count", "2", "--ics", str(walk.folder / "deploys.ics"))
    walk.say("explain-date", "explain-date", SUBJECT)
    for name, day in (("Benefit Findr", "2026-11-25"), ("Benefit Finder", "2026-11-27")):
        old = "Benefits Finder" if name == "Benefit Findr" else "Benefit Findr"
        walk.merged(repo.change(f"friendly_name: {old}", f"friendly_name: {name}", at=f"{day}T10:00:00-05:00",
                                message=f"Call it {name}"))  # fmt: skip
    walk.merged(repo.change("friendly_name: Trail Pass", "friendly_name: Trails", path=f"{TRAILS}/production.yaml",
                            at="2026-11-27T11:00:00-05:00", message="Rename the trails"))  # fmt: skip
    walk.merged(repo.change("https://benefits.exa.gov/risc", "https://push.exa.gov/risc",
                            at="2026-11-27T12:00:00-05:00", message="Move push notifications"))  # fmt: skip
    walk.say("request-withdrawn", "request", now="2026-11-27T13:00:00-05:00")
    walk.say("explain-date-withdrawn", "explain-date", SUBJECT, now="2026-11-27T13:00:00-05:00")


def _levers(walk: Walk) -> None:
    now = "2026-11-27T14:00:00-05:00"
    home = f"{SUBJECT}@{walk.commits[2][:12]}"
    forms = f"production/exa/forms-library@{walk.commits[3][:12]}"
    reading = f"production/npa/reading-room@{walk.commits[5][:12]}"
    by = ("--by", "deployer@login.gov")
    walk.say("hold", "hold", home, *by, "--reason", "The partner asked for a week.", now=now)
    walk.say("hold-twice", "hold", home, *by, "--reason", "Again.", now=now, status=1)
    walk.say("status-held", "status", SUBJECT, now=now)
    walk.say("explain-date-held", "explain-date", SUBJECT, now=now)
    walk.say("resume", "resume", home, *by, "--note", "The partner is ready.", now=now)
    walk.say("approve-nobody", "approve", forms, *by, "--note", "Fine.", now=now, status=1)
    walk.say("approve", "approve", forms, "--by", REVIEWER.split("<")[1][:-1], "--note", "Compared it.", now=now)
    walk.say("hold-for-good", "hold", reading, *by, "--reason", "People still use it.", now=now)


def _windows(walk: Walk) -> None:
    walk.say("release-outside", "release", now="2026-11-28T10:00:00-05:00")
    walk.say("release-dry-run", "release", "--dry-run", now="2026-11-30T10:00:00-05:00")
    walk.say("release", "release", now="2026-11-30T10:00:00-05:00")
    walk.say("release-again", "release", now="2026-11-30T11:00:00-05:00")
    walk.say("release-staging", "release", "--environment", "staging", now="2026-11-30T10:00:00-05:00")
    walk.say("release-missed", "release", now="2026-12-17T10:00:00-05:00", status=1)
    walk.say("status-deploying", "status", now="2026-12-17T12:00:00-05:00", status=1)
    walk.say("status-overdue", "status", now="2026-12-17T18:00:00-05:00", status=1)


def _confirmation(walk: Walk) -> None:
    repo, now = walk.repo, "2026-12-17T16:00:00-05:00"
    seen = walk.folder / "service_providers.yml"
    rows = repo.git("show", "launchwindow-ledger:idp/production/service_providers.yml")
    seen.write_text(rows.replace("NPA Researcher Card", "NPA"), encoding="utf-8")
    walk.say("drift", "drift", "--seen", str(seen), now=now, status=1)
    walk.say("confirm-different", "confirm", "--seen", str(seen), now=now, status=1)
    by = ("confirm", "--by", "deployer@login.gov", "--note", "Looked at the console.")
    walk.say("confirm", *by, now=now)
    walk.say("confirm-staging", *by, "--environment", "staging", now=now)
    walk.say("confirm-nothing", *by, now=now, status=1)
    walk.say("status-deployed", "status", now="2026-12-18T10:00:00-05:00")
    walk.say("status-one", "status", SUBJECT, now="2026-12-18T10:00:00-05:00")


def _own_runs(walk: Walk) -> None:
    """What goes outside of the windows, and what failed."""
    repo, now = walk.repo, "2026-12-22T10:00:00-05:00"
    walk.merged(repo.change("https://benefits.exa.gov/home", "https://benefits.exa.gov/start", at=now,
                            message="Send people to the start"))  # fmt: skip
    request = f"{SUBJECT}@{walk.commits[-1][:12]}"
    walk.say("short-notice-nobody", "short-notice", request, "--by", "dana@exa.gov", "--reason", "x", now=now, status=1)
    first, second = (person.split("<")[1][:-1] for person in (REVIEWER, SECOND))
    walk.say("short-notice", "short-notice", request, "--by", first, "--reason", "The old page is gone.", now=now)
    walk.say("short-notice-twice", "short-notice", request, "--by", first, "--reason", "x", now=now, status=1)
    two = ("--by", first, "--second", second, "--reason", "The old page is gone and people are lost.")
    walk.say("off-cycle-alone", "off-cycle", request, "--by", first, *two[2:3], first, *two[4:], now=now, status=1)
    walk.say("off-cycle", "off-cycle", request, *two, now=now)
    walk.say("status-off-cycle", "status", SUBJECT, now=now)
    failed = ("confirm", "--failed", "--by", "deployer@login.gov", "--note", "The seed stopped at line 7.")
    walk.say("confirm-failed", *failed, now=now)
    walk.say("confirm-failed-again", *failed, now=now, status=1)
    walk.say("status-failed", "status", SUBJECT, now=now)
    walk.say("coordinated-nothing", "release", "--coordinated", SUBJECT, "--by", "Ops", now=now, status=1)


def _rollback(walk: Walk) -> None:
    """What is released was wrong: what ran before is prepared."""
    repo, now = walk.repo, "2026-12-22T12:00:00-05:00"
    walk.merged(
        repo.change(
            "auth/result]",
            "auth/result, https://benefits.exa.gov/auth/kiosk]",
            at=now,
            message="Let people come back to the kiosk page",
        )
    )
    by = ("--by", "deployer@login.gov", "--reason", "People can't sign in.")
    branch = f"rollback/{SUBJECT.replace('/', '-')}-{walk.commits[0][:12]}"
    walk.say("rollback", "rollback", SUBJECT, *by, now=now)
    walk.commits.append(repo.git("rev-parse", branch))
    walk.say("rollback-again", "rollback", SUBJECT, *by, "--to", "main", now=now, status=1)
    walk.say("status-rolled-back", "status", SUBJECT, now=now)
    walk.say("rollback-cancel", "rollback", SUBJECT, "--cancel", *by, now=now)


def _rewrite(walk: Walk) -> None:
    """Main loses its newest merge and gets another."""
    repo, now = walk.repo, "2026-12-22T13:00:00-05:00"
    repo.checkout("main")
    repo.git("reset", "--quiet", "--hard", "main~1")
    walk.merged(repo.change("https://benefits.exa.gov/start", "https://benefits.exa.gov/entry", at=now,
                            message="Send people to the entry"))  # fmt: skip
    walk.say("request-rewritten", "request", now=now, status=1)
    walk.say("adopt-rewrite", "adopt", "--rewrite", "main", now=now)


def _certificates(walk: Walk) -> None:
    """A rotation, as its partner sees it."""
    repo, now, reading = walk.repo, "2027-01-04T10:00:00-05:00", "production/npa/researcher-card"
    walk.say("cert-list", "cert", "list", now=now)
    walk.say("cert-list-one", "cert", "list", SUBJECT, now=now)
    walk.say("cert-list-unknown", "cert", "list", "production/exa/benefits-findr", now=now, status=1)
    new = str(repo.path / RESEARCHERS / "certs/2027.crt")
    walk.say("cert-add", "cert", "add", SUBJECT, new, now=now)
    walk.say("cert-add-again", "cert", "add", SUBJECT, new, now=now, status=1)
    walk.say("cert-add-first", "cert", "add", SUBJECT, new, "--first", now=now)
    walk.say("cert-remove-refused", "cert", "remove", SUBJECT, "certs/2026.crt", now=now, status=1)
    added = next(path for path in repo.read(FILE).split("[")[1].split("]")[0].split(", ") if "2026.crt" not in path)
    walk.say("cert-remove", "cert", "remove", SUBJECT, added, now=now)
    walk.say("cert-remove-unknown", "cert", "remove", SUBJECT, "certs/1999.crt", now=now, status=1)
    walk.say("cert-list-after", "cert", "list", reading, now=now)
    repo.git("checkout", "--quiet", ".")
    walk.say("doctor", "doctor", now=now, status=1)
    board = str(walk.folder / "board")
    walk.say("board", "board", "--output", board, now=now)
    walk.say("board-again", "board", "--output", board, now=now)
    walk.say("board-refused", "board", "--output", str(repo.path), now=now, status=1)


def _nothing_adopted(walk: Walk) -> None:
    fresh = Repository(walk.folder / "fresh")
    walk.commits.append(fresh.base)
    walk.say("adopt-nothing", "adopt", "--nothing", repo=fresh)
    walk.say("status-of-a-new-fleet", "status", repo=fresh)


def _import(walk: Walk) -> None:
    folder = walk.folder / "idp"
    for path, text in walk.repo.ledger_files().items():
        if path.startswith("idp/production/") and text:
            target = folder / path.removeprefix("idp/production/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(f"{text}\n", encoding="utf-8")
    source = str(folder / "service_providers.yml")
    walk.say("import", "import", source, "--into", str(walk.folder / "into"), "--environment", "production")
    walk.say("import-again", "import", source, "--into", str(walk.folder / "into"), status=1)
    extract = str(walk.folder / "extract.tgz")
    walk.say("export", "export", "--as", "dashboard", "--to", extract)
    walk.say("export-refused", "export", "--to", str(walk.folder / "fleet"), status=1)
    walk.say("import-extract", "import", extract, "--into", str(walk.folder / "third"), "--environment", "production")


def _new(walk: Walk) -> None:
    fresh = Repository(walk.folder / "begun", whole_fleet=True)
    walk.commits.append(fresh.base)
    place = ("new", "--partner", "hld", "--app", "permit-desk", "--environment", "production")
    walk.say("new-lacking", "new", "--partner", "hld", status=2, repo=fresh)
    walk.say("new", *place, "--push-url", "https://permits.hld.gov/risc", repo=fresh)
    walk.say("new-again", *place, status=1, repo=fresh)
