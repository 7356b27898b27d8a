from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from django.utils.translation import gettext as _

from donghanh.api.choices import Scope
from donghanh.api.models import ApiToken, OpenDataSet
from donghanh.api.publishing import MOST_CELLS, PUBLIC_KINDS
from donghanh.api.queries import Caller, areas_of, in_force, offices_that_publish, usable_scopes
from donghanh.kernel.numbers import format_number
from donghanh.kernel.verdict import YES, Verdict, no
from donghanh.people.models import Account
from donghanh.people.queries import has_second_factor, sees_minors
from donghanh.people.rules import may_open_minors_data
from donghanh.statistics.choices import DatumKind
from donghanh.statistics.queries import Question

LONGEST = timedelta(days=365)
MOST = 20  # keys of one account


def may_make_token(account: Account, *, scopes: Collection[str], unit_id: int, expires_on: date, on: date) -> Verdict:
    """A key for at most a year, for what the account may do there; with a second factor where its roles need one."""
    if sees_minors(account, on=on) and not (verdict := may_open_minors_data(account)):
        return verdict
    if not on <= expires_on <= on + LONGEST:
        return no(_("Ngày cuối phải từ hôm nay đến nhiều nhất một năm sau."), about="expires_on")
    if not scopes or not set(scopes) <= set(usable_scopes(account, on=on)):
        return no(_("Chọn ít nhất một việc trong những việc thầy cô được làm."), about="scopes")
    if not all(Caller(account, on).reaches(Scope(scope), unit_id) for scope in scopes):
        return no(_("Tại đơn vị này thầy cô không làm được mọi việc đã chọn."), about="unit")
    if in_force(account, on=on) >= MOST:
        return no(_("Thầy cô đã có %(most)s khóa còn dùng được. Hãy thu hồi khóa không cần nữa.") % {"most": MOST})
    return YES


def may_use_token(token: ApiToken, *, on: date) -> Verdict:
    """A key opens while it is in force and its owner's account is open, with a password of the owner's own choice."""
    if token.revoked_at:
        return no(_("Khóa truy cập đã bị thu hồi."))
    if on > token.expires_on:
        return no(_("Khóa truy cập đã hết hạn."))
    return may_be_used(token.account)


def may_be_used(account: Account) -> Verdict:
    """A closed account opens nothing; one whose password another person has just set waits for its owner's choice."""
    if not account.is_active:
        return no(_("Tài khoản này đã đóng."))
    if account.must_change_password:
        return no(_("Mật khẩu vừa được đặt lại. Chủ tài khoản cần đăng nhập và chọn mật khẩu riêng trước."))
    return YES


def may_come_by_password(account: Account, *, on: date) -> Verdict:
    """By user name and password alone only where these alone sign in: no second factor set up, and none needed."""
    if has_second_factor(account) or sees_minors(account, on=on):
        return no(_("Tài khoản này đăng nhập bằng hai lớp nên phần mềm phải dùng khóa truy cập, không dùng mật khẩu."))
    return may_be_used(account)


def may_revoke(token: ApiToken, *, by: Account) -> Verdict:
    """Only one's own; an administrator closes the account instead."""
    return YES if token.account_id == by.pk else no(_("Chỉ chủ khóa thu hồi được khóa."))


def may_publish(account: Account, *, office: int, question: Question, on: date) -> Verdict:
    """Indicators of areas, never of schools, by whoever issues what is official for the office."""
    if office not in offices_that_publish(account, on=on):
        return no(_("Chỉ người xuất báo cáo chính thức của Sở mới công bố dữ liệu của Sở."), about="owner")
    if any(datum.kind != DatumKind.INDICATOR for datum in question.data) or question.groups != ("",):
        return no(_("Chỉ công bố chỉ số, tính chung mọi loại trường."), about="indicators")
    if not set(question.units) <= set(areas_of(office, PUBLIC_KINDS, on=on)):
        return no(_("Chỉ công bố số liệu của tỉnh, huyện, xã; không bao giờ của từng trường."), about="levels")
    if question.size > MOST_CELLS:
        told = {"cells": format_number(question.size), "most": format_number(MOST_CELLS)}
        return no(_("Bộ dữ liệu có %(cells)s ô, nhiều hơn %(most)s. Hãy chọn ít kỳ hoặc ít cấp hơn.") % told)
    return YES


def may_withdraw(data_set: OpenDataSet, *, by: Account, on: date) -> Verdict:
    """By whoever could publish for the same office."""
    if data_set.owner_id in offices_that_publish(by, on=on):
        return YES
    return no(_("Chỉ người công bố được cho đơn vị này mới rút lại."))
