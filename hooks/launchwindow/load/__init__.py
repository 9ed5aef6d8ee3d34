"""Bytes -> documents with positions -> the corpus that rules judge."""
