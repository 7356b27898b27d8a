"""May this be kept, shared, sent? The answers carry the sentence for the person."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext as _

from donghanh.explorer.choices import Rhythm
from donghanh.explorer.look import LONGEST_QUERY
from donghanh.explorer.models import Kept
from donghanh.kernel.verdict import YES, Verdict, no
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import holds

MOST_TILES = 80
MOST_RECEIVERS = 30
LAST_DAY_OF_ALL_MONTHS = 28
SUNDAY = 7


def may_change(account: Account, kept: Kept) -> Verdict:
    if kept.owner_id == account.pk:
        return YES
    return no(_("“%(name)s” là của người khác. Thầy cô có thể lưu một bản của mình rồi sửa.") % {"name": kept.name})


def may_share(account: Account, office: int, *, on: date) -> Verdict:
    """With everyone of the office: for officers."""
    if holds(account, Right.SHARE_FIGURES, office, on=on):
        return YES
    return no(_("Chia sẻ với cả đơn vị là việc của chuyên viên. Thầy cô có thể gửi đường dẫn cho từng người."))


def may_keep(query: str) -> Verdict:
    if len(query) <= LONGEST_QUERY:
        return YES
    return no(_("Có quá nhiều lựa chọn để lưu. Xin chọn theo cấp hoặc theo nhóm thay cho từng đơn vị."))


def may_put(tiles: int) -> Verdict:
    if tiles < MOST_TILES:
        return YES
    return no(_("Bảng theo dõi này đã có %(most)s ô. Xin lập thêm một bảng khác.") % {"most": MOST_TILES})


def day_fits(rhythm: str, day: int) -> Verdict:
    """1 to 7 for a week, 1 to 28 for a month: a day that every month has."""
    most = {Rhythm.WEEKLY.value: SUNDAY, Rhythm.MONTHLY.value: LAST_DAY_OF_ALL_MONTHS}.get(rhythm)
    if most is None or 1 <= day <= most:
        return YES
    if rhythm == Rhythm.WEEKLY:
        return no(_("Ngày trong tuần từ 1 (thứ Hai) đến 7 (Chủ nhật)."), "day")
    return no(_("Ngày trong tháng từ 1 đến 28, để tháng nào cũng có."), "day")


def may_receive(accounts: Collection[Account], office: int, *, on: date) -> Verdict:
    """Colleagues who read figures of the same office."""
    if len(accounts) > MOST_RECEIVERS:
        return no(_("Mỗi lịch gửi cho nhiều nhất %(most)s người.") % {"most": MOST_RECEIVERS}, "colleagues")
    for one in accounts:
        if not one.is_active or not holds(one, Right.READ_FIGURES, office, on=on):
            told = {"name": one.username}
            return no(_("%(name)s không có quyền xem số liệu của đơn vị này nên không gửi được.") % told, "colleagues")
    return YES
