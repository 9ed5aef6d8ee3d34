"""`python -m launchwindow`."""

from launchwindow.cli import main

raise SystemExit(main())
