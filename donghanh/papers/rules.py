"""May this paper be signed or sealed, this certificate be brought?"""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

from django.urls import resolve
from django.utils.translation import gettext as _

from donghanh.kernel.access import SIGNED_IN, right_of
from donghanh.kernel.text import fold, nfc
from donghanh.kernel.verdict import YES, Verdict, no
from donghanh.papers.choices import State
from donghanh.papers.models import Certificate, FigureSource, Paper
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import holds, own_units


def may_sign(account: Account, paper: Paper, *, on: date) -> Verdict:
    """Whoever signs for the unit, once."""
    if paper.unit_id not in own_units(account, Right.SIGN_PAPERS, on=on):
        return no(_("Thầy cô không ký văn bản của đơn vị này."))
    if fold(account.full_name) != fold(paper.signer.rpartition(", ")[2]):
        return no(_("Văn bản này do người khác ký: %(signer)s.") % {"signer": paper.signer})
    return YES if paper.state == State.UNSIGNED else no(_("Văn bản đã được ký."))


def may_seal(account: Account, paper: Paper, *, on: date) -> Verdict:
    """The clerk of the unit, after the person has signed."""
    if paper.unit_id not in own_units(account, Right.REGISTER_DOCUMENTS, on=on):
        return no(_("Văn thư của đơn vị mới đóng dấu văn bản này."))
    if paper.state == State.UNSIGNED:
        return no(_("Văn bản chưa có chữ ký của người có thẩm quyền."))
    return YES if paper.state == State.SIGNED else no(_("Văn bản đã được đóng dấu."))


def may_use(account: Account, certificate: Certificate, paper: Paper, *, seal: bool) -> Verdict:
    """One's own certificate for one's signature, the unit's for its seal."""
    if certificate.removed_at:
        return no(_("Chứng thư này đã được gỡ."))
    if seal:
        return YES if certificate.unit_id == paper.unit_id else no(_("Đây không phải là chứng thư của đơn vị."))
    own = certificate.account_id == account.pk and certificate.unit_id is None
    return YES if own else no(_("Đây không phải là chứng thư của thầy cô."))


def may_bring(account: Account, unit_id: int | None, *, on: date) -> Verdict:
    """Whoever signs brings their own; the clerk brings the unit's."""
    if unit_id is None:
        signs = own_units(account, Right.SIGN_PAPERS, on=on)
        return YES if signs else no(_("Thầy cô không có quyền ký văn bản."))
    if unit_id in own_units(account, Right.REGISTER_DOCUMENTS, on=on):
        return YES
    return no(_("Văn thư mới nộp chứng thư của đơn vị."))


def bears_own_name(account: Account, subject: str, unit_id: int | None) -> Verdict:
    """A person's certificate names that person; an office's bears whatever name its authority gave it."""
    if unit_id is None and nfc(account.full_name).casefold() not in nfc(subject).casefold():
        words = _("Chứng thư này cấp cho “%(name)s”, không phải tên của thầy cô.")
        return no(words % {"name": subject}, "file")
    return YES


def may_open(account: Account, source: FigureSource, *, on: date) -> Verdict:
    """Whoever may open the page behind the code, as that page declares it, and reaches the document's unit."""
    right = right_of(resolve(urlsplit(source.href).path).func)
    if right in {None, SIGNED_IN} or holds(account, right, source.unit_id, on=on):
        return YES
    return no(_("Số liệu này không thuộc phạm vi của thầy cô."))
