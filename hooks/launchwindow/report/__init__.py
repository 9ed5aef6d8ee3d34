"""Findings, plans, windows and states as text, JSON and what other tools read."""
