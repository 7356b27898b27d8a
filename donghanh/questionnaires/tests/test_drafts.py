"""Forms in the making: a draft is saved against the state it was read in, and published as the next version."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from donghanh.kernel.verdict import Refused
from donghanh.questionnaires import outline
from donghanh.questionnaires.actions import Stale, load_form, publish, save_draft, start_draft, undo_draft
from donghanh.questionnaires.models import FormDraft, FormVersion
from donghanh.questionnaires.queries import current_version, version_for
from donghanh.questionnaires.tests.pages import PLAN

pytestmark = pytest.mark.django_db
AT = datetime(2025, 6, 16, 3, tzinfo=UTC)


def asking(*codes):
    """A form with these counts."""
    document = outline.blank("dem", "Đếm", "Count")
    for code in codes:
        document = outline.with_item(
            document, "s1", {"code": code, "kind": "integer", "vi": f"Số {code}", "en": f"Number of {code}"}
        )
    return document


@pytest.fixture
def officer(cast):
    return cast.department_officer


def a_draft(by, document=None, form=None):
    return start_draft(document=document or asking("lop"), form=form, by=by, at=AT)


def saved(draft, document, by, revision=None):
    return save_draft(draft_id=draft.pk, document=document, revision=revision or draft.revision, by=by, at=AT)


def test_two_builders_lose_nothing(officer, cast):
    draft = a_draft(officer)
    saved(draft, asking("lop", "phong"), cast.district_officer)
    with pytest.raises(Stale, match=cast.district_officer.full_name):
        saved(draft, asking("lop", "to"), officer, revision=draft.revision)
    assert FormDraft.objects.get().document == asking("lop", "phong")


def test_undoing_goes_back_one_change_at_a_time(officer):
    draft = a_draft(officer)
    draft = saved(draft, asking("lop", "phong"), officer)
    draft = saved(draft, asking("phong"), officer)
    for expected in (asking("lop", "phong"), asking("lop"), asking("lop")):
        draft = undo_draft(draft_id=draft.pk, revision=draft.revision, by=officer, at=AT)
        assert draft.document == expected


@pytest.mark.parametrize("who", ["principal", "teacher", "administrator"])
def test_who_has_no_right_writes_no_form(cast, officer, who):
    draft = a_draft(officer)
    with pytest.raises(Refused):
        a_draft(getattr(cast, who))
    with pytest.raises(Refused):
        saved(draft, asking("khac"), getattr(cast, who))


def test_a_published_draft_is_the_next_version_and_the_last_one_stays_as_it_was(officer):
    first = load_form(PLAN, at=AT)
    draft = a_draft(officer, outline.without_item(PLAN, "difficulties"), form=first.form)
    second = publish(draft_id=draft.pk, revision=1, applies_from=date(2025, 9, 1), by=officer, at=AT)
    assert second.number == first.number + 1
    assert current_version("plan3296") == second
    assert not FormDraft.objects.exists()
    assert FormVersion.objects.get(pk=first.pk).document == PLAN
    with pytest.raises(DatabaseError), transaction.atomic():
        FormVersion.objects.filter(pk=second.pk).update(document=PLAN)


def test_a_version_applies_from_its_day_on(officer):
    first = load_form(PLAN, at=AT)
    draft = a_draft(officer, outline.without_item(PLAN, "difficulties"), form=first.form)
    second = publish(draft_id=draft.pk, revision=1, applies_from=date(2025, 9, 1), by=officer, at=AT)
    day = date(2025, 9, 1)
    assert version_for(first.form, day - timedelta(days=1)) == first
    assert version_for(first.form, day) == second


def test_a_faulty_draft_is_kept_but_not_published(officer):
    faulty = asking("lop")
    faulty["sections"][0]["items"][0]["breakdown"] = "khoi"
    draft = a_draft(officer, faulty)
    with pytest.raises(Refused, match="Mục 1, câu 1, ô “Phân tổ theo cột”"):
        publish(draft_id=draft.pk, revision=1, applies_from=None, by=officer, at=AT)
    assert FormDraft.objects.get() == draft
    assert not FormVersion.objects.exists()


def test_a_code_of_another_form_is_not_taken(officer):
    load_form(asking("lop"), at=AT)
    draft = a_draft(officer, asking("phong"))
    with pytest.raises(Refused, match="“dem” đã là mã"):
        publish(draft_id=draft.pk, revision=1, applies_from=None, by=officer, at=AT)


def test_a_form_that_asks_nothing_is_not_published(officer):
    draft = a_draft(officer, asking())
    with pytest.raises(Refused, match="chưa có câu hỏi"):
        publish(draft_id=draft.pk, revision=1, applies_from=None, by=officer, at=AT)


# ── one change of the outline ──


def codes(document):
    return [[item["code"] for item in section["items"]] for section in document["sections"]]


@pytest.fixture
def two_sections():
    document = outline.with_section(asking("a", "b"), "II.", "II.")
    return outline.with_item(document, "s2", {"code": "c", "kind": "integer", "vi": "C", "en": "C"})


def test_an_item_moves_through_the_sections_and_stops_at_the_ends(two_sections):
    seen = [codes(two_sections)]
    for _step in range(4):
        two_sections = outline.moved_item(two_sections, "a", 1)
        seen.append(codes(two_sections))
    assert seen == [
        [["a", "b"], ["c"]], [["b", "a"], ["c"]], [["b"], ["a", "c"]], [["b"], ["c", "a"]], [["b"], ["c", "a"]],
    ]  # fmt: skip


def test_moving_there_and_back_changes_nothing(two_sections):
    for code in "abc":
        assert outline.moved_item(outline.moved_item(two_sections, code, 1), code, -1)["sections"][0]["code"] == "s1"
    assert codes(outline.moved_item(outline.moved_item(two_sections, "b", 1), "b", -1)) == codes(two_sections)


def test_dropping_puts_an_item_before_another_or_at_the_end(two_sections):
    assert codes(outline.dropped_item(two_sections, "a", section="s2", before="c")) == [["b"], ["a", "c"]]
    assert codes(outline.dropped_item(two_sections, "a", section="s2")) == [["b"], ["c", "a"]]
    assert codes(outline.dropped_item(two_sections, "a", section="s1", before="a")) == [["a", "b"], ["c"]]


def test_a_copy_has_a_code_of_its_own(two_sections):
    assert codes(outline.duplicated_item(two_sections, "a")) == [["a", "a_2", "b"], ["c"]]


def test_a_check_follows_a_new_code_and_goes_with_its_item(two_sections):
    check = {"code": "k", "kind": "not_more_than", "severity": "error", "left": "a", "right": "b", "vi": "x", "en": "x"}
    document = outline.with_check(two_sections, 0, check)
    renamed = outline.changed_item(document, "a", {"code": "z"})
    assert renamed["checks"][0]["left"] == "z"
    assert outline.without_item(renamed, "z")["checks"] == []


def test_no_change_touches_the_document_it_was_given(two_sections):
    before = deepcopy(two_sections)
    outline.without_section(two_sections, "s1")
    outline.moved_section(two_sections, "s1", 1)
    outline.changed_section(two_sections, "s1", {"vi": "khác"})
    outline.with_list(two_sections, "khoi", [{"code": "1", "vi": "1", "en": "1"}])
    assert two_sections == before


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("sections[1].items[0].kind", "Mục 2, câu 1, ô “Loại”"),
        ("breakdowns.level[2].code", "Danh mục “level”, ô “Mã”"),
        ("checks[3].left", "Kiểm tra 4, ô “Vế trái”"),
        ("", "Biểu mẫu"),
    ],
)
def test_a_place_is_said_in_words(path, said):
    assert outline.place_in_words(path) == said
