"""The demo's data are what they claim: real areas, real totals, generated reports with the troubles of real ones."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from e2e.conftest import ROOT, VAR

YEARS = ["NH2020", "NH2021", "NH2022", "NH2023", "NH2024"]
BEFORE, AFTER = "2025-06-30", "2025-07-01"


@pytest.fixture
def count(database):
    def ask(query, *values):
        return database.execute(query, values).fetchone()[0]

    return ask


def expected(database, form):
    """Each round of a form: the code of its period, and how many schools it asks."""
    return database.execute(
        """SELECT p.code, count(e.id) FROM reporting_collection c JOIN periods_period p ON p.id = c.period_id
           JOIN questionnaires_formversion v ON v.id = c.form_version_id JOIN questionnaires_form f ON f.id = v.form_id
           LEFT JOIN reporting_expectedreport e ON e.collection_id = c.id
           WHERE f.code = %s GROUP BY c.id, p.code ORDER BY p.code""",
        [form],
    ).fetchall()


def test_each_year_expects_531_schools(database):
    assert expected(database, "plan3296") == [(year, 531) for year in YEARS]


def test_the_semesters_violence_is_asked_of_98_schools(database):
    assert expected(database, "violence") == [("NH2024HK2", 98)]


def test_some_are_late_returned_missing_and_wrong(count):
    sent_late = """SELECT count(*) FROM reporting_submissionversion v
        JOIN reporting_submission s ON s.id = v.submission_id
        JOIN reporting_expectedreport e ON e.id = s.expected_id JOIN reporting_collection c ON c.id = e.collection_id
        WHERE v.number = 1 AND (v.sent_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date > c.due_on"""
    assert 50 < count(sent_late) < 250
    assert count("SELECT count(*) FROM reporting_remark") > 100
    missing = """SELECT count(*) FROM reporting_submission s JOIN reporting_expectedreport e ON e.id = s.expected_id
        JOIN reporting_collection c ON c.id = e.collection_id WHERE s.revision = 0 AND c.closes_on < '2025-01-01'"""
    assert 10 < count(missing) < 100
    waiting = """SELECT count(*) FROM reporting_submission s JOIN reporting_submissionversion v ON v.id = s.latest_id
        WHERE s.state = 'submitted' AND v.numbers[17] > 300"""
    assert count(waiting) > 0  # a nought too many, for the reviewer to find


def test_nothing_happened_after_the_demos_day(count):
    assert count("SELECT count(*) FROM reporting_transition WHERE at::date > '2025-06-17'") == 0


def test_every_school_and_account_is_marked_as_generated(count):
    schools = """SELECT count(*) FROM reporting_expectedreport e JOIN organisations_unit u ON u.id = e.unit_id
        WHERE NOT u.generated"""
    assert count(schools) == 0
    assert count("SELECT count(*) FROM people_account WHERE NOT generated") == 0


def test_the_reform_dissolves_districts_and_makes_46_communes(count):
    kinds = """SELECT count(*) FROM organisations_unittype t JOIN organisations_unit u ON u.id = t.unit_id
        WHERE t.kind = %s AND t.valid @> %s::date AND u.existence @> %s::date"""
    assert [count(kinds, "district_office", day, day) for day in (BEFORE, AFTER)] == [10, 0]
    assert [count(kinds, "commune", day, day) for day in (BEFORE, AFTER)] == [151, 46]
    below = """SELECT count(*) FROM organisations_lineage l JOIN organisations_unittype t ON t.unit_id = l.descendant_id
        JOIN organisations_unitname n ON n.unit_id = l.ancestor_id AND n.valid @> %s::date
        WHERE l.valid @> %s::date AND t.valid @> %s::date AND t.kind NOT IN ('department', 'district_office', 'commune')
        AND n.name = %s"""
    assert count(below, AFTER, AFTER, AFTER, "Sở GD&ĐT Phú Thọ") == 531


def test_every_figure_equals_the_slow_recount(database):
    """Run by the programme's own command, over every round, unit, kind and column."""
    environment = os.environ | {"DONGHANH_VAR": str(VAR), "DONGHANH_DEMO_DAY": "2025-06-16", "DONGHANH_DURABLE": "0"}
    done = subprocess.run(
        [sys.executable, "manage.py", "lay_out_figures", "--check"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rounds = database.execute(
        """SELECT p.code, f.code FROM reporting_collection c JOIN periods_period p ON p.id = c.period_id
           JOIN questionnaires_formversion v ON v.id = c.form_version_id
           JOIN questionnaires_form f ON f.id = v.form_id"""
    ).fetchall()
    assert {*YEARS} < {period for period, _form in rounds}
    told = [line.split(" ", 1)[1] for line in done.stdout.splitlines()]  # behind its place in the row
    assert sorted(told) == sorted(f"{period} {form}: 0 chỗ khác" for period, form in rounds)
