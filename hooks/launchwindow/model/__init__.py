"""Frozen values that the rest passes around. Imports nothing of ours."""
