"""Whatever anybody tries, in any order, over chains of any length: a report stands where a slow model says."""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from donghanh.kernel.verdict import Refused
from donghanh.people.tests.cast import a_person
from donghanh.reporting import actions
from donghanh.reporting.figures import lay_out
from donghanh.reporting.models import FactChange, Remark
from donghanh.reporting.queries import sheet
from donghanh.reporting.recount import differences, recount
from donghanh.reporting.tests.factories import AT, TODAY, an_open_round, filled, goes_up, report_of

pytestmark = pytest.mark.usefixtures("on_demo_day")
ANY_MOVES = settings(
    max_examples=int(os.environ.get("DONGHANH_EXAMPLES", "15")),
    stateful_step_count=20,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
OFFICES = ("commune", "lac_son", "kim_boi", "department")
OFFICERS = {
    "commune_officer": "commune",
    "district_officer": "lac_son",
    "other_district_officer": "kim_boi",
    "department_officer": "department",
}
UNIT = ("teacher", "principal")
WHOSE_TURN = "whose turn it is"
ANYBODY = st.sampled_from([*[WHOSE_TURN] * 8, *OFFICERS, *UNIT, "other_teacher", "outsider"])


@dataclass
class Model:
    """One report as a clerk would keep it on paper."""

    chain: tuple[str, ...]
    state: str = "draft"
    step: int = 1
    holder: int = 1  # whose desk it lies on, or lay on last: place in the chain
    sendings: int = 0
    log: list[tuple[str, int, str]] = field(default_factory=list)  # move, step, who
    recounts: int = 1  # the opening of the round

    @property
    def office(self) -> str:
        return self.chain[self.holder - 1]

    def meant(self, person: str | None, *, unit: bool = False) -> str | None:
        """Who tries it, where chance says “whose turn it is”."""
        if person != WHOSE_TURN:
            return person
        return UNIT[0] if unit else next(name for name, office in OFFICERS.items() if office == self.office)

    def sits_there(self, person: str) -> bool:
        return OFFICERS.get(person) == self.office


class Moves(RuleBasedStateMachine):
    """Filled in by the test: `cast`, `round`."""

    @initialize(chain=st.permutations(OFFICES).flatmap(lambda all_of: st.integers(1, 4).map(lambda n: all_of[:n])))
    def opens(self, chain):
        self.example = transaction.atomic()
        self.example.__enter__()
        self.model = Model(tuple(chain))
        goes_up(self.stored(), *(getattr(self.cast, office) for office in chain))

    def teardown(self):
        if hasattr(self, "example"):
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)

    def stored(self):
        return report_of(self.cast.school, self.round)

    def tries(self, allowed, act):
        """The action does it exactly if the clerk would."""
        try:
            with transaction.atomic():
                act()
        except Refused:
            assert not allowed
        else:
            assert allowed

    @rule(person=ANYBODY)
    def send(self, person):
        model = self.model
        person = model.meant(person, unit=True)
        found = sheet(self.cast.teacher, self.stored().pk, on=TODAY)
        allowed = person in UNIT and model.state in ("draft", "returned")
        self.tries(
            allowed,
            lambda: actions.send(
                sheet=found, typed=filled(), revision=found.submission.revision, client_key=uuid.uuid4(),
                by=getattr(self.cast, person), at=AT,
            ),
        )  # fmt: skip
        if allowed:
            model.state, model.step, model.holder, model.sendings = "submitted", 1, 1, model.sendings + 1
            model.recounts += 1
            model.log.append(("send", 1, person))

    @rule(person=ANYBODY, stale=st.sampled_from([False, False, False, True]))
    def accept(self, person, stale):
        model = self.model
        person = model.meant(person)
        allowed = model.state == "submitted" and model.sits_there(person) and not stale
        self.tries(allowed, lambda: actions.accept(version_number=model.sendings + stale, **self.by(person)))
        if allowed:
            model.log.append(("accept", model.step, person))
            if model.step < len(model.chain):
                model.step, model.holder = model.step + 1, model.holder + 1
            else:
                model.state, model.recounts = "accepted", model.recounts + 1

    @rule(person=ANYBODY, word=st.sampled_from(["", "Đếm lại"]))
    def give_back(self, person, word):
        model = self.model
        person = model.meant(person)
        allowed = model.state == "submitted" and model.sits_there(person) and word != ""
        said = {"version_number": model.sendings, "reason": "", "remarks": {"collaborators": word}}
        self.tries(allowed, lambda: actions.give_back(**said, **self.by(person)))
        if allowed:
            model.state, model.recounts = "returned", model.recounts + 1
            model.log.append(("return", model.step, person))

    @rule(person=ANYBODY)
    def withdraw(self, person):
        model = self.model
        person = model.meant(person, unit=True)
        allowed = model.state == "submitted" and model.step == 1 and person in UNIT
        self.tries(allowed, lambda: actions.withdraw(version_number=model.sendings, reason="", **self.by(person)))
        if allowed:
            model.state, model.recounts = "draft", model.recounts + 1
            model.log.append(("withdraw", 1, person))

    @rule(person=ANYBODY, reason=st.sampled_from(["", "Sai một số"]))
    def reopen(self, person, reason):
        model = self.model
        person = model.meant(person)
        allowed = model.state in ("accepted", "locked") and model.sits_there(person) and reason != ""
        self.tries(allowed, lambda: actions.reopen(reason=reason, **self.by(person)))
        if allowed:
            model.state, model.recounts = "returned", model.recounts + 1
            model.log.append(("reopen", model.step, person))

    @rule(person=st.one_of(st.none(), ANYBODY))
    def lock(self, person):
        model = self.model
        person = model.meant(person)
        allowed = person in (None, "department_officer")
        by = person and getattr(self.cast, person)
        self.tries(allowed, lambda: actions.lock_round(collection=self.round, by=by, at=AT))
        if allowed and model.state == "accepted":
            model.state = "locked"
            model.log.append(("lock", model.step, person))

    @rule()
    def figures_follow(self):
        """Laid out from what changed, they are those laid out from everything, to the bit; the outbox is empty."""
        patched = figures(lay_out(collection_id=self.round.pk, at=AT))
        assert differences(self.round) == []
        assert patched == figures(lay_out(collection_id=self.round.pk, at=AT, whole=True))
        self.model.recounts = 0

    @rule(steps=st.integers(1, 6))
    def goes_on(self, steps):
        """As it should be: or no report would ever get far."""
        for _ in range(steps):
            if self.model.state in ("draft", "returned"):
                self.send(person=WHOSE_TURN)
            elif self.model.state == "submitted":
                self.accept(person=WHOSE_TURN, stale=False)
            elif self.model.state == "accepted":
                self.lock(person=None)
            self.it_stands_where_the_model_says()

    def by(self, person):
        return {"submission": self.stored(), "by": getattr(self.cast, person), "at": AT}

    @invariant()
    def it_stands_where_the_model_says(self):
        if not hasattr(self, "model"):
            return
        model, report = self.model, self.stored()
        names = {account.pk: name for name, account in self.people.items()}
        assert (report.state, report.step) == (model.state, model.step)
        assert report.expected.reviewer == getattr(self.cast, model.office)
        assert (report.latest.number if report.latest else 0) == model.sendings == report.versions.count()
        log = report.transitions.order_by("pk").values_list("move", "step", "by")
        assert [(move, step, names.get(by)) for move, step, by in log] == model.log
        assert Remark.objects.count() == sum(move == "return" for move, _step, _person in model.log)
        assert FactChange.objects.count() == model.recounts
        assert recount(self.round)[self.cast.department.pk, ""].reported == (model.state in ("accepted", "locked"))


def figures(partition) -> tuple:
    """The hash of the file, and every roll-up."""
    rows = partition.rollups.order_by("unit", "group")
    return partition.file_name.split(".")[1], list(
        rows.values_list("unit", "group", "sums", "expected", "sent", "on_time", "reported")
    )


def test_any_moves_of_anybody(cast):
    cast.commune_officer = a_person("xa", "Bùi Thị Xuân", "district_officer", cast.commune)
    people = {name: getattr(cast, name) for name in (*OFFICERS, *UNIT, "other_teacher", "outsider")}
    of_the_cast = {"cast": cast, "round": an_open_round(cast), "people": people}
    run_state_machine_as_test(type("MovesOfTheCast", (Moves,), of_the_cast), settings=ANY_MOVES)
