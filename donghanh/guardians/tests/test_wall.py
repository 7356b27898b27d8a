"""A verified guardian sees their own children's rows in PostgreSQL itself; nobody else's, and nothing once blocked."""

from __future__ import annotations

import pytest

from donghanh.guardians.actions import block, lift, revoke
from donghanh.guardians.models import CustodyBlock, Guardianship
from donghanh.guardians.tests.factories import DAY, NOON, a_class, a_code, a_learner, a_verified_link, claimed
from donghanh.kernel.rows import everything, reader
from donghanh.people.tests.cast import a_person
from donghanh.privacy.actions import give_consent
from donghanh.privacy.models import Consent, DataRequest
from donghanh.rosters.models import Enrolment, Learner

CANARY = "Chim Hoàng Yến"


@pytest.fixture
def family(cast):
    """Two children of the guardian in one school, a third in another; beside each a classmate who must not be seen."""
    at_school = a_class(cast.school, taught_by=cast.class_teacher)
    elsewhere = a_class(cast.sibling, "7B")
    other_admin = a_person("quantri2", "Lò Văn Quản", "school_administrator", cast.sibling)
    mine = [a_learner(at_school, "Nguyễn An"), a_learner(at_school, "Nguyễn Bé"), a_learner(elsewhere, "Nguyễn Cả")]
    for school_class in (at_school, elsewhere):
        a_learner(school_class, CANARY)
    for child, admin in zip(mine, [cast.school_administrator] * 2 + [other_admin], strict=True):
        a_verified_link(child, cast.guardian, by=admin)
    return mine


def seen_by(account) -> set[str]:
    """Names of all learners the database shows to the account, without any filter of ours."""
    with reader(account=account.pk, day=DAY):
        enrolled = set(Enrolment.objects.values_list("learner", flat=True))
        learners = dict(Learner.objects.values_list("pk", "full_name"))
    assert enrolled == learners.keys()
    return set(learners.values())


def test_three_children_in_two_schools_and_no_other_child(cast, family):
    assert seen_by(cast.guardian) == {"Nguyễn An", "Nguyễn Bé", "Nguyễn Cả"}


def test_others_see_none_of_them(cast, family):
    for account in (cast.outsider, cast.teacher, cast.principal):
        assert seen_by(account) == set()


def test_nobody_named_sees_nothing(cast, family):
    assert list(Learner.objects.all()) == list(Enrolment.objects.all()) == list(Guardianship.objects.all()) == []


def test_a_claim_that_waits_shows_nothing(cast, family):
    claimed(a_code(family[0], by=cast.school_administrator), cast.outsider)
    assert seen_by(cast.outsider) == set()


def test_a_guardian_reads_and_does_not_write(cast, family):
    with reader(account=cast.guardian.pk, day=DAY):
        assert Learner.objects.filter(pk=family[0].pk).update(full_name="Khác") == 0
        assert Enrolment.objects.filter(learner=family[0].pk).delete()[0] == 0
    with everything():
        assert Learner.objects.get(pk=family[0].pk).full_name == "Nguyễn An"


def test_an_ended_link_shows_nothing_of_that_child(cast, family):
    with reader(account=cast.guardian.pk, day=DAY):
        revoke(link=Guardianship.objects.get(child=family[0]), by=cast.guardian, at=NOON)
    assert seen_by(cast.guardian) == {"Nguyễn Bé", "Nguyễn Cả"}


def test_separated_parents(cast, family):
    """The court keeps the father from one child: he sees the other; the mother sees both; their links are their own."""
    father = cast.outsider
    for child in family[:2]:
        a_verified_link(child, father, by=cast.school_administrator, relation="father")
    with reader(account=father.pk, day=DAY):
        give_consent(subject_id=family[0].pk, purpose="pictures", by=father, at=NOON)
    made = blocked(cast, family[0], father)
    assert seen_by(father) == {"Nguyễn Bé"}
    assert seen_by(cast.guardian) == {"Nguyễn An", "Nguyễn Bé", "Nguyễn Cả"}
    with reader(account=father.pk, day=DAY):
        assert set(Guardianship.objects.values_list("guardian", flat=True)) == {father.pk}
        assert not Consent.objects.exists()
        assert not DataRequest.objects.exists()
        assert not CustodyBlock.objects.exists()
    with everything():
        given = Consent.objects.get(given_by=father)
        assert (given.withdrawn_at, given.withdrawn_by) == (NOON, cast.school_administrator)
    with everything():
        lift(block=made, document="12/2025/QĐST", by=cast.school_administrator, at=NOON)
    assert seen_by(father) == {"Nguyễn Bé"}  # the link does not come back by itself


def test_a_block_hides_the_child_even_from_a_link_that_was_forgotten(cast, family):
    """The policy asks the decision itself, not only the state of the link."""
    with everything():
        CustodyBlock.objects.create(
            child=family[0], unit=cast.school, guardian=cast.guardian, document="01/2025/QĐ-TA",
            document_day=DAY, made_at=NOON, made_by=cast.school_administrator,
        )  # fmt: skip
    assert seen_by(cast.guardian) == {"Nguyễn Bé", "Nguyễn Cả"}


def blocked(cast, child, guardian):
    with everything():
        return block(
            child=child, guardian=guardian, document="01/2025/QĐ-TA", document_day=DAY,
            by=cast.school_administrator, at=NOON,
        )  # fmt: skip


def test_the_class_teacher_sees_the_links_of_the_class_alone(cast, family):
    with reader(account=cast.class_teacher.pk, day=DAY):
        assert set(Guardianship.objects.values_list("child", flat=True)) == {child.pk for child in family[:2]}
