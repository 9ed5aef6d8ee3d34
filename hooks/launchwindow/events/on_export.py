"""`launchwindow export`: what is deployed, or what a commit holds, as the IdP's files or the dashboard's extract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from launchwindow.events.answer import Answer
from launchwindow.events.workspace import no_ledger
from launchwindow.exchange.dashboard_export import Extract, Source, extract_of
from launchwindow.exchange.tarball import ENDINGS, is_ours, tarball
from launchwindow.idp_files import file_names, problems, render
from launchwindow.io.export_files import write_export_file, write_export_folder
from launchwindow.io.place import keep_out_of_git
from launchwindow.judge import imported_names
from launchwindow.model.app import ENVIRONMENTS
from launchwindow.model.errors import LaunchwindowError, NotPossible
from launchwindow.model.named import NamedTuple
from launchwindow.model.row import Row
from launchwindow.report.exported import Exported, export_json, export_text
from launchwindow.report.visible import visible
from launchwindow.valid_set import providers as deployed_providers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from launchwindow.events.workspace import Workspace
    from launchwindow.model.app import App, Corpus
    from launchwindow.model.idp_files import Provider
    from launchwindow.model.ledger import Ledger

Form = Literal["idp", "dashboard"]


class _Content(NamedTuple):
    """What is to be exported."""

    providers: list[Provider]
    files: Mapping[str, bytes]
    """The IdP's files, by path."""
    corpus: Corpus | None
    """What says which team an app is of; read for the dashboard alone."""
    notes: tuple[str, ...]


def export(space: Workspace, environment: str, target: Path, form: Form, revision: str | None) -> Answer:
    """Write it to a folder, or to a file that ends in .tgz; over nothing but an earlier export."""
    keep_out_of_git(target)
    if environment not in ENVIRONMENTS:
        raise LaunchwindowError(f"{environment!r} is no environment; there are {', '.join(ENVIRONMENTS)}.")
    if revision is None:
        commit, content = None, _deployed(space, environment, form)
    else:
        commit = space.commit(revision)
        content = _held(space, environment, commit)
    if not content.providers:
        there = "deployed, by the ledger" if commit is None else f"in {commit[:12]}"
        raise NotPossible(f"No app of {environment} is {there}; nothing was written.")
    made = Extract(dict(content.files), ())
    if form == "dashboard":
        made = extract_of(_sources(content), content.corpus.partners if content.corpus else {})
    if target.name.endswith(ENDINGS):
        write_export_file(target, tarball(made.files), is_ours)
    else:
        write_export_folder(target, made.files)
    told = Exported(
        str(target), form, environment, commit, len(content.providers), made.files, made.not_carried, content.notes
    )
    return Answer(export_text(told), export_json(told))


def _deployed(space: Workspace, environment: str, form: Form) -> _Content:
    """The IdP's files as they lie in the ledger."""
    stored, ledger = space.read_ledger()
    if ledger is None:
        raise no_ledger()
    prefix = f"idp/{environment}/"
    stored = space.store.with_folders(stored, [prefix.rstrip("/")])
    paths = sorted(path for path in stored.blobs if path.startswith(prefix))
    files = {path.removeprefix(prefix): data for path, data in space.store.files(stored, paths).items()}
    corpus = space.corpus(space.main_tip(ledger.main)) if form == "dashboard" else None
    return _Content(deployed_providers(ledger, environment), files, corpus, ())


def _held(space: Workspace, environment: str, commit: str) -> _Content:
    """What the IdP would read if all of a commit were released now."""
    main = space.main(commit)
    corpus = space.corpus(commit)
    unreadable = sorted(one for one in main.unreadable if one.startswith(f"{environment}/"))
    if unreadable:
        raise NotPossible(
            f"What {commit[:12]} has of {', '.join(unreadable)} can't be told: a file of it or of its partner can't be "
            "read. `launchwindow check` says where. Nothing was written."
        )
    ledger = space.read_ledger()[1]
    apps = {app.id: app for app in corpus.apps if app.environment == environment}
    found = [file_names(subject, main.apps[subject].row, _kept(app, corpus, ledger)) for subject, app in apps.items()]
    partners = {subject.split("/")[1]: state.row for subject, state in main.partners.items()
                if subject.startswith(f"{environment}/")}  # fmt: skip
    wrong = problems(environment, found, partners)
    if wrong:
        lines = "\n".join(f"  {one.subject}: {visible(one.message, 300)}" for one in wrong)
        raise NotPossible(f"{commit[:12]}: these can't all be deployed as they are; nothing was written.\n{lines}")
    files = render(environment, found, partners) | dict(blob for one in found for blob in _blobs(one, apps[one.app_id]))
    return _Content(found, dict(sorted(files.items())), corpus, tuple(_gone(ledger, environment, found)))


def _kept(app: App, corpus: Corpus, ledger: Ledger | None) -> dict[str, str]:
    """The names that the IdP already knows its files by."""
    partner = corpus.partners[app.partner]
    deployed = ledger.deployed.get(app.id) if ledger is not None else None
    return {**imported_names(app, partner.data), **(deployed.cert_files if deployed is not None else {})}


def _blobs(provider: Provider, app: App) -> Iterator[tuple[str, bytes]]:
    names = [one.name for one in provider.row.certs]
    if provider.row.logo is not None:
        names.append(provider.row.logo.name)
    for name, (path, _) in zip(names, provider.blobs(), strict=True):
        data = app.files[name].data
        assert data is not None
        yield path, data


def _gone(ledger: Ledger | None, environment: str, found: list[Provider]) -> Iterator[str]:
    """Providers that the IdP has and these files leave out: it would go on running them."""
    if ledger is None:
        return
    there = {one.row.issuer for one in found}
    gone = [subject for subject, one in sorted(ledger.deployed.items())
            if subject.startswith(f"{environment}/") and one.released is not None
            and isinstance(one.released.row, Row) and one.released.row.issuer not in there]  # fmt: skip
    if gone:
        yield (
            f"Deployed and not in that commit: {', '.join(gone)}. The seeder takes no provider away: a release through "
            "the ledger writes them as inactive, these files do not name them."
        )


def _sources(content: _Content) -> Iterator[Source]:
    for provider in content.providers:
        app = content.corpus.app(provider.app_id.partition("~")[0]) if content.corpus is not None else None
        same = app is not None and app.issuer == provider.row.issuer
        yield Source(provider, content.files, app.text("team") if app is not None and same else None)
