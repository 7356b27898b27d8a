"""Codes on paper: who may print them, what makes one count, and what each wrong one is told."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from donghanh.audit.models import Entry
from donghanh.guardians.actions import NewAccount as New
from donghanh.guardians.actions import WrongCode, block, claim, end_links_of_grown_ups, print_codes, revoke, verify
from donghanh.guardians.choices import CODE_LETTERS, FAILURES_FROM_AN_ADDRESS, LinkState, Why
from donghanh.guardians.models import ClaimFailure, Guardianship
from donghanh.guardians.queries import classes_visible_to, learners_visible_to
from donghanh.guardians.tests.factories import DAY, NOON, a_class, a_code, a_learner, a_verified_link, claimed
from donghanh.kernel.rows import everything, reader
from donghanh.kernel.verdict import Refused
from donghanh.people.models import Account, Membership
from donghanh.people.tests.cast import a_person
from donghanh.rosters.models import Learner

NOWHERE = "203.0.113.7"


@pytest.fixture
def school_class(cast):
    return a_class(cast.school, taught_by=cast.class_teacher)


@pytest.fixture
def child(cast, school_class):
    return a_learner(school_class, "Nguyễn An")


@pytest.fixture
def admin(cast):
    return cast.school_administrator


def the_link(child) -> Guardianship:
    with everything():
        return Guardianship.objects.get(child=child)


def test_a_code_is_twelve_letters_that_look_alike_to_no_other(child, admin):
    code = a_code(child, by=admin)
    assert re.fullmatch(rf"[{CODE_LETTERS}]{{4}}(-[{CODE_LETTERS}]{{4}}){{2}}", code)
    assert not set("O0I1LZ2S5B8G") & set(CODE_LETTERS)
    assert code.replace("-", "") not in str(the_link(child).__dict__)


def test_a_code_is_read_however_it_is_typed(child, admin, cast):
    typed = a_code(child, by=admin).lower().replace("-", " ")
    assert claimed(f"  {typed} ", cast.guardian).state == LinkState.CLAIMED


def test_a_code_carried_home_waits_for_the_school(child, admin, cast):
    link = claimed(a_code(child, by=admin), cast.guardian)
    assert link.state == LinkState.CLAIMED
    with everything():
        verify(link=link, by=admin, at=NOON)
    assert the_link(child).state == LinkState.VERIFIED


def test_a_code_handed_over_in_person_is_enough(child, admin, cast):
    assert claimed(a_code(child, by=admin, in_person=True), cast.guardian).state == LinkState.VERIFIED


def test_where_somebody_is_kept_from_the_child_every_claim_waits(child, admin, cast):
    with everything():
        block(child=child, guardian=None, document="01/2025/QĐ-TA", document_day=DAY, by=admin, at=NOON)
    assert claimed(a_code(child, by=admin, in_person=True), cast.guardian).state == LinkState.CLAIMED


def test_a_block_ends_codes_that_are_still_in_peoples_hands(child, admin, cast):
    code = a_code(child, by=admin, in_person=True)
    with everything():
        block(child=child, guardian=None, document="01/2025/QĐ-TA", document_day=DAY, by=admin, at=NOON)
    with pytest.raises(WrongCode, match="bị trường hủy"):
        claimed(code, cast.guardian)


@pytest.mark.parametrize(
    ("typed", "sentence"), [("", "không đúng"), ("ACDE-ACDE-ACDE", "không đúng"), ("' OR 1=1 --", "không đúng")]
)
def test_a_wrong_code(typed, sentence, child, admin, cast):
    a_code(child, by=admin)
    with pytest.raises(WrongCode, match=sentence):
        claimed(typed, cast.guardian)
    assert the_link(child).guardian is None


def test_a_used_code(child, admin, cast):
    code = a_code(child, by=admin)
    claimed(code, cast.guardian)
    with pytest.raises(WrongCode, match="đã dùng rồi"):
        claimed(code, cast.outsider)
    assert the_link(child).guardian == cast.guardian


def test_an_expired_code(child, admin, cast):
    code = a_code(child, by=admin)
    claimed_late = NOON + timedelta(days=30)
    with pytest.raises(WrongCode, match="hết hạn"):
        claimed(code, cast.guardian, at=claimed_late)
    assert claimed(code, cast.guardian, at=claimed_late - timedelta(seconds=1)).guardian == cast.guardian


def test_a_second_code_of_the_same_child(child, admin, cast):
    claimed(a_code(child, by=admin), cast.guardian)
    with pytest.raises(Refused, match="đã liên kết với học sinh của mã rồi"):
        claimed(a_code(child, by=admin), cast.guardian)


def test_a_child_claims_neither_itself_nor_a_sibling(child, admin, cast, school_class):
    with pytest.raises(Refused, match="không dành cho chính học sinh"):
        claimed(a_code(child, by=admin), child.account)
    sibling = a_learner(school_class, "Nguyễn Bé")
    with pytest.raises(Refused, match="Tài khoản học sinh"):
        claimed(a_code(sibling, by=admin), child.account)


def test_a_blocked_guardian_claims_no_new_code(child, admin, cast):
    a_verified_link(child, cast.guardian, by=admin)
    with everything():
        block(child=child, guardian=cast.guardian, document="01/2025/QĐ-TA", document_day=DAY, by=admin, at=NOON)
    code = a_code(child, by=admin, in_person=True)
    with pytest.raises(Refused, match="Mời liên hệ nhà trường"):
        claimed(code, cast.guardian)
    with everything():
        assert Guardianship.objects.filter(guardian=cast.guardian, state__in=("claimed", "verified")).count() == 0
    assert claimed(code, cast.outsider, relation="father").state == LinkState.CLAIMED  # the code still stands


def test_a_hundred_guesses(child, admin, cast):
    """After ten wrong codes an account waits an hour, even with the right one; nobody else does."""
    code = a_code(child, by=admin)
    for _guess in range(10):
        with pytest.raises(WrongCode):
            claimed("ACDE-ACDE-ACDE", cast.outsider)
    for _guess in range(90):
        with pytest.raises(Refused, match="Chờ một giờ"):
            claimed("ACDE-ACDE-ACDE", cast.outsider)
    assert ClaimFailure.objects.count() == 10
    with pytest.raises(Refused, match="Chờ một giờ"):
        claimed(code, cast.outsider)
    later = NOON + timedelta(hours=1)
    assert claimed(code, cast.outsider, at=later).guardian == cast.outsider


def test_guesses_by_strangers_are_counted_by_their_address(child, admin):
    code = a_code(child, by=admin)
    new = New("lan.nguyen", "Nguyễn Lan", "một mật khẩu dài")

    def guess(typed: str, address: str):
        return claim(typed=typed, relation="mother", account=None, new=new, address=address, at=NOON)

    for _guess in range(FAILURES_FROM_AN_ADDRESS):
        with pytest.raises(WrongCode):
            guess("ACDE-ACDE-ACDE", NOWHERE)
    with pytest.raises(Refused, match="từ mạng này"):
        guess(code, NOWHERE)
    assert guess(code, "203.0.113.8").guardian.username == "lan.nguyen"


def test_a_wrong_code_opens_no_account_and_does_not_tell_which_names_are_taken(child, admin, cast):
    for username in ("ai.do", cast.guardian.username):
        with pytest.raises(WrongCode, match="không đúng"):
            claim(
                typed="ACDE-ACDE-ACDE", relation="mother", account=None, address=NOWHERE, at=NOON,
                new=New(username, "Ai Đó", "một mật khẩu dài"),
            )  # fmt: skip
    assert not Account.objects.filter(username="ai.do").exists()


def test_a_taken_name_leaves_the_code_unused(child, admin, cast):
    code = a_code(child, by=admin)
    with pytest.raises(Refused, match="đã có người dùng"):
        claim(
            typed=code, relation="mother", account=None, address=NOWHERE, at=NOON,
            new=New(cast.guardian.username.upper(), "Ai Đó", "một mật khẩu dài"),
        )  # fmt: skip
    assert the_link(child).state == LinkState.INVITED


def test_the_role_comes_with_the_claim_and_goes_with_the_last_link(child, admin, cast, school_class):
    second = a_learner(school_class, "Nguyễn Bé")
    links = [a_verified_link(one, cast.outsider, by=admin) for one in (child, second)]

    def holds_the_role(on: date) -> bool:
        return Membership.objects.filter(account=cast.outsider, role="guardian", valid__contains=on).exists()

    tomorrow = NOON + timedelta(days=1)
    for link, left in zip(links, (True, False), strict=True):
        with everything():
            revoke(link=link, by=admin, at=tomorrow)
        assert holds_the_role(DAY + timedelta(days=1)) is left
    assert holds_the_role(DAY)


def test_who_may_print(child, cast, admin):
    assert a_code(child, by=cast.class_teacher)
    for person in (cast.teacher, cast.principal, cast.administrator, cast.guardian, cast.outsider):
        with pytest.raises(Refused, match="không thuộc trường hoặc lớp"):
            a_code(child, by=person)
    elsewhere = a_person("quantri2", "Lò Văn Quản", "school_administrator", cast.sibling)
    with pytest.raises(Refused, match="không thuộc trường hoặc lớp"):
        a_code(child, by=elsewhere)


def test_one_child_of_others_spoils_the_whole_sheet(child, cast, admin):
    other = a_learner(a_class(cast.sibling, "7B"), "Chim Hoàng Yến")
    with everything(), pytest.raises(Refused, match="không thuộc trường"):
        print_codes(child_ids=[child.pk, other.pk], a_child=1, in_person=False, by=admin, at=NOON)
    with everything():
        assert not Guardianship.objects.exists()


def test_no_code_for_who_is_of_age_has_left_or_has_codes_enough(cast, admin, school_class, child):
    grown = a_learner(school_class, "Nguyễn Lớn", born=date(2007, 6, 16))
    with pytest.raises(Refused, match="Nguyễn Lớn đã đủ 18 tuổi"):
        a_code(grown, by=admin)
    assert a_code(a_learner(school_class, "Nguyễn Gần", born=date(2007, 6, 17)), by=admin)
    for _code in range(4):
        a_code(child, by=admin)
    with pytest.raises(Refused, match="đang có mã chưa dùng"):
        a_code(child, by=admin)
    with everything():
        child.left_on = DAY
        child.save()
    with pytest.raises(Refused, match="đã rời trường"):
        a_code(child, by=admin)


def test_nobody_verifies_their_own_claim(child, cast):
    link = claimed(a_code(child, by=cast.school_administrator), cast.class_teacher)
    with everything(), pytest.raises(Refused, match="người khác trong trường"):
        verify(link=link, by=cast.class_teacher, at=NOON)


def test_a_class_teacher_records_no_block(child, cast):
    with everything(), pytest.raises(Refused, match="Chỉ người quản trị trường"):
        block(child=child, guardian=None, document="1", document_day=DAY, by=cast.class_teacher, at=NOON)


@pytest.mark.parametrize(
    ("document", "day", "sentence"),
    [("", DAY, "Ghi số"), ("x" * 81, DAY, "80 ký tự"), ("01/TA", DAY + timedelta(days=1), "sau hôm nay")],
)
def test_a_block_needs_its_document(document, day, sentence, child, admin):
    with everything(), pytest.raises(Refused, match=sentence):
        block(child=child, guardian=None, document=document, document_day=day, by=admin, at=NOON)


def test_the_log_tells_every_step_and_names_no_child(child, admin, cast):
    link = a_verified_link(child, cast.guardian, by=admin)
    with everything():
        revoke(link=link, by=cast.guardian, at=NOON)
    rows = Entry.objects.filter(object_type="guardians.Guardianship").order_by("pk")
    assert [row.verb for row in rows] == ["guardians.code_printed", "guardians.claimed", "guardians.ended"]
    assert {row.unit_id for row in rows} == {cast.school.pk}
    assert "Nguyễn" not in str([(row.reason, row.details) for row in rows])


def test_whoever_printed_a_code_cannot_use_it(child, cast):
    typed = a_code(child, by=cast.class_teacher, in_person=True)
    with pytest.raises(Refused, match="Người in mã"):
        claimed(typed, cast.class_teacher)


def test_a_code_of_somebody_who_no_longer_looks_after_the_child_waits(child, cast):
    """A teacher who left the school keeps no child: not the class's page, not the codes in their drawer."""
    typed = a_code(child, by=cast.class_teacher, in_person=True)
    Membership.objects.filter(account=cast.class_teacher).update(valid=DateRange(date(2019, 9, 1), DAY))
    with everything():
        assert not learners_visible_to(cast.class_teacher, on=DAY).exists()
        assert not classes_visible_to(cast.class_teacher, on=DAY).exists()
    assert claimed(typed, cast.guardian).state == LinkState.CLAIMED


def test_nobody_has_a_guardian_from_eighteen_on(child, admin, cast):
    link = a_verified_link(child, cast.guardian, by=admin)
    with everything():
        Learner.objects.filter(pk=child.pk).update(birth_date=date(2007, 6, 16))
    with reader(account=cast.guardian.pk, day=DAY):
        assert not Learner.objects.filter(pk=child.pk).exists()  # the wall knows at once
    assert end_links_of_grown_ups(at=NOON, most=10) == 1
    with everything():
        link.refresh_from_db()
    assert (link.state, link.why) == (LinkState.REVOKED, Why.OF_AGE)
    assert end_links_of_grown_ups(at=NOON, most=10) == 0
