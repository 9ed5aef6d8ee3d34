"""A name goes into `certs` or out of it, and all else in the app's file stays."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from launchwindow.edit.certificate_list import with_name, without_name
from launchwindow.load.yaml_source import parse
from launchwindow.model.app import App

PATH = "apps/exa/demo/production.yaml"
NEW = "certs/2028-0000abcd.crt"


def app_of(text: str) -> App:
    document = parse(PATH, text.encode())
    assert isinstance(document.data, dict)
    return App("production", "exa", "demo", PATH, document, document.data, {}, "")


@pytest.mark.parametrize(
    ("before", "last", "first"),
    [
        ("certs: [a.crt]  # ours\nb: 1\n", "certs: [a.crt, NEW]  # ours\nb: 1\n",
         "certs: [NEW, a.crt]  # ours\nb: 1\n"),
        ("certs: [ a.crt, 'b.crt' , ]\n", "certs: [ a.crt, 'b.crt', NEW , ]\n", "certs: [ NEW, a.crt, 'b.crt' , ]\n"),
        ("certs: [\n  a.crt,  # old\n  b.crt  # new\n]\n", "certs: [\n  a.crt,  # old\n  b.crt, NEW  # new\n]\n",
         "certs: [\n  NEW, a.crt,  # old\n  b.crt  # new\n]\n"),
        ("certs:\n  - a.crt  # old\n  # to come\nb: 1\n", "certs:\n  - a.crt  # old\n  - NEW\n  # to come\nb: 1\n",
         "certs:\n  - NEW\n  - a.crt  # old\n  # to come\nb: 1\n"),
        ("certs:\n- a.crt\n- b.crt", "certs:\n- a.crt\n- b.crt\n- NEW\n", "certs:\n- NEW\n- a.crt\n- b.crt"),
        ("x: é\r\ncerts:\r\n  -   a.crt\r\nb: 1\r\n", "x: é\r\ncerts:\r\n  -   a.crt\r\n  -   NEW\r\nb: 1\r\n",
         "x: é\r\ncerts:\r\n  -   NEW\r\n  -   a.crt\r\nb: 1\r\n"),
        ("certs:\n  - |\n    text\n    more\n\nb: 1\n", "certs:\n  - |\n    text\n    more\n\n  - NEW\nb: 1\n",
         "certs:\n  - NEW\n  - |\n    text\n    more\n\nb: 1\n"),
        ("certs: []   # none yet\n", "certs: [NEW]   # none yet\n", None),
        ("certs: [\n  ]\nb: 1\n", "certs: [NEW]\nb: 1\n", None),
        ("certs:   # none yet\nb: 1\n", "certs: [NEW]   # none yet\nb: 1\n", None),
        ("certs: null\nb: 1\n", "certs: [NEW]\nb: 1\n", None),
        ("certs:", "certs: [NEW]", None),
        ("ial: 2\nlogo: l.svg  # ours\nb: 1\n", "ial: 2\nlogo: l.svg  # ours\ncerts: [NEW]\nb: 1\n", None),
        ("b: 1", "b: 1\ncerts: [NEW]\n", None),
        ("b: 1\n# the end\n", "b: 1\n# the end\ncerts: [NEW]\n", None),
    ],
    ids=range(15),
)  # fmt: skip
def test_a_name_is_added(before: str, last: str, first: str | None) -> None:
    app = app_of(before)
    assert with_name(app, NEW, first=False) == last.replace("NEW", NEW)
    assert with_name(app, NEW, first=True) == (last if first is None else first).replace("NEW", NEW)


@pytest.mark.parametrize(
    ("before", "index", "after"),
    [
        ("certs: [a.crt, b.crt, c.crt]  # ours\n", 0, "certs: [b.crt, c.crt]  # ours\n"),
        ("certs: [a.crt, b.crt, c.crt]  # ours\n", 1, "certs: [a.crt, c.crt]  # ours\n"),
        ("certs: [a.crt, b.crt, c.crt]  # ours\n", 2, "certs: [a.crt, b.crt]  # ours\n"),
        ("certs: [a.crt]  # ours\nb: 1\n", 0, "certs: []  # ours\nb: 1\n"),
        ("certs: [a.crt , ]\n", 0, "certs: [ ]\n"),
        ("certs: [\n  a.crt,  # old\n  b.crt,  # new\n]\n", 0, "certs: [\n  b.crt,  # new\n]\n"),
        ("certs: [\n  a.crt,  # old\n  b.crt  # new\n]\n", 1, "certs: [\n  a.crt,  # old\n]\n"),
        ("certs:  # ours\n  - a.crt  # old\n  - b.crt  # new\nb: 1\n", 0, "certs:  # ours\n  - b.crt  # new\nb: 1\n"),
        ("certs:  # ours\n  - a.crt  # old\n  - b.crt  # new\nb: 1\n", 1, "certs:  # ours\n  - a.crt  # old\nb: 1\n"),
        ("certs:  # ours\n  - a.crt  # old\nb: 1\n", 0, "certs: []  # ours\nb: 1\n"),
        ("certs:\r\n- a.crt\r\nb: 1\r\n", 0, "certs: []\r\nb: 1\r\n"),
        ("certs:\n  - |\n    text\n    more\n  - b.crt\n", 0, "certs:\n  - b.crt\n"),
    ],
    ids=range(12),
)
def test_an_item_is_taken_out(before: str, index: int, after: str) -> None:
    assert without_name(app_of(before), index) == after


def test_a_name_that_is_there_goes_to_the_front_and_comments_stay_with_their_places() -> None:
    text = "certs:\n  - a.crt  # first\n  - 'b.crt'\n  - c.crt\n"
    moved = with_name(app_of(text), "c.crt", first=True)
    assert moved == "certs:\n  - c.crt  # first\n  - a.crt\n  - 'b.crt'\n"


@pytest.mark.parametrize("text", ["certs: a.crt\n", "certs: [1]\n", "certs: {a: b}\n", "{b: 1}\n", "b: 1\rc: 2\n"])
def test_what_is_not_certain_is_left_alone(text: str) -> None:
    assert with_name(app_of(text), NEW, first=False) is None


_NAMES = st.lists(st.sampled_from(["a.crt", "b.crt", "certs/c.crt", "d d.crt", "é.crt"]), max_size=4, unique=True)
_QUOTES = st.sampled_from(["{}", "'{}'", '"{}"'])


@st.composite
def _texts(draw: st.DrawFn) -> tuple[str, list[str]]:
    """(a file, its certificates), in any layout that people use."""
    names = draw(_NAMES)
    items = [draw(_QUOTES).format(name) for name in names]
    comments = [draw(st.sampled_from(["", "  # c"])) for _ in items]
    if draw(st.booleans()) and items:
        indent = draw(st.sampled_from(["", "  "]))
        lines = [f"{indent}- {item}{comment}" for item, comment in zip(items, comments, strict=True)]
        listed = "\n".join(["certs:", *lines])
    else:
        comma = draw(st.sampled_from([", ", ",\n  ", " , "]))
        tail = draw(st.sampled_from(["", ", "])) if items else ""
        listed = f"certs: [{comma.join(items)}{tail}]"
    text = draw(st.sampled_from(["{}\n", "a: 1  # x\n{}\nb: 2\n", "{}", "# x\n{}\n\n# y\n"])).format(listed)
    return (text.replace("\n", "\r\n") if draw(st.booleans()) else text), names


@settings(max_examples=300, deadline=None)
@given(_texts(), st.booleans(), st.data())
def test_any_layout_holds_the_new_list_and_every_comment(
    written: tuple[str, list[str]], first: bool, data: st.DataObject
) -> None:
    text, names = written
    added = with_name(app_of(text), NEW, first=first)
    assert added is not None
    assert parse(PATH, added.encode()).data["certs"] == ([NEW, *names] if first else [*names, NEW])  # type: ignore[index]
    assert added.count("#") == text.count("#")
    if names:
        index = data.draw(st.integers(0, len(names) - 1))
        removed = without_name(app_of(text), index)
        assert removed is not None
        assert parse(PATH, removed.encode()).data["certs"] == [*names[:index], *names[index + 1 :]]  # type: ignore[index]
