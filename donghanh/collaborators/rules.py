"""May this be entered? Faults come by the field at which the page shows them; an action refuses with the first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from donghanh.collaborators.choices import Category, GroupRole
from donghanh.collaborators.models import Collaborator, GroupMember, Meeting, WorkingGroup
from donghanh.kernel.text import fold, nfc
from donghanh.kernel.verdict import YES, Verdict, no
from donghanh.organisations.models import Unit
from donghanh.people.choices import NOT_STAFF, Right
from donghanh.people.models import Account, Membership
from donghanh.people.queries import holds

type Faults = dict[str, str]  # field → sentence
LONGEST_TERM = timedelta(days=10 * 366)


@dataclass(frozen=True)
class Somebody:
    """Who is meant: an account, or an outsider by name and agency."""

    account: Account | None = None
    full_name: str = ""
    agency_name: str = ""

    def __post_init__(self) -> None:
        for name in ("full_name", "agency_name"):
            object.__setattr__(self, name, nfc(getattr(self, name)))

    @property
    def rows(self) -> Q:
        """Which rows are of this person."""
        if self.account:
            return Q(account=self.account)
        return Q(account=None, full_name_folded=fold(self.full_name))


@dataclass(frozen=True)
class Term:
    """From the first day to the last, both included; without a last day until further notice."""

    first_day: date
    last_day: date | None = None

    @property
    def days(self) -> DateRange:
        return DateRange(self.first_day, self.last_day and self.last_day + timedelta(days=1))


@dataclass(frozen=True)
class Service:
    """What is entered of a collaborator."""

    who: Somebody
    category: str
    term: Term
    duties: list[str] = field(default_factory=list)
    decision: str = ""
    adult: bool = False  # confirmed for the category of students


def may_manage(account: Account, unit_id: int, *, on: date) -> Verdict:
    if holds(account, Right.MANAGE_COLLABORATORS, unit_id, on=on):
        return YES
    return no(_("Thầy cô không quản lý cộng tác viên của đơn vị này."))


def collaborator_faults(unit: Unit, service: Service) -> Faults:
    """Of one who is to serve a unit."""
    faults = _person_faults(service.who, service.term.first_day) | _term_faults(service.term, unit)
    if service.category == Category.STUDENT and not service.adult:
        faults["adult"] = _("Chỉ ghi tên sinh viên, học viên từ đủ 18 tuổi. Học sinh nhỏ hơn không ghi tên ở đây.")
    if not faults:
        others = Collaborator.objects.filter(service.who.rows, unit=unit, valid__overlap=service.term.days)
        if not service.who.account:
            others = others.filter(agency_name=service.who.agency_name)
        faults |= _once(others, _("Người này đang là cộng tác viên của đơn vị trong thời gian ấy."))
    return faults


def group_faults(unit: Unit, name: str, decision: str, decided_on: date, term: Term) -> Faults:
    """Of a group that is to be set up."""
    faults = _term_faults(term, unit)
    if not name:
        faults["name"] = _("Ghi tên tổ công tác.")
    if not decision:
        faults["decision"] = _("Ghi số quyết định thành lập.")
    if decided_on > term.first_day:
        faults["decided_on"] = _("Quyết định ký sau ngày tổ bắt đầu làm việc.")
    others = WorkingGroup.objects.filter(unit=unit, name=name)
    if not faults and others.filter(valid__overlap=term.days).exists():
        faults["name"] = _("Đơn vị đang có tổ cùng tên trong thời gian ấy.")
    return faults


def member_faults(group: WorkingGroup, who: Somebody, role: str, term: Term) -> Faults:
    """Of one who is to join a group."""
    faults = _person_faults(who, term.first_day) | _term_faults(term)
    last = group.last_day
    if term.first_day < group.first_day:
        faults["first_day"] = _("Trước ngày tổ bắt đầu làm việc (%(day)s).") % {"day": f"{group.first_day:%d/%m/%Y}"}
    if last and (term.last_day or term.first_day) > last:
        faults["last_day"] = _("Sau ngày tổ hết nhiệm kỳ (%(day)s).") % {"day": f"{last:%d/%m/%Y}"}
    if faults:
        return faults
    there = GroupMember.objects.filter(group=group, valid__overlap=term.days)
    faults |= _once(there.filter(who.rows), _("Người này đang ở trong tổ trong thời gian ấy."))
    if role == GroupRole.CHAIR and there.filter(role=GroupRole.CHAIR).exists():
        faults["role"] = _("Tổ đang có tổ trưởng. Ghi ngày thôi làm tổ trưởng của người ấy trước.")
    return faults


def end_faults(row: Collaborator | GroupMember | WorkingGroup, last_day: date) -> Faults:
    """Of a term that is to end on a day."""
    if last_day < row.first_day:
        return {"last_day": _("Trước ngày bắt đầu (%(day)s).") % {"day": f"{row.first_day:%d/%m/%Y}"}}
    if row.last_day and last_day > row.last_day:
        return {"last_day": _("Nhiệm kỳ đã hết từ %(day)s.") % {"day": f"{row.last_day:%d/%m/%Y}"}}
    return {}


def meeting_faults(group: WorkingGroup, day: date, came: list[GroupMember], meeting: Meeting | None = None) -> Faults:
    """Of a meeting on a day, new or `meeting` written anew; those who came were members that day."""
    if day < group.first_day or (group.last_day and day > group.last_day):
        return {"day": _("Ngày họp nằm ngoài nhiệm kỳ của tổ.")}
    others = Meeting.objects.filter(group=group, day=day)
    if (others.exclude(pk=meeting.pk) if meeting else others).exists():
        return {"day": _("Tổ đã có cuộc họp ghi vào ngày này.")}
    strangers = [row for row in came if row.group_id != group.pk or day not in row.valid]
    if strangers:
        return {"attended": _("Có người được đánh dấu mà không ở trong tổ vào ngày họp.")}
    return {}


def _person_faults(who: Somebody, on: date) -> Faults:
    if who.account and who.full_name:
        return {"full_name": _("Chỉ ghi tên đăng nhập, hoặc chỉ ghi họ tên của người ngoài.")}
    if not who.account and not who.full_name:
        return {"full_name": _("Ghi tên đăng nhập của người trong ngành, hoặc họ tên của người ngoài.")}
    if not who.account and not who.agency_name:
        return {"agency_name": _("Ghi cơ quan của người ngoài.")}
    roles = Membership.objects.filter(account=who.account) if who.account else Membership.objects.none()
    works = roles.exclude(role__in=NOT_STAFF).filter(valid__overlap=DateRange(on, None)).exists()
    if not works and roles.filter(role__in=NOT_STAFF).exists():  # on whatever day: a minor's name stays out of here
        return {"username": _("Tài khoản học sinh, cha mẹ học sinh không ghi vào danh sách này.")}
    return {}


def _term_faults(term: Term, unit: Unit | None = None) -> Faults:
    if term.last_day and term.last_day < term.first_day:
        return {"last_day": _("Ngày cuối phải từ ngày đầu trở đi.")}
    if term.last_day and term.last_day - term.first_day > LONGEST_TERM:
        return {"last_day": _("Nhiệm kỳ dài quá 10 năm; thầy cô xem lại năm.")}
    if unit and term.first_day not in unit.existence:
        return {"first_day": _("Ngày ấy đơn vị chưa có hoặc không còn.")}
    return {}


def _once(others: QuerySet[Collaborator] | QuerySet[GroupMember], sentence: str) -> Faults:
    taken = others.order_by("pk").first()
    if taken is None:
        return {}
    return {"username" if taken.account_id else "full_name": sentence}
