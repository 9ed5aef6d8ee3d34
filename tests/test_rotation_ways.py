"""Agreed times, signing that begins or ends, compromised keys, and going back: each by the real commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.idp_fleet import certificate
from support.repository import REVIEWER, SECOND, Result
from support.rotations import A, B, Life, at, deployed, laid

AGREED = "2027-01-05T10:00:00-05:00"
"""A Tuesday, after the notice of what is merged on 2026-12-15."""
MERGED = at("2026-12-15")
C = "certs/2028.crt"
FIRST, OTHER = (person.split("<")[1][:-1] for person in (REVIEWER, SECOND))


class Partner:
    """A repository with one app of a kind, its first certificate deployed."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.life = Life(kind, "add use remove")
        self.repository = laid(folder / "fleet", [self.life])
        self.app = f"production/exa/{self.life.name}"

    def merge(self, *certs: str, day: str = MERGED, more: str = "", without: str = "") -> None:
        """Have these certificates in the file, and `more` at its end in the place of `without`."""
        repository = self.repository
        repository.branch(f"branch-{day}-{len(repository.git('branch', '--list').splitlines())}".replace(":", ""))
        self.edit(*certs, more=more, without=without)
        repository.commit("Change certificates", at=day)
        repository.merge(repository.git("branch", "--show-current"), at=day)
        assert repository.run("request", now=day).status == 0

    def edit(self, *certs: str, more: str = "", without: str = "") -> None:
        text = self.repository.read(self.life.path)
        assert without in text
        line = next(line for line in text.splitlines() if line.startswith("certs:"))
        text = text.replace(without, "").replace(line, f"certs: [{', '.join(certs)}]") + more
        self.repository.write(self.life.path, text)

    def findings(self, now: str) -> list[tuple[str, str]]:
        """(severity, what it says) of the work tree against main, rotation alone."""
        result = self.repository.run("check", "--since", "main", "--format", "json", now=now)
        found = json.loads(result.out)["findings"]
        return [(one["severity"], one["message"] + " " + one["fix"]) for one in found
                if one["rule"].startswith("rotation") and not one["waived"]]  # fmt: skip

    def release(self, now: str) -> Result:
        return self.repository.run("release", now=now)

    def coordinate(self, now: str) -> Result:
        return self.repository.run("release", "--coordinated", self.app, "--by", "Ops", now=now)

    def because(self, now: str) -> str:
        document = self.repository.run_json("status", self.app, now=now)
        return " ".join(one["because"] for one in document["requests"])

    def confirm(self, now: str) -> None:
        assert self.repository.run("confirm", "--by", FIRST, "--note", "Seen.", now=now).status == 0

    @property
    def released(self) -> list[str]:
        return deployed(self.repository, self.life)


def agreement(moment: str) -> str:
    return f"release: {{coordinate_at: {moment}, reason: The product can't sign.}}\n"


def test_at_the_agreed_time_and_not_before_and_never_by_a_window(tmp_path: Path) -> None:
    partner = Partner(tmp_path, "encrypted")
    partner.merge(B, A, more=agreement(AGREED))
    for now in (at("2026-12-16"), at("2026-12-30"), at("2027-01-04", "18:00"), at("2027-01-05", "09:00")):
        assert "goes at the agreed time, 2027-01-05 10:00 EST" in partner.because(now), now
    for window in ("2026-12-31", "2027-01-04"):
        result = partner.release(at(window))
        assert result.status == 0, result.text
        assert partner.released == [A]
    early = partner.coordinate(at("2027-01-05", "09:59"))
    assert (early.status, "until 17:00: run this again then." in early.err) == (1, True)
    assert partner.coordinate(at("2027-01-05")).status == 0
    assert partner.released == [B, A]
    again = partner.coordinate(at("2027-01-05", "10:01"))
    assert again.status == 1


def test_until_closing_also_in_a_freeze(tmp_path: Path) -> None:
    partner = Partner(tmp_path, "encrypted")
    freeze = "freezes: [{from: 2027-01-04, to: 2027-01-08, reason: Counting.}]"
    partner.repository.edit("policy.yaml", "freezes: []", freeze)
    partner.merge(B, A, more=agreement(AGREED))
    assert partner.coordinate(at("2027-01-05", "16:59")).status == 0
    assert partner.released == [B, A]


def test_missed_then_agreed_anew(tmp_path: Path) -> None:
    partner = Partner(tmp_path, "encrypted")
    partner.merge(B, A, more=agreement(AGREED))
    late = partner.coordinate(at("2027-01-05", "17:00"))
    assert (late.status, "that time went by. Agree on a new one" in late.err) == (1, True)
    assert "the agreed time, 2027-01-05 10:00 EST, went by. Agree on a time" in partner.because(
        at("2027-01-05", "18:00")
    )
    window = partner.release(at("2027-01-07"))
    assert "went by" in window.out
    assert partner.released == [A]
    anew = "2027-01-19T14:00:00-05:00"
    partner.merge(B, A, day=at("2027-01-08"), more=agreement(anew), without=agreement(AGREED))
    assert "goes at the agreed time, 2027-01-19 14:00 EST" in partner.because(at("2027-01-08"))
    assert partner.coordinate(at("2027-01-19", "14:00")).status == 0
    assert partner.released == [B, A]


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2027-01-18T10:00:00-05:00", "Monday 2027-01-18 is Martin Luther King Jr. Day"),
        ("2027-01-16T10:00:00-05:00", "Saturday 2027-01-16 is no business day"),
        ("2027-01-19T17:00:00-05:00", "outside of business hours"),
        ("2026-12-14T10:00:00-05:00", "it is past"),
    ],
)
def test_a_time_that_nobody_can_keep_is_refused_before_it_is_merged(tmp_path: Path, moment: str, words: str) -> None:
    partner = Partner(tmp_path, "encrypted")
    partner.merge(B, A, more=agreement(AGREED))
    # Only the time is new: it is judged all the same.
    partner.edit(B, A, more=agreement(moment), without=agreement(AGREED))
    [(severity, said)] = partner.findings(MERGED)
    assert severity == "error"
    assert words in said


def test_a_holiday_that_was_merged_all_the_same_is_refused_at_the_release(tmp_path: Path) -> None:
    partner = Partner(tmp_path, "encrypted")
    partner.merge(B, A, more=agreement("2027-01-18T10:00:00-05:00"))
    result = partner.coordinate(at("2027-01-18"))
    assert (result.status, "Agree on a business day." in result.err) == (1, True)
    assert partner.released == [A]


def test_a_time_before_the_notice_is_a_warning_and_goes_with_short_notice(tmp_path: Path) -> None:
    partner = Partner(tmp_path, "encrypted")
    partner.edit(B, A, more=agreement("2026-12-17T10:00:00-05:00"))
    [(severity, said)] = partner.findings(MERGED)
    assert (severity, "Agree on Tuesday 2026-12-29 or later" in said) == ("warning", True)
    partner.repository.git("checkout", "--quiet", ".")
    partner.merge(B, A, more=agreement("2026-12-17T10:00:00-05:00"))
    assert "is in its notice of 14 days" in partner.coordinate(at("2026-12-17")).err
    request = partner.repository.run_json("status", partner.app, now=MERGED)["requests"][0]["id"]
    granted = partner.repository.run(
        "short-notice", request, "--by", FIRST, "--reason", "The key is weak.", now=at("2026-12-17", "10:10")
    )
    assert granted.status == 0, granted.text
    assert partner.coordinate(at("2026-12-17", "10:20")).status == 0


def test_going_back_is_a_reorder_that_is_agreed_as_well(tmp_path: Path) -> None:
    partner = Partner(tmp_path, "encrypted")
    partner.merge(B, A, more=agreement(AGREED))
    assert partner.coordinate(AGREED).status == 0
    partner.confirm(at("2027-01-05", "11:00"))
    partner.edit(A, B)
    # The time that was agreed for the change itself is past.
    [(_, said)] = partner.findings(at("2027-01-06"))
    assert "The agreed time, 2027-01-05 10:00 EST, can't be kept: it is past" in said
    partner.repository.git("checkout", "--quiet", ".")
    back = "2027-01-07T15:00:00-05:00"
    partner.merge(A, B, day=at("2027-01-06"), more=agreement(back), without=agreement(AGREED))
    # What ran until yesterday needs no notice again.
    assert partner.coordinate(back).status == 0
    assert partner.released == [A, B]


def test_taken_back_before_it_went_nothing_is_left_to_agree(tmp_path: Path) -> None:
    partner = Partner(tmp_path, "encrypted")
    partner.merge(B, A, more=agreement(AGREED))
    partner.edit(A, B)
    assert partner.findings(at("2026-12-16")) == []
    partner.repository.git("checkout", "--quiet", ".")
    partner.merge(A, B, day=at("2026-12-16"))
    assert partner.release(at("2026-12-31")).status == 0
    assert partner.released == [A, B]


def test_signing_that_begins_in_the_same_merge_lifts_no_agreement_and_brings_the_guard(tmp_path: Path) -> None:
    partner = Partner(tmp_path, "encrypted")
    partner.edit(B, more="requests_signed: true\n")
    said = " ".join(words for _, words in partner.findings(MERGED))
    assert "lacks a time and the reason" in said
    assert f"Keep {A} beside {B} until that is confirmed" in said
    partner.repository.git("checkout", "--quiet", ".")
    partner.merge(B, A, more="requests_signed: true\n")
    assert "Agree on a time in business hours" in partner.because(at("2026-12-30"))
    assert partner.release(at("2026-12-31")).status == 0
    assert partner.released == [A]


def test_signing_that_began_in_a_merge_before_lifts_the_agreement(tmp_path: Path) -> None:
    partner = Partner(tmp_path, "encrypted")
    partner.merge(A, more="requests_signed: true\n")
    partner.edit(B, A)
    assert partner.findings(at("2026-12-16")) == []
    partner.repository.git("checkout", "--quiet", ".")
    partner.merge(B, A, day=at("2026-12-16"))
    assert partner.release(at("2026-12-31")).status == 0
    assert partner.released == [B, A]


def test_signing_that_ends_in_the_same_merge_keeps_the_guard(tmp_path: Path) -> None:
    """Else a key that is in use could go with the word that none is."""
    partner = Partner(tmp_path, "signed")
    partner.merge(A, B)
    assert partner.release(at("2026-12-31")).status == 0
    partner.confirm(at("2026-12-31", "16:00"))
    signs = "requests_signed: true\n"
    partner.edit(A, without=signs)
    [(severity, said)] = partner.findings(at("2027-01-05"))
    assert (severity, f"removes {B}, and nobody has said which key is in use" in said) == ("error", True)
    partner.repository.git("checkout", "--quiet", ".")
    partner.merge(A, day=at("2027-01-05"), without=signs)
    assert f"removes {B}" in partner.because(at("2027-01-06"))
    partner.release(at("2027-01-21"))
    assert partner.released == [A, B]


def test_signing_that_ended_in_a_merge_before_leaves_the_second_certificate_free(tmp_path: Path) -> None:
    partner = Partner(tmp_path, "signed")
    partner.merge(A, B)
    assert partner.release(at("2026-12-31")).status == 0
    partner.confirm(at("2026-12-31", "16:00"))
    partner.merge(A, B, day=at("2027-01-05"), without="requests_signed: true\n")
    partner.merge(A, day=at("2027-01-06"))
    partner.release(at("2027-01-21"))
    assert partner.released == [A]


def test_a_compromised_key_goes_by_waiver_and_off_cycle(tmp_path: Path) -> None:
    partner = Partner(tmp_path, "oidc")
    waiver = "waivers: [{rule: rotation-overlap, ticket: LG-9, reason: The key leaked., expires: 2026-12-31}]\n"
    partner.edit(B)
    [(severity, _)] = partner.findings(MERGED)
    assert severity == "error"
    partner.repository.git("checkout", "--quiet", ".")
    partner.edit(B, more=waiver)
    assert partner.findings(MERGED) == []
    partner.repository.git("checkout", "--quiet", ".")
    partner.merge(B)
    two = ("--by", FIRST, "--second", OTHER, "--reason", "The key leaked.")
    request = partner.repository.run_json("status", partner.app, now=MERGED)["requests"][0]["id"]
    refused = partner.repository.run("off-cycle", request, *two, now=at("2026-12-15", "11:00"))
    assert (refused.status, f"Keep {A} beside {B}" in refused.err) == (1, True)
    partner.merge(B, day=at("2026-12-15", "12:00"), more=waiver)
    done = partner.repository.run("off-cycle", request, *two, now=at("2026-12-15", "12:30"))
    assert done.status == 0, done.text
    assert partner.released == [B]


def test_a_waiver_that_has_ended_lets_nothing_go(tmp_path: Path) -> None:
    partner = Partner(tmp_path, "oidc")
    waiver = "waivers: [{rule: rotation-overlap, ticket: LG-9, reason: The key leaked., expires: 2026-12-30}]\n"
    partner.merge(B, more=waiver)
    partner.release(at("2026-12-31"))
    assert partner.released == [A]


def test_what_was_never_released_is_replaced_at_once(tmp_path: Path) -> None:
    partner = Partner(tmp_path, "oidc")
    partner.merge(A, B)
    partner.edit(A)
    assert partner.findings(at("2026-12-16")) == []


def test_a_key_in_use_must_be_one_that_the_identity_provider_is_seen_to_have(tmp_path: Path) -> None:
    """A confirmed certificate stays, but the team says that it uses another, which is only on its way."""
    partner = Partner(tmp_path, "oidc")
    partner.merge(A, B)
    assert partner.release(at("2026-12-31")).status == 0
    partner.confirm(at("2026-12-31", "16:00"))
    partner.repository.write(f"{partner.life.path.rpartition('/')[0]}/{C}", certificate(1 << 62))
    word = f"release: {{key_in_use: {{certificate: {C}, as_of: 2027-01-05}}}}\n"
    partner.edit(B, C, more=word)
    [(severity, said)] = partner.findings(at("2027-01-05"))
    assert (severity, f"{C}, whose key is said to be in use, is not confirmed yet" in said) == ("error", True)
    partner.merge(B, C, day=at("2027-01-05"), more="")
    partner.release(at("2027-01-21"))
    assert partner.released == [A, B]


def word(certificate: str, day: str) -> str:
    return f"release: {{key_in_use: {{certificate: {certificate}, as_of: {day}}}}}\n"


def with_both(tmp_path: Path) -> Partner:
    """Both certificates are confirmed since 2026-12-31."""
    partner = Partner(tmp_path, "oidc")
    partner.merge(A, B)
    assert partner.release(at("2026-12-31")).status == 0
    partner.confirm(at("2026-12-31", "16:00"))
    return partner


def test_a_word_can_not_be_given_in_advance(tmp_path: Path) -> None:
    """Nobody knows when the new certificate will run, nor whether the change to its key will go well."""
    partner = Partner(tmp_path, "oidc")
    early = word(B, "2027-01-04")
    partner.edit(A, B, more=early)
    assert "nobody can know that in advance" in str(partner.findings(MERGED))
    partner.repository.git("checkout", "--quiet", ".")
    partner.merge(A, B, more=early)
    assert partner.release(at("2026-12-31")).status == 0
    partner.confirm(at("2026-12-31", "16:00"))
    partner.merge(B, day=at("2027-01-05"))
    assert "to be in use only from 2027-01-04 on: nobody can know that in advance" in partner.because(at("2027-01-06"))
    partner.release(at("2027-01-21"))
    assert partner.released == [A, B]
    partner.merge(B, day=at("2027-01-22"), without=early, more=word(B, "2027-01-22"))
    partner.release(at("2027-02-08"))
    assert partner.released == [B]


def test_a_word_is_about_the_certificate_that_had_the_name_when_it_was_given(tmp_path: Path) -> None:
    """Else a file that gets the old certificate's bytes would let the key in use go."""
    partner = with_both(tmp_path)
    partner.merge(A, B, day=at("2027-01-05"), more=word(B, "2027-01-05"))
    folder = partner.life.path.rpartition("/")[0]
    partner.repository.write(f"{folder}/{B}", partner.repository.read(f"{folder}/{A}"))
    partner.edit(B)
    assert f"{B} is another certificate than when its key was said to be in use" in str(
        partner.findings(at("2027-01-06"))
    )
    before = partner.released
    partner.merge(B, day=at("2027-01-06"))
    assert "is another certificate than when" in partner.because(at("2027-01-07"))
    partner.release(at("2027-01-21"))
    assert len(before) == 2
    assert "is another certificate than when" in partner.because(at("2027-01-21"))


def test_a_word_is_taken_back_without_an_approval(tmp_path: Path) -> None:
    """Giving it lets a key go, so it is reviewed; taking it back keeps one."""
    partner = with_both(tmp_path)
    partner.merge(B, day=at("2027-01-05"), more=word(B, "2027-01-05"))
    repository = partner.repository
    repository.branch("back")
    partner.edit(B, without=word(B, "2027-01-05"))
    repository.commit("We had to go back to the old key", at=at("2027-01-12"))
    merge = repository.merge("back", at=at("2027-01-12"), reviewed_by=None)
    partner.release(at("2027-01-21"))
    assert partner.released == [A, B]
    assert "a later merge takes back or changes the word" in partner.because(at("2027-01-21"))
    approve = ("approve", f"{partner.app}@{merge[:12]}", "--by", FIRST, "--note", "Talked to them.")
    assert repository.run(*approve, now=at("2027-01-21", "12:00")).status == 0
    partner.release(at("2027-01-25"))
    assert partner.released == [A, B]


def test_a_rotation_goes_on_where_the_app_was_moved(tmp_path: Path) -> None:
    partner = Partner(tmp_path, "oidc")
    partner.merge(A, B)
    assert partner.release(at("2026-12-31")).status == 0
    partner.confirm(at("2026-12-31", "16:00"))
    repository = partner.repository
    repository.git("mv", f"apps/exa/{partner.life.name}", "apps/exa/moved")
    text = repository.read("apps/exa/moved/production.yaml")
    repository.write("apps/exa/moved/production.yaml", text.replace(f"certs: [{A}, {B}]", f"certs: [{B}]"))
    [(_, said)] = partner.findings(at("2027-01-05"))
    assert f"removes {A}, and nobody has said which key is in use" in said
    assert "with a DATE from 2026-12-31 on" in said


def test_without_a_ledger_the_base_counts_as_confirmed_and_it_says_so(tmp_path: Path) -> None:
    partner = Partner(tmp_path, "oidc")
    partner.repository.git("branch", "-D", "launchwindow-ledger")
    partner.edit(B)
    [(_, said)] = partner.findings(MERGED)
    assert "There is no ledger here" in said
