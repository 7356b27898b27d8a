"""What this room holds on a person, told to `privacy`."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy

from donghanh.privacy.queries import Holding, Line, hold
from donghanh.programmes.models import (
    PlanTransition,
    ReviewTransition,
    ReviewVersion,
    TaskEvidence,
    TaskRemark,
)

WRITTEN = (TaskEvidence, TaskRemark, PlanTransition, ReviewVersion, ReviewTransition)


def deeds_of(account_id: int) -> Iterable[list[Line]]:
    for model in WRITTEN:
        if many := model.objects.filter(by=account_id).count():
            yield [(str(model._meta.verbose_name), many)]


def register() -> None:
    hold(
        Holding(
            title=gettext_lazy("Đã ghi trong kế hoạch và báo cáo sơ kết, tổng kết"),
            collect=deeds_of,
            models=tuple(f"programmes.{model.__name__}" for model in WRITTEN),
            kept_because=gettext_lazy("Được giữ lại không kèm tên: ai làm gì với văn bản của cơ quan phải tra được."),
        )
    )  # fmt: skip
