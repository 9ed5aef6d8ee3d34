"""Which app is which from merge to merge, by the words of the design's section 7, "Apps and changes"."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reference.fleet import Content
    from reference.state import App


def follow(apps: Sequence[App], files: Mapping[str, Content], unreadable: frozenset[str]) -> dict[int, str | None]:
    """App -> its file now, None where it is gone. Files that nobody has here are new apps."""
    found: dict[int, str | None] = {}
    free = dict(files)

    def claim(app: App, path: str) -> None:
        found[app.uid] = path
        free.pop(path, None)

    for app in apps:
        if app.path is not None and app.path in unreadable:
            # It stays as it was, and keeps its place.
            claim(app, app.path)
    homeless = {_released(app) for app in apps if app.uid not in found and _is_lost(app, apps, free)}
    for app in apps:
        copy = app.issuer in homeless and _released(app) is None
        if app.uid not in found and place(app) in free and free[place(app)].issuer == app.issuer and not copy:
            claim(app, place(app))
    for app in sorted(apps, key=lambda one: _released(one) is None):
        for issuer in (app.issuer, _released(app) if _released(app) in homeless else None):
            same = sorted(path for path, content in free.items() if content.issuer == issuer)
            if app.uid not in found and same:
                claim(app, same[0])
    for app in apps:
        if app.uid in found:
            continue
        known = {issuer for one in apps if one.uid != app.uid for issuer in (one.issuer, _released(one))}
        back = sorted(path for path, content in free.items() if content.issuer == _released(app))
        if app.path in free and free[app.path].issuer not in known:
            claim(app, app.path)
        elif back:
            claim(app, back[0])
        else:
            found[app.uid] = None
    return found


def place(app: App) -> str:
    """Where its file is, or was last."""
    return app.path or f"apps/{app.subject}/{app.environment}.yaml"


def _is_lost(app: App, apps: Sequence[App], files: Mapping[str, Content]) -> bool:
    """Whether something of it was released, and no file can be its own any more but by the issuer that was released."""
    there = files.get(place(app))
    if _released(app) is None or (there is not None and there.issuer == app.issuer):
        return False
    if _released(app) == app.issuer:
        return True
    known = {issuer for one in apps if one.uid != app.uid for issuer in (one.issuer, _released(one))}
    changes = app.path is not None and there is not None and there.issuer not in known
    return not changes and all(content.issuer != app.issuer for content in files.values())


def _released(app: App) -> str | None:
    return str(app.s0["issuer"]) if app.s0 else None
