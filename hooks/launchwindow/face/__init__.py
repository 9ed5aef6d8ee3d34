"""What GitHub ought to show of the ledger, and which steps lead there from what it shows (design §10)."""
