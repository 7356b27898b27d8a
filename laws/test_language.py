"""Every sentence has its English; every model has its word in the glossary."""

from __future__ import annotations

import csv
import importlib.machinery
import importlib.util
import re
from pathlib import Path

from django.apps import apps
from django.conf import settings

ROOT = Path(settings.ROOT)
PLACEHOLDER = re.compile(r"%\([a-z_]+\)s|%[sd]|\{[a-z_]*\}")


def messages():
    loader = importlib.machinery.SourceFileLoader("messages", str(ROOT / "bin/messages"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("messages", loader))
    loader.exec_module(module)
    return module


def test_every_string_is_translated():
    tool = messages()
    known = tool.read()
    missing = []
    for message in tool.collect():
        if not message.id:
            continue
        found = known.get(message.id, message.context)
        strings = found.string if found and isinstance(found.string, (tuple, list)) else [found.string if found else ""]
        if not all(strings) or found.fuzzy:
            missing.append(message.id)
    assert missing == []


def test_translations_keep_placeholders():
    wrong = []
    for message in messages().read():
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        asked = sorted(PLACEHOLDER.findall(ids[-1]))
        wrong += [ids[0] for string in strings if ids[0] and sorted(PLACEHOLDER.findall(string)) != asked]
    assert wrong == []


def test_only_named_placeholders():
    unnamed = [
        message.id for message in messages().collect() if re.search(r"%[sd]|\{\}", str(message.id)) and message.id
    ]
    assert unnamed == []


def test_every_model_is_in_the_glossary():
    with (ROOT / "docs/glossary.csv").open() as file:
        words = {row["identifier"]: row["vi"] for row in csv.DictReader(file)}
    rooms = {app.removeprefix("donghanh.") for app in settings.INSTALLED_APPS if app.startswith("donghanh.")}
    wrong = []
    for model in apps.get_models():
        identifier = re.sub(r"(?<!^)(?=[A-Z])", "_", model.__name__).lower()
        if model._meta.app_label in rooms and words.get(identifier) != str(model._meta.verbose_name):
            wrong.append(f"{identifier},{model._meta.verbose_name}")
    assert wrong == []
