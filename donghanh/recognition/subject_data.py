"""What this room holds on a person, told to `privacy`."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.privacy.queries import Holding, Line, hold
from donghanh.recognition.models import (
    CouncilMember,
    Nomination,
    NominationMove,
    Practice,
    PracticeTrial,
)


def nominations_of(account_id: int) -> Iterable[list[Line]]:
    for row in Nomination.objects.filter(account=account_id).select_related("round").order_by("pk"):
        yield [
            (_("Đợt"), row.round.name),
            (_("Hình thức"), row.get_form_display()),
            (_("Việc đã làm"), row.deed),
            (_("Tình trạng"), row.get_state_display()),
        ]


def deeds_of(account_id: int) -> Iterable[list[Line]]:
    written = (
        (CouncilMember, "account"), (NominationMove, "by"), (Practice, "written_by"), (PracticeTrial, "by"),
    )  # fmt: skip
    for model, column in written:
        if many := model.objects.filter(**{column: account_id}).count():
            yield [(str(model._meta.verbose_name), many)]


def register() -> None:
    hold(
        Holding(
            title=gettext_lazy("Được đề nghị khen thưởng"), models=("recognition.Nomination",), collect=nominations_of,
            kept_because=gettext_lazy("Quyết định khen thưởng là văn bản phải giữ; tên học sinh không có trong đó."),
        ),
        Holding(
            title=gettext_lazy("Đã làm ở phần khen thưởng, kinh nghiệm hay"), collect=deeds_of,
            models=tuple(
                f"recognition.{name}" for name in ("CouncilMember", "NominationMove", "Practice", "PracticeTrial")
            ),
            kept_because=gettext_lazy("Được giữ lại không kèm tên: ai quyết việc gì phải tra được."),
        ),
    )  # fmt: skip
