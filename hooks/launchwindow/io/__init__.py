"""The only effects: git, files, the clock. Imports model only."""
