"""PostgreSQL's COPY as bytes: thousands of numbers without a word of text made of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import connection

HEAD, END = 19, 2  # bytes around the records of a binary COPY


def copied_out(query: str, given: Mapping[str, Any]) -> memoryview:
    """The records of `COPY (…) TO STDOUT (FORMAT BINARY)`; `given` are its %(name)s.

    They are written into the text, as COPY takes no parameters; Django's log of queries takes but a text, too.
    """
    connection.ensure_connection()
    statement = psycopg.ClientCursor(connection.connection).mogrify(query, given)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        return memoryview(b"".join(map(bytes, copy)))[HEAD:-END]
