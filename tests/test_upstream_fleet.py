"""The identity provider's own development fleet through import, check, plan, request and release, where it is at hand.

It is not part of this repository; the test looks for it beside the checkout.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from launchwindow.exchange.idp_import import OTHERS, import_fleet
from launchwindow.exchange.idp_yaml import providers
from launchwindow.exchange.seen import disagreements
from launchwindow.io.files import WorkTree
from launchwindow.io.import_files import read_idp_folder
from launchwindow.load.corpus import load_corpus
from launchwindow.provider import row_of
from support.idp_fleet import fill
from support.policies import policy_with
from support.repository import ADOPTED, LEDGER, MERGED, ROOT, Repository

FLEET = Path(os.environ.get("LAUNCHWINDOW_UPSTREAM", ROOT.parent / "shared" / "upstream"))
SOURCE = FLEET / "service_providers.yml"


@pytest.mark.skipif(not SOURCE.is_file(), reason=f"the identity provider's development fleet is not in {FLEET}")
def test_the_development_fleet_loses_nothing_on_its_way(tmp_path: Path) -> None:
    """What `request` writes for the imported sandbox apps holds the same providers, attribute by attribute."""
    repository = Repository(tmp_path / "fleet")
    repository.git("rm", "-r", "--quiet", "apps", "partners")
    repository.commit("Begin with an empty fleet", at=ADOPTED)
    assert repository.run("adopt", "HEAD", now=ADOPTED).status == 0
    repository.branch("import")
    imported = repository.run("import", str(SOURCE), "--into", str(repository.path))
    assert imported.status == 0, imported.text
    assert repository.run("check").status == 1, "placeholders are left to fill"
    fill(repository.path, import_fleet(read_idp_folder(SOURCE, OTHERS).files, "sandbox", None))
    checked = repository.run("check")
    assert checked.status == 0, checked.text
    repository.commit("Import the fleet")
    plan = repository.run_json("plan")
    originals = providers(SOURCE.read_bytes(), None)
    apps = [one for one in plan["change_requests"] if "/" in one["app"]]
    assert len(apps) == len(originals)
    repository.merge("import", reviewed_by=None)
    recorded = repository.run_json("request")["change_requests"]
    assert {one["state"] for one in recorded} == {"deployed"}
    written = providers(repository.git("show", f"{LEDGER}:idp/sandbox/service_providers.yml").encode(), None)
    assert written.keys() == originals.keys()
    differing = {issuer: disagreements(written[issuer], originals[issuer]) for issuer in originals}
    assert differing == dict.fromkeys(originals, ())
    names = {name for row in originals.values() for name in row.get("certs", ())}  # type: ignore[attr-defined]
    files = set(repository.ledger_files())
    assert {f"idp/sandbox/certs/sp/{name}.crt" for name in names} <= files
    for name in names:
        theirs = (FLEET / "certs" / "sp" / f"{name}.crt").read_text(encoding="utf-8")
        ours = repository.git("show", f"{LEDGER}:idp/sandbox/certs/sp/{name}.crt")
        assert ours.split() == theirs.split()
    status = repository.run_json("status", now=MERGED)
    assert status["requests"] == []
    assert len([one for one in status["deployed"] if "/" in one["app"]]) == len(originals)


@pytest.mark.skipif(not SOURCE.is_file(), reason=f"the identity provider's development fleet is not in {FLEET}")
def test_the_development_fleet_goes_to_the_dashboard_and_back(tmp_path: Path) -> None:
    """Its extract is imported as the same providers, but for what the export says is lost; the IdP's files whole."""
    repository = Repository(tmp_path / "fleet")
    repository.git("rm", "-r", "--quiet", "apps", "partners")
    assert repository.run("import", str(SOURCE), "--into", str(repository.path)).status == 0
    fill(repository.path, import_fleet(read_idp_folder(SOURCE, OTHERS).files, "sandbox", None))
    repository.commit("Import the fleet")
    held = ("--commit", "HEAD", "--environment", "sandbox")
    assert repository.run("export", "--to", str(tmp_path / "idp"), *held).status == 0
    originals = providers(SOURCE.read_bytes(), None)
    written = providers((tmp_path / "idp" / "service_providers.yml").read_bytes(), None)
    assert {issuer: disagreements(written[issuer], originals[issuer]) for issuer in originals} == dict.fromkeys(
        originals, ()
    )
    document = repository.run_json("export", "--to", str(tmp_path / "extract.tgz"), "--as", "dashboard", *held)
    imported = repository.run_json("import", str(tmp_path / "extract.tgz"), "--into", str(tmp_path / "again"))
    assert {one["issuer"] for one in imported["apps"]} == set(originals)
    told = {(one["where"], one["key"]) for one in document["not_carried"]}
    again = load_corpus(WorkTree(tmp_path / "again"), policy_with())
    before = load_corpus(WorkTree(repository.path), policy_with())
    rows = [
        {app.issuer: row_of(app, corpus.partners[app.partner].agency_id) for app in corpus.apps}
        for corpus in (before, again)
    ]
    for issuer, row in rows[0].items():
        assert issuer is not None
        other = rows[1][issuer]
        kept = {column for column in row.columns if row.columns[column] != other.columns[column]}
        unlike = {one.partition(":")[0] for one in disagreements({**row.columns}, {**other.columns})}
        assert {(issuer, column) for column in unlike & kept} <= told
        assert (issuer, "certs") in told or [one.fingerprint for one in row.certs] == [
            one.fingerprint for one in other.certs
        ]
        assert (issuer, "logo") in told or (row.logo and row.logo.sha256) == (other.logo and other.logo.sha256)
        assert row.redirect_uris == other.redirect_uris


@pytest.mark.skipif(not SOURCE.is_file(), reason=f"the identity provider's development fleet is not in {FLEET}")
def test_the_development_fleet_has_not_drifted_from_itself(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "fleet")
    repository.git("rm", "-r", "--quiet", "apps", "partners")
    assert repository.run("import", str(SOURCE), "--into", str(repository.path)).status == 0
    fill(repository.path, import_fleet(read_idp_folder(SOURCE, OTHERS).files, "sandbox", None))
    commit = repository.commit("Import the fleet")
    assert repository.run("adopt", commit, now=MERGED).status == 0
    result = repository.run("drift", "--seen", str(SOURCE), "--environment", "sandbox")
    assert result.status == 0, result.text
