"""May this be asked, of whom, by when? May more time be given? Faults come by the field they speak of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from donghanh.kernel.verdict import YES, Verdict, no
from donghanh.organisations.choices import UnitKind
from donghanh.organisations.queries import kinds
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units, units_reached
from donghanh.reporting.chains import NEAREST, Chain
from donghanh.reporting.choices import EDITABLE
from donghanh.reporting.models import ExpectedReport, ReportRequest
from donghanh.reporting.schedules import RECURRING
from donghanh.reporting.selectors import Selector

MOST_DAYS: Final = 366  # of any of a request's spans
MOST_WORKING: Final = 120
NAME_LENGTH: Final = 200


@dataclass(frozen=True)
class Terms:
    """What a request says beside its form and its office."""

    name: str
    calendar: str = ""  # PeriodKind of `schedules.RECURRING`; "": ad hoc
    selector: Selector = field(default_factory=Selector)
    chain: Chain = (NEAREST,)
    opens_before: int = 0  # days before the cut-off
    due_working_days: int = 5
    level_working_days: int = 3
    grace_days: int = 0
    close_days: int = 30
    lock_days: int | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """As the columns of `ReportRequest`."""
        said = {name: value for name, value in vars(self).items() if name not in ("selector", "chain")}
        return said | {"selector": self.selector.document, "chain": list(self.chain)}


def may_ask(account: Account, owner: int, *, on: date) -> Verdict:
    """Asking for reports: in the name of one's own office alone."""
    if owner in own_units(account, Right.ASK_REPORTS, on=on):
        return YES
    return no(_("Yêu cầu này do cơ quan khác đặt ra; thầy cô chỉ xem."))


def terms_faults(terms: Terms, owner: int, *, on: date) -> dict[str, str]:
    """Field → sentence."""
    faults = {}
    if not terms.name or len(terms.name) > NAME_LENGTH:
        faults["name"] = _("Đặt tên cho yêu cầu, nhiều nhất %(most)s chữ.") % {"most": NAME_LENGTH}
    if terms.calendar and terms.calendar not in RECURRING:
        faults["calendar"] = _("Loại kỳ này không dùng để yêu cầu báo cáo định kỳ được.")
    for name, value, least, most in (
        ("opens_before", terms.opens_before, 0, MOST_DAYS),
        ("due_working_days", terms.due_working_days, 1, MOST_WORKING),
        ("level_working_days", terms.level_working_days, 0, MOST_WORKING),
        ("grace_days", terms.grace_days, 0, MOST_DAYS),
        ("close_days", terms.close_days, terms.grace_days, MOST_DAYS),
        ("lock_days", terms.lock_days or 0, 0, MOST_DAYS),
    ):
        if not least <= value <= most:
            faults[name] = _("Số ngày phải từ %(least)s đến %(most)s.") % {"least": least, "most": most}
    if UnitKind.DEPARTMENT in terms.chain and kinds([owner], on=on).get(owner) != UnitKind.DEPARTMENT:
        faults["chain"] = _("Chỉ Sở mới yêu cầu báo cáo đi lên đến Sở.")
    return faults


def collides(form_id: int, terms: Terms, owner: int, *, besides: int | None = None) -> Verdict:
    """One form is asked once a period by one office: its figures are added up once."""
    others = ReportRequest.objects.filter(form=form_id, owner=owner, calendar=terms.calendar, ended_on__isnull=True)
    others = others if besides is None else others.exclude(pk=besides)
    if terms.calendar and (other := others.order_by("pk").first()):
        return no(
            _("Biểu mẫu này đã được yêu cầu theo cùng loại kỳ: “%(name)s”. Thầy cô sửa yêu cầu đó.")
            % {"name": other.name},
            "calendar",
        )
    return YES


def may_extend(account: Account, rows: Collection[ExpectedReport], due_on: date, reason: str, *, on: date) -> Verdict:
    """More time: for units below one's own office that have not sent or have to mend, to a later day, with a reason."""
    units = {row.unit_id for row in rows}
    reached = units_reached(account, Right.ASK_REPORTS, on=on).filter(descendant__in=units)
    latest = max([row.due_on for row in rows], default=on)
    for refused, sentence, about in (
        (not rows, _("Chưa chọn đơn vị nào."), "expected"),
        (
            reached.distinct().count() < len(units),
            _("Thầy cô chỉ gia hạn cho đơn vị thuộc cơ quan mình."),
            "expected",
        ),
        (
            any(row.submission.state not in EDITABLE for row in rows),
            _("Có đơn vị đã gửi báo cáo nên không cần gia hạn. Bỏ chọn đơn vị đó."),
            "expected",
        ),
        (not reason, _("Ghi lý do gia hạn."), "reason"),
        (
            due_on < on or due_on <= latest,
            _("Hạn mới phải sau hạn cũ và chưa qua: sau ngày %(day)s.") % {"day": date_format(latest, "j/n/Y")},
            "due_on",
        ),
        ((due_on - on).days > MOST_DAYS, _("Hạn mới quá xa; thầy cô xem lại năm."), "due_on"),
    ):
        if refused:
            return no(sentence, about)
    return YES
