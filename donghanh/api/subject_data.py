"""What this room holds on a person, told to `privacy`."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.api.models import ApiToken, OpenDataSet
from donghanh.privacy.queries import Holding, Line, hold


def tokens_of(account_id: int) -> Iterable[list[Line]]:
    for row in ApiToken.objects.filter(account=account_id).order_by("pk"):
        yield [
            (_("Khóa truy cập"), f"{row.name} ({row.start}…)"),
            (_("Tạo lúc"), timezone.localtime(row.made_at)),
            (_("Dùng đến hết ngày"), row.expires_on),
        ]


def data_sets_of(account_id: int) -> Iterable[list[Line]]:
    for row in OpenDataSet.objects.filter(published_by=account_id).order_by("pk"):
        yield [(_("Dữ liệu mở đã công bố"), row.title), (_("Lúc"), timezone.localtime(row.published_at))]


def register() -> None:
    hold(
        Holding(
            title=gettext_lazy("Khóa truy cập của phần mềm"),
            models=("api.ApiToken",),
            collect=tokens_of,
            kept_because=gettext_lazy("Tài khoản đóng thì khóa không mở được gì; nhật ký cần biết khóa nào đã dùng."),
        ),
        Holding(
            title=gettext_lazy("Dữ liệu mở đã công bố"),
            models=("api.OpenDataSet",),
            collect=data_sets_of,
            kept_because=gettext_lazy("Việc công bố là hồ sơ của cơ quan; tên người công bố mất đi cùng tài khoản."),
        ),
    )
