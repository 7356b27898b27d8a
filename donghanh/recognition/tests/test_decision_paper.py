"""A decided round as an official paper: its list, its number, and no child whose name may not be shown."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from docx import Document as Word

from donghanh.files.queries import content_of
from donghanh.guardians.tests import factories as families
from donghanh.kernel.rows import everything
from donghanh.kernel.verdict import Refused
from donghanh.organisations.tests.factories import AT
from donghanh.papers.actions import Heading, Table
from donghanh.papers.models import Paper
from donghanh.privacy.actions import give_consent, withdraw_consent
from donghanh.privacy.choices import Purpose
from donghanh.recognition import actions, queries
from donghanh.recognition.choices import Form, NomineeKind
from donghanh.recognition.decision_papers import Masthead, issue_decision, laid_out, numbered
from donghanh.recognition.models import Nomination, Round
from donghanh.recognition.tests.factories import a_commendation, a_nomination, a_round

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_demo_day")]
MASTHEAD = Masthead(
    superior_body="UBND tỉnh Hòa Bình", issuing_body="Sở Giáo dục và Đào tạo", number="45", symbol="QĐ-SGDĐT",
    place="Hòa Bình", enacted_by="Giám đốc Sở Giáo dục và Đào tạo", bases=("Căn cứ Luật Thi đua, khen thưởng",),
    signer_authority="KT. Giám đốc", signer_position="Phó Giám đốc", signer_name="Đinh Thị Hương",
    recipients=("Như Điều 3",),
)  # fmt: skip


def words_of(paper: Paper) -> str:
    """Everything that stands in its Word file."""
    with content_of(paper.docx) as file:
        found = Word(io.BytesIO(file.read()))
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in found.paragraphs), *cells])


@pytest.fixture
def child(cast):
    """A commended learner of twelve whose guardian is linked."""
    school_class = families.a_class(cast.school, "6B", taught_by=cast.class_teacher)
    child = families.a_learner(school_class, "Hoàng Yến Nhi", account=cast.student)
    families.a_verified_link(child, cast.guardian, by=cast.school_administrator)
    return child


def a_decided_round(cast) -> Round:
    """The school and a learner of it are commended."""
    round_ = a_round(cast)
    a_nomination(cast, round_)
    with everything():
        a_nomination(
            cast, round_, kind=NomineeKind.LEARNER, nominee=cast.student, form=Form.LETTER, by=cast.class_teacher,
            deed="Giúp bạn nhận ra tin lừa đảo.",
        )  # fmt: skip
    chair = actions.seat(round_=round_, account=cast.leader, chairs=True, by=cast.department_officer, at=AT)
    for row in Nomination.objects.order_by("pk"):
        by = cast.class_teacher if row.account_id else cast.principal
        actions.submit(nomination=row, by=by, at=AT)
        actions.vote(nomination=row, member=chair, yes=True, by=cast.leader, at=AT)
    actions.decide(round_=round_, decision="45/QĐ-SGDĐT ngày 16/6/2025", decided_on=AT.date(), by=cast.leader, at=AT)
    return Round.objects.get(pk=round_.pk)


def issued(cast, round_: Round) -> Paper:
    made = issue_decision(round_=round_, masthead=MASTHEAD, generated=True, by=cast.department_officer, at=AT)
    return Paper.objects.get(pk=made.paper_id)


def test_the_list_is_an_appendix_and_a_child_without_consent_is_not_named(cast, child):
    paper = issued(cast, a_decided_round(cast))
    said = words_of(paper)
    assert paper.title == "Quyết định số 45/QĐ-SGDĐT: Khen thưởng năm học 2024–2025"
    assert paper.signer == "KT. Giám đốc, Phó Giám đốc, Đinh Thị Hương"
    for words in (
        "Khen thưởng 01 tập thể và 01 cá nhân có thành tích (danh sách kèm theo)", "Trường TH&THCS Ân Nghĩa",
        "Một học sinh của Trường TH&THCS Ân Nghĩa", "Giúp bạn nhận ra tin lừa đảo.", "Về việc khen thưởng năm học",
    ):  # fmt: skip
        assert words in said
    assert "Hoàng Yến Nhi" not in said


def test_with_both_consents_the_name_stands_in_it_and_withdrawn_it_does_not(cast, child):
    round_ = a_decided_round(cast)

    def named():
        document = laid_out(round_, queries.public_names(round_, on=AT.date()), MASTHEAD)
        (table,) = document.appendices[0].blocks
        assert isinstance(table, Table)
        return [row[1] for row in table.rows]

    with everything():
        give_consent(subject_id=child.pk, purpose=Purpose.RESULTS, by=cast.guardian, at=AT)
        given = give_consent(subject_id=child.pk, purpose=Purpose.RESULTS, by=cast.student, at=AT)
    assert "Hoàng Yến Nhi – Trường TH&THCS Ân Nghĩa" in named()
    with everything():
        withdraw_consent(consent=given, by=cast.student, at=AT)
    assert not [name for name in named() if "Hoàng Yến Nhi" in name]


def test_one_paper_a_round_and_only_of_what_was_decided(cast):
    with pytest.raises(Refused, match="chưa có quyết định"):
        issued(cast, a_round(cast))
    round_ = a_commendation(cast)
    with pytest.raises(Refused, match="của cơ quan khác"):
        issue_decision(round_=round_, masthead=MASTHEAD, generated=True, by=cast.principal, at=AT)
    issued(cast, round_)
    with pytest.raises(Refused, match="đã có văn bản"):
        issued(cast, round_)
    assert Paper.objects.count() == 1


def test_without_a_number_its_place_and_the_day_are_left_open(cast):
    round_ = a_commendation(cast)
    open_ = Masthead(**vars(MASTHEAD) | {"number": ""})
    document = laid_out(round_, queries.public_names(round_, on=AT.date()), open_)
    assert (document.number, document.date) == (None, None)
    assert document.body[0] == Heading(2, "Điều 1", "Khen thưởng 01 tập thể có thành tích (danh sách kèm theo).")


@pytest.mark.parametrize(
    ("decision", "read"),
    [
        ("45/QĐ-SGDĐT ngày 20/5/2025", ("45", "QĐ-SGDĐT")), ("1208/QĐ-SGDĐT (giả lập)", ("1208", "QĐ-SGDĐT")),
        ("Quyết định của Giám đốc", ("", "")),
    ],
)  # fmt: skip
def test_number_and_symbol_are_read_from_what_was_written(decision, read):
    assert numbered(decision) == read


def test_it_is_made_on_the_page_and_waits_for_its_signer(cast, sign_in):
    round_ = a_commendation(cast)
    here = reverse("recognition:round", args=[round_.pk])
    officer = sign_in(cast.department_officer)
    assert "Lập quyết định khen thưởng" in officer.get(here).text
    said = {name: value for name, value in vars(MASTHEAD).items() if isinstance(value, str)}
    said |= {"act": "paper", "recipients": "Như Điều 3"}
    empty = officer.post(here, said | {"bases": "", "signer_name": ""})
    assert (empty.status_code, "Ghi căn cứ." in empty.text, "Ghi họ tên người ký." in empty.text) == (422, True, True)
    officer.post(here, said | {"bases": "Căn cứ Luật Thi đua, khen thưởng\nCăn cứ biên bản của hội đồng"})
    paper = Paper.objects.get()
    page = officer.get(here).text
    assert reverse("papers:paper", args=[paper.pk]) in page
    assert "Lập quyết định khen thưởng" not in page
    assert "Quyết định số 45/QĐ-SGDĐT" in sign_in(cast.leader).get(reverse("papers:papers")).text
