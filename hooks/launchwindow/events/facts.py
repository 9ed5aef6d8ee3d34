"""The facts that the ledger keeps of every file (`index`), and those that had to be found out anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from launchwindow.index import (
    FOLDER,
    AppFact,
    DeployedFact,
    PartnerFact,
    RequestFact,
    deployed_fact,
    hosts_of,
    index_path,
    read_index,
    request_fact,
    write_index,
)
from launchwindow.io.git import READ_PATHS
from launchwindow.ledger import deployed_path, open_path, partner_of_file
from launchwindow.load.digest import blob_id
from launchwindow.load.homes import Homes
from launchwindow.load.yaml_source import Refused
from launchwindow.merges import tells_its_agency
from launchwindow.record import is_app
from launchwindow.records import Records, differing, touched
from launchwindow.scope import Known

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from launchwindow.events.workspace import Workspace
    from launchwindow.index import Fact
    from launchwindow.io.ledger_store import Stored
    from launchwindow.model.ledger import Ledger
    from launchwindow.model.snapshot import Entry

T = TypeVar("T")
F = TypeVar("F", RequestFact, DeployedFact)


class FactBook:
    """Facts by blob. What is not known is read from the blob itself, remembered, and written with the next change."""

    def __init__(self, space: Workspace) -> None:
        self._space = space
        self._stored: Stored | None = None
        self._ledger: Ledger | None = None
        self._kept: dict[str, Mapping[str, Fact]] | None = None
        """Path in the ledger -> what it holds; None while it was not read."""
        self._known: dict[str, Fact] = {}
        self._learned: dict[str, dict[str, Fact]] = {}
        """Partner -> blob -> what the ledger does not have of it yet."""
        self._main: Homes | None = None

    def begin(self, stored: Stored, ledger: Ledger) -> None:
        """The ledger was read."""
        self._stored, self._ledger, self._kept = stored, ledger, None

    def main_is(self, homes: Homes) -> None:
        """The files of main at the commit that the ledger is brought up to: of older ones no fact is kept."""
        self._main = homes

    def load_ahead(self) -> None:
        """Begin to read what the ledger keeps: somebody will ask for it."""
        if self._kept is None and self._stored is not None:
            self._space.store.files_ahead(self._stored, self._paths(self._stored))

    def _paths(self, stored: Stored) -> list[str]:
        return [path for path in stored.blobs if path.startswith(f"{FOLDER}/")]

    def _load(self) -> dict[str, Mapping[str, Fact]]:
        if self._kept is None:
            stored = self._stored
            files = {} if stored is None else self._space.store.files(stored, self._paths(stored))
            self._kept = {path: read_index(data) for path, data in files.items()}
            for facts in self._kept.values():
                self._known |= facts
        return self._kept

    def issuers(self, homes: Homes, subjects: Collection[str] | None = None) -> dict[str, str | None]:
        """Subject -> issuer of main's apps, or of some of them; None where it can't be told what the app is."""
        self._load()
        known = self._known
        apps = homes.places() if subjects is None else {one: place for one in subjects if (place := homes.app(one))}
        # Without a function for each: of thousands nearly all are known.
        facts = {one: known.get(entry.blob) if entry.kind == "file" else None for one, (_, entry) in apps.items()}
        lacking = [one for one, fact in facts.items()
                   if type(fact) is not AppFact and apps[one][1].kind == "file"]  # fmt: skip
        self._learn_apps({one: apps[one] for one in lacking})
        facts |= {one: known[apps[one][1].blob] for one in lacking}
        found = {one: fact.issuer if type(fact) is AppFact else None for one, fact in facts.items()}
        partners = {one.split("/", 2)[1] for one in apps} if subjects is not None else homes.partners_with_apps
        if silent := self._silent(homes, partners):
            found = {one: None if one.split("/", 2)[1] in silent else issuer for one, issuer in found.items()}
        return found

    def _silent(self, homes: Homes, partners: Collection[str]) -> set[str]:
        """Those of some partners that do not tell their agency: what their apps are can't be told."""
        places = {one: place for one in partners if (place := homes.partner(one)) and place[1].kind == "file"}
        self._learn_partners(homes, [one for one, (_, entry) in places.items()
                                     if type(self._known.get(entry.blob)) is not PartnerFact])  # fmt: skip
        facts = {one: self._known.get(entry.blob) for one, (_, entry) in places.items()}
        return {one for one in partners
                if not (isinstance(fact := facts.get(one), PartnerFact) and fact.tells_agency)}  # fmt: skip

    def _learn_apps(self, places: Mapping[str, tuple[str, Entry]]) -> None:
        data = self._space.git.contents({path: entry.blob for path, entry in places.values()})
        for subject, (path, entry) in places.items():
            try:
                found = self._space.parse(path, data[path]).data
            except Refused:
                found = None
            issuer = found.get("issuer") if isinstance(found, dict) else None
            self._learn(subject, entry.blob, AppFact(issuer if isinstance(issuer, str) and issuer else None))

    def _learn_partners(self, homes: Homes, partners: Collection[str]) -> None:
        corpus = self._space.part(homes.part((), partners))
        for one in partners:
            place, partner = homes.partner(one), corpus.partners.get(one)
            assert place is not None
            fact = PartnerFact(partner is not None and tells_its_agency(partner))
            self._learn(f"/{one}", place[1].blob, fact)

    def _learn(self, subject: str, blob: str, fact: Fact) -> None:
        self._known[blob] = fact
        self._learned.setdefault(subject.split("/")[1], {})[blob] = fact

    def known(self, ledger: Ledger) -> tuple[dict[str, Known], dict[str, frozenset[str]]]:
        """(each app as the ledger knows it, environment -> the hosts that the IdP there may already reach)."""
        requests = self._each(ledger.requests, RequestFact, request_fact)
        deployed = self._each(ledger.deployed, DeployedFact, deployed_fact)
        found = {
            subject: Known(one.issuer, one.released, one.rolled_back)
            for subject, one in deployed.items()
            if subject.count("/") == 2
        }
        newest: dict[str, RequestFact] = {}
        for key, request in requests.items():
            subject = key.partition("@")[0]
            if is_app(subject) and (subject not in newest or newest[subject].order < request.order):
                newest[subject] = request
        for subject, request in newest.items():
            found[subject] = found.get(subject, Known("", None))._replace(issuer=request.issuer)
        by_environment: dict[str, list[DeployedFact]] = {}
        for subject, one in deployed.items():
            if one.hosts:
                by_environment.setdefault(subject.partition("/")[0], []).append(one)
        return found, {name: hosts_of(facts) for name, facts in by_environment.items()}

    def require_sound(self, ledger: Ledger) -> None:
        """Raises `LedgerError` or `RepositoryError` where a record that was not read is damaged or lost.

        A fact is only kept of a blob that could be read, so no more than what git still has must be asked about it;
        what has none is read.
        """
        self._each(ledger.requests, RequestFact, request_fact)
        self._each(ledger.deployed, DeployedFact, deployed_fact)
        if self._stored is not None:
            records = {path: blob for path, blob in self._stored.blobs.items() if partner_of_file(path)}
            self._space.git.require_there(records)

    def _each(self, records: Mapping[str, T], kind: type[F], fact_of: Callable[[T], F]) -> dict[str, F]:
        """A fact of each record: what is kept of its blob, else what it says itself."""
        self._load()
        blobs = self._blobs(records)
        kept = {key: fact for key, blob in blobs.items() if isinstance(fact := self._known.get(blob), kind)}
        if len(kept) == len(records):
            return kept
        if isinstance(records, Records):
            records.load(key for key in records if key not in kept)
        found = {key: kept[key] if key in kept else fact_of(records[key]) for key in records}
        for key in blobs.keys() - kept.keys():
            self._learn(key, blobs[key], found[key])
        return found

    def _blobs(self, records: Mapping[str, T]) -> dict[str, str]:
        """Key -> blob of the records that are as they were when the ledger was read."""
        if self._stored is None or self._ledger is None or not isinstance(records, Records):
            return {}
        changed, stored = touched(records), self._stored.blobs
        if records.same_source(self._ledger.requests):
            found = {key: stored.get(f"requests/open/{key.replace('@', '/')}.yaml") for key in records}
        elif records.same_source(self._ledger.deployed):
            found = {key: stored.get(f"deployed/{key}.yaml") for key in records}
            # As the ledger is read: what is deactivated counts where a damaged one has both.
            found |= {key: blob for path, blob in stored.items() if path.startswith("deactivated/")
                      and (key := path[len("deactivated/") : -len(".yaml")]) in found}  # fmt: skip
        else:
            return {}
        return {key: blob for key, blob in found.items() if blob and key not in changed}

    def changes(
        self, stored: Stored, before: Ledger | None, after: Ledger, changes: Mapping[str, bytes | None]
    ) -> dict[str, bytes]:
        """The files of the index that change with the ledger's; what no file has any more is left out of them."""
        kept = self._load()
        if before is None:
            self.main_is(Homes(self._space.git.tree(after.seen.commit, *READ_PATHS)))
            assert self._main is not None
            self.issuers(self._main)
        new = self._of_changed(before, after, changes)
        concerned = {one for path in changes if (one := partner_of_file(path))}
        live: dict[str, set[str]] = {}
        for path, blob in stored.blobs.items():
            if path not in changes and (one := partner_of_file(path)):
                live.setdefault(one, set()).add(blob)
        written: dict[str, bytes] = {}
        for partner in sorted({*self._learned, *new, *concerned}):
            path = index_path(partner)
            facts = {**kept.get(path, {}), **self._learned.get(partner, {})}
            there, on_main = live.get(partner, set()), self._on_main(partner)
            facts = {
                blob: fact
                for blob, fact in facts.items()
                if blob in there or (isinstance(fact, (AppFact, PartnerFact)) and (on_main is None or blob in on_main))
            }
            data = write_index({**facts, **new.get(partner, {})})
            if stored.blobs.get(path) != blob_id(data, after.seen.commit):
                written[path] = data
        return written

    def _on_main(self, partner: str) -> set[str] | None:
        """The blobs of a partner's file and its apps' on main; None while nobody asked what main has."""
        if self._main is None:
            return None
        places = [self._main.partner(partner), *map(self._main.app, self._main.apps(partner))]
        return {place[1].blob for place in places if place is not None}

    def _of_changed(
        self, before: Ledger | None, after: Ledger, changes: Mapping[str, bytes | None]
    ) -> dict[str, dict[str, Fact]]:
        """Partner -> blob -> fact of each record that is written."""
        requests, deployed = ({}, {}) if before is None else (before.requests, before.deployed)
        facts: list[tuple[str, Fact]] = []
        for key in differing(requests, after.requests) & after.requests.keys():
            facts.append((open_path(after.requests[key]), request_fact(after.requests[key])))
        for key in differing(deployed, after.deployed) & after.deployed.keys():
            facts.append((deployed_path(after.deployed[key]), deployed_fact(after.deployed[key])))
        found: dict[str, dict[str, Fact]] = {}
        for path, fact in facts:
            data = changes.get(path)
            if data is not None:
                found.setdefault(str(partner_of_file(path)), {})[blob_id(data, after.seen.commit)] = fact
        return found
