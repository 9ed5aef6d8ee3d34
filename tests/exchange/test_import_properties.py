"""Whatever a provider holds: it is carried, or the report says that it was not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from launchwindow.exchange.columns import COLUMNS, SEEDER_ONLY
from launchwindow.exchange.idp_import import import_fleet
from launchwindow.exchange.idp_yaml import providers
from launchwindow.exchange.plain_yaml import LONGEST_KEY, rendered
from launchwindow.load.corpus import load_corpus
from launchwindow.load.yaml_source import parse
from support.idp_fleet import LOGO, certificate, disagreements_of
from support.memory import Memory
from support.policies import policy_with

if TYPE_CHECKING:
    from collections.abc import Mapping

# JSON writes larger code points as two halves, which YAML has no escape for.
TEXTS = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=12)
LIKELY = st.sampled_from(
    ["", "no", "0", "2", "null", "2026-01-15", "a: b", "a #b", "- x", "<REPLACE_ME>", "saml", "oidc", "https://x.gov/"]
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-3, 10**20), st.floats(width=32), TEXTS, LIKELY)
NAMES = st.sampled_from(["one", "two", "gone", "../one", "", "one.svg", "x y"])
VALUES = st.recursive(
    st.one_of(SCALARS, NAMES),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=5,
)
KEYS = st.one_of(st.sampled_from(sorted({*COLUMNS, *SEEDER_ONLY, "signature", "cert"})), TEXTS)
PROVIDER = st.fixed_dictionaries(
    {}, optional={"certs": st.lists(NAMES, max_size=3), "logo": NAMES, "friendly_name": LIKELY, "active": SCALARS}
)


def folder(attributes: Mapping[str, object]) -> dict[str, bytes]:
    # JSON is YAML but for its infinities, and so needs no writer that could be wrong in the same way.
    text = json.dumps({"production": {"demo": attributes}}, allow_nan=True)
    return {
        "service_providers.yml": text.encode(),
        "certs/sp/one.crt": certificate(1),
        "certs/sp/two.crt": certificate(2),
        "certs/sp/x y.crt": certificate(2),
        "public/assets/images/sp-logos/one.svg": LOGO,
        "public/assets/images/sp-logos/x y": LOGO,
    }


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=5), PROVIDER)
def test_what_is_not_carried_is_reported(more: dict[str, object], attributes: dict[str, object]) -> None:
    files = folder({**more, **attributes})
    # Refused as a whole; `test_idp_yaml` holds that.
    assume(b"<%" not in files["service_providers.yml"])
    imported = import_fleet(files)
    original = providers(files["service_providers.yml"])
    corpus = load_corpus(Memory(imported.files), policy_with())
    assert corpus.refusals == ()
    assert len(corpus.apps) == len(imported.report.apps)
    assert len(imported.report.apps) + len(imported.report.skipped) == 1
    reported = {item.key for item in imported.report.not_carried}
    # What people see while signing in, and where SAML goes, has to be filled in.
    reported |= {"friendly_name", "acs_url"} & {place.field for place in imported.report.placeholders}
    for differences in disagreements_of(corpus, original).values():
        assert {difference.partition(":")[0] for difference in differences} <= reported


WRITABLE = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(10**17), 10**17), TEXTS, LIKELY),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(TEXTS.map(lambda key: key[:LONGEST_KEY]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(TEXTS, WRITABLE, max_size=4))
def test_what_is_written_reads_the_same(data: dict[str, object]) -> None:
    assert parse("x.yaml", rendered(data, "heading")).data == (data or None)


@given(TEXTS)
def test_text_that_needs_no_quotes_has_none(text: str) -> None:
    line = rendered({"a": text}, "heading").decode().split("\n")[1]
    if text.isascii() and text.isalnum() and not text[0].isdigit() and text.lower() not in ("null", "true", "false"):
        assert line == f"a: {text}"
    assert parse("x.yaml", line.encode()).data == {"a": text}
