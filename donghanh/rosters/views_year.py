"""The end of a school year: what it would do, doing it, taking it back."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.rows import walled
from donghanh.people.choices import Right
from donghanh.rosters import actions_year, queries, rules
from donghanh.rosters.forms import RollOverForm
from donghanh.rosters.rollover import plan
from donghanh.rosters.views import reader

MOST_SHOWN = 10


@requires(Right.MANAGE_LEARNERS)
@walled
def year_end(request: HttpRequest) -> HttpResponse:
    """First the plan, class by class; the same sheet sent once more with “sure” does it."""
    account = reader(request)
    form = RollOverForm(
        request.POST if request.method == "POST" else None,
        units=queries.schools_managed_by(account, on=today()), years=queries.years_to_come(on=today()),
    )  # fmt: skip
    planned = None
    if form.is_valid():
        said = form.cleaned_data
        planned = plan(said["unit"], said["into"], repeat=said["repeat"], leave=said["leave"])
        if planned.not_known:
            form.add_error(
                "repeat" if set(planned.not_known) & {name.lower() for name in said["repeat"]} else "leave",
                _("Không có học sinh nào mang tên đăng nhập “%(name)s”.") % {"name": planned.not_known[0]},
            )
        elif said["sure"]:
            actions_year.roll_over(
                unit_id=said["unit"], into=said["into"], repeat=said["repeat"], leave=said["leave"], by=account,
                at=now(),
            )  # fmt: skip
            messages.success(request, _("Đã chuyển năm học. Trong 7 ngày có thể hoàn tác ở cuối trang này."))
            return redirect("rosters:year_end")
    done = queries.roll_overs_of(account, on=today())[:MOST_SHOWN]
    context = {
        "form": form,
        "planned": planned if planned and not form.errors else None,
        "done": [(one, rules.may_undo(one, account, at=now(), on=today())) for one in done],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "rosters/year_end.html", context, status=status)


@requires(Right.MANAGE_LEARNERS)
@require_POST
@walled
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody back where they were."""
    found = get_object_or_404(queries.roll_overs_of(reader(request), on=today()), pk=pk)
    actions_year.undo_roll_over(roll_over=found, by=reader(request), at=now())
    messages.success(request, _("Đã hoàn tác: học sinh ở lại lớp của năm học trước."))
    return redirect("rosters:year_end")
