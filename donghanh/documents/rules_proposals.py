from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext as _

from donghanh.documents.choices import PROPOSAL_TRANSITIONS, Direction, Status
from donghanh.documents.models import Document
from donghanh.documents.models_reading import Proposal, ProposalHead
from donghanh.documents.queries import documents_visible_to
from donghanh.documents.queries_proposals import proposing_units
from donghanh.documents.queries_reading import readable_by
from donghanh.kernel.verdict import YES, Verdict, no
from donghanh.people.models import Account


def may_propose(account: Account, document: Document, *, on: date) -> Verdict:
    """May the account propose changes to the document, for some unit of its own?"""
    if document.direction != Direction.OUT:
        return no(_("Cơ quan ban hành văn bản này ở ngoài hệ thống; gửi kiến nghị bằng công văn."))
    if document.status != Status.REGISTERED:
        return no(_("Chỉ kiến nghị về văn bản đã vào sổ và chưa thu hồi."))
    seen = documents_visible_to(account, on=on) | readable_by(account, on=on)
    if not proposing_units(account, document, on=on) or not seen.filter(pk=document.pk).exists():
        return no(_("Thầy cô không kiến nghị về văn bản này: cần quyền kiến nghị ở đơn vị thực hiện văn bản."))
    return YES


def may_withdraw(proposal: Proposal, *, mine: bool) -> Verdict:
    if not mine:
        return no(_("Chỉ người viết rút được kiến nghị."))
    if proposal.state not in PROPOSAL_TRANSITIONS["withdraw"][0]:
        return no(_("Kiến nghị đã được trả lời hoặc đã rút, nên giữ nguyên."))
    return YES


def may_merge(proposals: Collection[Proposal], head: ProposalHead | None, title: str) -> Verdict:
    if not proposals:
        return no(_("Chọn ít nhất một kiến nghị."), "proposals")
    if any(one.state not in PROPOSAL_TRANSITIONS["merge"][0] for one in proposals):
        return no(_("Có kiến nghị vừa được trả lời hoặc vừa rút. Thầy cô xem lại danh sách."), "proposals")
    if head is not None and head.answered_at is not None:
        return no(_("Nhóm này đã trả lời; lập nhóm mới."), "head")
    if head is None and not title:
        return no(_("Ghi câu hỏi chung của nhóm kiến nghị."), "title")
    return YES


def may_answer(head: ProposalHead, standing: int, answer: str) -> Verdict:
    """`standing`: proposals under it that were not withdrawn."""
    if head.answered_at is not None:
        return no(_("Nhóm kiến nghị này đã được trả lời; câu trả lời giữ nguyên."))
    if not standing:
        return no(_("Các kiến nghị trong nhóm đều đã rút."))
    if not answer:
        return no(_("Ghi câu trả lời."), "answer")
    return YES
