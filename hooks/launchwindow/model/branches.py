"""Names of branches, and of what is on them, that every part of the program has to know."""

LEDGER = "launchwindow-ledger"
"""What was asked for, released and deployed."""
LEDGER_FOLDERS = ("ledger.yaml", "requests/open", "deployed", "deactivated", "windows", "index")
"""What a command reads of the ledger: what is open and deployed, nothing closed."""
