"""Sign-ins a second on one core. `.venv/bin/python bench/sign_in.py`

Makes a database of its own, `bench_sign_in`, and drops it. Signs 200 accounts in through the real page, in this
process, one after the other, and in the same run computes the bare hash of as many passwords: the ceiling that no page
can pass. Prints both and their ratio.
"""
# Django is set up before models are imported

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

from numpy import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import connection
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from django.urls import reverse

from donghanh.people.models import Account

SEED, ACCOUNTS, GOAL = 25, 200, 25  # sign-ins a second a core


def seconds(do: Callable[[int], object]) -> list[float]:
    """Seconds of processor time each account took."""
    taken = []
    for number in range(ACCOUNTS):
        start = time.process_time()
        do(number)
        taken.append(time.process_time() - start)
    return taken


def main() -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    connection.settings_dict["TEST"]["NAME"] = "bench_sign_in"
    before = setup_databases(verbosity=0, interactive=False)
    try:
        dice = random.Random(SEED)
        passwords = [f"{dice.getrandbits(48):x} mèo đen" for _ in range(ACCOUNTS)]
        hashes = [make_password(password) for password in passwords]
        Account.objects.bulk_create(
            Account(username=f"gv.{number}", full_name="Bùi Thị Hoa", password=hashed)
            for number, hashed in enumerate(hashes)
        )
        page = reverse("people:sign_in")

        def sign_in(number: int) -> None:
            answer = Client().post(page, {"username": f"gv.{number}", "password": passwords[number]})
            assert answer.status_code == 302, answer.status_code

        sign_in(0)  # templates and imports
        through, bare = seconds(sign_in), seconds(lambda number: check_password(passwords[number], hashes[number]))
        for name, taken in (("through the page", through), ("bare Argon2id (ceiling)", bare)):
            print(f"{name:26} {ACCOUNTS / sum(taken):6.1f} /s a core   {median(taken) * 1000:6.1f} ms each")
        print(f"page / ceiling: {sum(bare) / sum(through):.2f}; goal {GOAL} /s a core")
    finally:
        teardown_databases(before, verbosity=0)


if __name__ == "__main__":
    main()
