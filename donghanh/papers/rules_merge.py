"""May this template be written, published, retired, merged?"""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from donghanh.kernel.verdict import YES, Verdict, no
from donghanh.papers.layouts import NoLayout, layout_on
from donghanh.papers.models_merge import Merge, PaperTemplate, TemplateVersion
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import holds, own_units

MOST_UNITS = 2_500
MERGES_AT_ONCE = 2  # of one office: each takes the processors for a minute


def may_begin(account: Account, unit_id: int, *, on: date) -> Verdict:
    """Whoever sends the unit's documents writes its templates."""
    if unit_id in own_units(account, Right.PUBLISH_DOCUMENTS, on=on):
        return YES
    return no(_("Người gửi văn bản của đơn vị này mới lập được mẫu."))


def may_write(account: Account, template: PaperTemplate, *, on: date) -> Verdict:
    """The same people, as long as the template is used."""
    begins = may_begin(account, template.unit_id, on=on)
    return no(_("Mẫu này đã ngừng dùng.")) if begins and template.retired_at else begins


def may_fill(account: Account, template: PaperTemplate, version: TemplateVersion, *, on: date) -> Verdict:
    """Whoever writes the template; with figures only those who read them."""
    writes = may_write(account, template, on=on)
    if writes and version.figures and not holds(account, Right.READ_FIGURES, template.unit_id, on=on):
        return no(_("Mẫu này lấy số liệu tổng hợp; người xem được số liệu mới trộn được."))
    return writes


def may_merge(
    account: Account, template: PaperTemplate, version: TemplateVersion, *, units: int, day: date, on: date
) -> Verdict:
    """What may be filled, for some units, a few at a time."""
    verdicts = (
        may_fill(account, template, version, on=on),
        _need(units > 0, _("Không có đơn vị nào như thầy cô chọn."), "kinds"),
        _need(units <= MOST_UNITS, _("Mỗi lần trộn nhiều nhất %(most)s đơn vị.") % {"most": MOST_UNITS}, "kinds"),
        _has_layout(day),
        _need(
            Merge.objects.filter(unit=template.unit_id, finished_at=None).count() < MERGES_AT_ONCE,
            _("Đơn vị đang trộn văn bản khác. Chờ xong rồi trộn tiếp."),
        ),
    )
    return next((verdict for verdict in verdicts if not verdict), YES)


def _need(said: bool, reason: str, about: str = "") -> Verdict:  # noqa: FBT001  # the fact that is asked
    return YES if said else no(reason, about)


def _has_layout(day: date) -> Verdict:
    try:
        layout_on(day)
    except NoLayout as unknown:
        return no(str(unknown), "day")
    return YES
