"""docs/api.md: every command of it works as it stands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from django.conf import settings

from donghanh.api.tests.factories import a_key

TEXT = Path(settings.ROOT, "docs/api.md").read_text()
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL) for line in block.splitlines()]


def test_the_document_has_commands():
    assert len(COMMANDS) == 7


def test_every_command_of_the_document_works(client, cast, with_figures):
    key, unit = a_key(cast.district_officer, cast.lac_son), str(cast.lac_son.pk)
    wrong = []
    for command in COMMANDS:
        known = command.replace("$KEY", key).replace("$UNIT", unit).replace("$HOST", "").replace("[1]", f"[{unit}]")
        words = shlex.split(known)
        headers = dict(words[at + 1].split(": ", 1) for at, word in enumerate(words) if word == "-H")
        body = next((words[at + 1] for at, word in enumerate(words) if word == "-d"), None)
        if body is None:
            answer = client.get(words[-1], headers=headers)
        else:
            answer = client.post(words[-1], body, content_type=headers.pop("Content-Type"), headers=headers)
        if answer.status_code != 200:
            wrong.append((command, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("path", ["/api/v1/docs", "/api/v1/openapi.json", "/du-lieu-mo/"])
def test_what_a_stranger_may_read(path, client, db):
    answer = client.get(path)
    assert answer.status_code == 200
    assert b"<script>" not in answer.content


def test_the_docs_name_every_operation(client, db):
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    page = client.get("/api/v1/docs").content.decode()
    assert [path for path in paths if f"{path}</code>" not in page] == []
