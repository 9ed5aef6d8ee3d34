"""Whether a file can be an app's logo at all, by the readers that the logo rules ask."""

from __future__ import annotations

from launchwindow.rules.logos import PNG_SIGNATURE, other_kind
from launchwindow.rules.png import read_png
from launchwindow.rules.svg import read_svg


def logo_trouble(name: str, data: bytes) -> str | None:
    """Why it can't, as the rest of a sentence that begins with its name; None where nothing is wrong."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    kind, trouble = _png(data) if data.startswith(PNG_SIGNATURE) else _svg(data)
    if trouble is not None:
        return trouble
    return None if ending == kind else f"is {kind.upper()} by its content; let its name end in .{kind}."


def _png(data: bytes) -> tuple[str, str | None]:
    damage = read_png(data).damage
    return "png", None if damage is None else f"is a damaged PNG: {damage}."


def _svg(data: bytes) -> tuple[str, str | None]:
    other = other_kind(data)
    if other is not None:
        return "svg", f"is {other}; a logo is SVG or PNG."
    svg = read_svg(data)
    if svg.damage is not None:
        return "svg", f"is neither PNG nor well-formed SVG: {svg.damage[1]}."
    if svg.root is not None and not svg.is_svg:
        return "svg", "is XML, but no SVG."
    hazard = svg.hazards[0].hazard if svg.hazards else None
    return "svg", None if hazard is None else f"is refused: {hazard.message} {hazard.fix}"
