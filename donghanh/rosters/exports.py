"""Learners for the directories of others, in the columns of their own bulk uploads.

Google Workspace: Admin Help, “Add or update multiple users from a CSV file”. Microsoft 365: Entra, “Bulk create users”.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

from django.utils.crypto import get_random_string

from donghanh.kernel.sheets_in import guarded
from donghanh.rosters.choices import Directory

CLEAR_LETTERS = "abcdefghkmnpqrstuvwxyzABCDEFGHKMNPQRSTUVWXYZ23456789"
PASSWORD_LENGTH = 14
GOOGLE = (
    "First Name [Required]", "Last Name [Required]", "Email Address [Required]", "Password [Required]",
    "Org Unit Path [Required]", "Change Password at Next Sign-In",
)  # fmt: skip
MICROSOFT = (
    "Name [displayName] Required", "User name [userPrincipalName] Required",
    "Initial password [passwordProfile] Required", "Block sign in (Yes/No) [accountEnabled] Required",
    "First name [givenName]", "Last name [surname]", "Department [department]",
)  # fmt: skip


def directory_file(kind: str, learners: Iterable[Any], *, domain: str) -> str:
    """The whole CSV; a learner is called user name@`domain`, with a first password of that directory's own.

    The passwords are made up here and kept nowhere. No cell is taken for a formula.
    """
    out = StringIO()
    write = csv.writer(out).writerow
    if kind == Directory.MICROSOFT:
        write(["version:v1.0"])
    write(GOOGLE if kind == Directory.GOOGLE else MICROSOFT)
    for learner in learners:
        write([guarded(cell) for cell in _row(kind, learner, f"{learner.username}@{domain}")])
    return out.getvalue()


def _row(kind: str, learner: Any, address: str) -> Sequence[str]:
    family, _space, given = learner.full_name.partition(" ")
    password = get_random_string(PASSWORD_LENGTH, CLEAR_LETTERS)
    if kind == Directory.GOOGLE:
        return given or family, family, address, password, "/", "True"
    return learner.full_name, address, password, "No", given or family, family, learner.class_name or ""
