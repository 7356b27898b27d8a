"""What this room holds on a person, told to `privacy`; who speaks for a child; for how long links are kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.guardians.actions import end_links_of, end_links_of_grown_ups
from donghanh.guardians.choices import LinkState, Relation, Why
from donghanh.guardians.models import ClaimFailure, CustodyBlock, Guardianship
from donghanh.guardians.queries import capacities_of_learners, speaks_for
from donghanh.people.choices import GUARDIAN
from donghanh.people.models import Account, Membership
from donghanh.privacy.actions import forget
from donghanh.privacy.queries import (
    A_YEAR,
    CAPACITIES,
    DATA_LAW,
    SPEAKERS,
    Holding,
    Line,
    Retention,
    delete_some,
    hold,
    keep,
)


def links_of(account_id: int) -> Iterable[list[Line]]:
    """Of a guardian: to how many children, never who they are. Of a child: who is linked, for those who may see it."""
    rows = Guardianship.objects.filter(Q(guardian=account_id) | Q(child=account_id)).exclude(guardian=None)
    for row in rows.select_related("guardian").order_by("pk"):
        assert row.guardian  # noqa: S101  # left out above
        whose = [(_("Người liên kết"), row.guardian.full_name)] if row.child_id == account_id else []
        yield [
            *whose,
            (_("Quan hệ với học sinh"), Relation(row.relation).label),
            (_("Tình trạng"), row.get_state_display()),
            (_("Nhập mã lúc"), timezone.localtime(row.claimed_at) if row.claimed_at else ""),
            (_("Dừng lúc"), timezone.localtime(row.ended_at) if row.ended_at else ""),
        ]


def blocks_of(account_id: int) -> Iterable[list[Line]]:
    rows = CustodyBlock.objects.filter(Q(guardian=account_id) | Q(child=account_id))
    for row in rows.order_by("pk"):
        yield [(_("Số quyết định"), row.document), (_("Ngày"), row.document_day), (_("Gỡ theo"), row.lifted_document)]


def erase_links(account_ids: Sequence[int], at: datetime) -> None:
    end_links_of(account_ids=account_ids, why=Why.FORGOTTEN, at=at)
    CustodyBlock.objects.filter(child__in=account_ids).delete()


def drop_codes(before: datetime, _at: datetime, most: int) -> int:
    return delete_some(Guardianship.objects.filter(state=LinkState.INVITED, expires_at__lt=before), most)


def end_of_age(_before: datetime, at: datetime, most: int) -> int:
    return end_links_of_grown_ups(at=at, most=most)


def drop_links(before: datetime, at: datetime, most: int) -> int:
    """Links that ended long ago go, and with the last one the account that was opened for nothing else."""
    ended = Guardianship.objects.filter(state=LinkState.REVOKED, ended_at__lt=before).order_by("pk")[:most]
    guardians = {row.guardian_id for row in ended if row.guardian_id}
    Guardianship.objects.filter(pk__in=[row.pk for row in ended]).delete()
    linked = Guardianship.objects.filter(guardian__in=guardians).values("guardian")
    works = Membership.objects.filter(account__in=guardians).exclude(role=GUARDIAN.code).values("account")
    only_guardians = Membership.objects.filter(account__in=guardians, role=GUARDIAN.code).values("account")
    gone = Account.objects.filter(pk__in=only_guardians).exclude(pk__in=linked).exclude(pk__in=works)
    forget(subjects=list(gone.order_by("pk").values_list("pk", flat=True)), by=None, at=at)
    return len(ended)


def drop_failures(before: datetime, _at: datetime, most: int) -> int:
    return delete_some(ClaimFailure.objects.filter(at__lt=before), most)


def register() -> None:
    SPEAKERS.append(speaks_for)
    CAPACITIES.append(capacities_of_learners)
    hold(
        Holding(
            title=gettext_lazy("Liên kết cha mẹ"),
            models=("guardians.Guardianship",),
            collect=links_of,
            erase=erase_links,
        ),
        Holding(
            title=gettext_lazy("Quyết định hạn chế"),
            models=("guardians.CustodyBlock",),
            collect=blocks_of,
            kept_because=gettext_lazy("Giữ đến khi quyết định được gỡ hoặc dữ liệu của người học bị xóa."),
        ),
    )
    keep(
        Retention(
            code="guardian_codes",
            what=gettext_lazy("Mã liên kết cha mẹ không ai dùng"),
            purpose=gettext_lazy("Để cha mẹ liên kết với con"),
            basis=DATA_LAW,
            days=30,
            after=gettext_lazy("ngày mã hết hạn"),
            fate=gettext_lazy("xóa"),
            models=("guardians.Guardianship",),
            apply=drop_codes,
        ),
        Retention(
            code="guardians_of_grown_ups",
            what=gettext_lazy("Liên kết cha mẹ của người học đủ 18 tuổi"),
            purpose=gettext_lazy("Để cha mẹ liên kết với con"),
            basis=DATA_LAW,
            days=0,
            after=gettext_lazy("ngày người học đủ 18 tuổi"),
            fate=gettext_lazy("dừng liên kết, hủy mã"),
            models=("guardians.Guardianship",),
            apply=end_of_age,
        ),
        Retention(
            code="guardian_links",
            what=gettext_lazy("Liên kết cha mẹ đã dừng"),
            purpose=gettext_lazy("Trả lời khiếu nại về ai đã xem dữ liệu của con"),
            basis=DATA_LAW,
            days=2 * A_YEAR,
            after=gettext_lazy("ngày dừng"),
            fate=gettext_lazy("xóa; xóa cả tài khoản chỉ mở cho việc này"),
            models=("guardians.Guardianship", "guardians.CustodyBlock"),
            apply=drop_links,
        ),
        Retention(
            code="claim_failures",
            what=gettext_lazy("Mã liên kết nhập sai"),
            purpose=gettext_lazy("Chặn người dò mã"),
            basis=DATA_LAW,
            days=1,
            after=gettext_lazy("lần nhập ấy"),
            fate=gettext_lazy("xóa"),
            models=("guardians.ClaimFailure",),
            apply=drop_failures,
        ),
    )
