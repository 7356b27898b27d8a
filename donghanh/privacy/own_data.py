"""What this room itself holds on a person, and for how long."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.privacy.choices import PURPOSES, Purpose, RequestState
from donghanh.privacy.models import Consent, DataRequest, RetentionRun
from donghanh.privacy.registry import A_YEAR, DATA_LAW, Holding, Line, Retention, delete_some, hold, keep


def consents_of(account_id: int) -> Iterable[list[Line]]:
    for row in Consent.objects.filter(subject=account_id).select_related("given_by").order_by("pk"):
        yield [
            (_("Mục đích"), row.get_purpose_display()),
            (_("Nội dung đã đọc"), PURPOSES[Purpose(row.purpose)].text),
            (_("Đồng ý với tư cách"), row.get_capacity_display()),
            (_("Đồng ý lúc"), timezone.localtime(row.given_at)),
            (_("Rút lúc"), timezone.localtime(row.withdrawn_at) if row.withdrawn_at else ""),
        ]


def requests_of(account_id: int) -> Iterable[list[Line]]:
    for row in DataRequest.objects.filter(subject=account_id).order_by("pk"):
        yield [
            (_("Yêu cầu"), row.get_kind_display()),
            (_("Nội dung"), row.text),
            (_("Gửi lúc"), timezone.localtime(row.asked_at)),
            (_("Kết quả"), row.get_state_display()),
            (_("Lý do"), row.reason),
        ]


def erase_words(account_ids: Sequence[int], at: datetime) -> None:
    """Consents end; what was written in answered requests goes. The one being answered stays until it is."""
    running = Consent.objects.filter(subject__in=account_ids, withdrawn_at=None).order_by("pk")
    for row in running:
        row.withdrawn_at, row.withdrawn_by_id = at, row.given_by_id
        row.save(update_fields=["withdrawn_at", "withdrawn_by"])
    DataRequest.objects.filter(subject__in=account_ids).update(text="")


def drop_requests(before: datetime, _at: datetime, most: int) -> int:
    return delete_some(DataRequest.objects.exclude(state=RequestState.ASKED).filter(answered_at__lt=before), most)


def drop_consents(before: datetime, _at: datetime, most: int) -> int:
    return delete_some(Consent.objects.filter(withdrawn_at__lt=before), most)


def drop_runs(before: datetime, _at: datetime, most: int) -> int:
    return delete_some(RetentionRun.objects.filter(at__lt=before), most)


def register() -> None:
    hold(
        Holding(
            title=gettext_lazy("Sự đồng ý"),
            models=("privacy.Consent",),
            collect=consents_of,
            erase=erase_words,
        ),
        Holding(
            title=gettext_lazy("Yêu cầu về dữ liệu"),
            models=("privacy.DataRequest",),
            collect=requests_of,
            kept_because=gettext_lazy("Giữ lại, không kèm nội dung, để chứng minh đã trả lời đúng hạn."),
        ),
    )
    keep(
        Retention(
            code="data_requests",
            what=gettext_lazy("Yêu cầu về dữ liệu đã trả lời"),
            purpose=gettext_lazy("Chứng minh đã trả lời, và trả lời đúng hạn"),
            basis=DATA_LAW,
            days=2 * A_YEAR,
            after=gettext_lazy("ngày trả lời"),
            fate=gettext_lazy("xóa"),
            models=("privacy.DataRequest",),
            apply=drop_requests,
        ),
        Retention(
            code="withdrawn_consents",
            what=gettext_lazy("Sự đồng ý đã rút"),
            purpose=gettext_lazy("Chứng minh việc đã làm trước khi rút là có đồng ý"),
            basis=DATA_LAW,
            days=2 * A_YEAR,
            after=gettext_lazy("ngày rút"),
            fate=gettext_lazy("xóa"),
            models=("privacy.Consent",),
            apply=drop_consents,
        ),
        Retention(
            code="retention_runs",
            what=gettext_lazy("Các lần dọn dữ liệu"),
            purpose=gettext_lazy("Cho thấy bảng này được thực hiện"),
            basis=gettext_lazy("Không chứa dữ liệu cá nhân"),
            days=A_YEAR,
            after=gettext_lazy("lần dọn ấy"),
            fate=gettext_lazy("xóa"),
            models=("privacy.RetentionRun",),
            apply=drop_runs,
        ),
    )
