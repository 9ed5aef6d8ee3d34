"""Print all that pyproject.toml asks for, one requirement a line: to run, to build, to develop, and every extra.

The pip of Debian 12 knows no dependency groups, hence this script.
"""

import tomllib
from pathlib import Path

document = tomllib.loads((Path(__file__).resolve().parent.parent / "pyproject.toml").read_text(encoding="utf-8"))
project = document["project"]
lists = [
    project["dependencies"],
    document["build-system"]["requires"],
    document["dependency-groups"]["dev"],
    *project["optional-dependencies"].values(),
]
print("\n".join(dict.fromkeys(requirement for requirements in lists for requirement in requirements)))
