"""The board: a static site of what the ledger and main say, one file a page (docs/adr/0018)."""
