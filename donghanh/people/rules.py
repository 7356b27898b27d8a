from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from donghanh.kernel.verdict import YES, Verdict, no
from donghanh.people.queries import failures_from, failures_of

WINDOW = timedelta(minutes=15)
FAILURES_OF_AN_ACCOUNT = 10  # from one address: a stranger elsewhere cannot lock a teacher out
FAILURES_FROM_AN_ADDRESS = 300  # a whole school stands behind one address


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
