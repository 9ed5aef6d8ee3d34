"""A certificate that is written out in an app's file gets a file, and all else in the app's file stays."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from launchwindow.edit.inline_certificates import Moved, move_certificates
from launchwindow.load.yaml_source import parse
from launchwindow.model.app import App
from support.idp_fleet import certificate

PATH = "apps/exa/demo/production.yaml"
ONE, TWO = certificate(0x5DEB284D62304BA8).decode(), certificate(2).decode()
NAMES = {ONE: "certs/2028-5deb284d.crt", TWO: "certs/2028-00000002.crt"}
LONG = "certs/2028-5deb284d62304ba8.crt"


def app_of(text: str) -> App:
    document = parse(PATH, text.encode())
    assert isinstance(document.data, dict)
    return App("production", "exa", "demo", PATH, document, document.data, {}, "")


def moved(text: str, taken: tuple[str, ...] = ()) -> Moved | None:
    return move_certificates(app_of(text), lambda name, _pem: name not in taken)


def block(pem: str, indent: int) -> str:
    return "".join(f"{' ' * indent}{line}\n" for line in pem.splitlines())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"a: 1\ncerts:\n  - |\n{block(ONE, 4)}b: 2   # kept\n", "a: 1\ncerts:\n  - {}\nb: 2   # kept\n"),
        (f"certs:\n- |-  # ours\n{block(ONE, 6)}\n\n# next\n- certs/x.crt\n",
         "certs:\n- {}  # ours\n\n\n# next\n- certs/x.crt\n"),
        (f"certs:\n  - |2\n{block(ONE, 4)}", "certs:\n  - {}\n"),
        (f"certs: [ {json.dumps(ONE)} , certs/x.crt ]  # both\nb:    'q'\n",
         "certs: [ {} , certs/x.crt ]  # both\nb:    'q'\n"),
        (f"certs:\n  - >\n{block(ONE, 4)}b: 2\n", "certs:\n  - {}\nb: 2\n"),
        (f"certs:\n  - |\n{block('our own' + chr(10) + ONE, 4)}b: 2\n", "certs:\n  - {}\nb: 2\n"),
        (f"certs:\r\n  - |\r\n{block(ONE, 4)}b: é\r\n".replace("\r\n", "\n").replace("\n", "\r\n"),
         "certs:\r\n  - {}\r\nb: é\r\n"),
    ],
    ids=range(7),
)  # fmt: skip
def test_the_name_takes_the_texts_place(before: str, after: str) -> None:
    assert moved(before) == Moved(after.format(NAMES[ONE]), {NAMES[ONE]: ONE.encode()})


def test_a_name_that_is_taken_gives_way_to_a_longer_one() -> None:
    text = f"certs:\n  - |\n{block(ONE, 4)}"
    found = moved(text, taken=(NAMES[ONE],))
    assert found is not None
    assert list(found.certificates) == [LONG]
    assert moved(text, taken=(NAMES[ONE], LONG)) is None


def test_two_go_to_two_files_and_the_same_one_only_once() -> None:
    found = moved(f"certs:\n  - |\n{block(ONE, 4)}  - |\n{block(TWO, 4)}  - |\n{block(ONE, 4)}")
    assert found is not None
    assert found.certificates == {NAMES[ONE]: ONE.encode(), NAMES[TWO]: TWO.encode()}
    # Twice the same name would be another finding; which one to drop is for the partner to say.
    assert found.text == f"certs:\n  - {NAMES[ONE]}\n  - {NAMES[TWO]}\n  - |\n{block(ONE, 4)}"


KEY = "-----BEGIN " + "PRIVATE KEY-----\nMIIB\n-----END " + "PRIVATE KEY-----\n"


@pytest.mark.parametrize(
    "text",
    [
        "certs: [certs/x.crt]\n",
        "a: 1\n",
        f"certs: |\n{block(ONE, 2)}",
        f"other:\n  - |\n{block(ONE, 4)}",
        f"certs:\n  - |\n{block(ONE + KEY, 4)}",
        f"certs:\n  - |\n{block(ONE, 4)}note: |\n{block(KEY, 2)}",
        f"certs:\n  - |\n{block(ONE, 4)}# {KEY.splitlines()[0]}\n",
        f"certs:\n  - |\n{block(ONE + TWO, 4)}",
        f"certs:\n  - |\n{block(ONE[:300], 4)}",
        f"certs:\n  - |\n{block(ONE, 4)}note: '\u2028'\n",
        f"certs: [{json.dumps(ONE.replace(chr(10), chr(92) + 'n'))}]\n",
        f"certs:\n  - |\n{block(ONE, 4)}  - {NAMES[ONE]}\n",
    ],
    ids=range(12),
)
def test_what_is_not_sure_is_left_alone(text: str) -> None:
    assert moved(text) is None


STYLES: list[Callable[[str], str]] = [
    lambda pem: "|\n" + block(pem, 6),
    lambda pem: "|- # c\n" + block(pem, 4) + "\n",
    lambda pem: ">+\n" + block(pem, 4),
    lambda pem: json.dumps(pem) + "  # d\n",
    lambda pem: "'" + pem.replace("\n", "\n\n     ").rstrip() + "'\n",
]
HEADS = ["", "# head  \n", "é: 'x\n  y'\n"]
TAILS = ["", "z: |+\n  a  \n\n", "# tail"]
items_of_certs = st.lists(
    st.tuples(st.sampled_from([ONE, TWO, "certs/x.crt", "7"]), st.sampled_from(STYLES)), max_size=4
)


@settings(max_examples=60)
@given(items_of_certs, st.sampled_from(HEADS), st.sampled_from(TAILS))
def test_the_data_is_what_it_should_be_and_comments_stay(
    items: list[tuple[str, Callable[[str], str]]], head: str, tail: str
) -> None:
    lines = [f"  - {style(one)}" if one in NAMES else f"  - {one}\n" for one, style in items]
    text = f"{head}certs:\n{''.join(lines)}{tail}"
    before = app_of(text)
    found = move_certificates(before, lambda _name, _pem: True)
    wanted = list(dict.fromkeys(NAMES[one] for one, _ in items if one in NAMES))
    if not wanted:
        assert found is None
        return
    assert found is not None
    assert sorted(found.certificates) == sorted(wanted)
    after = app_of(found.text)
    assert {key: value for key, value in after.data.items() if key != "certs"} == {
        key: value for key, value in before.data.items() if key != "certs"
    }
    certs, old = after.data["certs"], before.data["certs"]
    assert isinstance(certs, list)
    assert isinstance(old, list)
    named = {name: pem for pem, name in NAMES.items()}
    for new, item, (one, _) in zip(certs, old, items, strict=True):
        assert new == (NAMES[one] if new in named else item)
    assert found.text.startswith(head)
    assert found.text.endswith(tail)
    # What is left over is the same certificate once more.
    assert move_certificates(after, lambda _name, _pem: True) is None
