"""Periodic jobs, all of them."""

from __future__ import annotations

from procrastinate import App


def register(app: App) -> None:
    """Called by procrastinate when its app is ready: the one place where repetition is written."""
