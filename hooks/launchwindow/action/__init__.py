"""Launchwindow as a step of a GitHub workflow: what `action.yml` runs."""
