"""The page of a pull request is that of a fleet that is judged at once, and read whole, byte for byte."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from launchwindow.events import page_facts, page_fleet
from launchwindow.events.page_fleet import Fleet, fleet_of
from support.branches import Branch, grow
from support.repository import APP, FILE

if TYPE_CHECKING:
    from launchwindow.model.finding import Finding


class Pages:
    """The pages of a branch."""

    def __init__(self, branch: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
        self.branch, self._patch = branch, monkeypatch
        self.in_parts: list[bool] = []

    def agree(self) -> str:
        """What the page says, in both ways."""
        whole: list[Fleet] = []
        at_once = page_fleet._at_once

        def noted(*arguments: object) -> Fleet:
            whole.append(at_once(*arguments))  # type: ignore[arg-type]
            return whole[-1]

        with self._patch.context() as patch:
            patch.setattr(page_fleet, "_at_once", noted)
            found = self._plan()
        self.in_parts.append(not whole)
        with self._patch.context() as patch:
            patch.setattr(page_fleet, "_has_files_for_folders", lambda _: True)
            assert self._plan() == found
        return found[1]

    def _plan(self) -> tuple[int, str, str, list[tuple[Finding, ...]]]:
        """What is said, and what was found in all of the fleet, of which a page says what concerns it."""
        found: list[tuple[Finding, ...]] = []

        def noted(*arguments: object) -> Fleet:
            fleet = fleet_of(*arguments)  # type: ignore[arg-type]
            found.append(fleet.findings)
            return fleet

        command = ("plan", "--base", "main", "--head", "HEAD", "--format", "markdown")
        with self._patch.context() as patch:
            patch.setattr(page_facts, "fleet_of", noted)
            result = self.branch.repository.run(*command)
        return result.status, result.out, result.err, found


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pages:
    """Those of a branch that is checked out and is where main is."""
    branch = Branch(tmp_path, monkeypatch)
    branch.repository.branch("work")
    return Pages(branch, monkeypatch)


@pytest.mark.few(6)
@pytest.mark.parametrize("seed", range(60))
def test_pages_of_every_kind_are_alike(seed: int, pages: Pages) -> None:
    if seed % 3:
        pages.branch.repository.adopted()
    grow(pages.branch, Random(seed))
    pages.agree()


def _commit(pages: Pages, path: str, *texts: str) -> str:
    pages.branch.repository.edit(path, *texts)
    pages.branch.repository.commit()
    return pages.agree()


@pytest.mark.parametrize("adopted", [False, True], ids=["no-ledger", "ledger"])
def test_a_page_tells_what_is_wrong_elsewhere(adopted: bool, pages: Pages) -> None:
    if adopted:
        pages.branch.repository.adopted()
    page = _commit(pages, FILE, "ial: 2", "ial: 9")
    assert "production" in page
    # The other app of its partner has its host now.
    library = "apps/exa/forms-library/production.yaml"
    assert "issuer" in _commit(pages, library, "sso:exa:forms-library", "sso:exa:benefits-finder")
    assert pages.in_parts == [True, True]


@pytest.mark.parametrize("adopted", [False, True], ids=["no-ledger", "ledger"])
def test_what_an_app_was_is_found_by_its_issuer_wherever_it_stood(adopted: bool, pages: Pages) -> None:
    repository = pages.branch.repository
    if adopted:
        repository.adopted()
    repository.git("mv", APP, "apps/npa/finder")
    repository.commit()
    page = pages.agree()
    assert "npa&#47;finder" in page or "exa&#47;benefits" in page
    # Another partner's app takes an issuer that main has elsewhere.
    repository.git("reset", "--quiet", "--hard", "main")
    issuer = next(line for line in repository.read(FILE).splitlines() if line.startswith("issuer:"))
    other = "apps/npa/reading-room/production.yaml"
    own = next(line for line in repository.read(other).splitlines() if line.startswith("issuer:"))
    page = _commit(pages, other, own, issuer)
    assert "Benefits Finder" in page
    assert pages.in_parts == [True, True]


@pytest.mark.parametrize("where", ["branch", "main", "both"])
def test_a_page_is_judged_by_partners_files_as_main_has_them(where: str, pages: Pages) -> None:
    """Main's counts; what main alone changed is in the merge as well."""
    repository = pages.branch.repository
    repository.adopted()
    repository.edit(FILE, "ial: 2", "ial: 1")
    listed = ("integrations: [Benefits Finder]", "integrations: [Other]")
    if where != "main":
        repository.edit("partners/exa.yaml", *listed)
    repository.commit()
    if where != "branch":
        repository.checkout("main")
        repository.edit("partners/exa.yaml", *listed)
        repository.commit()
        repository.checkout("work")
    # By main's agreements the app is listed, or it was not before either.
    assert "iaa-unlisted" not in pages.agree()
    assert pages.in_parts == [True]


BOTH = {
    "a-partners-folder": ("apps/new", "apps/new/app/production.yaml"),
    "a-partners-file": ("partners/new.yaml", "partners/new.yaml/exa.yaml"),
    "deeper": ("partners/new", "partners/new/of/old.yaml"),
}
"""What one side has as a file, and the other as a folder."""


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("how", BOTH)
def test_a_page_of_what_is_a_file_and_a_folder_is_judged_at_once(
    how: str, turned: bool, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a git leaves it that joins nothing, being too old."""
    monkeypatch.setattr("launchwindow.events.overlay.joined", lambda *_: None)
    repository = pages.branch.repository
    repository.adopted()
    paths = reversed(BOTH[how]) if turned else BOTH[how]
    repository.edit(FILE, "ial: 2", "ial: 1")
    for branch, path in zip(("work", "main"), paths, strict=True):
        repository.checkout(branch)
        repository.write(path, "issuer: x\n")
        repository.commit()
    repository.checkout("work")
    pages.agree()
    assert pages.in_parts == [False]
