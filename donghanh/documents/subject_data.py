"""What this room holds on a person, told to `privacy`."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.documents.models import Document, DocumentCopy, ExchangeReply, Recipient, Relation
from donghanh.privacy.queries import Holding, Line, hold


def work_on_documents(account_id: int) -> Iterable[list[Line]]:
    hands = Q(drafted_by=account_id) | Q(registered_by=account_id) | Q(recalled_by=account_id)
    counts = (
        (_("Số văn bản đã lập, vào sổ hoặc thu hồi"), Document.objects.filter(hands).count()),
        (_("Số bản sao đã cấp số"), DocumentCopy.objects.filter(made_by=account_id).count()),
        (_("Số lần nối văn bản"), Relation.objects.filter(recorded_by=account_id).count()),
        (_("Số phản hồi đã ghi"), ExchangeReply.objects.filter(recorded_by=account_id).count()),
        (_("Số lần xác nhận thu hồi"), Recipient.objects.filter(confirmed_by=account_id).count()),
    )
    lines: list[Line] = [(term, number) for term, number in counts if number]
    if lines:
        yield lines


def register() -> None:
    hold(
        Holding(
            title=gettext_lazy("Việc văn thư đã làm"),
            models=(
                "documents.Document", "documents.DocumentCopy", "documents.Relation", "documents.ExchangeReply",
                "documents.Recipient",
            ),
            collect=work_on_documents,
            kept_because=gettext_lazy("Sổ văn bản phải giữ nguyên ai đã cấp số, thu hồi văn bản nào."),
        )
    )  # fmt: skip
