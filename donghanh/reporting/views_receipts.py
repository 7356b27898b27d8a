"""A receipt that anyone holding its number can check."""

from __future__ import annotations

from django import forms
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from donghanh.kernel.access import public
from donghanh.kernel.address import address_of
from donghanh.kernel.parameters import parameters
from donghanh.reporting import queries
from donghanh.reporting.choices import Move, State
from donghanh.reporting.forms import ReceiptForm
from donghanh.reporting.models import SubmissionVersion

WORDS: dict[str, str | Promise] = {
    State.SUBMITTED: gettext_lazy("Đã nhận, đang duyệt"),
    State.RETURNED: gettext_lazy("Đã trả lại để sửa"),
    State.ACCEPTED: gettext_lazy("Đã duyệt"),
    State.LOCKED: gettext_lazy("Đã duyệt và khóa"),
    State.DRAFT: gettext_lazy("Đơn vị đã rút lại"),
}
WINDOW = 15 * 60  # seconds
MOST_TRIES = 120  # numbers that one address may ask for in that time: a whole school may sit behind one


@public
@never_cache
def receipt(request: HttpRequest) -> HttpResponse:
    """Form, unit, period, time, state and seal of a sending; no person and no figure."""
    asked = parameters(request, so=forms.CharField(required=False, max_length=60, initial=""))
    typed = request.POST if request.method == "POST" else asked if asked["so"] else None
    form, found, status = ReceiptForm(typed), None, 200
    if typed is not None and form.is_valid():
        if not _may_ask(address_of(request)):
            form.add_error("so", _("Đã tra quá nhiều lần từ mạng này. Thầy cô chờ 15 phút rồi tra lại."))
            status = 429
        elif not (found := queries.receipt_of(form.cleaned_data["so"])):
            form.add_error("so", _("Không có biên nhận nào mang số này. Kiểm tra lại từng ký tự trên biên nhận."))
    page = {"form": form, "facts": _facts(found) if found else None}
    return render(request, "reporting/receipt.html", page, status=status)


def _may_ask(address: str) -> bool:
    """Counts one more number asked for from this address."""
    key = f"receipt-{address}"
    if cache.add(key, 1, WINDOW):
        return True
    try:
        return cache.incr(key) <= MOST_TRIES
    except ValueError:  # it has just run out
        return True


def _facts(version: SubmissionVersion) -> list[tuple[str, object]]:
    collection = version.submission.expected.collection
    return [
        (_("Tình trạng"), _standing(version)),
        (_("Biểu mẫu"), collection.form_version.definition.name),
        (_("Đơn vị gửi"), getattr(version, "unit_name", "")),
        (_("Kỳ"), collection.period.label),
        (_("Lần gửi"), version.number),
        (_("Gửi lúc"), date_format(timezone.localtime(version.sent_at), "H:i j/n/Y")),
        (_("Số biên nhận"), queries.receipt_number(version)),
        (_("Mã băm SHA-256 của nội dung"), version.sha256),
    ]


def _standing(version: SubmissionVersion) -> str | Promise:
    """Of the newest sending the report's own state; an older one was returned or taken back."""
    submission = version.submission
    if submission.latest_id == version.pk:
        return WORDS[submission.state]
    last = version.submission.transitions.filter(version=version).exclude(move=Move.SEND).order_by("-pk").first()
    was = WORDS[State.DRAFT] if last and last.move == Move.WITHDRAW else WORDS[State.RETURNED]
    return _("%(was)s; đơn vị đã gửi bản mới hơn") % {"was": was}
