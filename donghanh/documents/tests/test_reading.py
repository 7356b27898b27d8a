"""Who owes the reading of a document, who has read it, and who may know."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from donghanh.audit.models import Entry
from donghanh.documents import actions, queries_reading
from donghanh.documents import actions_reading as reading
from donghanh.documents.actions_relations import relate
from donghanh.documents.models_reading import Acknowledgement, Nudge, Publication
from donghanh.documents.rules import Receiver
from donghanh.documents.signals import reading_nudged
from donghanh.documents.tests.factories import an_arrival, an_issued
from donghanh.documents.tests.factories_reading import DUE, a_publication
from donghanh.kernel.rows import everything, reader
from donghanh.kernel.verdict import Refused
from donghanh.organisations.tests.factories import AT
from donghanh.people.actions import end_role
from donghanh.people.models import Membership
from donghanh.people.tests.cast import a_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_demo_day")]
TODAY = AT.date()


@pytest.fixture
def document(cast):
    return an_issued(cast.department, by=cast.clerk, to=(Receiver("Mọi đơn vị", cast.department, with_below=True),))


@pytest.fixture
def published(cast, document):
    return a_publication(document, cast.department, by=cast.clerk)


def asked(publication, on=TODAY):
    rows = queries_reading.audience(publication, on=on).select_related("account")
    return sorted({row.account.username for row in rows})


def owes(account, on=TODAY):
    account.__dict__.pop("_held", None)
    return queries_reading.count_to_read(account, on=on)


def not_read(publication, unit, account):
    with queries_reading.readers_of(account, on=TODAY):
        rows = queries_reading.names_unread(publication, unit.pk, on=TODAY)
        return [(row.account.username, row.unit_name) for row in rows]


def test_the_audience_is_a_rule_over_kinds_branch_and_roles(cast, document, published):
    assert asked(published) == ["chunhiem", "giaovien", "giaovien2", "hieutruong"]
    reading.close(publication=published, remark="Gửi lại hẹp hơn", by=cast.clerk, at=AT)
    narrow = a_publication(document, cast.department, by=cast.clerk, branch=cast.kim_boi)
    assert asked(narrow) == ["giaovien2"]
    reading.close(publication=narrow, remark="Gửi lại theo loại", by=cast.clerk, at=AT)
    assert asked(a_publication(document, cast.department, by=cast.clerk, kinds=["TH&THCS"], roles=["principal"])) == [
        "hieutruong"
    ]


def test_who_comes_later_owes_it_too_and_who_has_left_owes_it_no_more(cast, published):
    newcomer = a_person("moi", "Bùi Mới", "principal", cast.preschool)
    assert owes(newcomer) == 1
    post = Membership.objects.get(account=cast.teacher)
    tomorrow = TODAY + timedelta(days=1)
    end_role(membership=post, until=tomorrow, by=cast.administrator.pk, at=AT)
    assert (owes(cast.teacher), owes(cast.teacher, tomorrow)) == (1, 0)
    assert asked(published, tomorrow) == ["chunhiem", "giaovien2", "hieutruong", "moi"]


def test_it_is_confirmed_once_and_the_first_day_stands(cast, document, published):
    first = reading.acknowledge(document=document, by=cast.teacher, at=AT)
    again = reading.acknowledge(document=document, by=cast.teacher, at=AT + timedelta(days=3))
    assert (again.pk, again.at) == (first.pk, AT)
    assert (owes(cast.teacher), owes(cast.principal)) == (0, 1)
    assert Entry.objects.filter(verb="documents.acknowledged").count() == 1
    for change in (lambda rows: rows.delete(), lambda rows: rows.update(at=AT + timedelta(days=1))):
        with pytest.raises(DatabaseError), everything():
            change(Acknowledgement.objects.filter(pk=first.pk))


def test_who_is_not_asked_cannot_confirm(cast, document, published):
    with pytest.raises(Refused, match="không còn cần"):
        reading.acknowledge(document=document, by=cast.district_officer, at=AT)


def test_nothing_is_kept_of_a_reading_but_the_button(cast):
    columns = {field.name for field in Acknowledgement._meta.get_fields()}
    assert columns == {"id", "document", "account", "at"}


def test_a_document_confirmed_for_one_office_is_read_for_every_office(cast, document, published):
    a_publication(document, cast.school, by=cast.principal)
    assert owes(cast.teacher) == 1
    reading.acknowledge(document=document, by=cast.teacher, at=AT)
    assert owes(cast.teacher) == 0


def test_a_newer_document_asks_everybody_again_and_closes_the_older_with_a_remark(cast, document, published):
    reading.acknowledge(document=document, by=cast.teacher, at=AT)
    newer = an_issued(cast.department, by=cast.clerk)
    relate(later=newer, earlier=document, kind="replaces", by=cast.clerk, at=AT)
    published.refresh_from_db()
    assert (published.closed_at, published.remark) == (
        AT, "Được Quyết định 02/QĐ-SGDĐT thay thế từ 12/06/2025.",
    )  # fmt: skip
    assert owes(cast.principal) == 0
    a_publication(newer, cast.department, by=cast.clerk)
    assert (owes(cast.teacher), owes(cast.principal)) == (1, 1)
    with pytest.raises(Refused, match="thay thế hoặc bãi bỏ"):
        a_publication(document, cast.department, by=cast.clerk)


def test_a_recalled_document_is_asked_of_nobody(cast, document, published):
    actions.recall(document=document, reason="Ghi nhầm", by=cast.clerk, at=AT)
    published.refresh_from_db()
    assert published.remark == "Văn bản đã bị thu hồi: Ghi nhầm"
    assert owes(cast.teacher) == 0


def test_an_entry_of_a_school_stands_for_the_document_of_the_office(cast, document):
    from donghanh.documents.rules import Arrival
    from donghanh.documents.tests.factories import told

    entry = actions.register_incoming(
        unit=cast.school, told=told(), by=cast.principal, at=AT,
        arrival=Arrival(date=TODAY, number_text="01", issuer=cast.department, origin=document),
    )  # fmt: skip
    made = a_publication(entry, cast.school, by=cast.principal)
    assert made.document == document


def test_one_open_publication_an_office_and_the_database_says_so(cast, document, published):
    with pytest.raises(Refused, match="đang phổ biến"):
        a_publication(document, cast.department, by=cast.clerk)
    said = {
        "document": document, "office": cast.department, "branch": cast.department, "kinds": ["THCS"],
        "roles": ["principal"], "due_on": DUE, "published_at": AT, "published_by": cast.clerk,
    }  # fmt: skip
    for wrong in ({}, {"closed_at": AT}, {"roles": [], "office": cast.lac_son}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Publication.objects.create(**{**said, **wrong})


def test_what_cannot_be_sent_is_told(cast, document):
    for wrong, about, sentence in (
        ({"due_on": date(2025, 6, 1)}, "due_on", "Hạn đọc phải từ hôm nay trở đi."),
        ({"roles": ()}, "roles", "Chọn ít nhất một vai trò."),
        ({"kinds": ()}, "kinds", "Chọn ít nhất một loại đơn vị."),
        ({"kinds": ("CĐ",)}, "roles", "Hôm nay không có ai giữ vai trò này ở các đơn vị đã chọn."),
    ):
        with pytest.raises(Refused) as refused:
            a_publication(document, cast.department, by=cast.clerk, **wrong)
        assert (refused.value.about, str(refused.value)) == (about, sentence)
    assert not Publication.objects.exists()


def test_who_may_not_publish_is_told(cast, document):
    for by, office in ((cast.teacher, cast.school), (cast.principal, cast.sibling), (cast.principal, cast.department)):
        with pytest.raises(Refused, match="không phổ biến văn bản của đơn vị này"):
            a_publication(document, office, by=by)
    with pytest.raises(Refused, match="trong phạm vi"):
        a_publication(document, cast.school, by=cast.principal, branch=cast.sibling)
    own = an_arrival(cast.lac_son, by=cast.district_officer)
    with pytest.raises(Refused, match="không xem được"):
        a_publication(own, cast.school, by=cast.principal)


def test_each_head_sees_the_own_unit_and_the_publisher_all(cast, document, published):
    reading.acknowledge(document=document, by=cast.teacher, at=AT)
    school, sibling = "Trường TH&THCS Ân Nghĩa", "Trường THCS Vĩnh Tiến"
    left = [("chunhiem", school), ("hieutruong", school)]
    assert not_read(published, cast.department, cast.clerk) == [*left, ("giaovien2", sibling)]
    assert not_read(published, cast.school, cast.principal) == left
    for account, whole in ((cast.clerk, cast.department.pk), (cast.principal, cast.school.pk), (cast.teacher, None)):
        assert queries_reading.first_unit_watched(account, published, on=TODAY) == whole
    units = queries_reading.units_watched(cast.principal, published, on=TODAY)
    assert list(units.order_by("descendant").values_list("descendant", flat=True)) == [cast.school.pk]


def test_the_database_shows_a_confirmation_to_its_person_and_those_above(cast, document, published):
    reading.acknowledge(document=document, by=cast.teacher, at=AT)
    reading.acknowledge(document=document, by=cast.other_teacher, at=AT)

    def seen(account):
        with queries_reading.readers_of(account, on=TODAY):
            return sorted(Acknowledgement.objects.order_by("pk").values_list("account__username", flat=True))

    assert Acknowledgement.objects.count() == 0  # outside a wall there is nothing
    assert seen(cast.teacher) == ["giaovien"]
    assert seen(cast.class_teacher) == []
    assert seen(cast.principal) == ["giaovien"]
    assert seen(cast.district_officer) == ["giaovien"]
    assert seen(cast.other_district_officer) == ["giaovien2"]
    assert seen(cast.clerk) == ["giaovien", "giaovien2"]
    with pytest.raises(DatabaseError), reader(account=cast.student.pk, day=TODAY):
        Acknowledgement.objects.create(document=document, account=cast.principal, at=AT)


def test_counts_by_unit_count_a_person_once(cast, document, published):
    Membership.objects.create(account=cast.principal, unit=cast.preschool, role="principal", valid=(TODAY, None))
    reading.acknowledge(document=document, by=cast.principal, at=AT)
    with queries_reading.readers_of(cast.clerk, on=TODAY):
        whole = queries_reading.tally(published, cast.department.pk, on=TODAY)
        rows = queries_reading.tallies_below(published, cast.department.pk, on=TODAY)
        within = queries_reading.tallies_below(published, cast.commune.pk, on=TODAY)
    assert (whole.asked, whole.read, whole.left, whole.percent) == (4, 1, 3, 25)
    assert [(row["name"], row["asked"], row["read"]) for row in rows] == [
        ("Phòng GD&ĐT huyện Kim Bôi", 1, 0), ("Phòng GD&ĐT huyện Lạc Sơn", 3, 1),
    ]  # fmt: skip
    assert [(row["name"], row["asked"], row["read"]) for row in within] == [
        ("Trường Mầm non Ân Nghĩa", 1, 1), ("Trường TH&THCS Ân Nghĩa", 3, 1),
    ]  # fmt: skip


def test_learners_and_families_are_asked_counted_and_never_listed(cast, document):
    made = a_publication(document, cast.school, by=cast.principal, roles=["student", "guardian", "teacher_in_charge"])
    assert owes(cast.student) == 1
    reading.acknowledge(document=document, by=cast.student, at=AT)
    assert not_read(made, cast.school, cast.principal) == [("giaovien", "Trường TH&THCS Ân Nghĩa")]
    with queries_reading.readers_of(cast.principal, on=TODAY):
        nameless = queries_reading.tally(made, cast.school.pk, on=TODAY, nameless=True)
    assert (nameless.asked, nameless.read) == (2, 1)


def test_those_who_have_not_read_are_reminded_once_a_day(cast, document, published, django_capture_on_commit_callbacks):
    reading.acknowledge(document=document, by=cast.teacher, at=AT)
    told = []
    reading_nudged.connect(lambda account_ids, **_: told.append(set(account_ids)), weak=False, dispatch_uid="test")
    try:
        with django_capture_on_commit_callbacks(execute=True):
            reading.nudge(publication=published, unit=cast.school, by=cast.principal, at=AT)
        with pytest.raises(Refused, match="nhắc một lần"):
            reading.nudge(publication=published, unit=cast.school, by=cast.principal, at=AT)
        with django_capture_on_commit_callbacks(execute=True):  # the office above reminds the others alone
            reading.nudge(publication=published, unit=cast.department, by=cast.clerk, at=AT)
        with pytest.raises(Refused, match="nhắc một lần"):
            reading.nudge(publication=published, unit=cast.sibling, by=cast.other_district_officer, at=AT)
        with django_capture_on_commit_callbacks(execute=True):
            reading.nudge(publication=published, unit=cast.school, by=cast.principal, at=AT + timedelta(days=1))
    finally:
        reading_nudged.disconnect(dispatch_uid="test")
    school = {cast.principal.pk, cast.class_teacher.pk}
    assert told == [school, {cast.other_teacher.pk}, school]
    assert list(Nudge.objects.order_by("pk").values_list("people", flat=True)) == [2, 1, 2]


def test_nobody_reminds_other_units_or_after_the_end(cast, published):
    for by, unit in ((cast.principal, cast.sibling), (cast.principal, cast.department), (cast.teacher, cast.school)):
        with pytest.raises(Refused, match="không theo dõi"):
            reading.nudge(publication=published, unit=unit, by=by, at=AT)
    with pytest.raises(Refused, match="Chỉ cơ quan đã phổ biến"):
        reading.close(publication=published, remark="Thôi", by=cast.principal, at=AT)
    reading.close(publication=published, remark="Đã xong", by=cast.clerk, at=AT)
    with pytest.raises(Refused, match="đã khép"):
        reading.nudge(publication=published, unit=cast.school, by=cast.principal, at=AT)


def test_the_last_day_is_told_for_each_unit_until_all_have_read(cast, document, published):
    def due():
        found = queries_reading.deadlines([cast.school.pk, cast.sibling.pk, cast.direct.pk], DUE, DUE)
        return {one.unit_id: one.done for one in found}

    assert due() == {cast.school.pk: False, cast.sibling.pk: False}
    reading.acknowledge(document=document, by=cast.other_teacher, at=AT)
    assert due() == {cast.school.pk: False, cast.sibling.pk: True}
    assert not list(queries_reading.deadlines([cast.school.pk], date(2025, 6, 21), date(2025, 7, 1)))
