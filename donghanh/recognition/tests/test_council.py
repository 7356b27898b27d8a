"""A council that cannot reach its votes is helped on; points inform; a vote and the decision take turns."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from donghanh.audit.models import Entry
from donghanh.collaborators.rules import Somebody
from donghanh.collaborators.tests.factories import a_collaborator
from donghanh.kernel.verdict import Refused
from donghanh.organisations.tests.factories import AT
from donghanh.people.tests.cast import a_person, the_cast
from donghanh.recognition import actions, council, rules
from donghanh.recognition.choices import NomineeKind, State
from donghanh.recognition.models import CouncilMember, CriterionScore, Nomination, Recusal, Round, Vote
from donghanh.recognition.tests.factories import a_nomination, a_round, named

pytestmark = pytest.mark.usefixtures("on_demo_day")
TODAY = date(2025, 6, 16)


def sent(cast, round_, **changes):
    nomination = a_nomination(cast, round_, **changes)
    actions.submit(nomination=nomination, by=changes.get("by", cast.principal), at=AT)
    return Nomination.objects.select_related("round", "account").get(pk=nomination.pk)


def seat(cast, round_, account, *, chairs=False):
    return actions.seat(round_=round_, account=account, chairs=chairs, by=cast.department_officer, at=AT)


@pytest.mark.django_db
def test_only_whom_the_office_may_seat(cast):
    round_ = a_round(cast)
    for somebody in (cast.outsider, cast.guardian, cast.principal, cast.clerk):
        with pytest.raises(Refused, match="Chỉ mời người có quyền xét khen thưởng"):
            seat(cast, round_, somebody)
    named(cast, cast.principal)
    seat(cast, round_, cast.principal)
    seat(cast, round_, cast.leader)
    assert {one.account for one in council.seated(round_)} == {cast.principal, cast.leader}
    offered = council.may_be_seated(cast.department.pk, on=TODAY)
    assert list(offered) == [cast.department_officer, cast.leader, cast.principal]  # by name: Ánh, Hương, Đức


@pytest.mark.django_db
def test_too_few_who_may_vote_is_said_and_the_three_ways_out_work(cast, sign_in):
    round_ = a_round(cast, quorum=2)
    named(cast, cast.principal)
    chair, conflicted = (seat(cast, round_, one, chairs=one == cast.leader) for one in (cast.leader, cast.principal))
    nomination = sent(cast, round_)
    actions.vote(nomination=nomination, member=chair, yes=True, by=cast.leader, at=AT)
    here, leader = reverse("recognition:round", args=[round_.pk]), sign_in(cast.leader)
    page = leader.get(here).text
    assert "1 đề nghị không thể đủ phiếu" in page
    assert "1 người được bỏ phiếu, cần 2 phiếu" in page
    assert "không thể đủ phiếu" not in sign_in(cast.principal).get(here).text  # the council's own matter

    leader = sign_in(cast.leader)
    assert leader.post(here, {"act": "unseat", "member": chair.pk, "why": "x"}).status_code == 422  # has voted
    assert "Ghi lý do rút" in leader.post(here, {"act": "unseat", "member": conflicted.pk, "why": " "}).text
    leader.post(here, {"act": "unseat", "member": conflicted.pk, "why": "Cùng đơn vị"})
    assert [one.account for one in council.seated(round_)] == [cast.leader]
    entry = Entry.objects.get(verb="recognition.member_unseated")
    assert (entry.reason, entry.by_id, entry.details) == ("Cùng đơn vị", cast.leader.pk, {"member": conflicted.pk})

    leader.post(here, {"act": "seat", "person": cast.department_officer.pk})
    assert council.stuck(round_, on=TODAY) == []
    assert council.tally(nomination, on=TODAY).may_vote == 2


@pytest.mark.django_db
def test_what_lacks_votes_is_postponed_and_the_rest_is_decided(cast, sign_in):
    round_ = a_round(cast)
    named(cast, cast.principal)
    member = seat(cast, round_, cast.principal)
    own = sent(cast, round_)
    other = sent(
        cast, round_, unit_id=cast.preschool.pk, by=a_person("m", "Bùi Na", "principal", cast.preschool)
    )  # fmt: skip
    actions.vote(nomination=other, member=member, yes=True, by=cast.principal, at=AT)
    here, leader = reverse("recognition:round", args=[round_.pk]), sign_in(cast.leader)
    assert "Ghi lý do hoãn" in leader.post(here, {"act": "postpone", "cause": ""}).text
    leader.post(here, {"act": "postpone", "cause": "Hội đồng cùng đơn vị"})
    leader.post(here, {"act": "decide", "decision": "45/QĐ-SGDĐT", "decided_on": "2025-06-16"})
    states = dict(Nomination.objects.values_list("pk", "state"))
    assert states == {own.pk: State.POSTPONED, other.pk: State.COMMENDED}
    assert own.moves.order_by("-pk").first().reason == "Hội đồng cùng đơn vị"
    with pytest.raises(Refused, match="đã có quyết định"):
        actions.postpone(round_=round_, reason="x", by=cast.leader, at=AT)


@pytest.mark.django_db
def test_what_could_be_decided_is_not_postponed(cast):
    round_ = a_round(cast)
    seat(cast, round_, cast.leader)
    sent(cast, round_)
    with pytest.raises(Refused, match="Không đề nghị nào thiếu"):
        actions.postpone(round_=round_, reason="x", by=cast.leader, at=AT)


@pytest.mark.django_db
def test_who_left_has_no_vote_and_comes_back_with_what_they_stood_back_from(cast):
    round_ = a_round(cast)
    member = seat(cast, round_, cast.leader, chairs=True)
    nomination = sent(cast, round_)
    actions.stand_back(nomination=nomination, member=member, reason="là người nhà", by=cast.leader, at=AT)
    actions.unseat(member=member, reason="là người nhà", by=cast.department_officer, at=AT)
    with pytest.raises(Refused, match="không còn trong hội đồng"):
        actions.vote(nomination=nomination, member=member, yes=True, by=cast.leader, at=AT)
    again = seat(cast, round_, cast.leader)
    with pytest.raises(Refused, match="vì là người nhà"):
        actions.vote(nomination=nomination, member=again, yes=True, by=cast.leader, at=AT)
    assert (again.pk, Recusal.objects.count(), Vote.objects.exists()) == (member.pk, 1, False)
    with pytest.raises(IntegrityError), transaction.atomic():
        CouncilMember.objects.filter(pk=again.pk).update(chairs=True, unseated_at=AT)


@pytest.mark.django_db
def test_a_school_judges_its_own_people_and_still_not_oneself(cast):
    round_ = a_round(cast, office_id=cast.school.pk, by=cast.principal)
    named_by_school = a_group_of_two(cast)
    nomination = sent(cast, round_, kind=NomineeKind.STAFF, nominee=cast.teacher)
    seats = [
        actions.seat(round_=round_, account=one, chairs=False, by=cast.principal, at=AT) for one in named_by_school
    ]
    found = council.standings([nomination], on=TODAY)[nomination.pk]
    assert found.why == {seats[1].pk: "là người được đề nghị"}
    assert found.tally.may_vote == 1


def a_group_of_two(cast):
    """The class teacher and the teacher in charge are named by the school."""
    for one in (cast.class_teacher, cast.teacher):
        a_collaborator(cast.school, Somebody(one), by=cast.school_administrator)
    return cast.class_teacher, cast.teacher


def test_criteria_with_points_are_read_and_wrong_ones_told():
    text = "Có việc làm cụ thể\n\nCó minh chứng (30 điểm)\nNơi khác làm theo (5 Điểm)"
    assert rules.criteria_in(text) == [
        ("Có việc làm cụ thể", None), ("Có minh chứng", 30), ("Nơi khác làm theo", 5),
    ]  # fmt: skip
    for wrong in ("Minh chứng (0 điểm)", "Minh chứng (101 điểm)"):
        with pytest.raises(Refused, match="từ 1 đến 100"):
            rules.criteria_in(wrong)
    with pytest.raises(Refused, match="nhiều nhất 30 tiêu chí"):
        rules.criteria_in("x\n" * 31)


@pytest.mark.django_db
def test_points_are_summed_and_decide_nothing(cast, sign_in):
    round_ = a_round(cast, criteria="Việc làm (20 điểm)\nMinh chứng (10 điểm)\nGọn gàng")
    work, proof, words = round_.criteria.order_by("position")
    chair, other = (seat(cast, round_, one) for one in (cast.leader, cast.department_officer))
    nomination = sent(cast, round_)
    here = reverse("recognition:nomination", args=[nomination.pk])
    leader = sign_in(cast.leader)
    wrong = leader.post(here, {"act": "score", f"c{work.pk}": "21", f"c{proof.pk}": ""})
    assert (wrong.status_code, "Chấm tiêu chí này." in wrong.text) == (422, True)
    assert not CriterionScore.objects.exists()
    leader.post(here, {"act": "score", f"c{work.pk}": "20", f"c{proof.pk}": "9"})
    leader.post(here, {"act": "score", f"c{work.pk}": "20", f"c{proof.pk}": "10"})  # the last word counts
    actions.score(nomination=nomination, member=other, points={work.pk: 15}, by=cast.department_officer, at=AT)
    found = council.points_of([nomination.pk])[nomination.pk]
    assert (found.by, found.total, found.each) == (2, 27.5, {work.pk: 17.5, proof.pk: 10})
    assert "27,5/30" in leader.get(here).text
    assert "27,5" in leader.get(reverse("recognition:round", args=[round_.pk])).text
    for points in ({words.pk: 1}, {work.pk: -1}, {}):
        with pytest.raises(Refused):
            actions.score(nomination=nomination, member=chair, points=points, by=cast.leader, at=AT)
    actions.vote(nomination=nomination, member=chair, yes=False, by=cast.leader, at=AT)
    actions.decide(round_=round_, decision="45/QĐ", decided_on=TODAY, by=cast.leader, at=AT)
    assert Nomination.objects.get().state == State.NOT_COMMENDED
    with pytest.raises(Refused, match="không còn trong lúc xét"):
        actions.score(nomination=nomination, member=chair, points={work.pk: 1}, by=cast.leader, at=AT)


@pytest.mark.django_db
def test_one_who_stands_back_takes_their_points_along(cast):
    round_ = a_round(cast, criteria="Việc làm (20 điểm)")
    member = seat(cast, round_, cast.leader)
    nomination = sent(cast, round_)
    points = {round_.criteria.get().pk: 20}
    actions.score(nomination=nomination, member=member, points=points, by=cast.leader, at=AT)
    actions.stand_back(nomination=nomination, member=member, reason="là người nhà", by=cast.leader, at=AT)
    assert council.points_of([nomination.pk]) == {}


def asked(cast, sign_in, nominations, members):
    """Queries of the round's page and of its decision, with so many nominations and members."""
    round_ = a_round(cast, name=f"Đợt {nominations} × {members}", criteria="Việc làm (20 điểm)")
    seats = []
    for number in range(members):
        somebody = a_person(f"hd{nominations}x{number}", f"Bùi Văn {number}", "department_leader", cast.department)
        seats.append((seat(cast, round_, somebody), somebody))
    rows = [sent(cast, round_, kind=NomineeKind.GROUP, group=f"Tổ {number}") for number in range(nominations)]
    for member, somebody in seats:
        for row in rows:
            actions.vote(nomination=row, member=member, yes=True, by=somebody, at=AT)
    leader = sign_in(cast.leader)
    leader.get(reverse("recognition:round", args=[round_.pk]))
    with CaptureQueriesContext(connection) as page:
        assert leader.get(reverse("recognition:round", args=[round_.pk])).status_code == 200
    rules.may_run(cast.leader, round_, on=TODAY)  # what the account holds is asked once for the account
    with CaptureQueriesContext(connection) as decision:
        actions.decide(round_=round_, decision="45/QĐ", decided_on=TODAY, by=cast.leader, at=AT)
    assert round_.nominations.filter(state=State.COMMENDED).count() == nominations
    return len(page), len(decision)


@pytest.mark.django_db
def test_page_and_decision_ask_as_much_for_many_as_for_few(cast, sign_in):
    few = asked(cast, sign_in, nominations=2, members=1)
    many = asked(cast, sign_in, nominations=7, members=4)
    assert many == few


def waits_for_a_lock(thread):
    """Until the thread's connection waits for the one that holds the round; at once where it has ended instead."""
    with connection.cursor() as cursor:
        while thread.is_alive():
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
            if cursor.fetchone()[0]:
                return True
    return False


def at_once(first, second):
    """`first` in an open transaction, `second` from another connection meanwhile; with what the second was refused."""
    told = []

    def work():
        try:
            second()
        except Refused as refused:
            told.append(str(refused))
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    with transaction.atomic():
        first()
        thread.start()
        assert waits_for_a_lock(thread)
    thread.join()
    return told


@pytest.mark.django_db(transaction=True)
def test_a_vote_and_the_decision_take_turns():
    cast = the_cast()
    round_ = a_round(cast)
    chair, other = (seat(cast, round_, one) for one in (cast.leader, cast.department_officer))
    nomination = sent(cast, round_)
    actions.vote(nomination=nomination, member=chair, yes=True, by=cast.leader, at=AT)

    def votes_no():
        actions.vote(nomination=nomination, member=other, yes=False, by=cast.department_officer, at=AT)

    def decides():
        actions.decide(round_=round_, decision="45/QĐ", decided_on=TODAY, by=cast.leader, at=AT)

    assert at_once(votes_no, decides) == []
    assert Nomination.objects.get().state == State.NOT_COMMENDED  # the no that came before it counts
    assert Round.objects.get().decided_on == TODAY

    later = a_round(cast, name="Đợt hai")
    chair, other = (seat(cast, later, one) for one in (cast.leader, cast.department_officer))
    nomination, round_ = sent(cast, later), later
    actions.vote(nomination=nomination, member=chair, yes=True, by=cast.leader, at=AT)
    assert at_once(decides, votes_no) == ["Đề nghị này không còn trong lúc xét."]
    assert list(Vote.objects.filter(nomination=nomination).values_list("yes", flat=True)) == [True]
