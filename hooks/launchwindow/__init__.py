"""Launchwindow: partner configuration as code, released at deploy windows."""

__version__ = "0.1.0"
