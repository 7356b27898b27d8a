"""Argon2id at the least cost that OWASP's Password Storage Cheat Sheet (2025) accepts: 19 MiB, 2 passes, 1 lane.

Sign-in is the real ceiling of a busy morning; Django's default (100 MiB, 8 lanes) allows ten a second.
"""

from django.contrib.auth.hashers import Argon2PasswordHasher


class TunedArgon2id(Argon2PasswordHasher):
    time_cost = 2
    memory_cost = 19 * 1024  # KiB
    parallelism = 1
