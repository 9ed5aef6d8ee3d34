"""A snapshot's files -> the corpus: which app, partner and policy each path is, and the files that apps name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.load.digest import content_digest
from launchwindow.load.places import app_place as app_place
from launchwindow.load.places import is_plain as is_plain
from launchwindow.load.places import partner_place as partner_place
from launchwindow.load.policy import policy_from
from launchwindow.load.yaml_source import Refused, parse
from launchwindow.model.app import App, Corpus, NamedFile, Partner
from launchwindow.model.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from launchwindow.model.document import Document, Refusal
    from launchwindow.model.policy import Policy
    from launchwindow.model.snapshot import Entry, Snapshot

    Parse = Callable[[str, bytes], Document]


def load_policy(snapshot: Snapshot, parse: Parse = parse) -> Policy:
    """The snapshot's `policy.yaml`. Raises `PolicyError` when it is missing or wrong."""
    data = snapshot.read(["policy.yaml"]).get("policy.yaml")
    if data is None:
        entry = snapshot.entries.get("policy.yaml")
        problem = (
            "there is none at the top of this repository. Add it, or begin with `launchwindow init`; or name another "
            "repository with --repo DIR."
            if entry is None
            else "links are not followed: put the file itself here."
            if entry.kind == "symlink"
            else "this is no regular file; put the policy here as one."
        )
        raise PolicyError((f"policy.yaml: {problem}",))
    try:
        return policy_from(parse("policy.yaml", data).data)
    except Refused as refused:
        place = f"policy.yaml:{refused.refusal.span.line}"
        raise PolicyError((f"{place}: {refused.refusal.message} {refused.refusal.fix}",)) from refused


def load_corpus(snapshot: Snapshot, policy: Policy | None = None, parse: Parse = parse) -> Corpus:
    """Everything that the snapshot says; the policy is the snapshot's own unless another is to judge it.

    Files that are no readable YAML become `refusals`; nothing that a partner wrote raises.
    """
    policy = policy or load_policy(snapshot, parse)
    # Asked for once: some snapshots put them together anew each time.
    entries = snapshot.entries
    places = {path: place for path, entry in entries.items()
              if entry.kind == "file" and (place := app_place(path))}  # fmt: skip
    partner_ids = {path: name for path, entry in entries.items()
                   if entry.kind == "file" and (name := partner_place(path))}  # fmt: skip
    contents = snapshot.read([*places, *partner_ids])
    documents, refusals = _parse_all(contents, parse)
    named = {path: _named_files(documents[path].data, path) for path in places if path in documents}
    wanted = {target for names in named.values() for target in names.values()}
    data = snapshot.read(sorted(wanted))
    others = snapshot.read(sorted(entries.keys() - documents.keys() - wanted - {"policy.yaml"}))
    apps = tuple(
        _app(places[path], documents[path], names, entries, data) for path, names in sorted(named.items())
    )  # fmt: skip
    partners = {
        partner_ids[path]: _partner(partner_ids[path], documents[path], entries)
        for path in sorted(partner_ids) if path in documents
    }  # fmt: skip
    return Corpus(apps, partners, tuple(refusals), entries, policy, others)


def _parse_all(contents: Mapping[str, bytes], parse: Parse) -> tuple[dict[str, Document], list[Refusal]]:
    documents: dict[str, Document] = {}
    refusals: list[Refusal] = []
    for path in sorted(contents):
        try:
            documents[path] = parse(path, contents[path])
        except Refused as refused:
            refusals.append(refused.refusal._replace(path=path))
    return documents, refusals


def _named_files(data: object, path: str) -> dict[str, str]:
    """Name as written -> path in the repository, of the certificates and logo that stay inside the app's folder."""
    if not isinstance(data, dict):
        return {}
    certs = data.get("certs")
    names = [*(certs if isinstance(certs, list) else []), data.get("logo")]
    folder = path.rpartition("/")[0]
    return {name: target for name in names if isinstance(name, str) and (target := within(folder, name))}


def within(folder: str, name: str) -> str | None:
    """The path of `name` in `folder`; None when it would leave the folder or is no plain relative path."""
    if "\\" in name or "\0" in name or not _ODD_PARTS.isdisjoint(name.split("/")):
        return None
    return f"{folder}/{name}"


_ODD_PARTS = frozenset(("", ".", ".."))
"""What a plain path has between no two slashes."""


def _app(
    place: tuple[str, str, str], document: Document, names: Mapping[str, str],
    entries: Mapping[str, Entry], contents: Mapping[str, bytes],
) -> App:  # fmt: skip
    environment, partner, name = place
    files: dict[str, NamedFile] = {}
    for written, target in names.items():
        entry = entries.get(target)
        blob = entry.blob if entry is not None and entry.kind == "file" else None
        files[written] = NamedFile(target, blob, contents.get(target))
    data = document.data if isinstance(document.data, dict) else {}
    blobs = {document.path: entries[document.path].blob}
    blobs |= {file.path: file.blob for file in files.values() if file.blob is not None}
    return App(environment, partner, name, document.path, document, data, files, content_digest(blobs))


def _partner(partner_id: str, document: Document, entries: Mapping[str, Entry]) -> Partner:
    data = document.data if isinstance(document.data, dict) else {}
    digest = content_digest({document.path: entries[document.path].blob})
    return Partner(partner_id, document.path, document, data, digest)


def only(corpus: Corpus, app_ids: Iterable[str]) -> Corpus:
    """The corpus reduced to some apps; partners and policy stay."""
    wanted = set(app_ids)
    return corpus._replace(apps=tuple(app for app in corpus.apps if app.id in wanted))
