"""May these days be marked? Is a week too full for one thing more?"""

from __future__ import annotations

from datetime import date
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from donghanh.agenda.models import BusySpan
from donghanh.agenda.queries import Crowding, may_mark_busy_at
from donghanh.kernel.verdict import YES, Verdict, no
from donghanh.people.models import Account

LONGEST: Final = 62  # days


def may_mark_busy(account: Account, unit_id: int, first: date, last: date, *, on: date) -> Verdict:
    """One's own office, in days that come one after the other and are not too many."""
    if unit_id not in may_mark_busy_at(account, on=on):
        return no(_("Thầy cô chỉ ghi thời gian bận cho cơ quan mình."))
    if last < first:
        return no(_("Ngày cuối phải từ ngày đầu trở đi."), "last")
    if (last - first).days >= LONGEST:
        return no(_("Mỗi lần ghi nhiều nhất %(most)s ngày.") % {"most": LONGEST}, "last")
    return YES


def may_unmark(account: Account, span: BusySpan, *, on: date) -> Verdict:
    """Whoever may mark the days of the office may take them back."""
    if span.unit_id in may_mark_busy_at(account, on=on):
        return YES
    return no(_("Thời gian này do cơ quan khác ghi."))


def warnings(found: Crowding) -> list[str]:
    """Sentences for whoever is about to ask one thing more; none where there is room. They forbid nothing."""
    day, said = date_format(found.on, "j/n/Y"), []
    if many := len(found.over):
        said.append(
            ngettext(
                "Tuần có ngày %(day)s, %(count)s đơn vị đã có từ %(most)s việc đến hạn trở lên.",
                "Tuần có ngày %(day)s, %(count)s đơn vị đã có từ %(most)s việc đến hạn trở lên.",
                many,
            )
            % {"day": day, "count": many, "most": found.most}
        )
    said += [
        ngettext(
            "Ngày %(day)s rơi vào “%(name)s” của %(count)s đơn vị.",
            "Ngày %(day)s rơi vào “%(name)s” của %(count)s đơn vị.",
            many,
        )
        % {"day": day, "name": name, "count": many}
        for name, many in found.busy.items()
    ]
    return said
