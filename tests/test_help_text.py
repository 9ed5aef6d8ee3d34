"""Help texts as the identity provider fills them in and takes them apart, on any text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from launchwindow.load.plain import CONTROL
from launchwindow.rules.help_text_placeholder import NAMES, problems_of
from launchwindow.rules.markup import LONGEST, MOST_TAGS, TAGS, faults

_PIECES = st.sampled_from([
    "%", "%%", "%{sp_name}", "%{app_name}", "%{", "}", "%<", "<", ">", "sp_name", "a", " ", "\n", "5", ".", "-", "s",
    "<p>", "</p>", "<a href=", '"', "'", "javascript:", "<!", "<![", "<!--", "-->", "<?", "&#", "&lt;", "</", "/>",
    "\0", "\u202e",
])  # fmt: skip
_TEXTS = st.lists(_PIECES | st.text(max_size=3), max_size=20).map("".join)
_WITHOUT_PERCENT = st.text(alphabet=st.characters(exclude_characters="%"), max_size=5)
_RIGHT = st.lists(
    st.sampled_from(["%%", "%<sp_name>s", *(f"%{{{name}}}" for name in NAMES)]) | _WITHOUT_PERCENT, max_size=10
).map("".join)


def _errors(text: str) -> list[str]:
    return [one.message for one in problems_of("/help_text/sign_in/en", text) if one.severity != "warning"]


@settings(max_examples=100, deadline=None)
@given(_TEXTS)
def test_any_text_is_read_and_repeated_safely(text: str) -> None:
    """Neither rule raises, and nothing comes out that a terminal would act on."""
    said = [*problems_of("/help_text/sign_in/en", text), *faults(text)]
    for one in said:
        assert one.message
        assert one.fix
        assert not CONTROL.search(one.message + one.fix)
        assert len(one.message + one.fix) < 500


@settings(max_examples=100, deadline=None)
@given(_TEXTS)
def test_doubled_percent_signs_are_always_right(text: str) -> None:
    """The advice that findings give holds for whatever surrounds it."""
    assert _errors(text.replace("%", "%%")) == []


@settings(max_examples=100, deadline=None)
@given(_RIGHT, _WITHOUT_PERCENT)
def test_known_placeholders_are_right_until_a_bare_percent_sign_follows(text: str, rest: str) -> None:
    """What is known passes in any order; one percent sign more at the end of the text never does."""
    assert _errors(text) == []
    assert len(_errors(text + "%{" + rest.replace("}", ""))) == 1
    assert len(_errors(text + rest + "%")) == 1


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=12))
def test_only_three_names_are_known(name: str) -> None:
    """Whatever else stands in the braces would raise."""
    assert bool(_errors(f"%{{{name}}}")) is (name not in NAMES)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS] + ["text", " "])))
def test_allowed_tags_are_untidy_at_worst(parts: list[str]) -> None:
    """No order of allowed tags is taken out."""
    assert {fault.kind for fault in faults("".join(parts))} <= {"untidy"}


@pytest.mark.parametrize("text", ["<a " * 50_000, "<" * 50_000, "<p>" * (MOST_TAGS + 1), "<p>" + "x" * LONGEST])
def test_what_would_take_long_to_read_is_not_read(text: str) -> None:
    """The standard library's parser needs a time that grows with the square of such a text."""
    assert [fault.message for fault in faults(text)] == ["The text is too long for the box above a form."]


@pytest.mark.parametrize(
    ("markup", "kinds"),
    [
        ('<a href="JaVaScRiPt:alert(1)">x</a>', ["dangerous"]),
        ('<a href="java\nscript:alert(1)">x</a>', ["dangerous"]),
        ('<a href="\x01javascript:alert(1)">x</a>', ["dangerous"]),
        ('<a href="&#106;avascript:alert(1)">x</a>', ["dangerous"]),
        ('<a href="javascript.html">x</a>', []),
        ('<a href="//demo.exa.gov/">x</a>', []),
        ('<a href="/a:b">x</a>', []),
        ("<a href>x</a>", []),
        ("<svg/onload=alert(1)>", ["dangerous", "dangerous"]),
        ("<p ONCLICK=x>", ["dangerous"]),
        ("<x-y>", ["dropped"]),
        ("<![foo[x]]>", ["dropped"]),
        ("<b/>x", ["untidy"]),
    ],
)
def test_what_each_kind_is(markup: str, kinds: list[str]) -> None:
    """Links are read as browsers read them."""
    assert [fault.kind for fault in faults(markup)] == kinds
