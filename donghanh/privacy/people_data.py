"""What the rooms below hold on a person: account, roles, sign-ins, deeds. They know nothing of this room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.audit.models import Entry
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import Refused
from donghanh.people.actions import close_role
from donghanh.people.choices import GUARDIAN, STUDENT
from donghanh.people.models import Account, Membership, SignInFailure
from donghanh.people.queries import all_roles
from donghanh.privacy.actions import forget
from donghanh.privacy.registry import (
    A_YEAR,
    DATA_LAW,
    Correction,
    Holding,
    Line,
    Retention,
    correct,
    delete_some,
    hold,
    keep,
)

NAME_LENGTH: int = Account._meta.get_field("full_name").max_length or 0


def account_of(account_id: int) -> Iterable[list[Line]]:
    account = Account.objects.get(pk=account_id)
    last = account.last_login
    yield [
        (_("Tên đăng nhập"), account.username),
        (_("Họ và tên"), account.full_name),
        (_("Tài khoản"), _("đang dùng") if account.is_active else _("đã đóng")),
        (_("Đăng nhập gần nhất"), timezone.localtime(last) if last else ""),
        (_("Mật khẩu"), _("chỉ lưu dấu vết một chiều, không ai đọc lại được")),
    ]


def roles_of(account_id: int) -> Iterable[list[Line]]:
    for held in all_roles(Account(pk=account_id)):
        yield [
            (_("Vai trò"), held.role.name),
            (_("Đơn vị"), held.unit),
            (_("Từ ngày"), held.since or ""),
            (_("Đến hết ngày"), held.last_day or ""),
        ]


def deeds_of(account_id: int) -> Iterable[list[Line]]:
    deeds = Entry.objects.filter(by_id=account_id)
    last = deeds.order_by("-at").first()
    yield [
        (_("Số việc đã ghi"), deeds.count()),
        (_("Việc gần nhất"), timezone.localtime(last.at) if last else ""),
    ]


def erase_accounts(account_ids: Sequence[int], at: datetime) -> None:
    """Nobody signs in with it any more and nobody is named by it; the row stays, for what points to it."""
    today = timezone.localdate(at)
    open_roles = Membership.objects.filter(account__in=account_ids, valid__contains=today)
    for membership in open_roles.order_by("pk"):
        close_role(membership=membership, on=today, by=None, at=at)
    Account.objects.filter(pk__in=account_ids).update(
        username=Concat(Value("da-xoa-"), Cast("pk", CharField())),
        full_name="",
        password=make_password(None),
        is_active=False,
    )


def still_works(account_id: int, on: date) -> str:
    """Why an account cannot be erased: somebody works with it."""
    roles = Membership.objects.filter(account=account_id, valid__contains=on)
    if roles.exclude(role__in=(STUDENT.code, GUARDIAN.code)).exists():
        return _("Người này còn giữ vai trò trong đơn vị. Kết thúc vai trò trước, rồi xóa dữ liệu.")
    return ""


def name_of(account_id: int) -> str | None:
    """None where the account bears no name of its own: a learner's stands in its own room."""
    return Account.objects.filter(pk=account_id).values_list("full_name", flat=True).first() or None


def rename(account_id: int, value: str, at: datetime) -> None:  # noqa: ARG001  # the answer to the request is logged
    name = nfc(value)
    if not name or len(name) > NAME_LENGTH:
        raise Refused(_("Họ tên cần có từ 1 đến %(most)s ký tự.") % {"most": NAME_LENGTH})
    Account.objects.filter(pk=account_id).update(full_name=name)


def left_before(moment: datetime) -> QuerySet[Account]:
    """People who worked here and all of whose roles had ended by then. Learners and parents have rules of their own."""
    unended = Membership.objects.exclude(valid__fully_lt=(timezone.localdate(moment), None)).values("account")
    worked = Membership.objects.exclude(role__in=(STUDENT.code, GUARDIAN.code)).values("account")
    others = Membership.objects.filter(role__in=(STUDENT.code, GUARDIAN.code)).values("account")
    return Account.objects.filter(pk__in=worked).exclude(pk__in=unended).exclude(pk__in=others)


def close_left(before: datetime, _at: datetime, most: int) -> int:
    ids = list(left_before(before).filter(is_active=True).order_by("pk").values_list("pk", flat=True)[:most])
    return Account.objects.filter(pk__in=ids).update(is_active=False)


def forget_left(before: datetime, at: datetime, most: int) -> int:
    ids = list(left_before(before).exclude(full_name="").order_by("pk").values_list("pk", flat=True)[:most])
    forget(subjects=ids, by=None, at=at)
    return len(ids)


def drop_failures(before: datetime, _at: datetime, most: int) -> int:
    return delete_some(SignInFailure.objects.filter(at__lt=before), most)


def drop_sessions(before: datetime, _at: datetime, most: int) -> int:
    return delete_some(Session.objects.filter(expire_date__lt=before), most)


def register() -> None:
    hold(
        Holding(
            title=gettext_lazy("Tài khoản"),
            models=("people.Account",),
            collect=account_of,
            erase=erase_accounts,
            needed=still_works,
        ),
        Holding(
            title=gettext_lazy("Vai trò trong đơn vị"),
            models=("people.Membership",),
            collect=roles_of,
            kept_because=gettext_lazy("Vai trò được giữ lại không kèm tên: ai đã có quyền gì phải kiểm tra lại được."),
        ),
        Holding(
            title=gettext_lazy("Nhật ký hoạt động"),
            models=("audit.Entry",),
            collect=deeds_of,
            kept_because=gettext_lazy("Nhật ký chỉ giữ số của tài khoản, và không ai sửa được."),
        ),
    )
    correct(
        Correction(
            code="people.full_name", label=gettext_lazy("Họ và tên của tài khoản"), current=name_of, write=rename
        )
    )
    keep(
        Retention(
            code="sign_in_failures",
            what=gettext_lazy("Lần đăng nhập hỏng"),
            purpose=gettext_lazy("Chặn người dò mật khẩu"),
            basis=DATA_LAW,
            days=1,
            after=gettext_lazy("lần đăng nhập ấy"),
            fate=gettext_lazy("xóa"),
            models=("people.SignInFailure",),
            apply=drop_failures,
        ),
        Retention(
            code="sessions",
            what=gettext_lazy("Phiên đăng nhập"),
            purpose=gettext_lazy("Giữ người dùng ở trạng thái đã đăng nhập"),
            basis=DATA_LAW,
            days=0,
            after=gettext_lazy("khi phiên hết hạn"),
            fate=gettext_lazy("xóa"),
            models=("sessions.Session",),
            apply=drop_sessions,
        ),
        Retention(
            code="accounts_closed",
            what=gettext_lazy("Tài khoản của người đã thôi mọi vai trò"),
            purpose=gettext_lazy("Bàn giao công việc"),
            basis=DATA_LAW,
            days=90,
            after=gettext_lazy("ngày kết thúc vai trò cuối cùng"),
            fate=gettext_lazy("đóng tài khoản"),
            models=("people.Account",),
            apply=close_left,
        ),
        Retention(
            code="accounts_forgotten",
            what=gettext_lazy("Họ tên của người đã thôi mọi vai trò"),
            purpose=gettext_lazy("Biết ai đã gửi, đã duyệt báo cáo"),
            basis=gettext_lazy("Luật Lưu trữ; Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15"),
            days=10 * A_YEAR,
            after=gettext_lazy("ngày kết thúc vai trò cuối cùng"),
            fate=gettext_lazy("xóa họ tên và tên đăng nhập"),
            models=("people.Account",),
            apply=forget_left,
        ),
    )
