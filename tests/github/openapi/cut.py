"""Cut GitHub's OpenAPI description to the operations that Launchwindow and its tests use.

usage: python cut.py PACKAGE        the unpacked npm package @octokit/openapi; README.md beside this says more

Reads `operations.txt` (a line each: method, path template) and writes `slice.json.gz`. Texts for people, examples and
what belongs to Octokit go; all that says what is valid stays. The same input gives the same bytes.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FOR_PEOPLE = frozenset({"description", "summary", "title", "example", "examples", "externalDocs", "tags", "callbacks"})
NAMED = frozenset({"properties", "patternProperties", "schemas", "responses", "parameters", "headers", "content"})
"""Below these, keys are names and no words of the format: a label's description is a property that stays."""


def main(package: Path) -> int:
    """Write the slice; 1 when an operation is not in the description."""
    version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
    whole = json.loads((package / "generated" / "api.github.com.json").read_text(encoding="utf-8"))
    wanted = [line.split() for line in (HERE / "operations.txt").read_text(encoding="utf-8").splitlines() if line]
    missing = [f"{method} {path}" for method, path in wanted if method.lower() not in whole["paths"].get(path, {})]
    if missing:
        print(f"not in the description: {', '.join(missing)}", file=sys.stderr)
        return 1
    paths: dict[str, Any] = {}
    for method, path in wanted:
        paths.setdefault(path, {})[method.lower()] = without_prose(whole["paths"][path][method.lower()])
    info = {"title": "A slice of GitHub's OpenAPI description", "version": version, "license": whole["info"]["license"]}
    source = f"npm @octokit/openapi {version}, generated/api.github.com.json"
    cut = {"openapi": whole["openapi"], "info": {**info, "x-source": source}, "servers": whole["servers"],
           "paths": paths, "components": reached(paths, whole["components"])}  # fmt: skip
    data = json.dumps(cut, separators=(",", ":"), ensure_ascii=False).encode()
    (HERE / "slice.json.gz").write_bytes(gzip.compress(data, 9, mtime=0))
    return 0


def without_prose(node: Any, *, names: bool = False) -> Any:
    """A copy with what says something to machines alone. `names`: this object's keys are names."""
    if isinstance(node, list):
        return [without_prose(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: without_prose(value, names=not names and key in NAMED)
        for key, value in node.items()
        if names or not (key in FOR_PEOPLE or key.startswith("x-"))
    }


def reached(paths: Any, components: dict[str, Any]) -> dict[str, Any]:
    """The components that are referred to, directly or by another one, sorted by kind and name."""
    found: dict[tuple[str, str], Any] = {}
    open_ends = [paths]
    while open_ends:
        for kind, name in references(open_ends.pop()):
            if (kind, name) not in found:
                found[kind, name] = without_prose(components[kind][name])
                open_ends.append(found[kind, name])
    kept: dict[str, Any] = {}
    for (kind, name), component in sorted(found.items()):
        kept.setdefault(kind, {})[name] = component
    return kept


def references(node: Any) -> list[tuple[str, str]]:
    """Kind and name of each component that a part of the description refers to."""
    if isinstance(node, list):
        return [reference for item in node for reference in references(item)]
    if not isinstance(node, dict):
        return []
    inner = [reference for value in node.values() for reference in references(value)]
    target = node.get("$ref")
    if isinstance(target, str):
        _, _, kind, name = target.split("/", 3)
        inner.append((kind, name))
    return inner


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1])))
