"""Every operation of a door says which scope it needs and opens to exactly who holds it, person by person."""

from __future__ import annotations

from typing import Any

from django.test import Client

from donghanh.api.choices import RIGHTS_OF, Scope
from donghanh.api.tests.factories import a_programme
from donghanh.api.v1.urls import api
from donghanh.people.choices import ROLES
from donghanh.people.models import Membership
from laws.test_permissions import routes
from laws.world import PEOPLE, World

OPEN = {  # what everyone may read, and why
    "api:v1:openapi-json": "tells what there is",
    "api:v1:api-root": "is nothing, whoever asks",
    "api:docs": "tells what there is",
    "api:open_data": "published for everyone",
    "api:open_data_set": "published for everyone",
    "api:open_file": "published for everyone",
    "api:open_description": "published for everyone",
}
SAMPLES = {"unit_id": 1, "pk": 1, "code": "x"}


def operations() -> list[tuple[str, str, Any]]:
    """(method, path, description) of all that the schema speaks of."""
    found = api.get_openapi_schema()["paths"].items()
    return [(method, path, told) for path, methods in found for method, told in methods.items()]


def declared() -> list[Any]:
    """The same from the routers: an operation that hides from the schema stands here too."""
    routers = api._get_bound_routers()
    return [one for router in routers for view in router.path_operations.values() for one in view.operations]


def own_doors() -> dict[str, Any]:
    """Addresses of the room that are open to strangers, with the scopes of each: None where it has none."""
    found = [(name, pattern.callback) for name, pattern in routes() if name.startswith("api:")]
    names = {one.view_func.__name__ for one in declared()}
    return {
        name: getattr(view, "dh_scopes", None)
        for name, view in found
        if view.dh_right is None and name.removeprefix("api:v1:") not in names
    }


def test_every_operation_declares_its_scope():
    assert [one.path for one in declared() if not one.auth_callbacks or not one.include_in_schema] == []
    assert [(method, path) for method, path, told in operations() if "x-scope" not in told] == []
    assert len(operations()) == len(declared())


def test_every_other_address_of_the_room_has_scopes_or_a_reason():
    assert {name for name, scopes in own_doors().items() if not scopes} == OPEN.keys()


def test_every_operation_is_described():
    def has_example(told: Any) -> bool:
        return any("example" in one for one in told["responses"][200].get("content", {}).values())

    wordless = [
        (method, path)
        for method, path, told in operations()
        if not (told.get("description") and told["summary"] and has_example(told))
    ]
    assert wordless == []


def holds(account: Any, scope: str) -> bool:
    rows = Membership.objects.filter(account=account).order_by("pk")
    return any(set(RIGHTS_OF[Scope(scope)]) & ROLES[row.role].rights for row in rows)


def doors(world: World) -> list[tuple[str, str, str | None]]:
    """(method, address, scope) of every operation and of every other door."""
    from django.urls import reverse

    found = [(method, path.format(**SAMPLES), told["x-scope"]) for method, path, told in operations()]
    for name, scopes in own_doors().items():
        arguments = world.samples(name, world.cast.school)
        if scopes and arguments is not None:
            found += [(method.lower(), reverse(name, kwargs=arguments), scope) for method, scope in scopes.items()]
    return found


def test_a_door_opens_to_whoever_holds_its_scope(cast, on_demo_day, monkeypatch):
    """To nobody without a key; with a key of every scope to those whose roles hold it; with none of them to nobody."""
    monkeypatch.setattr("donghanh.api.door.RATES.wait", lambda *_: 0)
    world = World(cast)
    wrong = []
    for method, address, _scope in doors(world):
        if (status := getattr(Client(), method)(address).status_code) != 401:
            wrong.append(("a stranger", method, address, status))
    for person in PEOPLE:
        account = world.named(person)
        row = Membership.objects.filter(account=account).order_by("pk").first()
        if row is None:
            continue
        everything, nothing = a_programme(account, row.unit), a_programme(account, row.unit, scopes=[])
        for method, address, scope in doors(world):
            status = getattr(everything, method)(address).status_code
            if (status == 403) == (scope is None or holds(account, scope)):
                wrong.append((person, method, address, status))
            if scope and getattr(nothing, method)(address).status_code != 403:
                wrong.append((person, method, address, "without the scope"))
    assert wrong == []
