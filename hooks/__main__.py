"""`python hooks …`: runs from a checkout with nothing of ours installed, only what pyproject.toml depends on."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from launchwindow.cli import main

raise SystemExit(main())
