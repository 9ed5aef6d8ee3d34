"""Whatever a fleet holds: an extract of it is imported as the same rows, but for what either side says is lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from launchwindow.exchange.archive import EXTRACT
from launchwindow.exchange.dashboard_export import Source, extract_of
from launchwindow.exchange.dashboard_import import import_dashboard
from launchwindow.exchange.plain_yaml import rendered
from launchwindow.exchange.seen import disagreements
from launchwindow.exchange.tarball import tarball
from launchwindow.idp_files import file_names, provider_attributes
from launchwindow.io.resources import schema
from launchwindow.load.corpus import load_corpus
from launchwindow.provider import row_of
from support.dashboard_fleet import PNG
from support.from_schema import documents
from support.idp_fleet import LOGO, certificate
from support.memory import Memory
from support.policies import policy_with

if TYPE_CHECKING:
    from collections.abc import Mapping

    from launchwindow.model.app import App, Corpus
    from launchwindow.model.row import Row

ENVIRONMENT = "sandbox"
FILES = {
    "certs/1.crt": certificate(1), "certs/2.crt": certificate(2), "certs/bad.crt": b"none\n", "logo.svg": LOGO,
    "certs/more.crt": b"a remark\n" + certificate(3) + certificate(1), "logo.png": PNG, "wrong.png": LOGO,
    "script.svg": LOGO.replace(b"<path", b"<script/><path"), "logo": LOGO,
}  # fmt: skip
NAMES = st.sampled_from([*FILES, "gone.svg", "certs/gone.crt"])


APPS = st.builds(
    lambda document, certs, logo, team, pkce: {
        **(document if isinstance(document, dict) else {}), "certs": certs, "logo": logo, "team": team, **pkce,
    },
    documents(schema("app")),
    st.lists(st.sampled_from([name for name in FILES if name.startswith("certs/")]), max_size=3),
    NAMES,
    st.sampled_from(["benefits", "forms", "nobody", ""]),
    st.sampled_from([{}, {}, {"pkce": None}]),
)  # fmt: skip
PARTNER = {
    "name": "Example", "abbreviation": "EXA", "agency_id": 17,
    "teams": [
        {"id": "benefits", "name": "Benefits: the first", "members": []},
        {"id": "forms", "name": "Benefits, the first", "uuid": "3f0c9f5e-6d5b-4c39-9a54-0a3f1d2b7c10", "members": []},
    ],
}  # fmt: skip


def corpus_of(files: Mapping[str, bytes]) -> Corpus:
    corpus = load_corpus(Memory(files), policy_with())
    assert corpus.refusals == ()
    return corpus


def sources(corpus: Corpus) -> dict[str, Source]:
    found = {}
    for app in corpus.apps:
        row = row_of(app, corpus.partners[app.partner].agency_id)
        provider = file_names(app.id, row, {})
        names = [one.name for one in row.certs] + ([row.logo.name] if row.logo else [])
        blobs = {path: app.files[name].data for name, (path, _) in zip(names, provider.blobs(), strict=True)}
        found[row.issuer] = Source(provider, blobs, app.text("team"))  # type: ignore[arg-type]
    return found


def attributes(row: Row) -> dict[str, object]:
    """With what is in the files in the place of their names."""
    provider = file_names(f"{ENVIRONMENT}/a/b", row, {})
    return {**provider_attributes(row, provider), "certs": [one.fingerprint for one in row.certs],
            "logo": row.logo and f"{row.logo.sha256}{row.logo.suffix}"}  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(APPS, min_size=1, max_size=3), st.sampled_from([17, 18, None]))
def test_an_extract_is_read_back_as_the_same_rows(apps: list[dict[str, Any]], agency: int | None) -> None:
    files = {"partners/exa.yaml": rendered({**PARTNER, "agency_id": agency}, "A partner")}
    for number, app in enumerate(apps):
        folder = f"apps/exa/app-{number}"
        files |= {f"{folder}/{name}": data for name, data in FILES.items()}
        files[f"{folder}/{ENVIRONMENT}.yaml"] = rendered({**app, "issuer": f"urn:{number}"}, "An app")
    corpus = corpus_of(files)
    before = sources(corpus)
    assert len(before) == len(apps)
    extract = extract_of(before.values(), corpus.partners)
    assert extract == extract_of(reversed(before.values()), corpus.partners), "in whatever order they come"
    imported = import_dashboard("x.tgz", tarball(extract.files), ENVIRONMENT, {}, {})
    assert imported.report.skipped == ()
    again = corpus_of(imported.files)
    after = {app.issuer: app for app in again.apps}
    assert after.keys() == before.keys()
    told = {(one.where, one.key) for one in (*extract.not_carried, *imported.report.not_carried)}
    issuers = {one.file: one.issuer for one in imported.report.apps}
    # What people see while signing in, and where SAML goes, every app has; where it is missing a person fills it in.
    told |= {(issuers[one.file], one.field) for one in imported.report.placeholders if one.file in issuers}
    for issuer, source in before.items():
        assert issuer is not None
        mine = after[issuer]
        agency_id = again.partners[mine.partner].agency_id
        differing = disagreements(attributes(source.provider.row), attributes(row_of(mine, agency_id)))
        assert {(issuer, one.partition(":")[0]) for one in differing} <= told, differing
        assert (issuer, "team") in told or team_of(again, mine) == team_of(corpus, corpus.lookup.by_path[path(issuer)])
    # What goes out and comes in again goes out as the same bytes, but for what was lost the first time.
    assert json.loads(extract.files[EXTRACT])["service_providers"]


def path(issuer: str) -> str:
    return f"apps/exa/app-{issuer.partition(':')[2]}/{ENVIRONMENT}.yaml"


def team_of(corpus: Corpus, app: App) -> object:
    """The name that the partner's file gives its team."""
    teams = corpus.partners[app.partner].data["teams"]
    assert isinstance(teams, list)
    return next((team["name"] for team in teams if team["id"] == app.data["team"]), None)
