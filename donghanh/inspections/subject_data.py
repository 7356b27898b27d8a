"""What this room holds on a person, told to `privacy`."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy

from donghanh.inspections.models import Feedback, FindingMove, Visit, VisitMember, VisitSending
from donghanh.privacy.queries import Holding, Line, hold

WRITTEN = (
    (VisitMember, "account"), (Visit, "remarked_by"), (VisitSending, "by"), (FindingMove, "by"), (Feedback, "by"),
)  # fmt: skip


def deeds_of(account_id: int) -> Iterable[list[Line]]:
    for model, column in WRITTEN:
        if many := model.objects.filter(**{column: account_id}).count():
            yield [(str(model._meta.verbose_name), many)]


def register() -> None:
    hold(
        Holding(
            title=gettext_lazy("Đã làm trong kiểm tra cơ sở"), collect=deeds_of,
            models=tuple(f"inspections.{model.__name__}" for model, _column in WRITTEN),
            kept_because=gettext_lazy("Được giữ lại không kèm tên: ai ghi gì vào biên bản phải tra được."),
        )
    )  # fmt: skip
