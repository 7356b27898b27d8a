"""Pages of classes and learners: a teacher's own, a school's, and the slips printed for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.lists import list_page
from donghanh.kernel.rows import walled
from donghanh.kernel.verdict import Refused
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.rosters import actions, queries
from donghanh.rosters.models import Learner
from donghanh.rosters.tables import ClassTable, LearnerTable, SchoolLearnerTable, TaughtClassTable, TaughtLearnerTable

MOST_SLIPS = 100  # at once: about three seconds of hashing on one core


def reader(request: HttpRequest) -> Account:
    """The account that asks; every page here is for somebody signed in."""
    account = request.user
    if not isinstance(account, Account):
        raise TypeError("a page of this room is open to strangers")
    return account


# ── a class teacher's own classes ──


@requires(Right.TEACH_CLASSES)
@walled
def my_classes(request: HttpRequest) -> HttpResponse:
    """“Lớp của tôi”: the classes that the reader looks after."""
    rows = queries.classes_taught(reader(request), on=today())
    return list_page(
        request, rows, TaughtClassTable, "rosters/my_classes.html", searched="name", name="lop-cua-toi"
    )  # fmt: skip


@requires(Right.TEACH_CLASSES)
@walled
def my_class(request: HttpRequest, pk: int) -> HttpResponse:
    """The learners of one of the reader's classes."""
    rows = queries.classes_taught(reader(request), on=today())
    found = get_object_or_404(rows, pk=pk)
    inside = queries.learners_taught_by(reader(request), on=today()).filter(class_id=pk)
    return _class_page(
        request, found, inside, TaughtLearnerTable, slips="rosters:my_class_slips", up="rosters:my_classes"
    )


@requires(Right.TEACH_CLASSES)
@never_cache
@require_POST
@walled
def my_class_slips(request: HttpRequest, pk: int) -> HttpResponse:
    """Fresh passwords and slips for a whole class of the reader's."""
    get_object_or_404(queries.classes_taught(reader(request), on=today()), pk=pk)
    inside = queries.learners_taught_by(reader(request), on=today()).filter(class_id=pk)
    return _slips(request, inside, back=reverse("rosters:my_class", args=[pk]))


@requires(Right.TEACH_CLASSES)
@walled
def my_learner(request: HttpRequest, pk: int) -> HttpResponse:
    """One learner of the reader's classes."""
    found = get_object_or_404(queries.learners_taught_by(reader(request), on=today()), pk=pk)
    return _learner_page(
        request, found, slip="rosters:my_learner_slip", up=reverse("rosters:my_class", args=[found.class_id])
    )


@requires(Right.TEACH_CLASSES)
@never_cache
@require_POST
@walled
def my_learner_slip(request: HttpRequest, pk: int) -> HttpResponse:
    """A fresh password and slip for one learner of the reader's classes."""
    found = get_object_or_404(queries.learners_taught_by(reader(request), on=today()), pk=pk)
    return _slips(request, [found], back=reverse("rosters:my_learner", args=[pk]))


# ── a school's classes and learners ──


@requires(Right.READ_LEARNERS)
@walled
def classes(request: HttpRequest) -> HttpResponse:
    """Classes of the schools whose learners the reader sees."""
    rows = queries.classes_visible_to(reader(request), on=today())
    return list_page(request, rows, ClassTable, "rosters/classes.html", searched="name", name="lop")


@requires(Right.READ_LEARNERS)
@walled
def school_class(request: HttpRequest, pk: int) -> HttpResponse:
    """The learners of one class."""
    found = get_object_or_404(queries.classes_visible_to(reader(request), on=today()), pk=pk)
    inside = queries.learners_visible_to(reader(request), on=today()).filter(class_id=pk)
    managed = queries.classes_managed_by(reader(request), on=today()).filter(pk=pk).exists()
    slips = "rosters:class_slips" if managed else ""
    return _class_page(request, found, inside, LearnerTable, slips=slips, up="rosters:classes")


@requires(Right.MANAGE_LEARNERS)
@never_cache
@require_POST
@walled
def class_slips(request: HttpRequest, pk: int) -> HttpResponse:
    """Fresh passwords and slips for a whole class."""
    get_object_or_404(queries.classes_managed_by(reader(request), on=today()), pk=pk)
    inside = queries.learners_managed_by(reader(request), on=today()).filter(class_id=pk)
    return _slips(request, inside, back=reverse("rosters:school_class", args=[pk]))


@requires(Right.READ_LEARNERS)
@walled
def learners(request: HttpRequest) -> HttpResponse:
    """Learners of the schools whose learners the reader sees."""
    rows = queries.learners_visible_to(reader(request), on=today()).filter(Q(left_on=None) | Q(left_on__gt=today()))
    return list_page(
        request, rows, SchoolLearnerTable, "rosters/learners.html", searched="full_name_folded", name="hoc-sinh"
    )


@requires(Right.READ_LEARNERS)
@walled
def learner(request: HttpRequest, pk: int) -> HttpResponse:
    """One learner of such a school."""
    found = get_object_or_404(queries.learners_visible_to(reader(request), on=today()), pk=pk)
    managed = queries.learners_managed_by(reader(request), on=today()).filter(pk=pk).exists()
    return _learner_page(request, found, slip="rosters:learner_slip" if managed else "", up=reverse("rosters:learners"))


@requires(Right.MANAGE_LEARNERS)
@never_cache
@require_POST
@walled
def learner_slip(request: HttpRequest, pk: int) -> HttpResponse:
    """A fresh password and slip for one learner."""
    found = get_object_or_404(queries.learners_managed_by(reader(request), on=today()), pk=pk)
    return _slips(request, [found], back=reverse("rosters:learner", args=[pk]))


# ── what both show alike ──


def _class_page(
    request: HttpRequest, found: Any, inside: QuerySet[Any], table: type[LearnerTable], *, slips: str, up: str
) -> HttpResponse:
    return list_page(
        request, inside, table, "rosters/class.html", searched="full_name_folded", name=f"lop-{found.name}",
        school_class=found, slips=reverse(slips, args=[found.pk]) if slips else "",
        crumbs=[(_("Các lớp"), reverse(up))], part=_part(up),
    )  # fmt: skip


def _part(up: str) -> str:
    """Which of the two parts that show it a page belongs to, for its title."""
    return _("Lớp của tôi") if "my" in up or "cua-toi" in up else _("Lớp và học sinh")


def _learner_page(request: HttpRequest, found: Any, *, slip: str, up: str) -> HttpResponse:
    printed = [
        {
            "at": date_format(timezone.localtime(one.printed_at), "H:i j/n/Y"),
            "title": _("In phiếu đăng nhập"),
            "who": one.printed_by.full_name,
            "text": _("Đã dùng để đăng nhập.")
            if one.used_at
            else _("Đã thay bằng phiếu mới.")
            if one.replaced_at
            else "",
            "icon": "printer",
        }
        for one in queries.slips_of(found)
    ]
    context = {
        "learner": found,
        "facts": [
            (_("Trường"), found.school_name or ""),
            (_("Lớp"), found.class_name or _("chưa có lớp")),
            (_("Ngày sinh"), date_format(found.birth_date, "j/n/Y") if found.birth_date else _("chưa có")),
            (_("Số định danh"), found.number or _("chưa có")),
            (_("Tên đăng nhập"), found.username),
        ],
        "enrolments": [
            (row, row.valid.upper and row.valid.upper - timedelta(days=1)) for row in queries.enrolments_of(found)
        ],
        "printed": printed,
        "slip": reverse(slip, args=[found.pk]) if slip else "",
        "crumbs": [(found.class_name or _("Học sinh"), up)],
        "part": _part(up),
    }
    return render(request, "rosters/learner.html", context)


def _slips(request: HttpRequest, inside: QuerySet[Any] | Sequence[Any], *, back: str) -> HttpResponse:
    """The printed page itself: it is shown once, for the passwords are kept nowhere."""
    rows: list[Learner] = list(inside[: MOST_SLIPS + 1])
    if not rows:
        raise Refused(_("Lớp này chưa có học sinh nào để in phiếu."))
    if len(rows) > MOST_SLIPS:
        raise Refused(_("Mỗi lần in được nhiều nhất %(most)s phiếu.") % {"most": MOST_SLIPS})
    printed = actions.print_slips(learners=rows, by=reader(request), at=now())
    return render(request, "rosters/slips.html", {"slips": printed, "back": back, "address": request.get_host()})
