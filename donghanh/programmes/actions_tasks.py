"""Writes to single tasks of a plan: worded for the unit, done, shown, lent to other programmes."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from donghanh.audit.actions import record
from donghanh.files.actions import store_upload
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import verdict_of
from donghanh.people.models import Account
from donghanh.programmes import rules
from donghanh.programmes.models import PlanTask, Programme, TaskEvidence, TaskFinish, UnitPlan


@transaction.atomic
def adapt_task(
    *, task: PlanTask, text: str, responsible: str, due_on: date | None, for_below: bool, by: Account, at: datetime
) -> None:
    """The unit's own wording, who answers for it, and by when; `for_below`: an office hands it down at its issue."""
    _writing(by, task.plan, at)
    verdict_of(rules.task_fits(task.plan, text, due_on)).enforce()
    task.text, task.responsible, task.due_on, task.for_below = nfc(text), nfc(responsible), due_on, for_below
    task.save(update_fields=["text", "responsible", "due_on", "for_below"])
    record(verb="programmes.task_adapted", on=task, by=by.pk, at=at, unit=task.plan.unit_id)


@transaction.atomic
def add_task(
    *, plan: UnitPlan, text: str, responsible: str, due_on: date | None, for_below: bool, by: Account, at: datetime
) -> PlanTask:
    """A task of the unit's own."""
    _writing(by, plan, at)
    verdict_of(rules.task_fits(plan, text, due_on)).enforce()
    last = UnitPlan.objects.select_for_update().get(pk=plan.pk).tasks.aggregate(last=Max("position"))["last"] or 0
    task = PlanTask.objects.create(
        plan=plan, position=last + 1, text=nfc(text), responsible=nfc(responsible), due_on=due_on, for_below=for_below
    )
    record(verb="programmes.task_added", on=task, by=by.pk, at=at, unit=plan.unit_id)
    return task


@transaction.atomic
def drop_task(*, task: PlanTask, why: str, by: Account, at: datetime) -> None:
    """The unit does not do it; the office above reads why."""
    _writing(by, task.plan, at)
    rules.may_drop(task, why).enforce()
    PlanTask.objects.filter(pk=task.pk).update(dropped=nfc(why))
    record(verb="programmes.task_dropped", on=task, by=by.pk, at=at, unit=task.plan.unit_id, reason=nfc(why))


@transaction.atomic
def restore_task(*, task: PlanTask, by: Account, at: datetime) -> None:
    """The unit does it after all."""
    _writing(by, task.plan, at)
    PlanTask.objects.filter(pk=task.pk).update(dropped="")
    record(verb="programmes.task_restored", on=task, by=by.pk, at=at, unit=task.plan.unit_id)


def _writing(by: Account, plan: UnitPlan, at: datetime) -> None:
    rules.may_write(by, plan, on=timezone.localdate(at)).enforce()


@transaction.atomic
def put_down(
    *, task: PlanTask, words: str, on_day: date, file: tuple[str, bytes] | None, done: bool, by: Account, at: datetime
) -> TaskEvidence:
    """What was done for a task, perhaps with a file (its name, its bytes); `done`: and so the task is finished.

    A yearly one is finished for the year of that day.
    """
    on = timezone.localdate(at)
    rules.may_record(by, task, on=on).enforce()
    verdict_of(rules.evidence_fits(words, on_day, on=on)).enforce()
    kept = file and store_upload(content=file[1], name=file[0], unit=task.plan.unit_id, by=by.pk, at=at)
    row = TaskEvidence.objects.create(task=task, words=nfc(words), file=kept, on=on_day, by=by, at=at)
    if done:
        TaskFinish.objects.update_or_create(task=task, year=on_day.year, defaults={"on": on_day})
        _newest_finish(task)
    record(verb="programmes.evidence_put_down", on=task, by=by.pk, at=at, unit=task.plan.unit_id)
    return row


@transaction.atomic
def take_up_again(*, task: PlanTask, by: Account, at: datetime) -> None:
    """It was not finished after all, or not the last time; its evidence stays."""
    rules.may_record(by, task, on=timezone.localdate(at)).enforce()
    finishes = task.finishes.order_by("-year")
    task.finishes.filter(pk__in=finishes[:1] if task.yearly else finishes).delete()
    _newest_finish(task)
    record(verb="programmes.task_taken_up", on=task, by=by.pk, at=at, unit=task.plan.unit_id)


def _newest_finish(task: PlanTask) -> None:
    newest = task.finishes.aggregate(newest=Max("on"))["newest"]
    PlanTask.objects.filter(pk=task.pk).update(done_on=newest)


@transaction.atomic
def let_serve(*, task: PlanTask, programme: Programme, serves: bool, by: Account, at: datetime) -> None:
    """One task done for several programmes at once (“lồng ghép”), or no longer."""
    rules.may_record(by, task, on=timezone.localdate(at)).enforce()
    rules.may_serve(task, programme).enforce()
    (task.serves.add if serves else task.serves.remove)(programme)
    record(verb="programmes.task_serves", on=task, by=by.pk, at=at, unit=task.plan.unit_id)
