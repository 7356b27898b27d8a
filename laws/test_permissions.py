"""Every address × every person of the cast × every unit × GET and POST, against what the roles' table and the tree say.

Who lacks the right meets one unit a route, and a view that must not be reached: a refusal cannot depend on the unit.

The addresses come from the URLconf itself, the right from the view's own mark, the reach from walking the tree upwards
one parent at a time: nothing of the code under test decides what is expected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import wraps
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.db.transaction import atomic, set_rollback
from django.http import FileResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from donghanh.kernel.access import SIGNED_IN, right_of
from donghanh.organisations.models import Unit
from donghanh.people.choices import MINORS_DATA, ROLES
from donghanh.people.models import Membership
from laws.world import CANARY, PEOPLE, UNITS, World

OPEN_REGISTER = {  # who holds the right sees every unit: the register of schools is public
    "organisations:units",
    "organisations:unit",
    "organisations:tree",
}
ROWS_OF_ONE = {  # signed-in pages about one person: who finds them, by their place in the cast
    "privacy:of_person": ("student", "guardian"),
    "privacy:file": ("student", "guardian"),
    "api:revoke_token": ("principal",),
    "papers:remove_certificate": ("clerk",),
    "documents:reading": ("principal", "teacher", "class_teacher"),  # who is asked to read it
    "programmes:coordination_plan": ("department_officer", "leader", "clerk", "partner"),
}
CALLED_DOWN = {"recognition:round"}  # an office's call is there for every unit below it
OWN_IMPORTS = {  # a file of units is there for the one who looked at it
    "organisations:import_result",
    "organisations:import_apply",
    "organisations:import_workbook",
}
OWN_LOOKS = {  # what the Department's officer keeps and has shared with nobody
    f"explorer:{name}"
    for name in (
        "view", "open", "change_look", "link", "put", "send_view", "delete", "restore", "dashboard", "tiles",
        "change_dashboard", "arrange", "clone", "send_dashboard", "delete_dashboard", "restore_dashboard", "widen",
        "take_off", "letter", "letter_file", "end_subscription",
    )
}  # fmt: skip
OWN_BATCHES = {"reporting:batch", "reporting:marked_all", "reporting:batch_file", "reporting:marked"}


def routes(resolver: Any = None, namespace: str = "") -> list[tuple[str, URLPattern]]:
    """Every named address of the product with its pattern."""
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            found += routes(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        else:
            found.append((f"{namespace}{entry.name}", entry))
    return found


def rights_held(account: Any) -> set[str]:
    return {right for row in Membership.objects.filter(account=account) for right in ROLES[row.role].rights}


def expected_of(
    world: World, route: str, right: str | None, account: Any, unit: Unit, *, held: set[str], bound: str, method: str
) -> set[int]:
    """Statuses that the table of roles and the tree allow."""
    if route in ROWS_OF_ONE:
        seen = account in [world.named(person) for person in ROWS_OF_ONE[route]]
    elif right in (None, SIGNED_IN):
        seen = True
    elif right not in held:
        return {403}
    elif route in OWN_IMPORTS:
        seen = account == world.cast.administrator
    elif route in OWN_LOOKS:
        seen = account == world.cast.department_officer
    elif route in OWN_BATCHES:
        seen = account == world.cast.district_officer
    elif route in CALLED_DOWN:
        seen = world.is_below(account, right, unit)
    elif not bound or route in OPEN_REGISTER:
        seen = True
    elif route.startswith("home:") and unit in (world.other_department, world.other_school):
        seen = False  # not in this round, whoever asks
    else:
        seen = world.reaches(account, right, unit)
    fine = {200, 204, 302, 405} if method == "get" else {200, 204, 302, 405, 409, 422, 429}
    return fine if seen else {404, 405}


def test_every_view_declares_its_right():
    undeclared = [name for name, pattern in routes() if not hasattr(pattern.callback, "dh_right")]
    assert undeclared == []


def test_a_view_without_a_mark_is_refused(client):
    with pytest.raises(AttributeError):
        right_of(lambda request: None)


def test_strangers_are_led_to_the_sign_in_page(client, cast):
    for name, pattern in routes():
        if right_of(pattern.callback) is None or pattern.pattern.converters:
            continue
        answer = client.get(reverse(name))
        assert answer.status_code in (302, 405), name
        if answer.status_code == 302:
            assert answer.url.startswith(reverse(settings.LOGIN_URL)), name


@pytest.mark.parametrize("people", [PEOPLE[part::4] for part in range(4)], ids="+".join)
def test_role_by_address_by_unit(people, cast, sign_in, on_demo_day):
    """A world is dear to build: a few people share one, and each meets it as it was built."""
    world = World(cast)
    for person in people:
        for method in ("get", "post"):
            with atomic():
                wrong, cells = ask_everywhere(world, world.named(person), method, sign_in)
                set_rollback(True)
            assert (person, wrong) == (person, [])
            assert cells > 60


def addresses(world: World, held: set[str]) -> Iterator[tuple[str, URLPattern, str, str]]:
    """(route, pattern, name of the unit, address), each address once.

    Who lacks the right is refused before any row is looked for: one unit is asked then, another at each route.
    """
    asked: set[str] = set()  # an address without a unit is one cell, not one for every unit
    for turn, (route, pattern) in enumerate(routes()):
        if (right := right_of(pattern.callback)) is None:
            continue
        lacks, start = right not in held | {SIGNED_IN}, turn % len(UNITS)
        for unit_name in UNITS[start:] + UNITS[:start] if lacks else UNITS:
            arguments = world.samples(route, world.named(unit_name))
            if arguments is None or (address := reverse(route, kwargs=arguments)) in asked:
                continue
            asked.add(address)
            yield route, pattern, unit_name, address
            if lacks:
                break


def unreached(view: Callable[..., Any]) -> Callable[..., Any]:
    """The view with its marks, for whoever must be refused before it."""

    @wraps(view)
    def reached(*_given: Any, **_named: Any) -> None:
        raise AssertionError(f"{view} was reached without its right")

    return reached


def ask_everywhere(world: World, account: Any, method: str, sign_in: Any) -> tuple[list[Any], int]:
    """What answered otherwise than allowed, and how many addresses were asked."""
    wrong, cells, desk = [], 0, sign_in(account)
    held = rights_held(account)
    for route, pattern, unit_name, address in addresses(world, held):
        unit, right = world.named(unit_name), right_of(pattern.callback)
        bound = "unit" if {"pk", "unit_id"} & set(pattern.pattern.converters) else ""
        lacks = right not in held | {SIGNED_IN}
        with mock.patch.object(pattern, "callback", unreached(pattern.callback)) if lacks else nullcontext():
            answer = getattr(desk, method)(address)
        if settings.SESSION_COOKIE_NAME in answer.cookies:  # signed out, or something waits to be told: begin anew
            desk = sign_in(account)
        status = answer.status_code
        if CANARY.encode() in getattr(answer, "content", b"") and not held & MINORS_DATA:
            wrong.append((route, unit_name, "names a minor"))
        if isinstance(answer, FileResponse):  # closed here and not by answer.close(), which ends the connection too
            b"".join(answer)
            for closer in answer._resource_closers:
                closer()
        cells += 1
        allowed = expected_of(world, route, right, account, unit, held=held, bound=bound, method=method)
        if status not in allowed:
            wrong.append((route, unit_name, status))
    return wrong, cells
