"""What the demo's Department publishes for everyone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from donghanh.api.actions import publish
from donghanh.api.asking import question_of
from donghanh.api.choices import Licence
from donghanh.api.models import OpenDataSet
from donghanh.api.queries import areas_of
from donghanh.organisations.choices import UnitKind
from donghanh.organisations.models import Unit
from donghanh.people.models import Account
from donghanh.reporting.models import Collection
from donghanh.statistics.queries import indicators


def publish_open_data(rounds: Sequence[Collection], *, department: Unit, at: datetime) -> OpenDataSet:
    """Two indicators of the plan by district and school year."""
    said = {
        "data": [f"indicator:{one.code}" for one in indicators()[:2]],
        "periods": [one.period.code for one in rounds],
    }
    units = areas_of(department.pk, [UnitKind.DISTRICT_OFFICE], on=at.date())
    return publish(
        owner=department.pk,
        title="Kế hoạch 3296: kết quả theo huyện và năm học",
        description="Số liệu giả lập. Tổng hợp từ báo cáo đã duyệt của các trường, tính theo đơn vị của từng năm học.",
        licence=Licence.CC_BY,
        approval="Văn bản giả lập số 01/SGDĐT",
        question=question_of(said, on=at.date(), units=units),
        by=Account.objects.get(username="so.gddt"),
        at=at,
    )
