"""What this room holds on a person, told to `privacy`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.explorer.models import Dashboard, Letter, MailAddress, Receiver, SavedView, Subscription
from donghanh.privacy.queries import A_YEAR, Holding, Line, Retention, delete_some, hold, keep


def kept_by(account_id: int) -> Iterable[list[Line]]:
    for model in (SavedView, Dashboard):
        for row in model.objects.filter(owner=account_id).order_by("pk"):
            yield [(_("Tên"), row.name), (_("Lưu lúc"), row.made_at)]


def sent_to(account_id: int) -> Iterable[list[Line]]:
    schedules = Subscription.objects.filter(owner=account_id).count()
    received = Receiver.objects.filter(account=account_id).count()
    if schedules or received:
        yield [(_("Lịch gửi đã đặt"), schedules), (_("Lịch gửi được nhận"), received)]


def address_of(account_id: int) -> Iterable[list[Line]]:
    for row in MailAddress.objects.filter(account=account_id).order_by("pk"):
        yield [(_("Địa chỉ nhận thư"), row.address)]


def forget_addresses(accounts: Sequence[int], _at: datetime) -> None:
    MailAddress.objects.filter(account__in=accounts).delete()


def forget_letters(before: datetime, _now: datetime, most: int) -> int:
    return delete_some(Letter.objects.filter(at__lt=before), most)


def register() -> None:
    hold(
        Holding(
            title=gettext_lazy("Bảng số liệu và bảng theo dõi đã lưu"),
            models=("explorer.SavedView", "explorer.Dashboard"), collect=kept_by,
            kept_because=gettext_lazy(
                "Là câu hỏi về số liệu tổng hợp, không nói gì về người; đồng nghiệp có thể đang dùng."
            ),
        ),
        Holding(
            title=gettext_lazy("Gửi số liệu theo lịch"),
            models=("explorer.Subscription", "explorer.Receiver"), collect=sent_to,
            kept_because=gettext_lazy("Ai được gửi số liệu nào phải kiểm tra lại được."),
        ),
        Holding(
            title=gettext_lazy("Địa chỉ nhận thư số liệu"),
            models=("explorer.MailAddress",), collect=address_of, erase=forget_addresses,
        ),
    )  # fmt: skip
    keep(
        Retention(
            code="explorer.letters",
            what=gettext_lazy("Thư số liệu đã gửi theo lịch"),
            purpose=gettext_lazy("Xem lại số liệu đã nhận"),
            basis=gettext_lazy("Số liệu tổng hợp, không có dữ liệu cá nhân"),
            days=A_YEAR,
            after=gettext_lazy("ngày gửi"),
            fate=gettext_lazy("xóa"),
            models=("explorer.Letter",),
            apply=forget_letters,
        )
    )
