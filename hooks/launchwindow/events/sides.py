"""What a revision is judged by, and the files of some of its parts as corpora: as they are, and as they were."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple
from launchwindow.parts import partner_of_part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from launchwindow.model.app import App, Corpus, Partner
    from launchwindow.model.deployed_ids import DeployedIds
    from launchwindow.model.document import Document
    from launchwindow.model.policy import Policy
    from launchwindow.model.rotation import Record
    from launchwindow.model.rule import Facts
    from launchwindow.model.snapshot import Bundles, Entry, Snapshot
    from launchwindow.parts import Items

    Read = Callable[[Mapping[str, Entry], bool], Snapshot]


_NONE: Mapping[str, Entry | None] = {}


class Setting(NamedTuple):
    """What all parts are judged by."""

    policy: Callable[[], Policy]
    today: date
    deployed: DeployedIds | None
    window_date: Callable[[str], date]
    common: tuple[str, ...]
    """What the keys of all parts begin with: the code and the policy."""
    days: Mapping[str | None, str]
    """Environment -> the ISO date of its window; None -> the day's. What is kept has to hold on these."""
    records: Callable[[Corpus], Callable[[App], Record]] | None
    judges: Mapping[str, Entry | None] = _NONE
    """Path -> the partner's file by which its apps are judged, of each that is another one in the revision."""
    partners: Callable[[], Mapping[str, Partner]] = dict
    """Those of them that can be read."""

    def facts(self, corpus: Corpus, base: Corpus | None) -> Facts:
        """What rules may know of a corpus that is compared with `base`."""
        from launchwindow.io.resources import schema
        from launchwindow.model.day import Dates
        from launchwindow.model.rule import Facts

        records = self.records(corpus) if self.records is not None else None
        if self.judges:
            own = {name: partner for name, partner in corpus.partners.items()
                   if f"partners/{name}.yaml" not in self.judges}  # fmt: skip
            corpus = corpus._replace(partners={**own, **self.partners()})
        dates = Dates(self.today, self.window_date)
        return Facts(corpus, self.policy(), dates, self.deployed, schema, base, records)


class Revision(NamedTuple):
    """Files, how to read some of them, and what there was in the revision that they are compared with.

    To read `apart` is to read in a second process, which shares no pipe with this one.
    """

    files: Bundles
    read: Read
    changes: Mapping[str, Entry | None]
    """Path -> what was there before, of each path that was another one; None for nothing."""
    read_before: Read | None
    """None where there is nothing to compare with."""


class Sides:
    """Parts of one revision, read with the files of their partners, which they are judged by."""

    def __init__(self, revision: Revision, parts: Mapping[str, Items], setting: Setting) -> None:
        self._revision = revision
        self._parts = parts
        self._policy = setting.policy

    def as_they_are(self, names: Iterable[str], *, apart: bool) -> Corpus:
        """Some parts as they are."""
        from launchwindow.load.yaml_source import parse

        return self._load(self._with_partners(names), self._parts, self._revision.read, parse, apart=apart)

    def both(
        self, names: Iterable[str], were: Mapping[str, Items], *, every_partner: bool = False, apart: bool = False
    ) -> list[Corpus]:
        """Some parts as they are and, where there is something to compare with, as they were."""
        from launchwindow.load.yaml_source import parse

        # Most files of what changed are the same on both sides.
        known = cache(parse)
        wanted = self._with_partners(names)
        if every_partner:
            wanted |= {name for name in self._parts if name.startswith("partners/")}
        corpora = [self._load(wanted, self._parts, self._revision.read, known, apart=apart)]
        if self._revision.read_before is not None:
            wanted |= _homes(names) | {name for name in were if every_partner and name.startswith("partners/")}
            before = {name: were.get(name, self._parts.get(name, [])) for name in wanted}
            corpora.append(self._load(wanted, before, self._revision.read_before, known, apart=apart))
        return corpora

    def _load(
        self, names: Iterable[str], parts: Mapping[str, Items], read: Read, parse: Callable[[str, bytes], Document], *,
        apart: bool,
    ) -> Corpus:  # fmt: skip
        from launchwindow.load.corpus import load_corpus

        entries = dict(item for name in sorted(names) for item in parts.get(name, ()))
        return load_corpus(read(entries, apart), self._policy(), parse)

    def _with_partners(self, names: Iterable[str]) -> set[str]:
        return {*names, *(home for home in _homes(names) if home in self._parts)}


def _homes(names: Iterable[str]) -> set[str]:
    """The files of the partners in whose folders parts are."""
    return {f"partners/{partner}.yaml" for name in names if (partner := partner_of_part(name)) is not None}
