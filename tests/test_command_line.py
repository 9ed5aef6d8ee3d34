"""What the command line says of words that it does not know."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support.repository import Repository, run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("word", "meant"), [("statsu", "status"), ("confrim", "confirm"), ("releases", "release")])
def test_an_unknown_command_is_told_with_the_one_that_was_meant(word: str, meant: str) -> None:
    told = run(word)
    assert (told.status, told.out) == (2, "")
    assert told.err.endswith(
        f"error: there is no command “{word}”. Did you mean “{meant}”? `launchwindow --help` lists them all.\n"
    )


@pytest.mark.parametrize("word", ["xyzzy", "' (choose from", "a\nb", "\x1b[31mred"])
def test_what_nobody_could_mean_is_told_harmlessly(word: str) -> None:
    told = run(word)
    assert told.status == 2
    assert "there is no command “" in told.err
    assert "Did you mean" not in told.err
    assert "\x1b" not in told.err
    assert told.err.count("\n") == 2


@pytest.mark.parametrize("words", [["check"], ["plan"], ["status"], ["--repo", "{there}", "check", "apps"]])
def test_a_folder_that_is_gone_is_no_bug(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone, there = tmp_path / "gone", Repository(tmp_path / "there")
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    told = run(*(word.format(there=there.path) for word in words))
    assert (told.status, told.out) == (2, "")
    assert "is gone" in told.err


def test_ctrl_c_ends_a_command_without_a_word_as_that_signal_does() -> None:
    program = (
        "import os, signal, sys\n"
        "from launchwindow import cli\n"
        "cli._answer = lambda _: os.kill(os.getpid(), signal.SIGINT)\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "sys.exit(cli.main())"
    )
    finished = subprocess.run([sys.executable, "-c", program, "windows"], capture_output=True, text=True, check=False)
    assert (finished.returncode, finished.stdout, finished.stderr) == (-signal.SIGINT, "", "")
