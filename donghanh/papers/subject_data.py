"""What this room holds on a person, told to `privacy`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.papers.models import Certificate, Paper, PaperSignature
from donghanh.papers.models_merge import Merge, PaperTemplate, TemplateVersion
from donghanh.privacy.queries import Holding, Line, hold


def certificates_of(account_id: int) -> Iterable[list[Line]]:
    for row in Certificate.objects.filter(account=account_id).order_by("pk"):
        yield [(_("Chứng thư của"), row.subject), (_("Cơ quan cấp"), row.issuer), (_("Dùng đến"), row.valid_until)]


def deeds_of(account_id: int) -> Iterable[list[Line]]:
    for model, column in ((Paper, "made_by"), (PaperSignature, "by")):
        if many := model.objects.filter(**{column: account_id}).count():
            yield [(str(model._meta.verbose_name), many)]


def templates_of(account_id: int) -> Iterable[list[Line]]:
    begun = PaperTemplate.objects.filter(Q(made_by=account_id) | Q(retired_by=account_id))
    written = TemplateVersion.objects.filter(Q(made_by=account_id) | Q(published_by=account_id))
    for rows in (begun, written, Merge.objects.filter(made_by=account_id)):
        if many := rows.count():
            yield [(str(rows.model._meta.verbose_name), many)]


def forget_keys(account_ids: Sequence[int], at: datetime) -> None:
    rows = Certificate.objects.filter(account__in=account_ids, unit=None)
    rows.update(content=b"", picture=None, removed_at=at)


def register() -> None:
    hold(
        Holding(
            title=gettext_lazy("Chứng thư số"), models=("papers.Certificate",), collect=certificates_of,
            erase=forget_keys,
        ),
        Holding(
            title=gettext_lazy("Văn bản đã lập, đã ký"), models=("papers.Paper", "papers.PaperSignature"),
            collect=deeds_of,
            kept_because=gettext_lazy("Chữ ký nằm trong văn bản của cơ quan, phải giữ theo luật lưu trữ."),
        ),
        Holding(
            title=gettext_lazy("Mẫu văn bản đã soạn, đã trộn"),
            models=("papers.PaperTemplate", "papers.TemplateVersion", "papers.Merge"), collect=templates_of,
            kept_because=gettext_lazy("Mẫu và kết quả trộn là tài liệu của cơ quan."),
        ),
    )  # fmt: skip
