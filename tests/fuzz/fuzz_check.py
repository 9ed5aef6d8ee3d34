"""Search for bytes that `check` can't cope with; `docs/fuzzing.md` says how to run it and what to do with a finding.

The suite does not need atheris: it replays `corpus/` through the same target, `support.fuzz_target`.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> None:
    """Hand over to libFuzzer, which never returns; it reads the command line."""
    import atheris

    tests = Path(__file__).resolve().parents[1]
    sys.path[:0] = [str(tests), str(tests.parent / "hooks")]
    with atheris.instrument_imports(include=["launchwindow"]):
        from support.fuzz_target import check_bytes
    atheris.Setup(sys.argv, check_bytes)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
