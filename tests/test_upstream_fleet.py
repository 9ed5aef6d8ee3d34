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
from launchwindow.io.import_files import read_idp_folder
from support.idp_fleet import fill
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
