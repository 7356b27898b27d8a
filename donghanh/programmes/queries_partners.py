"""What pages ask of coordination plans. A guest reaches the plans that name its account and nothing else."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Concat

from donghanh.organisations.models import UnitName
from donghanh.people.choices import PARTNER, Right
from donghanh.people.models import Account, Membership
from donghanh.people.queries import memberships_of, units_reached
from donghanh.programmes.choices import JointState
from donghanh.programmes.models import CoordinationPlan, Partner, PartnerMeeting, PartnerStep, PartnerTask


def is_partner(account: Account, *, on: date) -> bool:
    """Does it hold the role of a partner agency that day?"""
    return memberships_of(account, on=on).filter(role=PARTNER.code).exists()


def coordination_visible_to(account: Account, *, on: date) -> QuerySet[Any]:
    """Plans of the units that the account reads, and those that name it while it holds a partner's role.

    Rows carry `unit_name`, `unit_sort`, `found_by`, `agencies`, `tasks_owed`, `tasks_done`; the newest first.
    """
    holds_role = Exists(Membership.objects.filter(account=account, role=PARTNER.code, valid__contains=on))
    guest = Exists(Partner.objects.filter(plan=OuterRef("pk"), account=account))
    mine = Q(unit__in=units_reached(account, Right.READ_PLANS, on=on)) | (Q(guest) & Q(holds_role))
    name = UnitName.objects.filter(unit=OuterRef("unit"), valid__startswith__lte=on).order_by("-valid")
    owed = ~Q(tasks__state=JointState.CANCELLED) & Q(tasks__isnull=False)
    rows: QuerySet[Any] = (
        CoordinationPlan.objects.filter(mine)
        .select_related("programme", "document")
        .annotate(
            unit_name=Subquery(name.values("name")[:1]),
            unit_sort=Subquery(name.values("name_sort")[:1]),
            agencies=Count("partners", distinct=True),
            tasks_owed=Count("tasks", distinct=True, filter=owed),
            tasks_done=Count("tasks", distinct=True, filter=Q(tasks__state=JointState.DONE)),
            unit_folded=Subquery(name.values("name_folded")[:1]),
        )
        .annotate(
            found_by=Concat("name_folded", Value(" · "), "unit_folded", output_field=TextField()),
        )
    )
    return rows.order_by("-valid", "pk")


def partners_of(plan: CoordinationPlan) -> list[Partner]:
    """Agencies of a plan with their guests, as they joined."""
    return list(plan.partners.select_related("account").order_by("pk"))


def joint_tasks(plan: CoordinationPlan) -> list[PartnerTask]:
    """Tasks by deadline, each with `told`: what was said of it, newest first. Two queries."""
    told = Prefetch("steps", PartnerStep.objects.select_related("by").order_by("-at", "-pk"), to_attr="told")
    rows = plan.tasks.select_related("partner").prefetch_related(told)
    return list(rows.order_by("due_on", "pk"))


def meetings_of(plan: CoordinationPlan) -> list[PartnerMeeting]:
    """Meetings, newest first, with who came."""
    came = Prefetch("present", Partner.objects.order_by("pk"))
    return list(plan.meetings.select_related("recorded_by").prefetch_related(came).order_by("-day"))
