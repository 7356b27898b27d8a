"""What this room holds on a person, told to `privacy`."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy

from donghanh.privacy.queries import Holding, Line, hold
from donghanh.programmes.models import (
    ClosedYear,
    MoneyEntry,
    Partner,
    PartnerMeeting,
    PartnerStep,
    PlanTransition,
    ReviewTransition,
    ReviewVersion,
    TaskEvidence,
    TaskRemark,
)

WRITTEN = (
    TaskEvidence, TaskRemark, PlanTransition, ReviewVersion, ReviewTransition, MoneyEntry, ClosedYear, PartnerStep,
)  # fmt: skip


def deeds_of(account_id: int) -> Iterable[list[Line]]:
    for model in WRITTEN:
        if many := model.objects.filter(by=account_id).count():
            yield [(str(model._meta.verbose_name), many)]


def named_in(account_id: int) -> Iterable[list[Line]]:
    for row in Partner.objects.filter(account=account_id).select_related("plan").order_by("pk"):
        yield [(row.plan.name, row.name)]


def joint_minutes_by(account_id: int) -> Iterable[list[Line]]:
    if many := PartnerMeeting.objects.filter(recorded_by=account_id).count():
        yield [(str(PartnerMeeting._meta.verbose_name), many)]


def register() -> None:
    kept = gettext_lazy("Được giữ lại không kèm tên: ai làm gì với văn bản của cơ quan phải tra được.")
    hold(
        Holding(
            title=gettext_lazy("Đã ghi trong kế hoạch, kinh phí và báo cáo sơ kết, tổng kết"),
            collect=deeds_of,
            models=tuple(f"programmes.{model.__name__}" for model in WRITTEN),
            kept_because=kept,
        ),
        Holding(
            title=gettext_lazy("Thay mặt cơ quan phối hợp"), collect=named_in, models=("programmes.Partner",),
            kept_because=kept,
        ),
        Holding(
            title=gettext_lazy("Biên bản cuộc họp phối hợp đã ghi"), collect=joint_minutes_by,
            models=("programmes.PartnerMeeting",), kept_because=kept,
        ),
    )  # fmt: skip
