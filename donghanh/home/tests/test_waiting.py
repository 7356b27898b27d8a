"""“Việc của tôi” names every kind of work that waits, and leads to it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from donghanh.inspections import actions_findings as findings
from donghanh.inspections.tests.factories import a_finding, a_visit, recorded
from donghanh.papers.actions import Signer, file_paper
from donghanh.papers.tests.documents import report
from donghanh.programmes import actions as programmes
from donghanh.programmes.tests.factories import a_programme, issued, plan_of
from donghanh.recognition import actions as recognition
from donghanh.recognition.tests.factories import a_nomination, a_round
from donghanh.reporting.tests.factories import AT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_demo_day")]


def waits(sign_in, account):
    return sign_in(account).get(reverse("home:my_work")).context["others"]


def test_plans_findings_votes_and_papers_wait_for_whom_they_concern(cast, sign_in):
    programme = a_programme(cast)
    issued(cast, programme)
    plans, found = reverse("programmes:programmes"), reverse("inspections:findings")
    assert waits(sign_in, cast.teacher) == [("1 kế hoạch phải lập và gửi", plans)]
    assert waits(sign_in, cast.district_officer) == []  # its own plan is accepted
    programmes.submit_plan(plan=plan_of(cast.school, programme), by=cast.teacher, at=AT)
    assert waits(sign_in, cast.district_officer) == [("1 kế hoạch chờ duyệt", plans)]

    finding = a_finding(cast, recorded(cast, a_visit(cast)))
    assert waits(sign_in, cast.teacher) == [("1 kiến nghị phải khắc phục", found)]
    findings.prove(finding=finding, words="Đã sửa", files=[], by=cast.teacher, at=AT)
    assert waits(sign_in, cast.teacher) == []
    assert ("1 kiến nghị chờ kiểm tra lại", f"{found}?tinh_trang=proved") in waits(sign_in, cast.district_officer)

    round_ = a_round(cast)
    recognition.seat(round_=round_, account=cast.leader, chairs=True, by=cast.department_officer, at=AT)
    recognition.submit(nomination=a_nomination(cast, round_), by=cast.principal, at=AT)
    signer = Signer("PHÓ GIÁM ĐỐC", cast.leader.full_name, "KT. GIÁM ĐỐC")
    file_paper(
        document=report(signer=signer), unit_id=cast.department.pk, title="Báo cáo", by=cast.department_officer, at=AT
    )
    assert waits(sign_in, cast.leader) == [
        ("1 đề nghị khen chờ phiếu", reverse("recognition:rounds")), ("1 văn bản chờ ký", reverse("papers:papers")),
    ]  # fmt: skip
