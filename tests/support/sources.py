"""Python's own reading of source files, each once: many tests ask what a file has in it."""

from __future__ import annotations

import ast
from functools import cache


@cache
def nodes(text: str) -> tuple[ast.AST, ...]:
    """All of a file of this text."""
    return tuple(ast.walk(ast.parse(text)))


@cache
def functions(text: str) -> frozenset[str]:
    """The names of the functions that are defined in it."""
    return frozenset(node.name for node in nodes(text) if isinstance(node, ast.FunctionDef))
