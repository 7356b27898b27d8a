"""“Kiểm tra số liệu”: the rules by which units' figures are looked at after each lay-out."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from donghanh.kernel.access import requires
from donghanh.kernel.clock import now
from donghanh.kernel.lists import list_page
from donghanh.people.choices import Right
from donghanh.statistics.actions_checks import end_check, keep_check
from donghanh.statistics.forms_checks import CheckForm, OutlierForm, PredictorForm, RuleForm
from donghanh.statistics.models import ValidationRule
from donghanh.statistics.queries_checks import check_rows, preview
from donghanh.statistics.tables import CheckTable
from donghanh.statistics.views import reader


@requires(Right.WRITE_CHECKS)
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule, watch and predictor that runs."""
    return list_page(
        request, check_rows(), CheckTable, "statistics/checks.html", searched="searched", name="quy-tac-kiem-tra"
    )


@requires(Right.WRITE_CHECKS)
def new_rule(request: HttpRequest) -> HttpResponse:
    return _check_form(request, RuleForm(request.POST or None), _("Đặt quy tắc"))


@requires(Right.WRITE_CHECKS)
def change_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """The same form with what stands; “end” in the post ends the rule."""
    rule = get_object_or_404(ValidationRule, pk=pk, ended_at=None)
    if "end" in request.POST:
        end_check(check=rule, by=reader(request).pk, at=now())
        messages.success(request, _("Quy tắc này không chạy nữa."))
        return redirect("statistics:checks")
    return _check_form(request, RuleForm(request.POST or None, instance=rule), _("Sửa quy tắc"), rule=rule)


@requires(Right.WRITE_CHECKS)
def new_outlier_rule(request: HttpRequest) -> HttpResponse:
    return _check_form(request, OutlierForm(request.POST or None), _("Theo dõi giá trị khác thường"))


@requires(Right.WRITE_CHECKS)
def new_predictor(request: HttpRequest) -> HttpResponse:
    return _check_form(request, PredictorForm(request.POST or None), _("Đặt giá trị dự tính"))


def _check_form(request: HttpRequest, form: CheckForm[Any], title: str, **more: Any) -> HttpResponse:
    """“preview” in the post tells how many units would be found in the newest period; else it is kept."""
    context: dict[str, Any] = {
        "form": form, "title": title, "crumbs": [(_("Kiểm tra số liệu"), reverse("statistics:checks"))],
        "found": None, "rule": None, **more,
    }  # fmt: skip
    if form.is_valid():
        if "preview" not in request.POST:
            keep_check(check=form.made, by=reader(request).pk, at=now())
            messages.success(request, _("Đã ghi. Lần tính số liệu tới sẽ chạy, chậm nhất là đêm nay."))
            return redirect("statistics:checks")
        context["found"] = preview(form.made)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "statistics/check_form.html", context, status=status)
