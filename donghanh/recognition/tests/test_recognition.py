"""Nominated, judged without interest, decided, published; a child's name only while child and guardian consent."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from donghanh.guardians.tests import factories as families
from donghanh.kernel.rows import everything
from donghanh.kernel.verdict import Refused
from donghanh.organisations.tests.factories import AT
from donghanh.people.tests.cast import a_person
from donghanh.privacy.actions import give_consent, withdraw_consent
from donghanh.privacy.choices import Purpose
from donghanh.recognition import actions, actions_practice, council, queries
from donghanh.recognition.choices import Form, NomineeKind, PracticeState, State
from donghanh.recognition.models import Nomination
from donghanh.recognition.tests.factories import a_nomination, a_practice, a_round, named

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_demo_day")]
TODAY = date(2025, 6, 16)
LATER = AT + timedelta(days=1)


def seated(cast, round_, *accounts):
    return [
        actions.seat(round_=round_, account=one, chairs=not number, by=cast.department_officer, at=AT)
        for number, one in enumerate(accounts)
    ]


def stored(nomination):
    return Nomination.objects.select_related("round", "account").get(pk=nomination.pk)


def decided(cast, round_, nomination, *, yes=True):
    (chair,) = seated(cast, round_, cast.leader)
    actions.submit(nomination=nomination, by=cast.principal, at=AT)
    actions.vote(nomination=stored(nomination), member=chair, yes=yes, by=cast.leader, at=AT)
    actions.decide(round_=round_, decision="45/QĐ-SGDĐT", decided_on=TODAY, by=cast.leader, at=AT)


def test_put_forward_judged_decided_and_public(cast, client):
    round_ = a_round(cast)
    nomination = a_nomination(cast, round_)
    decided(cast, round_, nomination)
    assert stored(nomination).state == State.COMMENDED
    round_.refresh_from_db()
    here = reverse("recognition:outcome", args=[round_.pk])
    assert client.get(here).status_code == 404
    actions.publish(round_=round_, by=cast.leader, at=LATER)
    assert "Trường TH&amp;THCS Ân Nghĩa" in client.get(here).text
    assert "Khen thưởng năm học 2024–2025" in client.get(reverse("recognition:published")).text


def test_more_no_than_yes_is_not_commended(cast):
    round_ = a_round(cast)
    nomination = a_nomination(cast, round_)
    decided(cast, round_, nomination, yes=False)
    assert stored(nomination).state == State.NOT_COMMENDED


@pytest.mark.parametrize(
    ("who", "why"),
    [("principal", "là người đề nghị"), ("teacher", "là người được đề nghị"), ("class_teacher", "cùng đơn vị")],
)
def test_whoever_has_to_do_with_the_nominee_has_no_vote(cast, who, why):
    round_ = a_round(cast)
    nomination = a_nomination(cast, round_, kind=NomineeKind.STAFF, nominee=cast.teacher)
    named(cast, getattr(cast, who))
    (member,) = seated(cast, round_, getattr(cast, who))
    actions.submit(nomination=nomination, by=cast.principal, at=AT)
    with pytest.raises(Refused, match=f"không bỏ phiếu ở đề nghị này vì {why}"):
        actions.vote(nomination=stored(nomination), member=member, yes=True, by=getattr(cast, who), at=AT)


def test_one_who_stands_back_is_not_counted(cast):
    round_ = a_round(cast, quorum=2)
    nomination = a_nomination(cast, round_)
    chair, other = seated(cast, round_, cast.leader, cast.department_officer)
    actions.submit(nomination=nomination, by=cast.principal, at=AT)
    open_ = stored(nomination)
    for member, account in ((chair, cast.leader), (other, cast.department_officer)):
        actions.vote(nomination=open_, member=member, yes=True, by=account, at=AT)
    actions.stand_back(nomination=open_, member=other, reason="là người nhà", by=cast.department_officer, at=AT)
    counted = council.tally(open_, on=TODAY)
    assert (counted.yes, counted.may_vote, counted.decided) == (1, 1, False)
    with pytest.raises(Refused, match="Còn 1 đề nghị chưa đủ phiếu"):
        actions.decide(round_=round_, decision="45/QĐ", decided_on=TODAY, by=cast.leader, at=AT)
    assert stored(nomination).state == State.SUBMITTED


def test_what_comes_back_is_written_anew_and_sent_again_even_late(cast, sign_in):
    round_ = a_round(cast)
    nomination = a_nomination(cast, round_)
    actions.submit(nomination=nomination, by=cast.principal, at=AT)
    actions.return_(nomination=stored(nomination), reason="Ghi số buổi.", by=cast.department_officer, at=AT)
    here = reverse("recognition:nomination", args=[nomination.pk])
    principal = sign_in(cast.principal)
    assert "Ghi việc đã làm" in principal.post(here, {"act": "rewrite", "deed": " "}).text
    principal.post(here, {"act": "rewrite", "deed": "Dạy 24 buổi."})
    actions.submit(nomination=stored(nomination), by=cast.principal, at=AT + timedelta(days=20))
    assert (stored(nomination).deed, stored(nomination).state) == ("Dạy 24 buổi.", State.SUBMITTED)


def test_nobody_votes_from_anothers_seat(cast):
    round_ = a_round(cast)
    nomination = a_nomination(cast, round_)
    (chair,) = seated(cast, round_, cast.leader)
    actions.submit(nomination=nomination, by=cast.principal, at=AT)
    with pytest.raises(Refused, match="Chỉ thành viên hội đồng"):
        actions.vote(nomination=stored(nomination), member=chair, yes=True, by=cast.department_officer, at=AT)


def test_bad_input_is_told_and_nothing_is_kept(cast):
    round_ = a_round(cast)
    for changes, sentence in (
        ({"deed": " "}, "Ghi việc đã làm"),
        ({"kind": NomineeKind.GROUP}, "Ghi tên tổ"),
        ({"kind": NomineeKind.STAFF}, "Chọn người"),
        ({"kind": NomineeKind.STAFF, "nominee": cast.guardian}, "không phải là cán bộ"),
        ({"form": Form.MERIT}, "không có hình thức"),
        ({"by": cast.department_officer}, "thay đơn vị mình"),
        ({"at": AT + timedelta(days=60)}, "không nhận đề nghị"),
    ):
        with pytest.raises(Refused, match=re.escape(sentence)):
            a_nomination(cast, round_, **changes)
    assert not Nomination.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Nomination.objects.create(round=round_, unit=cast.school, kind=NomineeKind.STAFF, form="letter", deed="x")


@pytest.fixture
def child(cast):
    """A learner of twelve in the class of the cast's class teacher, and their guardian."""
    school_class = families.a_class(cast.school, "6B", taught_by=cast.class_teacher)
    child = families.a_learner(school_class, "Hoàng Yến Nhi", account=cast.student)
    families.a_verified_link(child, cast.guardian, by=cast.school_administrator)
    return child


def a_commended_child(cast, child):
    round_ = a_round(cast)
    with everything():
        nomination = a_nomination(
            cast, round_, kind=NomineeKind.LEARNER, nominee=cast.student, form=Form.LETTER, by=cast.class_teacher
        )
    (chair,) = seated(cast, round_, cast.leader)
    actions.submit(nomination=nomination, by=cast.class_teacher, at=AT)
    actions.vote(nomination=stored(nomination), member=chair, yes=True, by=cast.leader, at=AT)
    actions.decide(round_=round_, decision="45/QĐ-SGDĐT", decided_on=TODAY, by=cast.leader, at=AT)
    round_.refresh_from_db()
    actions.publish(round_=round_, by=cast.leader, at=AT)
    return round_, nomination


def test_a_childs_name_waits_for_both_and_hides_again(cast, child, client):
    round_, _nomination = a_commended_child(cast, child)
    here = reverse("recognition:outcome", args=[round_.pk])

    def public():
        return "Hoàng Yến Nhi" in client.get(here).text

    assert not public()
    assert "Một học sinh của Trường TH&amp;THCS Ân Nghĩa" in client.get(here).text
    with everything():
        given = give_consent(subject_id=child.pk, purpose=Purpose.RESULTS, by=cast.guardian, at=AT)
    assert not public()  # the guardian alone is not enough at twelve
    with everything():
        give_consent(subject_id=child.pk, purpose=Purpose.RESULTS, by=cast.student, at=AT)
    assert public()
    with everything():
        withdraw_consent(consent=given, by=cast.guardian, at=AT)
    assert not public()


def test_the_office_judges_a_child_without_its_name(cast, child, sign_in):
    _round, nomination = a_commended_child(cast, child)
    here = reverse("recognition:nomination", args=[nomination.pk])
    assert "Hoàng Yến" not in sign_in(cast.leader).get(here).text
    assert "Hoàng Yến Nhi" in sign_in(cast.class_teacher).get(here).text


def test_only_learners_one_may_see_are_put_forward(cast, child):
    round_ = a_round(cast)
    other = a_person("hieutruong2", "Bùi Na", "principal", cast.preschool)
    with everything(), pytest.raises(Refused, match="học sinh mà mình được xem"):
        a_nomination(cast, round_, kind=NomineeKind.LEARNER, nominee=cast.student, unit_id=cast.preschool.pk, by=other)


def test_from_the_nomination_to_the_publication_on_the_pages(cast, sign_in, client):
    officer = sign_in(cast.department_officer)
    said = {"name": "Đợt hè", "forms_": ["certificate"], "criteria": "Việc làm", "quorum": 1}
    wrong = officer.post(reverse("recognition:rounds"), said | {"opens_on": "2025-06-20", "closes_on": "2025-06-01"})
    assert wrong.status_code == 422
    opened = officer.post(reverse("recognition:rounds"), said | {"opens_on": "2025-06-01", "closes_on": "2025-06-30"})
    here = opened.url
    assert "không thuộc diện" in officer.post(here, {"act": "seat", "person": cast.outsider.pk}).text
    officer.post(here, {"act": "seat", "person": cast.leader.pk, "chairs": "on"})
    principal = sign_in(cast.principal)
    empty = principal.post(here, {"act": "nominate", "kind": "unit", "form": "certificate", "deed": ""})
    assert "Ghi việc đã làm" in empty.text
    there = principal.post(here, {"act": "nominate", "kind": "unit", "form": "certificate", "deed": "Dạy 20 buổi"}).url
    principal.post(there, {"act": "submit"})
    leader = sign_in(cast.leader)
    assert "Chờ phiếu của thầy cô" in leader.get(reverse("recognition:rounds")).text
    leader.post(there, {"act": "yes"})
    leader.post(here, {"act": "decide", "decision": "45/QĐ-SGDĐT", "decided_on": "2025-06-16"})
    leader.post(here, {"act": "publish"})
    assert "Đợt hè" in client.get(reverse("recognition:published")).text
    assert Nomination.objects.get().state == State.COMMENDED


def test_a_practice_is_shared_by_the_office_above_and_tried_elsewhere(cast, sign_in):
    practice = a_practice(cast)
    here = reverse("recognition:practice", args=[practice.pk])
    assert sign_in(cast.other_teacher).get(here).status_code == 404  # not shared yet
    office = sign_in(cast.district_officer)
    assert office.post(here, {"act": "return", "remark": ""}).status_code == 422
    office.post(here, {"act": "share"})
    other = sign_in(cast.other_teacher)
    other.post(here, {"act": "try", "outcome": "partly", "words": "Chỉ hợp với lớp lớn."})
    other.post(here, {"act": "try", "outcome": "works", "words": ""})  # the unit's last word counts
    found = queries.practices_visible_to(cast.other_teacher, on=TODAY).get()
    assert (found.trials_made, found.works, found.state) == (1, 1, PracticeState.PUBLISHED)
    with pytest.raises(Refused, match="chính đơn vị"):
        actions_practice.tell_trial(
            practice=found, unit_id=cast.school.pk, outcome="works", words="", by=cast.teacher, at=AT
        )
    assert "Hộp thư hỏi đáp" in other.get(reverse("recognition:practices"), {"q": "hop thu hoi dap"}).text
