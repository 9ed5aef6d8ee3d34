"""Main at one commit, read as far as somebody asks: what the rules need of it when an app is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from launchwindow.events.workspace import Workspace
    from launchwindow.model.app import App, Corpus, Partner
    from launchwindow.model.policy import Policy


class MainFiles:
    """What `judge.MainFiles` asks for, from git."""

    def __init__(self, space: Workspace, commit: str) -> None:
        self._space = space
        self._commit = commit
        self._partners: dict[str, Partner | None] = {}

    @property
    def policy(self) -> Policy:
        """The commit's policy."""
        return self._space.policy(self._commit)

    def partner(self, partner: str) -> Partner | None:
        """A partner, if its file can be read."""
        if partner not in self._partners:
            files = self._space.homes(self._commit).part((), [partner])
            self._partners[partner] = self._space.part(files).partners.get(partner)
        return self._partners[partner]

    def partners(self) -> Mapping[str, Partner]:
        """Every partner whose file can be read."""
        homes = self._space.homes(self._commit)
        return self._space.part(homes.part((), homes.partners)).partners

    def app(self, subject: str) -> App | None:
        """An app, if its file can be read."""
        return self._space.part(self._space.homes(self._commit).part([subject])).app(subject)


class CorpusFiles:
    """The same of a corpus that was read already."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    @property
    def policy(self) -> Policy:
        """The corpus's policy."""
        return self._corpus.policy

    def partner(self, partner: str) -> Partner | None:
        """A partner, if its file can be read."""
        return self._corpus.partners.get(partner)

    def partners(self) -> Mapping[str, Partner]:
        """Every partner whose file can be read."""
        return self._corpus.partners

    def app(self, subject: str) -> App | None:
        """An app, if its file can be read."""
        return self._corpus.app(subject)
