"""What two processes see of a work tree is what one sees, and what they remember of it is what one remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from launchwindow.io import files
from launchwindow.io.files import WorkTree
from launchwindow.io.seen import Memory
from launchwindow.model.errors import RepositoryError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    """Some partners, one of them odd: a link, a folder with a file's name, an empty file."""
    for number in range(6):
        folder = tmp_path / "apps" / f"a{number}" / "demo"
        (folder / "certs").mkdir(parents=True)
        (folder / "production.yaml").write_text(f"app_name: Demo {number}\n")
        (folder / "certs" / "2026.crt").write_bytes(b"x" * (20_000 * number))
        (tmp_path / "partners").mkdir(exist_ok=True)
        (tmp_path / "partners" / f"a{number}.yaml").write_text(f"name: {number}\n")
    (tmp_path / "apps/a5/demo/logo.svg").symlink_to("elsewhere")
    (tmp_path / "apps/a5/other.yaml").mkdir()
    (tmp_path / "apps/a5/other.yaml/file").write_text("")
    (tmp_path / "policy.yaml").write_text("{}\n")
    return tmp_path


def seen(root: Path, monkeypatch: pytest.MonkeyPatch, *, two: bool) -> tuple[Any, ...]:
    """What is seen and remembered."""
    monkeypatch.setattr(files, "can_fork", lambda: two)
    monkeypatch.setattr(files, "_WORTH_TWO", 2)
    memory = Memory(str(root))
    tree = WorkTree(root, memory)
    return tree.entries, tree.bundles(), memory._new, memory._units, memory._kept, tree.read(tree.entries)


def test_two_processes_see_what_one_sees(fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = (seen(fleet, monkeypatch, two=number == 2) for number in (1, 2))
    assert one == two
    assert len(one[0]) == 22


@pytest.mark.parametrize("two", [False, True])
def test_a_folder_in_a_partners_files_place_hides_none_of_its_apps(
    fleet: Path, monkeypatch: pytest.MonkeyPatch, two: bool
) -> None:
    """The folder's own entry is in the bundle of the partner's apps, which the other process looks at."""
    (fleet / "partners/a0.yaml").unlink()
    (fleet / "partners/a0.yaml").mkdir()
    entries = seen(fleet, monkeypatch, two=two)[0]
    assert entries["partners/a0.yaml"].kind == "directory"
    assert "apps/a0/demo/production.yaml" in entries
    assert len(entries) == 22


def test_what_can_not_be_read_is_told_alike(fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(self: WorkTree, path: str, size: int = -1) -> bytes:
        if path.startswith("apps/a4/"):
            raise RepositoryError(f"{path} can't be read.")
        return read(self, path, size)

    read = WorkTree._bytes
    monkeypatch.setattr(WorkTree, "_bytes", unreadable)
    told = []
    for two in (False, True):
        with pytest.raises(RepositoryError) as error:
            seen(fleet, monkeypatch, two=two)
        told.append(str(error.value))
    assert told[0] == told[1]
