"""What this room holds on a person, told to `privacy`."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.documents.models import Document, DocumentCopy, ExchangeReply, Recipient, Relation
from donghanh.documents.models_reading import Acknowledgement, Nudge, ProposalAuthor, ProposalHead, Publication
from donghanh.kernel.rows import everything
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


def readings_of(account_id: int) -> Iterable[list[Line]]:
    """What the person confirmed: the document and the day, and nothing else."""
    with everything():
        rows = list(Acknowledgement.objects.filter(account=account_id).select_related("document").order_by("at", "pk"))
    for row in rows:
        yield [(_("Văn bản"), str(row.document)), (_("Xác nhận đã đọc ngày"), localdate(row.at))]


def proposals_of(account_id: int) -> Iterable[list[Line]]:
    with everything():
        rows = list(ProposalAuthor.objects.filter(account=account_id).select_related("proposal__document"))
    for row in sorted(rows, key=lambda one: one.proposal.proposed_at):
        yield [
            (_("Văn bản"), str(row.proposal.document)), (_("Điều, khoản"), row.proposal.clause),
            (_("Kiến nghị ngày"), localdate(row.proposal.proposed_at)),
        ]  # fmt: skip


def work_on_readers(account_id: int) -> Iterable[list[Line]]:
    published, closed = Publication.objects.filter(published_by=account_id), Q(closed_by=account_id)
    heads = ProposalHead.objects.filter(Q(made_by=account_id) | Q(answered_by=account_id))
    counts = (
        (_("Số lần phổ biến văn bản"), published.count()),
        (_("Số lần khép"), Publication.objects.filter(closed).count()),
        (_("Số lần nhắc đọc"), Nudge.objects.filter(by=account_id).count()),
        (_("Số nhóm kiến nghị đã gộp hoặc trả lời"), heads.count()),
    )
    lines: list[Line] = [(term, number) for term, number in counts if number]
    if lines:
        yield lines


def register() -> None:
    hold(
        Holding(
            title=gettext_lazy("Văn bản đã xác nhận đọc"), models=("documents.Acknowledgement",), collect=readings_of,
            kept_because=gettext_lazy("Ai đã được phổ biến văn bản nào, từ ngày nào phải kiểm tra lại được."),
        ),
        Holding(
            title=gettext_lazy("Kiến nghị đã viết"), models=("documents.ProposalAuthor",), collect=proposals_of,
            kept_because=gettext_lazy("Để chính người viết rút được; không ai khác xem được người viết là ai."),
        ),
        Holding(
            title=gettext_lazy("Việc phổ biến văn bản, trả lời kiến nghị"),
            models=("documents.Publication", "documents.Nudge", "documents.ProposalHead"), collect=work_on_readers,
            kept_because=gettext_lazy("Ai đã phổ biến, nhắc, trả lời thay cơ quan phải kiểm tra lại được."),
        ),
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
