"""What may never happen, read from the ledger's own files after every command: nothing of it is asked of the model."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from launchwindow.ledger import LARGEST
from reference.calendar import local
from reference.fleet import digest, flat, partner_of
from reference.rotation import certificates
from reference.swift import parsed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from reference.driver import Look
    from reference.fleet import Flat
    from reference.world import Merge


class Audit:
    """Remembers what the ledger said before. `merges` are main's, `read` gives an object's bytes."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        self.read = read
        self.final: dict[str, str] = {}
        self.released: set[tuple[str, str | None]] = set()
        self.last: Look | None = None
        self.numbers: dict[str, int] = {}

    def look(self, look: Look, merges: Sequence[Merge], now: datetime) -> None:
        """What the ledger holds after a command."""
        if self.last is not None and look.tip == self.last.tip:
            return
        commits = {merge.commit: merge for merge in merges}
        self._never_written_again(look)
        for path, blob in look.blobs.items():
            if self.last is not None and self.last.blobs.get(path) == blob:
                continue
            if path.startswith("requests/open/"):
                known = {commit[:12] for commit in commits}
                assert path.rpartition("/")[2].removesuffix(".yaml") in known, f"{path} names no merge"
            elif path.startswith("windows/"):
                self._never_twice(path, self._document(path, blob), look)
            elif path.startswith(("deployed/", "deactivated/")) and path.count("/") == 3:
                self._as_approved(path, self._document(path, blob), commits, look)
        self._nothing_vanishes(look)
        self._no_key_in_use_goes(look, merges, now)
        self.last = look

    def failed(self, requests: Sequence[str]) -> None:
        """These were reported failed: they may be released again."""
        self.released = {one for one in self.released if one[0] not in requests}

    def _document(self, path: str, blob: str) -> Mapping[str, Any]:
        data: Mapping[str, Any] = parsed(path, self.read(blob), LARGEST).data
        return data

    def _never_written_again(self, look: Look) -> None:
        for path, blob in look.blobs.items():
            if path.startswith(("requests/closed/", "windows/")):
                assert self.final.setdefault(path, blob) == blob, f"{path} was written again"
        gone = [path for path in self.final if path not in look.blobs]
        assert not gone, f"{gone} went from the ledger"

    def _never_twice(self, path: str, run: Mapping[str, Any], look: Look) -> None:
        for one in run["released"]:
            issuer = self._issuer_of(one, look)
            # An id may come back for another app of the same merge, where the two changed names in between.
            twice = (one, issuer) in self.released or (one, None) in self.released
            assert not twice, f"{path}: {one} was released twice"
            self.released.add((one, issuer))

    def _issuer_of(self, request: str, look: Look) -> str | None:
        for folder in ("deployed", "deactivated"):
            path = f"{folder}/{request.partition('@')[0]}.yaml"
            if path.count("/") == 3 and path in look.blobs:
                release = self._document(path, look.blobs[path])["released"]
                return str(release["row"]["app"]["issuer"]) if release else None
        return None

    @staticmethod
    def _as_approved(path: str, deployed: Mapping[str, Any], commits: Mapping[str, Merge], look: Look) -> None:
        """What the identity provider has is what the commit says that was released, and its digest is git's."""
        release = deployed["released"]
        if release is None or release["path"] is None:
            return
        place = release["path"]
        merge = commits[release["commit"]]
        content = merge.fleet.apps[place]
        agency = merge.fleet.partners[partner_of(place)]
        assert content is not None
        assert agency is not None
        assert release["digest"] == digest(place, content), f"{path}: {release['digest']} is not the content's digest"
        environment = path.split("/")[1]
        there = look.idp[environment].get(content.issuer)
        wanted = flat(place, content, agency.agency_id)
        wrong = {key for key, value in (there or {}).items() if wanted.get(key) != value}
        if path.startswith("deactivated/"):
            # Its file may be gone, or its issuer given up, or its release taken back.
            wrong -= {"active"}
            assert there is None or there["active"] is False
        assert not wrong, f"{path}: {there} is not what {merge.commit[:12]} holds: {wanted}"

    def _nothing_vanishes(self, look: Look) -> None:
        for environment, rows in (self.last.idp if self.last else {}).items():
            gone = rows.keys() - look.idp[environment].keys()
            assert not gone, f"{environment}: {gone} went from the identity provider's files"

    def _no_key_in_use_goes(self, look: Look, merges: Sequence[Merge], now: datetime) -> None:
        """A signing key goes only when the team says that it uses one that stays and that was confirmed before."""
        for path, blob in look.blobs.items():
            if (
                self.last is None
                or self.last.blobs.get(path) == blob
                or not re.match("deployed/(production|staging)/", path)
            ):
                continue
            document = self._document(path, blob)
            release = document["released"]
            if path.count("/") != 3 or release is None or release["kind"] in ("adopted", "merge"):
                continue
            environment, issuer = path.split("/")[1], document["released"]["row"]["app"]["issuer"]
            taken_back = release["number"] <= self.numbers.get(path, 0)
            self.numbers[path] = release["number"]
            old = self.last.idp[environment].get(issuer)
            new = look.idp[environment][issuer]
            if old is None or not (_signs(old) or _signs(new)) or not (old["active"] and new["active"]):
                continue
            if old["pkce"] or new["pkce"] or not certificates(old) - certificates(new):
                continue
            if not taken_back:
                self._successor(environment, issuer, old, new, merges, now)

    def _successor(self, environment: str, issuer: str, old: Flat, new: Flat, merges: Sequence[Merge],
                   now: datetime) -> None:  # fmt: skip
        contents = [one for merge in merges for path, one in merge.fleet.apps.items()
                    if one and one.issuer == issuer and path.endswith(f"/{environment}.yaml")]  # fmt: skip
        waived = any("rotation-overlap" in one.waived for one in contents)
        said = any(one.key_in_use is not None and one.key_in_use[1] <= str(local(now)) for one in contents)
        assert waived or (said and certificates(old) & certificates(new)), (
            f"{environment} {issuer}: {certificates(old) - certificates(new)} went, and nobody said that it may"
        )


def _signs(row: Flat) -> bool:
    return row["protocol"] == "oidc" and row["pkce"] is False
