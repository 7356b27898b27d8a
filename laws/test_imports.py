"""Imports and foreign keys go down the list of rooms; a room is entered by its face only."""

from __future__ import annotations

from pathlib import Path

import grimp
import pytest
from django.apps import apps
from django.conf import settings
from importlinter.application.use_cases import SUCCESS, lint_imports
from importlinter.configuration import configure

FACE = {"actions", "queries", "rules", "signals", "choices", "models"}
OPEN_ROOMS = {"kernel"}  # every module of it is for everyone
CONTRACTS = Path(__file__).parent / "contracts.toml"
configure()


def room_order() -> list[set[str]]:
    """The layers of the second contract, top to bottom."""
    import tomllib

    contracts = tomllib.loads(CONTRACTS.read_text())["tool"]["importlinter"]["contracts"]
    rooms = next(c for c in contracts if c["name"].startswith("Rooms look down"))
    return [{room.strip() for room in line.split("|")} for line in rooms["layers"]]


def face_breaches(package: str = "donghanh") -> list[str]:
    """Imports from one room into another that do not go through its face."""
    graph = grimp.build_graph(package, cache_dir=None)
    found = []
    for importer in sorted(graph.modules):
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            a, b = importer.split("."), imported.split(".")
            crosses = len(a) > 1 and len(b) > 1 and a[1] != b[1] and b[1] not in OPEN_ROOMS
            if crosses and len(b) > 2 and b[2] not in FACE and importer.split(".")[2:3] != ["tests"]:
                found.append(f"{importer} -> {imported}")
    return found


def test_import_contracts_hold():
    assert lint_imports(config_filename=str(CONTRACTS), cache_dir=None, is_debug_mode=False) == SUCCESS


def test_rooms_are_entered_by_their_face():
    assert face_breaches() == []


def test_a_planted_upward_import_is_found(tmp_path, monkeypatch):
    """The law itself is tested: a tree with one fault of each kind fails."""
    for room in ("upper", "lower"):
        (tmp_path / "planted" / room).mkdir(parents=True)
        (tmp_path / "planted" / room / "__init__.py").touch()
    (tmp_path / "planted/__init__.py").touch()
    (tmp_path / "planted/lower/secret.py").touch()
    (tmp_path / "planted/upper/views.py").write_text("import planted.lower.secret\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert face_breaches("planted") == ["planted.upper.views -> planted.lower.secret"]


def test_foreign_keys_go_down_too():
    """Also those written as strings: a model's room may only point to its own or a lower one."""
    depth = {room: level for level, rooms in enumerate(room_order()) for room in rooms}
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models()
        if model._meta.app_label in depth
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model
        for target in [field.related_model._meta.app_label]
        if target in depth and target != model._meta.app_label and depth[target] <= depth[model._meta.app_label]
    ]
    assert upward == []


def test_every_room_is_installed_and_says_what_it_owns():
    for rooms in room_order():
        for room in rooms:
            package = __import__(f"donghanh.{room}", fromlist=["x"])
            assert f"donghanh.{room}" in settings.INSTALLED_APPS, room
            assert "Owns" in package.__doc__, room


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "services", "manager2"])
def test_no_room_without_a_name(name):
    assert list(Path(settings.ROOT, "donghanh").rglob(f"{name}.py")) == []
