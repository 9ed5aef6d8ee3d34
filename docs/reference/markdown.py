"""Pieces of Markdown that the made pages share."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
LEVERS = ("hold", "resume", "approve", "short-notice", "off-cycle")
"""Commands that share a schema."""


def cell(text: str) -> str:
    """Text for a table: no bar ends the cell, no line ends the row, and no tag is taken for HTML outside of code."""
    parts = re.sub(r"\s+", " ", text).replace("|", "\\|").split("`")
    parts[::2] = [part.replace("<", "&lt;") for part in parts[::2]]
    return "`".join(parts)


def linked_schema(command: str) -> str:
    """A link to the schema of what a command prints."""
    name = "lever" if command in LEVERS else command
    load(name)
    return f"[{name}.schema.json](../schemas/{name}.schema.json)"


def load(name: str) -> dict[str, Any]:
    """A schema. Raises OSError where there is none."""
    document: dict[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    return document
