"""What this room holds on a person, told to `privacy`: how it is shown, set right and erased, how long it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import Refused
from donghanh.organisations.queries import called
from donghanh.privacy.actions import forget
from donghanh.privacy.queries import A_YEAR, HOME_UNITS, Correction, Holding, Line, Retention, correct, hold, keep
from donghanh.rosters.models import ClassTeaching, Enrolment, Learner, ScimToken, Slip

NAME_LENGTH: int = Learner._meta.get_field("full_name").max_length or 0
NUMBER_LENGTH: int = Learner._meta.get_field("number").max_length or 0


def learner_of(account_id: int) -> Iterable[list[Line]]:
    for row in Learner.objects.filter(pk=account_id):
        yield [
            (_("Họ và tên"), row.full_name),
            (_("Ngày sinh"), row.birth_date or ""),
            (_("Mã số học sinh"), row.number),
            (_("Trường"), called([row.unit_id], on=row.left_on or timezone.localdate())[row.unit_id]),
            (_("Rời trường từ ngày"), row.left_on or ""),
        ]


def enrolments_of(account_id: int) -> Iterable[list[Line]]:
    rows = Enrolment.objects.filter(learner=account_id).select_related("school_class__school_year")
    for row in rows.order_by("valid"):
        yield [
            (_("Lớp"), row.school_class.name),
            (_("Năm học"), row.school_class.school_year.label),
            (_("Từ ngày"), row.valid.lower or ""),
            (_("Đến hết ngày"), row.valid.upper - timedelta(days=1) if row.valid.upper else ""),
        ]


def teachings_of(account_id: int) -> Iterable[list[Line]]:
    rows = ClassTeaching.objects.filter(account=account_id).select_related("school_class__school_year")
    for row in rows.order_by("valid"):
        yield [(_("Chủ nhiệm lớp"), row.school_class.name), (_("Năm học"), row.school_class.school_year.label)]


def slips_of(account_id: int) -> Iterable[list[Line]]:
    for row in Slip.objects.filter(learner=account_id).order_by("printed_at"):
        used = timezone.localtime(row.used_at) if row.used_at else _("chưa")
        yield [(_("In lúc"), timezone.localtime(row.printed_at)), (_("Đã dùng"), used)]


def tokens_of(account_id: int) -> Iterable[list[Line]]:
    for row in ScimToken.objects.filter(made_by=account_id).order_by("made_at"):
        yield [(_("Mã kết nối"), row.name), (_("Tạo lúc"), timezone.localtime(row.made_at))]


def erase_learners(account_ids: Sequence[int], at: datetime) -> None:  # noqa: ARG001  # the shape of all erasers
    """The row stays and counts; nobody can be found by it."""
    Learner.objects.filter(pk__in=account_ids).update(full_name="", birth_date=None, number="", source_id="")


def still_learns(account_id: int, on: date) -> str:
    if Learner.objects.filter(pk=account_id, left_on=None).exists():
        return _("Người học còn ở trường; trường phải giữ hồ sơ của người đang học. Ghi ngày rời trường trước.")
    if Learner.objects.filter(pk=account_id, left_on__gt=on).exists():
        return _("Người học chưa đến ngày rời trường.")
    return ""


def unit_of(account_id: int) -> int | None:
    return Learner.objects.filter(pk=account_id).values_list("unit", flat=True).first()


def forget_learners_who_left(before: datetime, at: datetime, most: int) -> int:
    left = Learner.objects.filter(left_on__lte=timezone.localdate(before)).exclude(full_name="")
    ids = list(left.order_by("pk").values_list("pk", flat=True)[:most])
    forget(subjects=ids, by=None, at=at)
    return len(ids)


def _name(account_id: int) -> str | None:
    return Learner.objects.filter(pk=account_id).values_list("full_name", flat=True).first()


def _set_name(account_id: int, value: str, at: datetime) -> None:  # noqa: ARG001  # the answer is logged
    name = nfc(value)
    if not name or len(name) > NAME_LENGTH:
        raise Refused(_("Họ tên cần có từ 1 đến %(most)s ký tự.") % {"most": NAME_LENGTH})
    Learner.objects.filter(pk=account_id).update(full_name=name)


def _birth_date(account_id: int) -> str | None:
    row = Learner.objects.filter(pk=account_id).first()
    if row is None:
        return None
    return f"{row.birth_date:%d/%m/%Y}" if row.birth_date else ""


def _set_birth_date(account_id: int, value: str, at: datetime) -> None:
    """30/09/2013 or 2013-09-30."""
    day, _slash, rest = value.strip().partition("/")
    month, _slash, year = rest.partition("/")
    try:
        born = parse_date(f"{year}-{month:0>2}-{day:0>2}" if rest else value.strip())
    except ValueError:
        born = None
    if born is None or not date(1900, 1, 1) <= born <= timezone.localdate(at):
        raise Refused(_("Ngày sinh viết như 30/09/2013, và không ở sau hôm nay."))
    Learner.objects.filter(pk=account_id).update(birth_date=born)


def _number(account_id: int) -> str | None:
    return Learner.objects.filter(pk=account_id).values_list("number", flat=True).first()


def _set_number(account_id: int, value: str, at: datetime) -> None:  # noqa: ARG001  # the answer is logged
    number = nfc(value)
    if len(number) > NUMBER_LENGTH:
        raise Refused(_("Mã số dài quá %(most)s ký tự.") % {"most": NUMBER_LENGTH})
    if Learner.objects.exclude(pk=account_id).filter(number=number).exists():
        raise Refused(_("Mã số này đã có người khác dùng."))
    Learner.objects.filter(pk=account_id).update(number=number)


def register() -> None:
    hold(
        Holding(
            title=gettext_lazy("Hồ sơ người học"),
            models=("rosters.Learner",),
            collect=learner_of,
            erase=erase_learners,
            needed=still_learns,
        ),
        Holding(
            title=gettext_lazy("Lớp đã học"),
            models=("rosters.Enrolment",),
            collect=enrolments_of,
            kept_because=gettext_lazy("Việc học ở lớp được giữ lại không kèm tên, để sĩ số các năm không đổi."),
        ),
        Holding(
            title=gettext_lazy("Lớp đã chủ nhiệm"),
            models=("rosters.ClassTeaching",),
            collect=teachings_of,
            kept_because=gettext_lazy("Được giữ lại không kèm tên."),
        ),
        Holding(
            title=gettext_lazy("Phiếu đăng nhập đã in"),
            models=("rosters.Slip", "rosters.RollOver", "rosters.RollOverStep"),
            collect=slips_of,
            kept_because=gettext_lazy("Chỉ có ngày giờ và số tài khoản; mật khẩu trên phiếu không được giữ."),
        ),
        Holding(
            title=gettext_lazy("Mã kết nối đã tạo"),
            models=("rosters.ScimToken",),
            collect=tokens_of,
            kept_because=gettext_lazy(
                "Chỉ có tên phần mềm và số tài khoản người tạo; đóng tài khoản thì mã hết hiệu lực."
            ),
        ),
        Holding(
            title=gettext_lazy("Dòng trong danh sách lớp đã tải lên"),
            models=("rosters.RosterImport", "rosters.RosterLine"),
            collect=lambda _account_id: (),
            kept_because=gettext_lazy("Danh sách tải lên được xóa sau khi ghi, muộn nhất sau 7 ngày."),
        ),
    )
    correct(
        Correction(code="rosters.full_name", label=gettext_lazy("Họ và tên"), current=_name, write=_set_name),
        Correction(
            code="rosters.birth_date", label=gettext_lazy("Ngày sinh"), current=_birth_date, write=_set_birth_date
        ),
        Correction(code="rosters.number", label=gettext_lazy("Mã số học sinh"), current=_number, write=_set_number),
    )
    keep(
        Retention(
            code="learners",
            what=gettext_lazy("Hồ sơ người học đã rời trường"),
            purpose=gettext_lazy("Xác nhận quá trình học, trả lời người học sau khi ra trường"),
            basis=gettext_lazy("Luật Giáo dục; Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15"),
            days=5 * A_YEAR,
            after=gettext_lazy("ngày rời trường"),
            fate=gettext_lazy("xóa họ tên, ngày sinh, mã số; đóng tài khoản; giữ lại con số"),
            models=("rosters.Learner", "rosters.Enrolment"),
            apply=forget_learners_who_left,
        )
    )
    HOME_UNITS.append(unit_of)
