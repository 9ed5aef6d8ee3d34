"""Names of branches that every part of the program has to know."""

LEDGER = "launchwindow-ledger"
"""What was asked for, released and deployed."""
