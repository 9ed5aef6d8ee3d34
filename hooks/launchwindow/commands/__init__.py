"""Every command: what it takes, and the event that it stands for. `table` lists them."""
