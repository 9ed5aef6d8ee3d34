"""No input makes `check` crash, hang or need much memory: the whole command line on spoilt and hostile files."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.fuzz_target import check_bytes
from support.repository import ROOT, run
from support.valid_fleet import NOW, OIDC, OIDC_CERTIFICATE, OIDC_LOGO, PARTNER, POLICY, SAML, valid_fleet, write

CORPUS = Path(__file__).parent / "fuzz" / "corpus"
MOST_MEMORY = 200 * 1024
"""KiB of the whole process, at its peak."""
LONGEST = 300
"""Seconds after which a process hangs; many times what the slowest takes on a busy machine."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The valid fleet, of which each example replaces one file and puts it back."""
    found = tmp_path_factory.mktemp("fleet")
    write(valid_fleet(), found)
    return found


def assert_judged(folder: Path, path: str, data: bytes) -> None:
    """`check` ends with a verdict or a clear refusal, whatever stands in the file."""
    before = (folder / path).read_bytes()
    (folder / path).write_bytes(data)
    try:
        result = run("--repo", str(folder), "--now", NOW, "check")
    finally:
        (folder / path).write_bytes(before)
    assert result.status in (0, 1, 2), result.text
    assert "Traceback" not in result.text


quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12)
    | st.sampled_from(["<", "%", "https://", "https://[", "../x", "certs/", "2027-02-30", "9999-99-99", "x" * 3000]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3), max_leaves=6,
)  # fmt: skip


def fields(name: str) -> list[str]:
    """The top-level fields that a schema knows."""
    schema: dict[str, Any] = json.loads((ROOT / f"schemas/{name}.schema.json").read_text(encoding="utf-8"))
    return sorted(schema["properties"])


@quick
@given(
    st.sampled_from([(OIDC, "app"), (SAML, "app"), (PARTNER, "partner"), (POLICY, "policy")]).flatmap(
        lambda kind: st.tuples(st.just(kind[0]), st.sampled_from(fields(kind[1])), _VALUES)
    )
)
def test_any_value_in_any_field(folder: Path, change: tuple[str, str, object]) -> None:
    """A valid file but for one field; JSON is YAML."""
    path, field, value = change
    lines = valid_fleet()[path].decode().splitlines()
    start = next((number for number, text in enumerate(lines) if text.startswith(f"{field}:")), len(lines))
    end = next((number for number in range(start + 1, len(lines)) if lines[number][:1] not in " -#"), len(lines))
    lines[start:end] = [f"{field}: {json.dumps(value)}"]
    assert_judged(folder, path, "\n".join(lines).encode())


@quick
@given(st.sampled_from([OIDC, OIDC_CERTIFICATE, OIDC_LOGO, PARTNER, POLICY]), st.data())
def test_any_bytes_in_any_file(folder: Path, path: str, data: st.DataObject) -> None:
    """Bytes put into, or in place of, a part of a valid file."""
    whole = valid_fleet()[path]
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    assert_judged(folder, path, whole[:start] + data.draw(st.binary(max_size=30)) + whole[end:])


@pytest.mark.parametrize("seed", sorted(CORPUS.iterdir()), ids=lambda seed: seed.name)
def test_what_fuzzing_found(seed: Path) -> None:
    """Each input of the corpus is judged without a crash, and nothing unprintable is said about it."""
    check_bytes(seed.read_bytes())


def of_lines(field: str, unit: Callable[[int], str], most: int) -> bytes:
    """An app's file that one field fills up."""
    lines = [text for text in valid_fleet()[OIDC].decode().splitlines() if not text.startswith(f"{field}:")]
    return "\n".join([*lines, f"{field}:", *(unit(number) for number in range(most))]).encode()


LARGEST = 4 * 1024 * 1024
APP_FILES = {
    "brackets": b"x: [" + b"[]," * 87_000 + b"]",
    "braces": b"x: [" + b"{}," * 87_000 + b"]",
    "numbers": b"[" + b"1," * 130_000 + b"]",
    "unknown-keys": valid_fleet()[OIDC] + b"".join(b"k%d:\n" % number for number in range(30_000)),
    "certificates": of_lines("certs", lambda number: f"- c{number}", 900),
    "addresses": of_lines("redirect_uris", lambda number: f"- https://a{number}.com", 900),
    "waivers": of_lines("waivers", lambda number: f"- {{rule: x{number}}}", 500),
    "one-long-text": b"friendly_name: " + b"x" * 250_000,
}
"""What a dense file of at most 256 KiB may be made of; the last ones within the number of values that is read."""


@pytest.mark.few(3)
@pytest.mark.parametrize("content", [*APP_FILES.values(), None], ids=[*APP_FILES, "large-certificates-and-logos"])
def test_the_worst_input_needs_little_memory(content: bytes | None, tmp_path: Path) -> None:
    """Twenty apps of it, in a process of their own, stay below 200 MiB."""
    valid = valid_fleet()
    write({path: valid[path] for path in (PARTNER, POLICY)}, tmp_path)
    for number in range(20):
        app = f"apps/exa/app-{number}"
        filler = bytes([65 + number])
        files = {f"{app}/production.yaml": content or valid[OIDC], f"{app}/certs/2026.crt": valid[OIDC_CERTIFICATE],
                 f"{app}/logo.svg": valid[OIDC_LOGO]}  # fmt: skip
        if content is None:
            files[f"{app}/certs/2026.crt"] = b"-----BEGIN CERTIFICATE-----\n" + filler * LARGEST
            files[f"{app}/logo.svg"] = b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<a>" * (LARGEST // 3) + filler
        write(files, tmp_path)
    status, peak, said = measured(tmp_path)
    assert status == 1, said
    assert "Traceback" not in said
    assert peak < MOST_MEMORY, f"{peak // 1024} MiB"


_MEASURE = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[2:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=int(sys.argv[1]))
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, done.stderr[-2000:])
"""


def measured(folder: Path) -> tuple[int, int, str]:
    """(exit status, KiB at the peak, end of what went to standard error) of `check` on a folder."""
    command = [sys.executable, str(ROOT / "hooks"), "--repo", str(folder), "--now", NOW, "check"]
    # By a process of its own: the peak of children is one number for all that a process ever had.
    around = [sys.executable, "-c", _MEASURE, str(LONGEST), *command]
    output = subprocess.run(around, capture_output=True, check=True, text=True, timeout=LONGEST + 30).stdout
    status, peak, said = output.split(" ", 2)
    return int(status), int(peak), said
