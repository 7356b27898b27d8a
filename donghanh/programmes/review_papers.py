"""An approved review as the official paper: numbered in the register, laid out by the decree, put down for signing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.documents.actions import assign_number, draft
from donghanh.documents.rules import Told
from donghanh.kernel.verdict import Refused
from donghanh.organisations.models import Unit
from donghanh.papers.actions import Block, Heading, OfficialDocument, Paragraph, Signer, Source, file_paper
from donghanh.people.models import Account
from donghanh.programmes.choices import ReviewState, Section
from donghanh.programmes.models import Review

ROMAN: Final = ("I", "II", "III", "IV", "V", "VI", "VII")
TYPE: Final = "BC"


@dataclass(frozen=True)
class Masthead:
    """What the paper says beside its content."""

    superior_body: str
    issuing_body: str
    symbol: str  # "BC-SGDĐT"
    place: str
    signer_authority: str
    signer_position: str
    signer_name: str
    recipients: tuple[str, ...] = ()


@transaction.atomic
def issue_review(*, review: Review, masthead: Masthead, generated: bool, by: Account, at: datetime) -> Review:
    """Number, layout and the place in the register, all or nothing: a refusal burns no number. By the unit's clerk."""
    review = (
        Review.objects.select_for_update(of=("self",)).select_related("latest", "programme", "period").get(pk=review.pk)
    )
    if review.state != ReviewState.APPROVED:
        raise Refused(_("Báo cáo chưa được duyệt nên chưa lập văn bản được."))
    if review.paper_id:
        raise Refused(_("Báo cáo này đã có văn bản."))
    with translation.override("vi"):
        abstract = f"{review.get_kind_display()} {review.programme.short_name_vi}, {review.period.label}"
    told = Told(
        type=TYPE, symbol=masthead.symbol, date=timezone.localdate(at), abstract=abstract,
        issuer_name=masthead.issuing_body, signer_name=masthead.signer_name, signer_position=masthead.signer_position,
        signer_authority=masthead.signer_authority.partition(" ")[0],
    )  # fmt: skip
    row = draft(unit=Unit.objects.get(pk=review.unit_id), told=told, by=by, at=at, generated=generated)
    row = assign_number(document=row, by=by, at=at)
    paper = file_paper(
        document=laid_out(review, masthead, row.number_text, abstract, at), unit_id=review.unit_id,
        title=f"Báo cáo số {row.number_text}/{masthead.symbol}: {abstract}", by=by, at=at,
    )  # fmt: skip
    Review.objects.filter(pk=review.pk).update(document=row, paper=paper)
    record(verb="programmes.review_issued", on=review, by=by.pk, at=at, unit=review.unit_id)
    review.document, review.paper = row, paper
    return review


def laid_out(review: Review, masthead: Masthead, number: str, abstract: str, at: datetime) -> OfficialDocument:
    """The review's newest wording as a document: each section's figures, then what people wrote."""
    content = review.latest.content if review.latest else {}
    body: list[Block] = []
    filled = [section for section in Section if any(content.get(section, {}).values())]
    with translation.override("vi"):
        for place, section in zip(ROMAN, filled, strict=False):
            part = content[section]
            body.append(Heading(1, place, str(section.label)))
            body += [Paragraph(sentence, (Source(href),)) for sentence, href in part["figures"]]
            body += [Paragraph(line) for line in part["text"].splitlines() if line.strip()]
    return OfficialDocument(
        superior_body=masthead.superior_body, issuing_body=masthead.issuing_body, number=number,
        symbol=masthead.symbol, place=masthead.place, date=timezone.localdate(at), type_code=TYPE, abstract=abstract,
        body=tuple(body), recipients=masthead.recipients,
        signer=Signer(masthead.signer_position, masthead.signer_name, masthead.signer_authority),
    )  # fmt: skip
