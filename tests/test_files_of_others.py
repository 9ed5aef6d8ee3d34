"""A certificate or logo at the IdP is the file that its own app names, whatever the files of other apps hold."""

from __future__ import annotations

from pathlib import Path

from support.idp_fleet import certificate
from support.repository import APP, FILE, LEDGER, SUBJECT, WINDOW, Repository

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><desc>{}</desc></svg>'


def test_a_certificate_within_a_logo_takes_the_place_of_none(tmp_path: Path) -> None:
    """OpenSSL reads the first block of a file: below an older heading it is another certificate than ours is."""
    repository = Repository(tmp_path / "fleet", whole_fleet=True).adopted()
    theirs, another = (certificate(number).decode() for number in (1, 2))
    repository.branch("both")
    repository.write(f"{APP}/certs/2027.crt", theirs)
    repository.edit(FILE, "certs/2026.crt", "certs/2026.crt, certs/2027.crt")
    logo = LOGO.format(another.replace(" CERTIFICATE", " X509 CERTIFICATE") + theirs)
    repository.write("apps/hld/trail-pass/logo.svg", logo)
    repository.commit()
    repository.merge("both")
    assert repository.run("request").status == 0
    document = repository.run_json("release", now=WINDOW)
    assert {one.partition("@")[0] for one in document["released"]} == {SUBJECT, "production/hld/trail-pass"}
    paths = [path for path in repository.ledger_files() if path.startswith("idp/production/")]
    written = {path: repository.git("show", f"{LEDGER}:{path}").strip() for path in paths}
    assert [path.rpartition(".")[2] for path, text in written.items() if text == theirs.strip()] == ["crt"]
    assert [path.rpartition(".")[2] for path, text in written.items() if text == logo] == ["svg"]
