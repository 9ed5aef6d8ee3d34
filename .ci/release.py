"""What a release needs to know of itself. `.github/workflows/release.yml` runs it; nothing of it needs a package.

check TAG                 fail unless the tag, the code and CHANGELOG.md name the same version
stamp OWNER/NAME COMMIT   write into the package where it is released, so that `init` knows its action
notes                     print what CHANGELOG.md says of this version
"""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "hooks" / "launchwindow"


def version() -> str:
    """As the code has it; pyproject.toml takes it from there."""
    found = re.search(r'(?m)^__version__ = "([^"]+)"$', (PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    if found is None:
        sys.exit("hooks/launchwindow/__init__.py has no __version__.")
    return found[1]


def sections() -> dict[str, str]:
    """Version -> what the changelog says of it, the newest first; `Unreleased` is one too."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    parts = re.split(r"(?m)^## \[([^\]]+)\](?: - \d{4}-\d{2}-\d{2})?$", text)
    return {name: body.strip() for name, body in zip(parts[1::2], parts[2::2], strict=True)}


def check(tag: str) -> None:
    """Exit with a sentence for each thing that is not as the tag has it."""
    ours, told = version(), sections()
    problems = []
    if tag != f"v{ours}":
        problems.append(f"The tag is {tag}, and the code is version {ours}: set __version__, or move the tag.")
    if not told.get(ours):
        problems.append(f"CHANGELOG.md has no section `## [{ours}] - DATE`: give the Unreleased one that name.")
    if told.get("Unreleased"):
        problems.append("CHANGELOG.md has something under Unreleased that this tag would release.")
    if problems:
        sys.exit("\n".join(problems))


def stamp(repository: str, commit: str) -> None:
    """Write `released.json`."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+", repository):
        sys.exit(f"{repository!r} is no OWNER/NAME.")
    if not re.fullmatch(r"[0-9a-f]{40}", commit):
        sys.exit(f"{commit!r} is no commit's 40 digits.")
    text = json.dumps({"repository": repository, "commit": commit}) + "\n"
    (PACKAGE / "released.json").write_text(text, encoding="utf-8")


def notes() -> None:
    """Print the section."""
    print(sections()[version()])


if __name__ == "__main__":
    commands = {("check", 1): check, ("stamp", 2): stamp, ("notes", 0): notes}
    name, *arguments = sys.argv[1:] or [""]
    if (name, len(arguments)) not in commands:
        sys.exit(__doc__)
    commands[name, len(arguments)](*arguments)
