"""Many numberings at once over several connections, some of which fail."""

from __future__ import annotations

import random
import threading
from typing import Any

from django.db import connection, transaction

from donghanh.documents import actions
from donghanh.documents.models import Document
from donghanh.documents.tests.factories import told
from donghanh.organisations.models import Unit
from donghanh.organisations.tests.factories import AT
from donghanh.people.models import Account


class Crash(Exception):
    """What a failing caller meets after its number was given and before the commit."""


def drafts(unit: Unit, *, by: Account, number: int) -> list[Document]:
    said: dict[str, Any] = {"unit": unit, "issuer": unit, "direction": "out", "drafted_at": AT, "drafted_by": by}
    return Document.objects.bulk_create(Document(**said, **vars(told())) for _each in range(number))


def number_at_once(rows: list[Document], *, by: Account, threads: int) -> list[BaseException]:
    """Give each its number; one in ten rolls back first, one in fifty loses its connection. What went wrong besides."""
    waiting, faults = list(rows), list[BaseException]()

    def work(seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311  # the same run each time
        try:
            while waiting:
                row = waiting.pop()
                _try(row, by, chance.random())
        except IndexError:
            return  # another thread took the last one
        except BaseException as fault:  # noqa: BLE001  # told to the caller
            faults.append(fault)
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=(seed,)) for seed in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return faults


def _try(row: Document, by: Account, luck: float) -> None:
    try:
        _number(row, by, luck)
    except Crash:
        if luck < 0.02:
            connection.close()
        _number(row, by, 1)


@transaction.atomic
def _number(row: Document, by: Account, luck: float) -> None:
    actions.assign_number(document=row, by=by, at=AT)
    if luck < 0.02:
        connection.connection.close()  # the server sees its client vanish before the commit
    if luck < 0.12:
        raise Crash
