"""The ground that tests stand on: shuffled rows, loud templates, no network, named migrations."""

from __future__ import annotations

import re
import socket
import warnings
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.template import Context, Template
from pytest_socket import SocketConnectBlockedError

from donghanh.audit.models import Entry
from donghanh.kernel.clock import now


@pytest.mark.django_db
def test_rows_without_an_order_come_shuffled():
    Entry.objects.bulk_create(Entry(at=now(), verb="x", object_type="x", object_id=number) for number in range(40))
    orders = {tuple(Entry.objects.values_list("object_id", flat=True)) for _ in range(3)}
    assert len(orders) > 1
    assert tuple(Entry.objects.order_by("object_id").values_list("object_id", flat=True)) == tuple(range(40))


def test_undefined_template_variable_fails():
    with pytest.raises(pytest.fail.Exception, match="Undefined template variable"):
        Template("{{ nobody_set_this }}").render(Context())


def test_no_network():
    with pytest.raises((SocketConnectBlockedError, UserWarning)), socket.socket() as connection:
        connection.connect(("192.0.2.1", 80))


def test_warnings_are_errors():
    with pytest.raises(UserWarning, match="loud"):
        warnings.warn("loud", stacklevel=1)


@pytest.mark.django_db
def test_models_and_migrations_agree():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_migrations_are_named():
    nameless = [
        path.name
        for path in Path(settings.ROOT, "donghanh").glob("*/migrations/0*.py")
        if re.match(r"\d{4}_auto_", path.name)
    ]
    assert nameless == []
