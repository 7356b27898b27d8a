"""Every shipped form: it reads, speaks both languages, says what it rests on, and asks about no person."""

from __future__ import annotations

import json
import re
from collections import Counter
from io import StringIO
from itertools import chain

import pytest
from django.core.management import CommandError, call_command

from donghanh.questionnaires.definition import read_definition
from donghanh.questionnaires.management.commands.load_forms import DATA
from donghanh.questionnaires.models import Form, FormVersion

FORMS = {path.stem: json.loads(path.read_text()) for path in sorted(DATA.glob("*.json"))}
ONE_PERSON = re.compile(
    r"họ (và )?tên|tên (của )?(em|học sinh|người)|quan điểm|tư tưởng của|tôn giáo|đảng viên", re.IGNORECASE
)


def items(document):
    return [item for section in document["sections"] for item in section["items"]]


def test_the_ready_made_forms_are_all_there():
    assert set(FORMS) == {
        "plan3296", "plan3296_district", "plan3296_full", "plan3296_office", "violence", "counselling", "baseline",
        "start_of_year", "inspection",
    }  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_a_form_reads_under_the_name_of_its_file(name):
    assert read_definition(FORMS[name]).code == name


@pytest.mark.parametrize("name", FORMS)
def test_every_item_speaks_two_languages_and_says_what_it_rests_on(name):
    for item in items(FORMS[name]):
        assert item["vi"] != item["en"], item["code"]
        assert item["basis"], item["code"]
        assert item["basis_en"], item["code"]
        assert item.get("help_vi") or item.get("note_vi"), item["code"]
        assert item.get("help_en") or item.get("note_en"), item["code"]
        assert bool(item.get("unit_vi")) == bool(item.get("unit_en")), item["code"]


@pytest.mark.parametrize("name", sorted(set(FORMS) - {"plan3296"}))
def test_help_names_the_regulation(name):
    for item in items(FORMS[name]):
        counted = item.get("measure", "").startswith("reporting.")  # its help says how it is counted
        inherited = item in items(FORMS["plan3296"])
        assert counted or inherited or item["basis"] in item["help_vi"], item["code"]


@pytest.mark.parametrize("name", FORMS)
def test_no_item_asks_for_a_name_or_a_view_of_a_person(name):
    for item in items(FORMS[name]):
        assert not ONE_PERSON.search(item["vi"]), item["code"]
        if item["kind"] == "text" and item["code"] != "team_decision":
            assert "một người" in item["note_vi"], item["code"]


def test_violence_is_counted_and_never_told_by_case():
    kinds = Counter(item["kind"] for item in items(FORMS["violence"]))
    assert kinds["integer"] == 3
    assert set(kinds) == {"integer", "text"}


@pytest.mark.parametrize("name", FORMS)
def test_checks_say_why_in_both_languages(name):
    assert FORMS[name]["checks"], name
    for check in FORMS[name]["checks"]:
        assert check["vi"] != check["en"]
        assert check["basis"]


def test_a_figure_is_asked_in_one_form_only():
    """The demo's form is a part of the full one; beyond that a school writes no figure twice."""
    asked = Counter(item["code"] for name, document in FORMS.items() if name != "plan3296" for item in items(document))
    assert [code for code, forms in asked.items() if forms > 1] == []
    assert {item["code"] for item in items(FORMS["plan3296"])} <= {
        item["code"] for item in items(FORMS["plan3296_full"])
    }


def test_every_list_is_used_and_every_choice_has_one():
    for document in FORMS.values():
        used = set(chain.from_iterable((i.get("breakdown"), i.get("rows"), i.get("choices")) for i in items(document)))
        assert set(document["breakdowns"]) - used <= {"level"}, document["code"]


@pytest.mark.django_db
def test_the_command_loads_all_and_a_second_time_nothing():
    said = StringIO()
    call_command("load_forms", stdout=said)
    assert said.getvalue().count(": new") == len(FORMS) == Form.objects.count()
    said = StringIO()
    call_command("load_forms", stdout=said)
    assert said.getvalue().count("as it was") == len(FORMS) == FormVersion.objects.count()


@pytest.mark.django_db
def test_the_command_loads_one_and_knows_no_other():
    call_command("load_forms", "violence", stdout=StringIO())
    assert [form.code for form in Form.objects.order_by("code")] == ["violence"]
    with pytest.raises(CommandError, match="No such form: violenc"):
        call_command("load_forms", "violenc")
