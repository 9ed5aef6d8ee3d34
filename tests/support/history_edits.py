"""Random edits of a small fleet: what partners do to their files, with and without sense."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.history_fleet import (
    APP_NAMES,
    CERTIFICATES,
    HOMES,
    NAMES,
    PARTNERS,
    PUSH,
    URIS,
    Agency,
    Content,
    Fleet,
    environment_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    Edit = Callable[[Random, dict[str, Content | None], dict[str, Agency | None], Sequence[Fleet]], str]

ISSUERS = ("urn:one", "urn:two", "urn:three", "urn:four")
FOLDERS = ("one", "two", "three")


def edited(random: Random, fleet: Fleet, past: Sequence[Fleet]) -> tuple[Fleet, str]:
    """A fleet with one more edit, and what it is called."""
    apps, partners = dict(fleet.apps), dict(fleet.partners)
    edits, weights = zip(*EDITS, strict=True)
    word = random.choices(edits, weights)[0](random, apps, partners, past)
    return Fleet(apps, partners), word


def _some(random: Random, apps: dict[str, Content | None]) -> tuple[str, Content] | None:
    found = [(path, content) for path, content in sorted(apps.items()) if content is not None]
    weights = [{"production": 4, "staging": 2, "sandbox": 1}[environment_of(path)] for path, _ in found]
    return random.choices(found, weights)[0] if found else None


def _place(random: Random, environment: str | None = None) -> str:
    environment = environment or random.choice(["production", "production", "production", "staging", "sandbox"])
    return f"apps/{random.choice(['exa', 'exa', 'exa', 'zed'])}/{random.choice(FOLDERS)}/{environment}.yaml"


def _field(random: Random, apps: dict[str, Content | None], _partners: object, _past: object) -> str:
    found = _some(random, apps)
    if found is None:
        return "nothing"
    path, content = found
    change = random.choice([
        {"name": random.choice(NAMES)}, {"name": random.choice(NAMES)},
        {"home": random.choice([*HOMES[:2], *HOMES[:2], HOMES[2]])},
        {"uris": tuple(random.sample(URIS, random.randint(1, 3)))},
        {"push": random.choice(PUSH)}, {"level": random.choice([2, 3])},
        {"certs": tuple(random.sample(CERTIFICATES, random.randint(1, 3)))},
        {"active": random.choice([None, None, False, True])},
        {"not_before": random.choice([None, None, f"2026-{random.randint(4, 7):02}-15"])},
        {"waived": random.choice([True, False])},
    ])  # fmt: skip
    apps[path] = content._replace(**change)  # type: ignore[arg-type]
    return f"{path} {change}"


def _issuer(random: Random, apps: dict[str, Content | None], _partners: object, _past: object) -> str:
    found = _some(random, apps)
    if found is None:
        return "nothing"
    issuer = random.choice(ISSUERS)
    apps[found[0]] = found[1]._replace(issuer=issuer)
    return f"{found[0]} {found[1].issuer} becomes {issuer}"


def _add(random: Random, apps: dict[str, Content | None], _partners: object, _past: object) -> str:
    path, issuer = _place(random), random.choice(ISSUERS)
    if path in apps:
        return "nothing"
    apps[path] = Content(issuer, random.choice(APP_NAMES), random.choice(NAMES))
    return f"add {path} {issuer}"


def _delete(random: Random, apps: dict[str, Content | None], _partners: object, _past: object) -> str:
    if len(apps) < 2:
        return "nothing"
    path = random.choice(sorted(apps))
    del apps[path]
    return f"delete {path}"


def _move(random: Random, apps: dict[str, Content | None], _partners: object, _past: object) -> str:
    found = _some(random, apps)
    to = _place(random, environment_of(found[0])) if found else ""
    if found is None or to in apps:
        return "nothing"
    del apps[found[0]]
    apps[to] = found[1]
    return f"move {found[0]} to {to}"


def _copy(random: Random, apps: dict[str, Content | None], _partners: object, _past: object) -> str:
    found = _some(random, apps)
    to = _place(random)
    if found is None or to in apps:
        return "nothing"
    apps[to] = found[1]
    return f"copy {found[0]} to {to}"


def _swap(random: Random, apps: dict[str, Content | None], _partners: object, _past: object) -> str:
    found = _some(random, apps)
    others = [path for path in sorted(apps) if found and path != found[0] and apps[path] is not None
              and environment_of(path) == environment_of(found[0])]  # fmt: skip
    if found is None or not others:
        return "nothing"
    other = random.choice(others)
    content = apps[other]
    assert content is not None
    if random.random() < 0.5:
        apps[found[0]], apps[other] = content, found[1]
        return f"swap files {found[0]} and {other}"
    apps[found[0]] = found[1]._replace(issuer=content.issuer)
    apps[other] = content._replace(issuer=found[1].issuer)
    return f"swap issuers of {found[0]} and {other}"


def _revert(random: Random, apps: dict[str, Content | None], partners: dict[str, Agency | None],
            past: Sequence[Fleet]) -> str:  # fmt: skip
    """All, one file, or one field as it was some merges ago."""
    then = random.choice(past)
    how = random.choice(["all", "file", "file", "field", "field"])
    if how == "all":
        apps.clear()
        apps.update(then.apps)
        partners.update(then.partners)
        return "all as before"
    found = _some(random, apps)
    if found is None:
        return "nothing"
    path, content = found
    old = then.apps.get(path)
    if old is None:
        apps.pop(path, None)
        return f"{path} away as before"
    field = random.choice(["name", "home", "uris", "push", "level", "certs", "active", "not_before", "issuer"])
    apps[path] = old if how == "file" else content._replace(**{field: getattr(old, field)})
    return f"{path} as before" if how == "file" else f"{path} {field} as before"


def _break(random: Random, apps: dict[str, Content | None], _partners: object, _past: object) -> str:
    path = random.choice(sorted(apps))
    apps[path] = None
    return f"break {path}"


def _mend(_random: Random, apps: dict[str, Content | None], partners: dict[str, Agency | None],
          past: Sequence[Fleet]) -> str:  # fmt: skip
    """What can't be read gets the text of before, or goes."""
    for path in [path for path, content in apps.items() if content is None]:
        known = past[-1].apps.get(path)
        if known is None:
            del apps[path]
        else:
            apps[path] = known
    for name, one in partners.items():
        partners[name] = one or past[-1].partners[name]
    return "mend"


def _partner(random: Random, _apps: object, partners: dict[str, Agency | None], _past: object) -> str:
    name = random.choice(PARTNERS)
    one = partners[name]
    if one is None:
        return "nothing"
    number = random.choice([one.agency_id, one.agency_id, 901 + PARTNERS.index(name) + random.choice([0, 10])])
    partners[name] = random.choice(
        [one._replace(name=f"Agency {random.randint(1, 3)}"), one._replace(agency_id=number), None]
    )
    return f"partner {name}: {partners[name]}"


EDITS: tuple[tuple[Edit, int], ...] = (
    (_field, 30), (_issuer, 5), (_add, 4), (_delete, 4), (_move, 4), (_copy, 2), (_swap, 3), (_revert, 8), (_break, 2),
    (_mend, 4), (_partner, 3),
)  # fmt: skip
