from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from donghanh.kernel.verdict import YES, Verdict, no
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import holds
from donghanh.rosters import queries, queries_scim
from donghanh.rosters.choices import ImportState
from donghanh.rosters.models import Learner, RollOver, RosterImport

UNDO_WITHIN = timedelta(days=7)
LONGEST_TOKEN = timedelta(days=365)
MOST_TOKENS = 20  # in force, of one unit


def may_manage(account: Account, unit_id: int, *, on: date) -> Verdict:
    """Yes where the account manages the learners of this unit, or of one above it."""
    if holds(account, Right.MANAGE_LEARNERS, unit_id, on=on):
        return YES
    return no(_("Thầy cô không quản lý học sinh của đơn vị này."))


def may_print_slips(account: Account, learners: Collection[Learner], *, on: date) -> Verdict:
    """Yes for learners of the account's own classes, or of a school whose learners it manages; all of them or none."""
    wanted = {learner.pk for learner in learners}
    own = set(queries.learners_taught_by(account, on=on).filter(pk__in=wanted).order_by().values_list("pk", flat=True))
    rest = queries.learners_managed_by(account, on=on).filter(pk__in=wanted - own)
    if wanted - own - set(rest.order_by().values_list("pk", flat=True)):
        return no(_("Thầy cô không in phiếu cho học sinh này."))
    return YES


def may_write(roster: RosterImport, account: Account, *, on: date) -> Verdict:
    """A checked roster is written if nothing in it is wrong and there is something to do."""
    verdict = may_manage(account, roster.unit_id, on=on)
    if not verdict:
        return verdict
    if roster.state != ImportState.CHECKED:
        return no(_("Danh sách này không còn ở bước chờ ghi."))
    if roster.bad:
        return no(_("Danh sách còn dòng sai. Hãy sửa trong tệp rồi tải lên lại; phần mềm chưa ghi gì."))
    return YES


def may_undo(roll_over: RollOver, account: Account, *, at: datetime, on: date) -> Verdict:
    """Within seven days, once, and while nothing was built on it."""
    verdict = may_manage(account, roll_over.unit_id, on=on)
    if not verdict:
        return verdict
    if roll_over.undone_at:
        return no(_("Lần chuyển năm học này đã được hoàn tác."))
    if at - roll_over.at > UNDO_WITHIN:
        return no(_("Chỉ hoàn tác được trong 7 ngày."))
    if changed := queries.changed_since(roll_over):
        return no(
            _("Không hoàn tác được: sau khi chuyển năm học, lớp của %(count)s học sinh đã được sửa tiếp.")
            % {"count": changed}
        )
    return YES


def may_make_token(account: Account, unit_id: int, *, expires_on: date, on: date) -> Verdict:
    """A key for another programme: for at most a year, and not the twenty-first of its unit."""
    verdict = may_manage(account, unit_id, on=on)
    if not verdict:
        return verdict
    if not on <= expires_on <= on + LONGEST_TOKEN:
        return no(_("Ngày cuối phải từ hôm nay đến nhiều nhất một năm sau."), about="expires_on")
    if queries_scim.in_force(unit_id, on=on) >= MOST_TOKENS:
        return no(_("Đơn vị đã có %(most)s mã còn dùng được. Hãy thu hồi mã không cần nữa.") % {"most": MOST_TOKENS})
    return YES


def may_use_token(token: Any, *, on: date) -> Verdict:
    """A key, as `queries_scim.token_of` gives it, opens while in force and while its maker holds the right it gives."""
    if token.revoked_at:
        return no(_("Mã kết nối đã bị thu hồi."))
    if on > token.expires_on:
        return no(_("Mã kết nối đã hết hạn."))
    if not (token.upheld and token.made_by.is_active):
        return no(_("Người tạo mã kết nối không còn quản lý học sinh của đơn vị."))
    return YES
