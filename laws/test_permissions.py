"""Every address × every person of the cast × every unit × GET and POST, against what the roles' table and the tree say.

The addresses come from the URLconf itself, the right from the view's own mark, the reach from walking the tree upwards
one parent at a time: nothing of the code under test decides what is expected.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.http import FileResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from donghanh.collaborators.tests.factories import POLICE, a_collaborator, a_group, a_meeting, a_member
from donghanh.kernel.access import SIGNED_IN, right_of
from donghanh.kernel.rows import everything
from donghanh.organisations.models import Unit, UnitParent
from donghanh.organisations.tests.factories import a_department, a_school
from donghanh.people.choices import MINORS_DATA, NOT_STAFF, ROLES
from donghanh.people.models import Membership
from donghanh.people.queries import has_second_factor
from donghanh.people.tests.cast import a_person, a_second_factor
from donghanh.reporting.figures import lay_out
from donghanh.reporting.models import IssuedReport
from donghanh.reporting.tests.factories import AT, a_letterhead, an_accepted_report, an_open_round, report_of
from donghanh.rosters.models import RollOver
from donghanh.rosters.tests.factories import a_class, a_learner, brought_in, teaches
from donghanh.statistics.actions import define

PLAN = json.loads(Path(settings.ROOT, "donghanh/statistics/data/plan3296.json").read_text())
PEOPLE = (
    "department_officer", "district_officer", "other_district_officer", "principal", "teacher", "other_teacher",
    "administrator", "school_administrator", "class_teacher", "student", "guardian", "outsider",
)  # fmt: skip
CANARY = "Hoàng Yến"  # part of every minor's name here: it may stand on no page of people without the right
OF_ANOTHER_PROVINCE = ("other_administrator", "other_principal")
UNITS = (
    "department", "lac_son", "kim_boi", "commune", "school", "preschool", "sibling", "direct",
    "other_department", "other_school",
)  # fmt: skip
OF_A_PERSON = ("people:person", "people:closing", "people:resetting", "people:role_ending")  # who works in the unit
ROUTES_OF_A_UNIT = ("organisations:unit", "collaborators:unit", "collaborators:enrol", "collaborators:set_up")
OPEN_REGISTER = {  # who holds the right sees every unit: the register of schools is public
    "organisations:units",
    "organisations:unit",
}


def routes(resolver: Any = None, namespace: str = "") -> list[tuple[str, URLPattern]]:
    """Every named address of the product with its pattern."""
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            found += routes(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        else:
            found.append((f"{namespace}{entry.name}", entry))
    return found


class World:
    """One round of the cast in which every unit-bound address has something to show."""

    def __init__(self, cast: Any) -> None:
        self.cast = cast
        define(PLAN, at=AT)
        self.round = an_open_round(cast)
        an_accepted_report(cast, self.round)
        lay_out(collection_id=self.round.pk, at=AT)
        a_letterhead(cast.department)
        self.classes, self.learners = self._classes()
        content = f"Lớp,Họ và tên\n6A,Xuân {CANARY} Nhập\n".encode()
        with everything():
            self.rolled_over = RollOver.objects.create(
                unit=cast.school, into=self.round.period, by=cast.school_administrator, at=AT
            )
        self.roster = brought_in(content, cast.school, cast.school_administrator, name="ds.csv")
        self.other_department = a_department("Sở GD&ĐT Sơn La")
        self.other_school = a_school("Trường Tiểu học Chiềng Mai", below=self.other_department)
        self.other_administrator = a_person("sonla", "Cầm Thị Ỏn", "department_administrator", self.other_department)
        self.other_principal = a_person("chiengmai", "Lò Văn Inh", "principal", self.other_school)
        for name in PEOPLE + OF_ANOTHER_PROVINCE:  # pages about one's own factors have something to show
            if not has_second_factor(person := self.named(name)):
                a_second_factor(person)
        self.kept = self._of_the_school(cast)
        self.parents = dict(UnitParent.objects.order_by("pk").values_list("unit", "parent"))

    def named(self, name: str) -> Any:
        """A person or a unit, of the cast or of the other province."""
        return getattr(self.cast, name, None) or getattr(self, name)

    def _of_the_school(self, cast: Any) -> dict[str, int]:
        """Route → key of the one thing of its kind, which is the school's."""
        by = cast.school_administrator
        group = a_group(cast.school, by=by)
        member = a_member(group, POLICE, by=by)
        ends = {"collaborators:end_service": a_collaborator(cast.school, POLICE, by=by).pk}
        of_group = {f"collaborators:{name}": group.pk for name in ("group", "end_group", "add_member", "hold")}
        meeting = a_meeting(group, [member], by=by).pk
        sittings = {"collaborators:meeting": meeting, "collaborators:minutes": meeting}
        report = report_of(cast.school, self.round).pk
        return {
            "reporting:review": report,
            "reporting:versions": report,
            **ends,
            **of_group,
            **sittings,
            "collaborators:end_membership": member.pk,
        }

    def _classes(self) -> tuple[dict[int, Any], dict[int, Any]]:
        """A class with a learner at each school, whose name is the canary's; the class teacher's own at the school."""
        classes, learners = {}, {}
        for name in ("school", "preschool", "sibling", "direct"):
            unit = getattr(self.cast, name)
            classes[unit.pk] = a_class(unit, "6A")
            learners[unit.pk] = a_learner(classes[unit.pk], f"Xuân {CANARY} {name}")
        teaches(self.cast.class_teacher, classes[self.cast.school.pk])
        return classes, learners

    def samples(self, route: str, unit: Unit) -> dict[str, Any] | None:  # noqa: PLR0911  # one a kind of address
        """Arguments of an address for one unit; None where the address does not exist for it."""
        schools = {row.unit_id for row in self.round.expected.all()}
        if route in ("reporting:not_received", "reporting:issued"):
            return {"collection_id": self.round.pk}
        if route == "reporting:issued_file":
            drawn = IssuedReport.objects.filter(unit=unit).first()
            return {"pk": drawn.pk, "kind": "pdf"} if drawn else None
        if route.startswith("rosters:"):
            return self._of_rosters(route, unit)
        if route in OF_A_PERSON:
            row = Membership.objects.filter(unit=unit).exclude(role__in=NOT_STAFF).order_by("pk").first()
            return row and {"pk": row.pk if route == "people:role_ending" else row.account_id}
        if route in self.kept:  # there is something to read where something was sent or set up
            return {"pk": self.kept[route]} if unit == self.cast.school else None
        if route.startswith("reporting:") and route not in ("reporting:owed", "reporting:waiting"):
            return {"pk": report_of(unit, self.round).pk} if unit.pk in schools else None
        return {
            "home:figures": {"collection_id": self.round.pk, "unit_id": unit.pk},
            "home:figures_news": {"collection_id": self.round.pk, "unit_id": unit.pk, "seen": 1},
            "home:schools": {
                "collection_id": self.round.pk, "unit_id": unit.pk, "indicator": "schools_with_outreach_rate",
            },
            "mfa_remove_webauthn": {"pk": 1},  # asks for the password before it looks whose key it is
            **{key: {"unit_id": unit.pk} for key in ROUTES_OF_A_UNIT},
            "periods:year": {"code": self.round.period.code, "kind": "administrative"},
        }.get(route, {})  # fmt: skip

    def _of_rosters(self, route: str, unit: Unit) -> dict[str, Any] | None:
        if route == "rosters:undo_year_end":
            return {"pk": self.rolled_over.pk} if unit == self.cast.school else None
        if route in ("rosters:roster", "rosters:roster_news"):
            more = {"state": "checked", "done": 1} if route == "rosters:roster_news" else {}
            return {"pk": self.roster.pk, **more} if unit == self.cast.school else None
        found = {
            **dict.fromkeys(("rosters:school_class", "rosters:class_slips"), self.classes),
            **dict.fromkeys(("rosters:my_class", "rosters:my_class_slips"), self.classes),
            **dict.fromkeys(("rosters:learner", "rosters:learner_slip"), self.learners),
            **dict.fromkeys(("rosters:my_learner", "rosters:my_learner_slip"), self.learners),
        }.get(route)
        if found is None:
            return {}
        return {"pk": found[unit.pk].pk} if unit.pk in found else None

    def reaches(self, account: Any, right: str, unit: Unit) -> bool:
        """Is some unit of a membership with this right the unit itself or above it? One parent at a time."""
        offices = {row.unit_id for row in Membership.objects.filter(account=account) if right in ROLES[row.role].rights}
        place: int | None = unit.pk
        while place is not None:
            if place in offices:
                return True
            place = self.parents.get(place)
        return False


def holds(account: Any, right: str) -> bool:
    return any(right in ROLES[row.role].rights for row in Membership.objects.filter(account=account))


def holds_one_of(account: Any, rights: Any) -> bool:
    return any(holds(account, right) for right in rights)


def expected_of(
    world: World, route: str, right: str | None, account: Any, unit: Unit, *, bound: str, method: str
) -> set[int]:
    """Statuses that the table of roles and the tree allow."""
    fine = {200, 204, 302, 405} if method == "get" else {200, 204, 302, 405, 409, 422, 429}
    if right in (None, SIGNED_IN):
        return fine
    if not holds(account, right):
        return {403}
    if not bound or route in OPEN_REGISTER:
        return fine
    if route.startswith("home:") and unit in (world.other_department, world.other_school):
        return {404, 405}  # not in this round, whoever asks
    return fine if world.reaches(account, right, unit) else {404, 405}


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


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("person", PEOPLE + OF_ANOTHER_PROVINCE)
def test_role_by_address_by_unit(person, method, cast, sign_in, on_demo_day):
    world = World(cast)
    account = world.named(person)
    wrong, cells = [], 0
    asked: set[str] = set()  # an address without a unit is one cell, not one for every unit
    for route, pattern in routes():
        right = right_of(pattern.callback)
        if right is None:
            continue
        for unit_name in UNITS:
            unit = world.named(unit_name)
            arguments = world.samples(route, unit)
            if arguments is None or (address := reverse(route, kwargs=arguments)) in asked:
                continue
            asked.add(address)
            bound = "unit" if {"pk", "unit_id"} & set(pattern.pattern.converters) else ""
            ask: Callable[..., Any] = getattr(sign_in(account), method)
            answer = ask(address)
            status = answer.status_code
            if CANARY.encode() in getattr(answer, "content", b"") and not holds_one_of(account, MINORS_DATA):
                wrong.append((route, unit_name, "names a minor"))
            if isinstance(answer, FileResponse):  # closed here and not by answer.close(), which ends the connection too
                b"".join(answer)
                for closer in answer._resource_closers:
                    closer()
            cells += 1
            if status not in expected_of(world, route, right, account, unit, bound=bound, method=method):
                wrong.append((route, unit_name, status))
    assert wrong == []
    assert cells > 60
