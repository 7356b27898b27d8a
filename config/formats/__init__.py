"""Dates as people type them here."""
