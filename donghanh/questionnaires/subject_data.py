"""What this room holds on a person, told to `privacy`: the drafts of forms they last saved."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.privacy.queries import Holding, Line, hold
from donghanh.questionnaires.models import FormDraft


def drafts_of(account_id: int) -> Iterable[list[Line]]:
    """Every draft of a form that the person saved last."""
    for draft in FormDraft.objects.filter(saved_by=account_id).order_by("pk"):
        yield [
            (_("Bản soạn biểu mẫu"), str(draft.document.get("vi", draft.code))),
            (_("Lưu lúc"), timezone.localtime(draft.saved_at)),
        ]


def register() -> None:
    hold(
        Holding(
            title=gettext_lazy("Biểu mẫu đang soạn"),
            models=("questionnaires.FormDraft",),
            collect=drafts_of,
            kept_because=gettext_lazy("Bản soạn là việc của cơ quan; tên người lưu mất đi cùng tài khoản."),
        )
    )
