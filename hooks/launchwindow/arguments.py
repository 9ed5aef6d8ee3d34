"""The kinds of argument that commands take; each says what it expected."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentTypeError
    from datetime import date, datetime

_YEARS = range(2000, 3000)
"""What can be meant: a date beyond them is a slip, and near the calendar's ends no notice can be counted."""


def moment(text: str) -> datetime:
    """An RFC 3339 time with an offset, to the second."""
    found = moment_in(text)
    if found is not None:
        return found
    if not _has_offset(text):
        raise _wrong(f"“{text}” is no time with an offset; write it like 2026-11-24T09:30:00-05:00")
    raise _wrong(f"“{text}” is outside the years {_YEARS[0]} to {_YEARS[-1]}")


def moment_in(text: str) -> datetime | None:
    """As `moment`; None for anything else."""
    from datetime import datetime

    if not _has_offset(text):
        return None
    found = datetime.fromisoformat(text)
    return found.replace(microsecond=0) if found.year in _YEARS else None


def _has_offset(text: str) -> bool:
    from datetime import datetime

    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _wrong(problem: str) -> ArgumentTypeError:
    # Only here: to import it takes longer than to read a plain command line.
    from argparse import ArgumentTypeError

    return ArgumentTypeError(problem)


def day(text: str) -> date:
    """A date."""
    from datetime import date

    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise _wrong(f"“{text}” is no date; write it like 2026-11-24") from None
    if day.year not in _YEARS:
        raise _wrong(f"“{text}” is outside the years {_YEARS[0]} to {_YEARS[-1]}")
    return day


def count(text: str) -> int:
    """A number from 1 to 500."""
    if not text.isascii() or not text.isdecimal() or not 0 < int(text) <= 500:
        raise _wrong(f"“{text}” is no number from 1 to 500")
    return int(text)


def number(text: str) -> int:
    """The number of a pull request."""
    if not text.isascii() or not text.isdecimal() or len(text) > 9 or not int(text):
        raise _wrong(f"“{text}” is no pull request's number, such as 7")
    return int(text)


def app(text: str) -> str:
    """An app, or a partner in an environment, by its id."""
    if text.count("/") not in (1, 2):
        raise _wrong(f"“{text}” is no environment/partner/app, such as production/exa/benefits-finder")
    return text


def of_app(text: str) -> str:
    """The app that is named, or whose request is: `environment/partner/app@commit`."""
    return app(text.partition("@")[0])


def email(text: str) -> str:
    """An e-mail address, without the name and angle brackets that often go with it."""
    if not re.fullmatch(r"[^\s<>@]+@[^\s<>@]+", text):
        raise _wrong(f"“{text}” is no e-mail address, such as deployer@login.gov")
    return text


def one_app(text: str) -> str:
    """An app by its id."""
    if text.count("/") != 2:
        raise _wrong(f"“{text}” is no environment/partner/app, such as production/exa/benefits-finder")
    return text


def action(text: str) -> tuple[str, str | None]:
    """A repository on GitHub, and a commit or tag of it where one is named."""
    from launchwindow.edit.init_files import REPOSITORY, TAG

    repository, at, ref = text.partition("@")
    if not REPOSITORY.fullmatch(repository) or (at and not TAG.fullmatch(ref)):
        raise _wrong(f"“{text}” is no OWNER/NAME@COMMIT; the commit has 40 digits, or is a tag")
    return repository, ref or None


def reviewer(text: str) -> tuple[str, str]:
    """An e-mail address and a name on GitHub."""
    from launchwindow.edit.init_files import ACCOUNT, EMAIL

    address, _, account = text.partition(":")
    if not EMAIL.fullmatch(address) or not ACCOUNT.fullmatch(account):
        raise _wrong(f"“{text}” is no EMAIL:GITHUB, such as rae@agency.gov:rae-reviewer")
    return address, account
