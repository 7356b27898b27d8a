"""The end of a school year at one school, and taking it back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.kernel.verdict import no
from donghanh.people.actions import end_role_of_many, reopen_role_of_many
from donghanh.people.choices import STUDENT
from donghanh.people.models import Account
from donghanh.periods.models import Period
from donghanh.rosters.models import Enrolment, Learner, RollOver, RollOverStep, SchoolClass
from donghanh.rosters.rollover import plan
from donghanh.rosters.rules import may_manage, may_undo


@transaction.atomic
def roll_over(
    *, unit_id: int, into: Period, repeat: Collection[str], leave: Collection[str], by: Account, at: datetime
) -> RollOver:
    """Do what `rollover.plan` says, from the new year's first day; what stood before is kept for seven days' undo."""
    may_manage(by, unit_id, on=at.date()).enforce()
    list(Learner.objects.select_for_update().filter(unit=unit_id).order_by("pk").values_list("pk"))
    planned = plan(unit_id, into, repeat=repeat, leave=leave)
    if planned.not_known:
        no(_("Không có học sinh nào mang tên đăng nhập “%(name)s”.") % {"name": planned.not_known[0]}).enforce()
    if not planned.goings:
        no(_("Không còn học sinh nào của năm học trước để chuyển.")).enforce()
    since = into.days.lower
    done = RollOver.objects.create(unit_id=unit_id, into=into, by=by, at=at)
    names = {(one.class_name, one.grade) for one in planned.goings if one.class_name}
    SchoolClass.objects.bulk_create(
        (SchoolClass(unit_id=unit_id, school_year=into, name=name, grade=grade) for name, grade in sorted(names)),
        ignore_conflicts=True,
    )
    rows = SchoolClass.objects.filter(unit=unit_id, school_year=into).order_by("pk")
    classes = dict(rows.values_list("name", "pk"))
    before = [one.enrolment.valid for one in planned.goings]
    for one in planned.goings:
        one.enrolment.valid = DateRange(one.enrolment.valid.lower, since)
    Enrolment.objects.bulk_update([one.enrolment for one in planned.goings], ["valid"], batch_size=1000)
    goes_on = [one for one in planned.goings if one.class_name]
    made = Enrolment.objects.bulk_create(
        Enrolment(
            learner_id=one.enrolment.learner_id, school_class_id=classes[one.class_name], unit_id=unit_id,
            valid=DateRange(since, None),
        )
        for one in goes_on
    )  # fmt: skip
    after = {row.learner_id: row for row in made}
    RollOverStep.objects.bulk_create(
        RollOverStep(
            roll_over=done, unit_id=unit_id, learner_id=one.enrolment.learner_id, move=one.move,
            before=one.enrolment, before_valid=valid, after=after.get(one.enrolment.learner_id),
        )
        for one, valid in zip(planned.goings, before, strict=True)
    )  # fmt: skip
    gone = [one.enrolment.learner_id for one in planned.goings if not one.class_name]
    Learner.objects.filter(pk__in=gone).update(left_on=since)
    end_role_of_many(accounts=gone, role=STUDENT.code, on=since)
    record(verb="rosters.rolled_over", on=done, by=by.pk, at=at, unit=unit_id, learners=len(planned.goings))
    return done


@transaction.atomic
def undo_roll_over(*, roll_over: RollOver, by: Account, at: datetime) -> None:
    """Put every learner back where they were; the classes that then stand empty go as well."""
    locked = RollOver.objects.select_for_update(of=("self",)).select_related("into").get(pk=roll_over.pk)
    may_undo(locked, by, at=at, on=at.date()).enforce()
    steps = list(RollOverStep.objects.filter(roll_over=locked).select_related("before", "after").order_by("pk"))
    Enrolment.objects.filter(pk__in=[step.after_id for step in steps if step.after_id]).delete()
    for step in steps:
        step.before.valid = step.before_valid
    Enrolment.objects.bulk_update([step.before for step in steps], ["valid"], batch_size=1000)
    gone = [step.learner_id for step in steps if step.after_id is None]
    Learner.objects.filter(pk__in=gone).update(left_on=None)
    reopen_role_of_many(accounts=gone, role=STUDENT.code, ended_on=locked.into.days.lower)
    empty = SchoolClass.objects.filter(unit=locked.unit_id, school_year=locked.into, enrolments=None, teachings=None)
    empty.filter(source_id="").delete()
    RollOver.objects.filter(pk=locked.pk).update(undone_at=at)
    record(verb="rosters.roll_over_undone", on=locked, by=by.pk, at=at, unit=locked.unit_id, learners=len(steps))
