"""Each promise, the mechanism that keeps it, and the test that fails without it.

`docs/promises.md` is made from this table, and `make breakages` proves it: each mechanism is broken in a copy of the
package, by replacing one piece of text, and the named test must fail there.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import NamedTuple

import launchwindow

ROOT = Path(__file__).parents[2]


class Breakage(NamedTuple):
    """One mechanism, and how to break it."""

    promise: str
    mechanism: str
    """In words, for the page."""
    file: str
    """In the package."""
    old: str
    """Stands there exactly once."""
    new: str
    test: str
    """As pytest names it; it passes with the mechanism and fails without."""

    @property
    def name(self) -> str:
        """Short, unique."""
        return f"{self.file.removesuffix('.py').replace('/', '-')}: {self.test.partition('::')[2]}"


EARLY = "Nothing is released before its notice is over"
UNAPPROVED = "Nothing is released that was not approved"
HELD = "Nothing is released that somebody holds"
TAKEN_BACK = "Nothing is released that main has taken back"
OTHER_CONTENT = "Nothing is released but the content that was approved"
LOST = "No merged change is lost"
TWICE = "No request is released twice"
KEY = "No key that a partner still uses is removed before its successor is confirmed"
HALF = "Nothing is left half done by a run that was killed, and the same command finishes it"
SHOWN = "GitHub shows what the ledger holds, and each thing once"
WHOLE = "What the identity provider reads is valid as a whole"
PAGE = "A reviewer sees one page of a pull request, of its newest commit, that nobody else wrote"
OUTSIDE = "What comes in from outside writes nothing but what was asked for, and what goes out replaces nothing else"
BOARD = "The board shows what others wrote as text, no private key, and writes over nothing of others"
KEPT = "What a check kept makes no difference to what a later one finds"
BRANCH = "A branch is judged in parts as it would be at once, by the policy and partners that it is held to"
PLANNED = "A plan tells what recording the merge would bring, though it reads only what the merge can concern"

BREAKAGES = (
    Breakage(
        EARLY, "The end of each change's notice is compared with the window's date.",
        "schedule.py", "if ends is not None and ends > window_date:", "if False:",
        "tests/test_life_of_changes.py::test_a_change_from_merge_to_confirmation",
    ),
    Breakage(
        EARLY, "A change counts from the earliest merge since which main has had it without a break.",
        "schedule.py", "while earliest and element in self.each[earliest - 1]:", "while earliest:",
        "tests/test_schedule_properties.py::test_no_window_breaks_a_promise",
    ),
    Breakage(
        EARLY, "A push notification host that is new to the environment has its longer notice.",
        "notice.py", "return days.default if host in known_hosts else max(days.default, days.push_notification_host)",
        "return days.default", "tests/test_life_of_changes.py::test_a_new_push_host_waits_three_weeks",
    ),
    Breakage(
        EARLY, "A commit's date counts as neither before the ledger last saw main without it, nor after now.",
        "events/recording.py", "min(max(commit.committed, earliest), latest)", "commit.committed",
        "tests/test_life_of_changes.py::test_a_commit_date_in_the_past_gains_nothing",
    ),
    Breakage(
        EARLY, "Each day on which a command looked at main is noted, also where nothing was new.",
        "events/recording.py", "if merges or _day(space, ledger.seen.at, tip) < _day(space, space.now, tip):",
        "if merges:",
        "tests/test_life_of_changes.py::test_a_day_on_which_nothing_was_new_is_one_that_no_later_merge_can_claim",
    ),
    Breakage(
        EARLY, "A clock that is behind the ledger records nothing.",
        "events/workspace.py", "if now < written - CLOCKS_DIFFER:", "if False:",
        "tests/test_bad_input.py::test_a_clock_that_is_behind_the_ledger_records_nothing",
    ),
    Breakage(
        EARLY, "Of two clocks that differ by minutes the later one counts: the ledger's time never runs backwards.",
        "events/workspace.py", "self.now = max(self.now, written)", "pass",
        "tests/test_clock.py::test_a_little_behind_counts_as_the_time_of_the_newest_entry",
    ),
    Breakage(
        EARLY, "The date before which an app asks not to be released is compared with the window's.",
        "schedule.py", "if timeline.not_before is not None and timeline.not_before > window_date:", "if False:",
        "tests/test_life_of_changes.py::test_not_before_postpones_and_is_recorded_without_notice",
    ),
    Breakage(
        UNAPPROVED, "A state waits for the approval of its own merge and of each merge that its changes count from.",
        "schedule.py", "if not request.approved:", "if False:",
        "tests/test_life_of_changes.py::test_a_merge_without_review_is_never_scheduled",
    ),
    Breakage(
        UNAPPROVED, "An approval by somebody who wrote a part of it does not count.",
        "trailers.py", "if email in reviewers and mailbox(email) not in wrote:", "if email in reviewers:",
        "tests/test_approvals.py::test_nobody_approves_what_they_wrote",
    ),
    Breakage(
        UNAPPROVED, "The policy that says who reviews is main's before the merge.",
        "events/recording.py", "policy = policies.of(since or last)", "policy = space.policy(last)",
        "tests/test_approvals.py::test_a_merge_that_asks_for_fewer_approvals_still_needs_those_of_main",
    ),
    Breakage(
        UNAPPROVED, "A merge commit that brings what none of its parents had makes its author an author.",
        "events/recording.py", "return not is_the_merge or space.git.changed_in_merge(commit.id, *commit.parents)",
        "return not is_the_merge", "tests/test_approvals.py::test_an_evil_merge_makes_its_author_an_author",
    ),
    Breakage(
        HELD, "A state waits while its own merge, or one that its changes count from, is held.",
        "schedule.py", "if request.hold is not None:", "if False:",
        "tests/test_life_of_changes.py::test_a_hold_keeps_one_request_and_names_who_and_why",
    ),
    Breakage(
        TAKEN_BACK, "A state is taken only when every later one still holds each of its changes.",
        "schedule.py", "if not differences.stands(index):", "if False:",
        "tests/test_schedule_example.py::test_each_window_takes_what_the_example_says",
    ),
    Breakage(
        OTHER_CONTENT, "The content's digest is computed from git again at the release.",
        "judge.py", "if digest != request.digest:", "if False:",
        "tests/test_life_of_changes.py::test_only_approved_content_is_released",
    ),
    Breakage(
        OTHER_CONTENT, "Git is read without replacements: what was approved is told by commits' ids alone.",
        "io/asking.py", '"GIT_NO_REPLACE_OBJECTS": "1", ', "",
        "tests/test_approvals.py::test_a_replacement_does_not_change_what_was_approved",
    ),
    Breakage(
        OTHER_CONTENT, "The rules judge the state again for the window's date.",
        "judge.py", "errors = [one for one in findings if _identity(one) not in before]", "errors = []",
        "tests/test_life_of_changes.py::test_errors_at_the_windows_date_keep_a_state_back",
    ),
    Breakage(
        LOST, "Every merge since the last that the ledger knows is recorded, not only main's newest state.",
        "events/recording.py", "return list(zip([seen, *commits[:-1]], commits, strict=True))",
        "return [(seen, tip)]", "tests/test_life_of_changes.py::test_a_half_revert_releases_what_is_left",
    ),
    Breakage(
        LOST, "A main that was rewritten is named, and nothing is recorded.",
        "events/recording.py", "if space.git.resolve(seen) is None or not space.git.is_ancestor(seen, tip):",
        "if False:", "tests/test_life_of_changes.py::test_a_rewritten_main_is_refused_and_named",
    ),
    Breakage(
        LOST, "The ledger's branch moves only from where it was read; who loses reads and computes again.",
        "io/ledger_store.py", 'lease = f"--force-with-lease={target}:{tip or \'\'}"', 'lease = "--force"',
        "tests/test_remote.py::test_a_ledger_that_moved_is_not_overwritten",
    ),
    Breakage(
        LOST, "A damaged ledger file stops every command that needs it, and nothing is written.",
        "ledger.py", "if place(value) != path:", "if False:",
        "tests/test_bad_input.py::test_a_damaged_ledger_is_never_written_to",
    ),
    Breakage(
        LOST, "A value of another kind is a damaged file, wherever it stands: a damaged hold is not taken for none.",
        "ledger_values.py", "require(data, REQUEST)", "pass",
        "tests/test_ledger_damage.py::test_a_value_of_another_kind_is_refused_wherever_it_stands",
    ),
    Breakage(
        LOST, "A file that nobody can read leaves its app as it was.",
        "merges.py", "if app.present and subject in main.unreadable", "if False",
        "tests/test_bad_input.py::test_a_partner_file_that_is_wrong_on_main_moves_no_app_to_another_agency",
    ),
    Breakage(
        TWICE, "A window is taken once, by the first run between opening and closing.",
        "events/on_window.py", "if window is None or (environment, window.date) in ledger.taken:",
        "if window is None:", "tests/test_life_of_changes.py::test_nothing_is_done_twice",
    ),
    Breakage(
        TWICE, "Each entry is one of a kind: of two who do the same in the same second one is told so.",
        "io/ledger_store.py", "Entry: {os.urandom(8).hex()}", "Entry: the same",
        "tests/test_remote.py::test_of_two_who_do_the_same_at_once_one_is_told_so",
    ),
    Breakage(
        TWICE, "After a push without an answer the remote is asked what it has.",
        "io/ledger_store.py", "            if self._has(commit, tip):", "            if False:",
        "tests/test_races.py::test_an_answer_that_was_lost_is_looked_for",
    ),
    Breakage(
        HALF, "The ledger's branch moves in one step, once all that it leads to is there.",
        "io/ledger_store.py", "update-ref\", self._ref, commit, tip or _NOTHING)", "update-ref\", self._ref, commit)",
        "tests/test_remote.py::test_a_ledger_that_moved_is_not_overwritten",
    ),
    Breakage(
        HALF, "A file has no name until it is whole.",
        "io/nameless.py", "flag = getattr(os, \"O_TMPFILE\", None)", "flag = None",
        "tests/test_crashes.py::test_killed_and_run_again[new]",
    ),
    Breakage(
        HALF, "Files that name others come last.",
        "io/import_files.py", "for path in sorted(missing, key=lambda path: path.endswith((\".yaml\", \".yml\"))):",
        "for path in missing:", "tests/test_crashes.py::test_killed_and_run_again[new]",
    ),
    Breakage(
        HALF, "What a killed import got done is known by its bytes, and is no obstacle.",
        "io/import_files.py", "or _opened(root / path, len(files[path])) != files[path]", "or True",
        "tests/test_crashes.py::test_killed_and_run_again[import]",
    ),
    Breakage(
        HALF, "The next `check --fix` takes away what a killed one left.",
        "io/replace.py", "unstage(folder, name)\n    write_whole", "pass\n    write_whole",
        "tests/test_crashes.py::test_killed_and_run_again[check --fix]",
    ),
    Breakage(
        WHOLE, "In a conflict the app falls back without which the conflict is gone.",
        "valid_set.py", "while found := _problems(together, choices):", "while found := ():",
        "tests/test_life_of_changes.py::test_of_two_apps_with_one_issuer_the_later_stays",
    ),
    Breakage(
        WHOLE, "An app goes with its own partner's record, never under another agency's number.",
        "idp_checks.py", "if not provider.row.active or agency is None:", "if True:",
        "tests/test_life_of_changes.py::test_an_app_does_not_go_live_under_another_agencys_number",
    ),
    Breakage(
        EARLY, "Short notice is refused while the state holds another merge's change that is in notice.",
        "levers.py", "if others:", "if False:",
        "tests/test_levers.py::test_the_worked_example_by_the_real_commands",
    ),
    Breakage(
        UNAPPROVED, "An off-cycle release takes two reviewers who are two people.",
        "levers.py", "if mailbox(first) == mailbox(other):", "if False:",
        "tests/test_levers.py::test_two_reviewers_are_two_people",
    ),
    Breakage(
        UNAPPROVED, "Nobody waives the notice of what they wrote a part of, or releases it off-cycle.",
        "levers.py", "if mailbox(by) in {mailbox(person.email) for person in request.authors}:", "if False:",
        "tests/test_levers.py::test_who_wrote_a_part_of_it_decides_nothing",
    ),
    Breakage(
        UNAPPROVED, "An id that another open request had before is refused: who read it may mean that one.",
        "levers.py", "if len(near) > 1 and len(now) == 1:", "if False:",
        "tests/test_life_of_changes.py::test_an_id_that_another_request_had_before_is_refused",
    ),
    Breakage(
        HELD, "What a failed release took is held until somebody resumes it.",
        "take_back.py", "released=None, hold=Hold(by, now, reason)", "released=None, hold=None",
        "tests/test_take_back.py::test_a_failed_release_leaves_all_as_it_was",
    ),
    Breakage(
        HELD, "What asks again for what was held before main was rewritten is held as that was.",
        "rewritten.py", "        if again:", "        if False:",
        "tests/test_rewrite.py::test_a_hold_outlives_the_commit_that_was_held",
    ),
    Breakage(
        HELD, "While an app is rolled back, what is merged for it is born held.",
        "record.py", "if deployed is not None and deployed.rollback is not None and days:", "if False:",
        "tests/test_rollback.py::test_what_ran_before_goes_live_without_notice_and_nothing_before_it",
    ),
    Breakage(
        OTHER_CONTENT, "What is no longer what was approved is held, until somebody has looked.",
        "release.py", "if changed is not None and request is not None and request.released is None:", "if False:",
        "tests/test_take_back.py::test_changed_content_is_held_and_the_others_go_on",
    ),
    Breakage(
        LOST, "Until a release is confirmed nothing of its app is closed as withdrawn: it may have failed.",
        "settle.py", "elif uncertain or (request in pending and not nothing_left):",
        "elif request in pending and not nothing_left:",
        "tests/test_take_back.py::test_what_a_release_took_back_counts_again_when_it_failed",
    ),
    Breakage(
        TAKEN_BACK, "What vanished with a rewritten main is withdrawn.",
        "rewritten.py", "if request.released is None and not is_there(request.commit):", "if False:",
        "tests/test_rewrite.py::test_what_vanished_is_withdrawn_and_the_rest_is_one_merge",
    ),
    Breakage(
        KEY, "A removal waits until a certificate that stays is confirmed.",
        "rotation.py", "if not successors:", "if False:",
        "tests/test_rotation.py::test_every_order[0-None]",
    ),
    Breakage(
        KEY, "The certificate whose key is said to be in use must be confirmed itself.",
        "rotation.py", "if named.fingerprint not in confirmed:", "if False:",
        "tests/test_rotation_ways.py::test_a_key_in_use_must_be_one_that_the_identity_provider_is_seen_to_have",
    ),
    Breakage(
        KEY, "A word from before the last confirmation that changed the certificates does not count.",
        "rotation.py", "if since is not None and word.as_of < since:", "if False:",
        "tests/test_rotation.py::test_every_order[0-1]",
    ),
    Breakage(
        KEY, "Nobody's word means that the old key may be in use.",
        "rotation.py", "if word is None:", "if word is None and not state.certs:",
        "tests/test_rotation.py::test_every_order[0-0]",
    ),
    Breakage(
        KEY, "A word is about the certificate that had the name when it was given.",
        "rotation.py", "if named.fingerprint != word.fingerprint:", "if False:",
        "tests/test_rotation_ways.py::test_a_word_is_about_the_certificate_that_had_the_name_when_it_was_given",
    ),
    Breakage(
        KEY, "A word can't be given in advance.",
        "rotation.py", "if word.said_on is not None and word.as_of > word.said_on:", "if False:",
        "tests/test_rotation_ways.py::test_a_word_can_not_be_given_in_advance",
    ),
    Breakage(
        KEY, "A word is taken back without an approval.",
        "rotation.py", "if rotation.word_withdrawn:", "if False:",
        "tests/test_rotation_ways.py::test_a_word_is_taken_back_without_an_approval",
    ),
    Breakage(
        KEY, "What is encrypted to changes its first certificate at the agreed time alone.",
        "rotation.py", "if rotation.coordinated or not needs_coordination(released, state, order, rotation):",
        "if True:",
        "tests/test_rotation_ways.py::test_at_the_agreed_time_and_not_before_and_never_by_a_window",
    ),
    Breakage(
        KEY, "Signing lifts the agreement for later merges alone.",
        "rotation.py", "signs = rotation.signs_since is not None and rotation.signs_since < order",
        "signs = rotation.signs_since is not None",
        "tests/test_rotation_ways.py::test_signing_that_begins_in_the_same_merge_lifts_no_agreement_and_brings_the_guard",
    ),
    Breakage(
        KEY, "Who ceases to sign is guarded in the merge that says so.",
        "rotation.py",
        "signs = rotation.signs or (rotation.signed_until is not None and order <= rotation.signed_until)",
        "signs = rotation.signs",
        "tests/test_rotation_ways.py::test_signing_that_ends_in_the_same_merge_keeps_the_guard",
    ),
    Breakage(
        KEY, "Going back is refused where it removes a certificate that may be in use.",
        "rollback.py", "if refused:", "if False:",
        "tests/test_rollback.py::test_a_key_that_may_be_in_use_is_not_rolled_back",
    ),
    Breakage(
        WHOLE, "A provider that only a failed release brought stays in the files, inactive.",
        "take_back.py", "return (*others, failed._replace(active=False))", "return others",
        "tests/test_take_back.py::test_a_new_app_stays_inactive_until_it_is_released_again",
    ),
    Breakage(
        UNAPPROVED, "On GitHub: an approval counts only for the content that its reviewer saw.",
        "reviews.py", "if not same(review.commit):", "if False:",
        "tests/github/test_approval.py::test_what_does_not_count_is_told[pushed_after]",
    ),
    Breakage(
        UNAPPROVED, "On GitHub: who wrote a commit, or is its co-author, approves none of it.",
        "reviews.py", "if _wrote(by.login, pull, bench):", "if False:",
        "tests/github/test_approval.py::test_what_does_not_count_is_told[by_a_co_author]",
    ),
    Breakage(
        UNAPPROVED, "On GitHub: only reviewers by main's policy approve.",
        "reviews.py", "if not bench.may_approve(by.login):", "if False:",
        "tests/github/test_approval.py::test_what_does_not_count_is_told[by_an_outsider]",
    ),
    Breakage(
        UNAPPROVED, "On GitHub: the newest word of each reviewer counts.",
        "reviews.py", "last.pop(who, None)\n            last[who] = review", "last.setdefault(who, review)",
        "tests/github/test_approval.py::test_changes_asked_for_after_an_approval_take_it_back",
    ),
    Breakage(
        UNAPPROVED, "On GitHub: no approval comes after the merge.",
        "reviews.py", "if _too_late(review, pull):", "if False:",
        "tests/github/test_approval.py::test_what_does_not_count_is_told[after_the_merge]",
    ),
    Breakage(
        UNAPPROVED, "On GitHub: a request comes from the app's team, or a reviewer says how that was found out.",
        "reviews.py", "if asked & bench.team or any(", "if True or any(",
        "tests/github/test_approval.py::test_a_request_of_nobody_of_the_team_is_not_approved",
    ),
    Breakage(
        UNAPPROVED, "On GitHub: who is of the team, main says as it was before the merge.",
        "events/reviewing.py", 'self._space.content(since, f"partners', 'self._space.content(last, f"partners',
        "tests/github/test_approval.py::test_a_pull_request_cannot_put_its_opener_into_the_team",
    ),
    Breakage(
        UNAPPROVED, "On GitHub: what no pull request brought is approved by nobody, whatever its commit says.",
        "events/recording.py", "if ledger.github is None:\n        approvals", "if True:\n        approvals",
        "tests/github/test_approval.py::test_a_direct_push_is_unapproved_whatever_it_says",
    ),
    Breakage(
        UNAPPROVED, "Once reviews are read from GitHub, no command records a merge without it.",
        "events/recording.py", "if named is None and not only_look:", "if False:",
        "tests/github/test_approval.py::test_once_read_from_github_reviews_come_from_nowhere_else",
    ),
    Breakage(
        EARLY, "On GitHub: notice counts from a check of the content that was merged, no other.",
        "events/reviewing.py", "if self._same(commit, subject, digest)\n                 if", "if",
        "tests/github/test_approval.py::test_opening_early_and_pushing_late_gains_nothing",
    ),
    Breakage(
        EARLY, "On GitHub: a check's time is the one that GitHub set, not the one that the check claims.",
        "io/github/pulls.py", '_suite_made(hub, one["check_suite"]["id"])', '_moment(one["started_at"])',
        "tests/github/test_approval.py::test_no_other_check_and_no_claimed_time_begins_it",
    ),
    Breakage(
        EARLY, "On GitHub: what ran on a branch before there was a pull request begins no notice.",
        "events/reviewing.py", "max(at, self.pull.opened_at)", "at",
        "tests/github/test_approval.py::test_nothing_is_put_up_before_there_is_a_pull_request",
    ),
    Breakage(
        EARLY, "On GitHub: no check but the action's own begins notice.",
        "io/github/pulls.py", '(one["app"] or {}).get("slug") == BY', "True",
        "tests/github/test_approval.py::test_no_other_check_and_no_claimed_time_begins_it",
    ),
    Breakage(
        SHOWN, "What is made is looked for where no answer came, and never made again blindly.",
        "io/github/making.py",
        "            found = look()\n            if found is not None:\n                return found\n        raise\n",
        "            return read(hub.post(path, body))\n        raise\n",
        "tests/github/test_sync_when_github_fails.py::test_an_answer_that_is_lost_makes_nothing_twice",
    ),
    Breakage(
        SHOWN, "An issue that has lost its label is looked for before another one is made.",
        "events/on_sync.py", "    if not missing:\n", "    if missing or not missing:\n",
        "tests/github/test_sync_from_any_state.py::test_what_somebody_changed_is_put_back",
    ),
    Breakage(
        SHOWN, "Numbers beyond the newest that a list shows are asked for.",
        "io/github/tracker.py", "[*listed, *_beyond(hub, newest)]", "listed",
        "tests/github/test_sync_when_github_fails.py::test_an_issue_that_no_list_shows_yet_is_found_by_its_number",
    ),
    Breakage(
        SHOWN, "A comment is looked for before it is written, for the last run may have died after it.",
        "events/bringing_in_line.py", "told = told if new else self._told_last(seen.number, told)", "pass",
        "tests/github/test_sync_from_any_state.py::test_a_run_that_dies_at_any_call_is_made_up_for",
    ),
    Breakage(
        SHOWN, "What somebody else wrote with a mark of ours is not ours.",
        "model/tracker.py", "return (by_program and author == ACTIONS) or author.lower() == login.lower()",
        "return True",
        "tests/github/test_sync_from_any_state.py::test_an_issue_with_a_forged_mark_is_not_ours",
    ),
    Breakage(
        SHOWN, "Only a run in which nothing failed says with which commit of the ledger GitHub is in line.",
        "events/on_sync.py", "if failed and isinstance(step, MendLabel)", "if False and isinstance(step, MendLabel)",
        "tests/github/test_sync_from_any_state.py::test_what_was_not_shown_at_its_end_is_shown_by_the_next_run",
    ),
    Breakage(
        PAGE, "A comment is ours by its author, whatever mark it has.",
        "io/github/comments.py", '_is_own(one, login) and ', "",
        "tests/github/test_comment.py::test_a_forged_key_is_nobodys",
    ),
    Breakage(
        PAGE, "After a lost answer the comment is looked for before it is made again.",
        "events/commenting.py", "own = own_comments(hub, number, MARK, login)\n        # Asked",
        "own = own_comments(hub, number, MARK, login) if not made else []\n        # Asked",
        "tests/github/test_comment.py::test_there_is_one_comment_whatever_goes_wrong",
    ),
    Breakage(
        PAGE, "Of two that were made at once the oldest stays, and says the newest.",
        "events/commenting.py", "in ([], [one])", "is not None",
        "tests/github/test_comment.py::test_two_runs_at_once_leave_one",
    ),
    Breakage(
        PAGE, "Only the run of the newest commit writes.",
        "events/commenting.py", "if head_of(hub, number) != head:", "if False:",
        "tests/github/test_comment.py::test_a_run_for_an_older_commit_leaves_the_newer_page",
    ),
    Breakage(
        PAGE, "Marks in text of others are entities.",
        "report/markdown.py", 'lambda found: "".join(f"&#{ord(one)};" for one in found[0])', "lambda found: found[0]",
        "tests/report/test_page_hostile.py::test_hostile_text_is_shown_as_text",
    ),
    Breakage(
        PAGE, "What GitHub would make a mention or a link of is broken by a space without width.",
        "report/markdown.py", '_LINKED.sub("\\0", shown)', "shown",
        "tests/report/test_page_hostile.py::test_hostile_text_is_shown_as_text",
    ),
    Breakage(
        PAGE, "What is hidden in the page can't be ended by text of others.",
        "report/page/since.py", 're.sub("[-<>&`]", ', 're.sub("[`]", ',
        "tests/report/test_page_hostile.py::test_no_name_ends_what_is_hidden",
    ),
    Breakage(
        OUTSIDE, "An archive's members lie at its top, and their names are never part of a path.",
        "exchange/archive.py", 'if "/" in name or', 'if name in ("/",) or',
        "tests/exchange/test_dashboard_import.py::test_a_hostile_archive_writes_nothing[a path upwards]",
    ),
    Breakage(
        OUTSIDE, "What comes out of a compression is counted while it is read.",
        "exchange/archive.py", "if self.given > MAX_UNPACKED:", "if self.given < 0:",
        "tests/exchange/test_dashboard_import.py::test_a_hostile_archive_writes_nothing[a bomb]",
    ),
    Breakage(
        OUTSIDE, "Behind an archive's last member nothing stands.",
        "exchange/archive.py", "if stream.last_content > end or", "if",
        "tests/exchange/test_dashboard_import.py::test_a_hostile_archive_writes_nothing[a damaged header]",
    ),
    Breakage(
        OUTSIDE, "A header that only carries a name is short, and few follow on each other.",
        "exchange/archive.py", "if Header.names > _MOST_NAMES or", "if Header.names < 0 and",
        "tests/exchange/test_dashboard_import.py::test_a_hostile_archive_writes_nothing[names of names of names]",
    ),
    Breakage(
        OUTSIDE, "Of two equal keys of JSON neither is chosen.",
        "exchange/strict_json.py", "if len(found) != len(pairs):", "if False:",
        "tests/exchange/test_dashboard_import.py::test_a_hostile_document_writes_nothing[equal keys]",
    ),
    Breakage(
        OUTSIDE, "A logo is what the rules' readers take for one.",
        "exchange/dashboard_import.py", "why = logo_trouble(name, members[name])", "why = None",
        "tests/exchange/test_dashboard_import.py::test_an_unfit_logo_writes_nothing[an SVG with a script]",
    ),
    Breakage(
        OUTSIDE, "An issuer that is there already is not imported again.",
        "events/on_import.py", "if new.get((environment, issuer), path) != path", "if False",
        "tests/exchange/test_dashboard_import.py::test_an_issuer_that_is_there_already_is_refused",
    ),
    Breakage(
        OUTSIDE, "A folder is replaced only while each file has the digest that the last export noted.",
        "io/export_files.py", "if digest is None or told.get(path) != digest}", "if digest is None}",
        "tests/test_export.py::test_a_folder_that_anybody_touched_is_left_as_it_is[a file that was changed]",
    ),
    Breakage(
        OUTSIDE, "What was written into the folder meanwhile is put back.",
        "io/export_files.py", "    if _strange(fresh):\n", "    if False:\n",
        "tests/test_export.py::test_what_is_written_meanwhile_is_kept[at once]",
    ),
    Breakage(
        OUTSIDE, "An archive is replaced only while its content has the digest in its head.",
        "exchange/tarball.py", "return unpacker.eof and", "return True or",
        "tests/test_export.py::test_a_file_that_is_no_export_is_left_as_it_is",
    ),
    Breakage(
        BOARD, "Text is escaped by the one function that makes markup of it.",
        "report/board/html.py", "Html(escape(value if value.isprintable() else visible(value, LONGEST)))",
        "Html(value if value.isprintable() else visible(value, LONGEST))",
        "tests/board/test_board_html.py::test_text_is_neither_element_nor_attribute",
    ),
    Breakage(
        BOARD, "What can't be seen, or turns text around, is shown as an escape.",
        "report/board/html.py", "value if value.isprintable() else visible(value, LONGEST)", "value",
        "tests/board/test_board_html.py::test_text_is_neither_element_nor_attribute",
    ),
    Breakage(
        BOARD, "An address is a link only when it is https and has nothing odd in it.",
        "report/board/html.py", "_HTTPS.fullmatch(address) is not None", 'address.startswith("https:")',
        "tests/board/test_board_html.py::test_which_addresses_are_followed",
    ),
    Breakage(
        BOARD, "Of a text that holds a private key nothing is shown.",
        "report/board/told.py", 'private_key(text.encode("utf-8", "replace")) is not None', "False",
        "tests/board/test_board_command.py::test_a_private_key_is_never_shown",
    ),
    Breakage(
        BOARD, "Before anything is written, each file in the way is looked at.",
        "io/site.py", "there[path] not in (digest, *self._known.get(path, ()))", "False",
        "tests/board/test_board_command.py::test_a_file_of_somebody_else_in_the_way_is_refused",
    ),
    Breakage(
        BOARD, "A file is taken away only as it was written.",
        "io/site.py", "there[path] in self._known[path]", "True",
        "tests/board/test_board_command.py::test_a_page_that_somebody_changed_is_left_as_it_is",
    ),
    Breakage(
        BOARD, "The list names what a run is about to write before the first file.",
        "io/site.py", "self._write_list(both)", "pass",
        "tests/board/test_board_folder.py::test_a_run_that_is_killed_is_finished_by_the_next",
    ),
    Breakage(
        BOARD, "No link is followed.",
        "io/site.py", "os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK", "os.O_RDONLY | os.O_NONBLOCK",
        "tests/board/test_board_command.py::test_no_link_is_followed",
    ),
    Breakage(
        KEPT, "A rule that compares a day with a later one is asked again when that one has come.",
        "model/day.py", "self._before = min(self._before, text)", "pass",
        "tests/test_kept_days.py::test_certificates_that_expire_have_their_apps_alone_judged_again",
    ),
    Breakage(
        KEPT, "A rule that compares a day with an earlier one is asked again on the days before that.",
        "model/day.py", "self._after = max(self._after, text)", "pass",
        "tests/test_kept_days.py::test_every_day_within_has_the_same_answers",
    ),
    Breakage(
        KEPT, "A rule that asks for the day itself is asked again on every day.",
        "model/day.py", "        return self.exact.isoformat()", "        return self._text",
        "tests/test_kept_days.py::test_a_rule_that_tells_the_day_has_its_parts_judged_again",
    ),
    Breakage(
        KEPT, "What was found holds only while the day, and each window that was asked for, lies within its days.",
        "parts.py", 'if not after < days.get(which, "") < before:', "if False:",
        "tests/test_kept_days.py::test_a_check_on_any_day_is_that_without_what_was_kept",
    ),
    Breakage(
        KEPT, "A bundle holds on the days on which all of its parts do.",
        "parts.py", "max(known[0], after), min(known[1], before)", "known",
        "tests/test_kept_days.py::test_a_bundle_holds_as_long_as_each_of_its_parts",
    ),
    Breakage(
        KEPT, "The windows that are kept ahead are those of their own days.",
        "events/setting.py", "next(window for last, window in windows if day <= last)", "windows[0][1]",
        "tests/test_kept_days.py::test_a_check_on_any_day_is_that_without_what_was_kept",
    ),
    Breakage(
        KEPT, "An app that has an issuer, a key or a host that it did not have is judged with all of its partner's.",
        "events/narrowed.py", "return now.shares <= before.shares and now.hosts <= before.hosts", "return True",
        "tests/test_in_parts.py::test_what_comes_to_share_something_with_what_is_not_looked_at_is_judged_with_it",
    ),
    Breakage(
        KEPT, "Where a partner's own file changed, all of its apps are judged anew.",
        "events/narrowed.py", "if own_file not in homes else None", "if True else None",
        "tests/test_in_parts.py::test_where_a_partners_own_file_changed_all_of_its_apps_are_judged",
    ),
    Breakage(
        KEPT, "What a partner's apps come to with the one that changed holds on the days of all of them.",
        "events/narrowed.py", "*(within for told in now for within in told.holds)", "*()",
        "tests/test_in_parts.py::test_what_is_known_of_a_bundle_holds_until_a_day_of_what_changed",
    ),
    Breakage(
        KEPT, "What something was found in by itself is not kept as clean because nothing is when it is compared.",
        "events/in_parts.py", "self._against if not self._found_alone.isdisjoint(parts) else NOTHING",
        "self._against if summary.findings else NOTHING",
        "tests/test_since_command.py::test_what_is_only_told_of_an_app_by_itself_is_not_forgotten",
    ),
    Breakage(
        KEPT, "What asks the kernel past Python is believed where it tells what Python tells.",
        "io/stat_rows.py", 'rows(folder, [b"."]) == row_of(os.fstat(folder))', "True",
        "tests/test_stat_rows.py::test_what_tells_anything_else_than_python_is_not_asked",
    ),
    Breakage(
        KEPT, "Times of many files are reckoned at once only where none can run over into another file's.",
        "io/statx.py", 'if any(memoryview(seconds).cast("I")[1::2]):', "if False:",
        "tests/test_stat_rows.py::test_times_that_are_reckoned_at_once_are_what_each_is",
    ),
    Breakage(
        KEPT, "Nothing is remembered of a file that lies on another device.",
        "io/files.py", " or not self._is_on_one_device(seen)", "",
        "tests/test_cache.py::test_a_file_that_another_device_is_mounted_over_is_never_known",
    ),
    Breakage(
        BRANCH, "An app is judged by its partner's file as the judge has it.",
        "events/sides.py", "if self.judges:", "if False:",
        "tests/test_since_command.py::test_an_app_is_judged_by_its_partners_file_as_the_judge_has_it",
    ),
    Breakage(
        BRANCH, "What was found by one partner's file is never used where another one judges.",
        "parts.py", "if path not in self._judges:", "if True:",
        "tests/test_since_command.py::test_what_was_found_by_one_partners_file_is_not_used_where_another_judges",
    ),
    Breakage(
        BRANCH, "The judge's partners are those of now, not of where the branch left.",
        "events/against.py", "there = {**branch.changes, **self.moved_on}", "there = branch.changes",
        "tests/test_since_command.py::test_an_app_is_judged_by_its_partners_file_as_the_judge_has_it",
    ),
    Breakage(
        BRANCH, "The policy is the judge's, not that of where the branch left it.",
        "events/against.py",
        'return self.moved_on["policy.yaml"] if "policy.yaml" in self.moved_on else _at(self.before, "policy.yaml")',
        'return _at(self.before, "policy.yaml")',
        "tests/test_since_command.py::test_a_link_with_the_bytes_of_a_policy_is_none",
    ),
    Breakage(
        BRANCH, "Compared is with where the branch left, whatever the work tree was when it was looked at last.",
        "events/against.py", "return Since(content, changes, stays=False) if changes and content is not None else None",
        "return self._files.since(name)",
        "tests/test_since_command.py::test_a_branch_is_held_to_where_it_left_whatever_was_looked_at_last",
    ),
    Breakage(
        BRANCH, "A file that is gone is a change.",
        "events/against.py", "for path in {**now, **then} if", "for path in now if",
        "tests/test_since_command.py::test_what_is_gone_is_told",
    ),
    Breakage(
        BRANCH, "So is all of a partner that is gone.",
        "events/against.py", "for name in {**now, **then} if", "for name in now if",
        "tests/test_since_command.py::test_what_is_gone_is_told",
    ),
    Breakage(
        BRANCH, "What was kept by another policy stays as it is.",
        "events/on_commit.py", "Kept(folder if own == judge.policy else None, space.root)", "Kept(folder, space.root)",
        "tests/test_since_command.py::test_what_another_policy_said_is_never_used",
    ),
    Breakage(
        BRANCH, "A link with the bytes of a policy is none.",
        "events/on_commit.py", 'policy.blob if policy is not None and policy.kind == "file" else ""',
        'policy.blob if policy is not None else ""',
        "tests/test_since_command.py::test_a_link_with_the_bytes_of_a_policy_is_none",
    ),
    Breakage(
        BRANCH, "Closures count from when the judge's history has them, also where the policy's words were kept.",
        "events/setting.py", "if self._commit is not None:", "if False:",
        "tests/test_since_command.py::test_the_windows_are_those_of_the_judges_history",
    ),
    Breakage(
        BRANCH, "A folder with a file's name has all of it judged at once.",
        "events/on_commit.py", "if not snapshot.has_folders_for_files:", "if True:",
        "tests/test_since_command.py::test_a_folder_with_a_files_name_is_judged_at_once",
    ),
    Breakage(
        BRANCH, "What can't be compared is told as judging all of it at once tells it.",
        "events/on_commit.py", "except RepositoryError:", "except ZeroDivisionError:",
        "tests/test_since_command.py::test_a_conflict_is_told_as_it_is_at_once",
    ),
    Breakage(
        BRANCH, "A branch is compared also where nothing changed.",
        "events/on_commit.py", "branch.changes, _from_git(space))), True",
        "branch.changes, _from_git(space) if branch.changes else None)), True",
        "tests/test_since_command.py::test_where_nothing_changed_all_was_there_before",
    ),
    Breakage(
        BRANCH, "What an app was is judged beside what stood there then.",
        "validate.py", "facts._replace(corpus=there, base=None)", "facts._replace(base=None)",
        "tests/test_check_since.py::test_what_an_app_stood_beside_is_what_it_is_held_to",
    ),
    Breakage(
        PAGE, "Whatever attributes a branch brings, it has no say in how git joins it with main.",
        "io/merging.py", "Git(there).attempt(*question, extra=elsewhere)", "git.attempt(*question)",
        "tests/test_plan_joined.py::test_a_branch_does_not_say_how_it_is_joined",
    ),
    Breakage(
        PAGE, "Its apps are judged by main's partners.",
        "events/page_fleet.py", "Judge(before, {}).partners(branch)", "{}",
        "tests/test_page_in_parts.py::test_a_page_is_judged_by_partners_files_as_main_has_them",
    ),
    Breakage(
        PAGE, "Where one side has a file in the place of the other's folder, all of it is judged at once.",
        "events/page_fleet.py", "if _has_files_for_folders(branch):", "if False:",
        "tests/test_page_in_parts.py::test_a_page_of_what_is_a_file_and_a_folder_is_judged_at_once",
    ),
    Breakage(
        PAGE, "What an app was is looked for by its issuer among all of main's.",
        "events/in_parts.py", "if shared in some[-1].shares]", "if not name]",
        "tests/test_page_in_parts.py::test_what_an_app_was_is_found_by_its_issuer_wherever_it_stood",
    ),
    Breakage(
        PLANNED, "The merge is recorded as far as it can concern anything, and its content is that of the merge.",
        "events/course.py", "self._space.remember(overlay.head, self._after)", "pass",
        "tests/test_plan_by_scope.py::test_an_app_is_judged_as_the_merge_has_it",
    ),
    Breakage(
        PLANNED, "Whoever alone has an issuer or a path is concerned by the merge that brings another of it.",
        "scope.py", "waiting += self._alone_with(key)", "pass",
        "tests/test_scope.py::test_a_merge_that_brings_an_issuer_concerns_the_app_that_alone_has_it",
    ),
    Breakage(
        PLANNED, "Without a ledger: so are the apps in whose files an issuer of the merge's stands.",
        "events/as_deployed.py", "found = touched | self._that_may_have({str(one) for one in issuers})",
        "found = set(touched)", "tests/test_plan_by_scope.py::test_an_issuer_that_an_untouched_app_has",
    ),
    Breakage(
        PLANNED, "Without a ledger: of all of a partner's apps it is known in which environments it has any.",
        "events/as_deployed.py", "return found.union(*map(self._homes.apps, partners))", "return found",
        "tests/test_plan_by_scope.py::test_a_second_app_of_a_partner_brings_no_request_of_the_partner",
    ),
    Breakage(
        PLANNED, "Without a ledger: a push notification host is looked for in all apps before it counts as new.",
        "events/as_deployed.py", "if all(host is None", "if True or all(host is None",
        "tests/test_plan_by_scope.py::test_a_host_that_only_an_untouched_app_has",
    ),
)  # fmt: skip


def broken(breakage: Breakage, folder: Path) -> subprocess.CompletedProcess[str]:
    """The named test, run on a copy of the package in `folder` that lacks the mechanism."""
    package = folder / "launchwindow"
    copytree(Path(launchwindow.__file__).parent, package, ignore=ignore_patterns("__pycache__"))
    file = package / breakage.file
    text = file.read_text(encoding="utf-8")
    assert text.count(breakage.old) == 1, breakage.name
    file.write_text(text.replace(breakage.old, breakage.new), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    command = (sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist",
               "-m", "not crash", breakage.test)  # fmt: skip
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
