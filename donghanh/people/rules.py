from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.kernel.verdict import YES, Verdict, no
from donghanh.people.models import Account
from donghanh.people.queries import failures_from, failures_of, has_second_factor

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
