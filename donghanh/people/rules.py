from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.kernel.verdict import YES, Verdict, no
from donghanh.organisations.models import Unit
from donghanh.people.choices import NOT_STAFF, ROLES
from donghanh.people.models import Account, Membership
from donghanh.people.queries import failures_from, failures_of, has_second_factor, powers_over

WINDOW = timedelta(minutes=15)
FAILURES_OF_AN_ACCOUNT = 10  # from one address: a stranger elsewhere cannot lock a teacher out
FAILURES_FROM_AN_ADDRESS = 300  # a whole school stands behind one address

WEAK = {  # code of the validator → what the person reads
    "password_too_short": gettext_lazy("Mật khẩu cần ít nhất 8 ký tự."),
    "password_too_common": gettext_lazy("Mật khẩu này quá nhiều người dùng, dễ bị đoán ra."),
    "password_entirely_numeric": gettext_lazy("Mật khẩu không được chỉ gồm chữ số."),
    "password_too_similar": gettext_lazy("Mật khẩu quá giống tên hoặc tên đăng nhập."),
}


def may_try_to_sign_in(*, username: str, address: str, at: datetime) -> Verdict:
    """No after 10 failures for one account from one address in 15 minutes, or 300 from one address for all accounts."""
    since = at - WINDOW
    if failures_of(username, address, since=since, until=at) >= FAILURES_OF_AN_ACCOUNT:
        return no(
            _(
                "Đã nhập sai quá nhiều lần. Thầy cô chờ 15 phút rồi thử lại, "
                "hoặc nhờ người quản trị của đơn vị đặt lại mật khẩu."
            )
        )
    if failures_from(address, since=since, until=at) >= FAILURES_FROM_AN_ADDRESS:
        return no(_("Có quá nhiều lần đăng nhập hỏng từ mạng này. Thầy cô chờ 15 phút rồi thử lại."))
    return YES


def may_hold(*, account: Account, unit: Unit, role: str, since: date, until: date | None) -> Verdict:
    """Can there be such a membership at all: the days make sense, the unit exists on each, it is not given twice."""
    if until is not None and until <= since:
        return no(_("Ngày cuối phải sau ngày bắt đầu."))
    life = unit.existence
    if since < life.lower:
        return no(_("Đơn vị thành lập ngày %(day)s, sau ngày bắt đầu của vai trò.") % {"day": _day(life.lower)})
    if life.upper and (until is None or until > life.upper):
        return no(
            _("Đơn vị giải thể từ ngày %(day)s: vai trò ở đó phải kết thúc trước ngày ấy.") % {"day": _day(life.upper)}
        )
    rows = Membership.objects.filter(account=account, unit=unit, role=role, valid__overlap=DateRange(since, until))
    if rows.exists():
        return no(_("Người này đã giữ vai trò ấy tại đơn vị trong thời gian trùng nhau."))
    return YES


def may_give(*, by: int, account: Account, unit: Unit, role: str, on: date) -> Verdict:
    """May `by` give or end this role? Nobody acts on themselves, outside their units or beyond what they hold there."""
    if by == account.pk:
        return no(_("Không ai tự giao hay tự kết thúc vai trò của mình; hãy nhờ người quản trị khác."))
    powers = powers_over(by, unit.pk, on=on)
    if not powers:
        return no(_("Đơn vị này nằm ngoài phạm vi thầy cô quản lý."))
    if beyond := ROLES[role].reach - powers:
        rights = ", ".join(sorted(str(right.label) for right in beyond))
        return no(_("Vai trò này có quyền mà thầy cô không được giao lại: %(rights)s.") % {"rights": rights})
    return YES


def may_end(membership: Membership, *, by: int, until: date, on: date) -> Verdict:
    """May `by` let the membership end, `until` being the first day on which it no longer holds?"""
    if until <= membership.valid.lower or (membership.valid.upper and until >= membership.valid.upper):
        return no(_("Chọn một ngày trong thời gian vai trò có hiệu lực."))
    return may_give(by=by, account=membership.account, unit=membership.unit, role=membership.role, on=on)


def may_reset(account: Account, *, by: int, on: date) -> Verdict:
    """May `by` set the account's password or close it? Only who could have given each role it holds or will hold."""
    roles = Membership.objects.filter(account=account).exclude(role__in=NOT_STAFF).select_related("unit")
    if not roles.exists() and Membership.objects.filter(account=account).exists():
        return no(_("Tài khoản học sinh và cha mẹ do lớp và trường đặt lại."))
    held = roles.exclude(valid__fully_lt=DateRange(on, None)).order_by("pk")  # today's, and those that begin later
    verdicts = (may_give(by=by, account=account, unit=row.unit, role=row.role, on=on) for row in held)
    if (refused := next((verdict for verdict in verdicts if not verdict.ok), None)) is not None:  # a no is falsy
        return refused
    last = roles.order_by("-valid").first()
    if not held and (last is None or not ROLES[last.role].reach <= powers_over(by, last.unit_id, on=on)):
        return no(_("Đơn vị này nằm ngoài phạm vi thầy cô quản lý."))
    return no(_("Thầy cô đổi mật khẩu của mình ở “Trang của tôi”.")) if by == account.pk else YES


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def may_be_password(password: str, *, account: Account) -> Verdict:
    """No with every reason at once: too short, among the common ones, digits alone, too like one's name."""
    try:
        validate_password(password, account)
    except ValidationError as weak:
        return no(" ".join(str(WEAK.get(fault.code or "", fault.messages[0])) for fault in weak.error_list))
    return YES


def may_open_minors_data(account: Account) -> Verdict:
    """Only with a second factor. A demo's generated people may without: their data is generated too."""
    if (account.generated and settings.DEMO_DAY) or has_second_factor(account):
        return YES
    return no(_("Trang này có dữ liệu của học sinh, nên người mở phải đăng nhập bằng hai lớp."))


def may_change_sign_in(account: Account) -> Verdict:
    """No for an account that a demo offers to everyone: one visitor would lock out, or see, the next."""
    if settings.DEMO_DAY and account.username in {offered[0] for offered in settings.DEMO_ACCOUNTS}:
        return no(_("Tài khoản này dùng chung cho mọi người xem bản trình diễn nên cách đăng nhập không đổi được."))
    return YES
