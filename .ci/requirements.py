"""Print all that pyproject.toml asks for, one requirement a line: to run, to build, to develop, and every extra.

With `--to-install`, only what pip needs to install the project somewhere else, and what pre-commit needs for local
hooks: it builds an empty package for them. With `--docs`, only what the documentation's
site is built with. The pip of Debian 12 knows no dependency groups, hence this script.
"""

import sys
import tomllib
from pathlib import Path

document = tomllib.loads((Path(__file__).resolve().parent.parent / "pyproject.toml").read_text(encoding="utf-8"))
project = document["project"]
groups = document["dependency-groups"]
lists = [project["dependencies"], document["build-system"]["requires"]]
if "--to-install" in sys.argv[1:]:
    lists.append(["setuptools>=40.8.0"])
elif "--docs" in sys.argv[1:]:
    lists = [groups["docs"]]
else:
    lists += [groups["dev"], *project["optional-dependencies"].values()]
print("\n".join(dict.fromkeys(requirement for requirements in lists for requirement in requirements)))
