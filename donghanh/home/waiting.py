"""What waits for a person beside reports: plans, reviews, findings, votes, papers; a sentence and where it leads."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import ngettext

from donghanh.documents import queries as documents
from donghanh.inspections import queries as inspections
from donghanh.papers.queries import to_sign
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.programmes import queries as programmes
from donghanh.questionnaires.queries import to_review
from donghanh.recognition import queries as recognition

DOCUMENTS_SHOWN = 5


def waiting_for(account: Account, rights: Collection[str], *, on: date) -> list[tuple[str, str]]:
    """(sentence, address) of each kind of work that there is; a query a kind that the rights allow."""
    return list(_all(account, rights, on))


def _all(account: Account, rights: Collection[str], on: date) -> Iterator[tuple[str, str]]:
    if Right.WRITE_PLANS in rights and (many := programmes.to_send(account, on=on).count()):
        said = ngettext("%(count)s kế hoạch phải lập và gửi", "%(count)s kế hoạch phải lập và gửi", many)
        yield said % {"count": many}, reverse("programmes:programmes")
    if Right.REVIEW_PLANS in rights and (many := programmes.to_review(account, on=on).count()):
        said = ngettext("%(count)s kế hoạch chờ duyệt", "%(count)s kế hoạch chờ duyệt", many)
        yield said % {"count": many}, reverse("programmes:programmes")
    if {Right.ANSWER_INSPECTIONS, Right.INSPECT} & set(rights):
        mine, to_check = inspections.waiting_for(account, on=on)
        if many := mine.count():
            said = ngettext("%(count)s kiến nghị phải khắc phục", "%(count)s kiến nghị phải khắc phục", many)
            yield said % {"count": many}, reverse("inspections:findings")
        if many := to_check.count():
            said = ngettext("%(count)s kiến nghị chờ kiểm tra lại", "%(count)s kiến nghị chờ kiểm tra lại", many)
            yield said % {"count": many}, f"{reverse('inspections:findings')}?tinh_trang=proved"
    if Right.NOMINATE in rights and (many := recognition.waits_for(account, on=on).count()):
        said = ngettext("%(count)s đề nghị khen chờ phiếu", "%(count)s đề nghị khen chờ phiếu", many)
        yield said % {"count": many}, reverse("recognition:rounds")
    if Right.MANAGE_FORMS in rights and (many := to_review().count()):
        said = ngettext(
            "%(count)s biểu mẫu dẫn văn bản đã hết hiệu lực", "%(count)s biểu mẫu dẫn văn bản đã hết hiệu lực", many
        )
        yield said % {"count": many}, reverse("questionnaires:forms")
    yield from _documents(account, rights, on)
    if Right.SIGN_PAPERS in rights and (many := to_sign(account, on=on).count()):
        said = ngettext("%(count)s văn bản chờ ký", "%(count)s văn bản chờ ký", many)
        yield said % {"count": many}, reverse("papers:papers")


def _documents(account: Account, rights: Collection[str], on: date) -> Iterator[tuple[str, str]]:
    if many := documents.count_to_read(account, on=on):
        said = ngettext("%(count)s văn bản cần đọc", "%(count)s văn bản cần đọc", many)
        yield said % {"count": many}, reverse("documents:to_read")
    if Right.PUBLISH_DOCUMENTS in rights:
        for document in documents.waiting_at(account, on=on)[:DOCUMENTS_SHOWN]:
            said = ngettext(
                "%(count)s kiến nghị chờ trả lời về %(document)s", "%(count)s kiến nghị chờ trả lời về %(document)s",
                document.waiting,
            )  # fmt: skip
            address = reverse("documents:proposals", args=[document.pk])
            yield said % {"count": document.waiting, "document": document}, address
