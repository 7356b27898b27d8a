"""What the Department's officer has kept: a few looks at the plan's figures, side by side on a dashboard."""

from __future__ import annotations

from datetime import datetime

from donghanh.explorer.actions import change_kept, keep_view, make_dashboard, put_on, subscribe, widen
from donghanh.explorer.choices import Rhythm
from donghanh.organisations.models import Unit
from donghanh.people.models import Account

LOOKS = (  # name, address, whole width
    ("Ba chỉ tiêu theo huyện", "", True),
    (
        "Ba chỉ tiêu qua các năm học",
        "ky=LAST_5_SCHOOL_YEARS&ky=THIS_SCHOOL_YEAR&dv=toi&hang=ky&cot=so&hinh=duong&tong=0",
        False,
    ),
    ("Người được bồi dưỡng theo cấp học", "so=element:staff_trained&phan=*&hang=phan&cot=so&dv=toi&hinh=cot", False),
    ("Tỷ lệ báo cáo theo huyện", "so=rate:plan3296:actual_rate&hinh=bando&tong=0", True),
)


def build_looks(department: Unit, *, by: Account, at: datetime) -> None:
    """Views, a dashboard shared with the office, and a letter each month to the officer."""
    note = "Ba mục tiêu của kế hoạch và tiến độ báo cáo, cập nhật theo báo cáo được duyệt."
    board = make_dashboard(name="Kế hoạch 3296 trong một trang", description=note, office=department.pk, by=by, at=at)
    for name, query, wide in LOOKS:
        view = keep_view(name=name, query=query, office=department.pk, by=by, at=at)
        tile = put_on(dashboard=board, view=view, by=by, at=at)
        if wide:
            widen(tile=tile, wide=True, by=by, at=at)
    change_kept(kept=board, name=board.name, description=note, shared=True, by=by, at=at)
    subscribe(to=board, rhythm=Rhythm.MONTHLY, day=1, colleagues=[], by=by, at=at)
