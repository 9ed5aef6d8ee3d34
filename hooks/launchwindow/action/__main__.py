"""`python -I …/launchwindow/action`: runs from the action's own checkout, and imports nothing from where it stands."""

import sys
from pathlib import Path

# In place of this folder itself, whose modules are no modules by themselves.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from launchwindow.action.run import main

raise SystemExit(main())
