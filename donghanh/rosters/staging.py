"""Lines of a roster in the database: laid down in batches, put together, and held against what is there.

All of it is SQL over whole tables, so that a province's file takes no more memory than a school's. A step is run with
the parameters of `about`; every step may be run again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import batched
from typing import Any

from django.db import connection

from donghanh.kernel.rows import everything
from donghanh.rosters.choices import NO_CLASS, Outcome, Part, Person
from donghanh.rosters.lines import COLUMNS, Line
from donghanh.rosters.models import RosterImport

BATCH = 20_000
REACH = "(SELECT descendant_id FROM organisations_lineage WHERE ancestor_id = %(office)s AND valid @> %(today)s)"
PERSONS = "p.roster_id = %(roster)s AND p.part = 'person'"
LEARNERS = f"{PERSONS} AND p.role = 'student'"


def _fault(code: str, where: str, value: str = "''") -> str:
    """SQL that adds a fault to a line; `value` is SQL too."""
    return f"jsonb_build_array(jsonb_build_array('{code}', '{where}', {value}::text))"


def lay_down(roster: RosterImport, lines: Iterable[Line]) -> int:
    """Keep the lines, a transaction a batch with the count so far; the answer is how many there were."""
    laid = 0
    names = ", ".join(COLUMNS)
    for batch in batched(lines, BATCH, strict=False):
        with everything(), connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMP TABLE laid ON COMMIT DROP AS SELECT {names} FROM rosters_rosterline LIMIT 0")
            with cursor.copy(f"COPY laid ({names}) FROM STDIN") as copy:  # row policies let no COPY into the table
                for line in batch:
                    copy.write_row(line.as_row())
            cursor.execute(
                f"INSERT INTO rosters_rosterline (roster_id, unit_id, outcome, {names})"
                f" SELECT %s, %s, '', {names} FROM laid",
                [roster.pk, roster.unit_id],
            )
            cursor.execute("DROP TABLE laid")
            laid += len(batch)
            RosterImport.objects.filter(pk=roster.pk).update(done=laid)
    return laid


def about(roster: RosterImport, *, today: date) -> dict[str, Any]:
    since = max(today, roster.school_year.days.lower)
    return {
        "roster": roster.pk, "office": roster.unit_id, "today": today, "since": since, "by": roster.by_id,
        "year": roster.school_year_id, "schools": roster.schools, "whole": roster.whole,
    }  # fmt: skip


def run(steps: Iterable[str], roster: RosterImport, *, today: date) -> None:
    with connection.cursor() as cursor:
        for step in steps:
            cursor.execute(step, about(roster, today=today))


FIRST_OF = "row_number() OVER (PARTITION BY {key} ORDER BY id)"
PUT_TOGETHER = (
    # a person twice
    f"""UPDATE rosters_rosterline p SET faults = faults || {_fault("twice", "sourcedId", "p.source_id")}
    FROM (SELECT id, {FIRST_OF.format(key="source_id")} AS n FROM rosters_rosterline
          WHERE roster_id = %(roster)s AND part = 'person' AND source_id <> '') d WHERE d.id = p.id AND d.n > 1""",
    # lines about nobody: neither in the file, nor, where it only adds, among those there are
    f"""UPDATE rosters_rosterline e SET faults = faults || {_fault("user_unknown", "userSourcedId", "e.source_id")}
    WHERE e.roster_id = %(roster)s AND e.part IN ('enrolment', 'role', 'birth', 'teaching') AND e.place <> ''
    AND NOT EXISTS (SELECT FROM rosters_rosterline p WHERE {PERSONS} AND p.source_id = e.source_id)
    AND NOT (NOT %(whole)s AND EXISTS (SELECT FROM rosters_learner l
             WHERE l.source_id = e.source_id AND l.unit_id IN {REACH}))""",
    # learners whom a file of changes names beside users.csv: they stand as they are
    f"""INSERT INTO rosters_rosterline (roster_id, unit_id, place, row, part, role, gone, source_id, username,
      full_name, full_name_folded, typed, birth_date, number, school_id, class_key, class_name, grade, outcome, faults)
    SELECT DISTINCT ON (l.account_id) %(roster)s, %(office)s, e.place, e.row, 'person', 'student', false, l.source_id,
      '', l.full_name, l.full_name_folded, '', l.birth_date, l.number, l.unit_id, '', '', NULL::smallint, '',
      '[]'::jsonb
    FROM rosters_rosterline e JOIN rosters_learner l ON l.source_id = e.source_id AND l.unit_id IN {REACH}
    WHERE e.roster_id = %(roster)s AND e.part IN ('enrolment', 'birth') AND NOT %(whole)s AND e.source_id <> ''
    AND e.faults = '[]' AND NOT EXISTS (SELECT FROM rosters_rosterline p WHERE {PERSONS} AND p.source_id = e.source_id)
    ORDER BY l.account_id, e.id""",
    f"""UPDATE rosters_rosterline p SET birth_date = b.birth_date FROM rosters_rosterline b
    WHERE {PERSONS} AND b.roster_id = p.roster_id AND b.part = 'birth' AND b.source_id = p.source_id
    AND b.birth_date IS NOT NULL""",
    f"""UPDATE rosters_rosterline p SET role = r.role, school_id = r.school_id
    FROM (SELECT DISTINCT ON (source_id) source_id, role, school_id FROM rosters_rosterline
          WHERE roster_id = %(roster)s AND part = 'role' AND NOT gone ORDER BY source_id, grade, id) r
    WHERE {PERSONS} AND r.source_id = p.source_id AND p.place <> ''""",
    # a file of changes need not repeat the role of a learner there is
    f"""UPDATE rosters_rosterline p SET role = 'student', school_id = l.unit_id FROM rosters_learner l
    WHERE {PERSONS} AND NOT %(whole)s AND p.role = '' AND l.source_id = p.source_id AND p.source_id <> ''
    AND l.unit_id IN {REACH}""",
    f"""UPDATE rosters_rosterline e SET faults = faults || {_fault("two_classes", "classSourcedId")}
    FROM (SELECT id, {FIRST_OF.format(key="source_id")} AS n FROM rosters_rosterline
          WHERE roster_id = %(roster)s AND part = 'enrolment' AND NOT gone) d WHERE d.id = e.id AND d.n > 1""",
    f"""UPDATE rosters_rosterline p SET role = 'student', class_key = e.class_key, class_name = e.class_name,
      grade = e.grade, school_id = coalesce(e.school_id, p.school_id)
    FROM (SELECT DISTINCT ON (source_id) * FROM rosters_rosterline
          WHERE roster_id = %(roster)s AND part = 'enrolment' ORDER BY source_id, gone, id) e
    WHERE {PERSONS} AND e.source_id = p.source_id AND p.role IN ('', 'student')""",
    f"""UPDATE rosters_rosterline p SET role = 'teacher', school_id = coalesce(p.school_id, e.school_id)
    FROM rosters_rosterline e WHERE {PERSONS} AND e.roster_id = p.roster_id AND e.part = 'teaching'
    AND e.source_id = p.source_id AND p.role = ''""",
    # whom a file of changes deletes may be named by no other line
    f"""UPDATE rosters_rosterline p SET role = 'teacher' WHERE {PERSONS} AND p.gone AND p.role = ''
    AND EXISTS (SELECT FROM people_account a JOIN people_membership m ON m.account_id = a.id
      WHERE lower(a.username) = coalesce(nullif(p.username, ''), lower(p.source_id)) AND m.role = 'class_teacher'
      AND m.valid @> %(today)s AND m.unit_id IN {REACH})""",
    f"""UPDATE rosters_rosterline p SET role = 'student' WHERE {PERSONS} AND p.gone AND p.role = ''""",
    f"""UPDATE rosters_rosterline p SET faults = faults || {_fault("no_school", "orgSourcedId")}
    WHERE {PERSONS} AND p.role IN ('student', 'teacher') AND p.school_id IS NULL AND NOT p.gone AND p.faults = '[]'""",
    f"""UPDATE rosters_rosterline p SET faults = faults || {_fault("number_twice", "identifier", "p.number")}
    FROM (SELECT id, {FIRST_OF.format(key="number")} AS n FROM rosters_rosterline
          WHERE roster_id = %(roster)s AND part = 'person' AND role = 'student' AND number <> '') d
    WHERE d.id = p.id AND d.n > 1""",
    # what has said its word; other people than learners and teachers are not ours
    """DELETE FROM rosters_rosterline p WHERE p.roster_id = %(roster)s AND p.faults = '[]'
    AND (p.part IN ('enrolment', 'role', 'birth', 'other') OR p.part = 'person'
      AND p.role NOT IN ('student', 'teacher'))""",
    # a teacher's user name: the one given, else the source id if it could be one
    f"""UPDATE rosters_rosterline p
    SET username = CASE WHEN p.username <> '' THEN p.username ELSE lower(p.source_id) END
    WHERE {PERSONS} AND p.role = 'teacher'""",
    f"""UPDATE rosters_rosterline p SET faults = faults || {_fault("username", "username", "p.username")}
    WHERE {PERSONS} AND p.role = 'teacher' AND p.username !~ '^[a-z0-9][a-z0-9._-]{{2,39}}$' AND p.faults = '[]'""",
)

HERE = f"l.unit_id IN {REACH}"
# a number is easily typed or guessed: it alone hands nobody's record to another school
COMES_OVER = """l.left_on <= %(since)s
  AND (l.birth_date = p.birth_date OR p.full_name_folded <> '' AND l.full_name_folded = p.full_name_folded)"""
FREE = f"""UPDATE rosters_rosterline p SET account_id = l.account_id FROM rosters_learner l
  WHERE {LEARNERS} AND p.account_id IS NULL"""
NOW_IN = """LEFT JOIN LATERAL (SELECT e.school_class_id, c.name, c.school_year_id FROM rosters_enrolment e
  JOIN rosters_schoolclass c ON c.id = e.school_class_id WHERE e.learner_id = l.account_id
  AND (upper(e.valid) IS NULL OR upper(e.valid) > %(since)s) ORDER BY e.valid LIMIT 1) k ON true"""
COMPARE = (
    "DELETE FROM rosters_rosterline WHERE roster_id = %(roster)s AND row = 0",
    """UPDATE rosters_rosterline SET account_id = NULL, outcome = ''
    WHERE roster_id = %(roster)s AND (account_id IS NOT NULL OR outcome <> '')""",
    # the same learner: by the roster's own identifier, by the learner's number, by name and birth date
    f"{FREE} AND l.source_id = p.source_id AND p.source_id <> '' AND l.unit_id = p.school_id",
    f"{FREE} AND l.source_id = p.source_id AND p.source_id <> '' AND {HERE}",
    f"{FREE} AND l.number = p.number AND p.number <> '' AND ({HERE} OR {COMES_OVER})",
    f"""{FREE} AND p.number = '' AND p.source_id = '' AND l.unit_id = p.school_id AND l.left_on IS NULL
    AND l.full_name_folded = p.full_name_folded AND l.birth_date = p.birth_date""",
    f"""UPDATE rosters_rosterline p SET faults = faults || {_fault("elsewhere", "identifier", "p.number")}
    FROM rosters_learner l WHERE {LEARNERS} AND p.account_id IS NULL AND l.number = p.number AND p.number <> ''
    AND NOT {HERE} AND p.faults = '[]'""",
    f"""UPDATE rosters_rosterline p SET faults = faults || {_fault("elsewhere", "identifier", "p.number")}
    FROM rosters_learner l WHERE {LEARNERS} AND p.account_id <> l.account_id AND l.number = p.number
    AND p.number <> '' AND p.faults = '[]'""",
    f"""UPDATE rosters_rosterline p SET faults = faults || {_fault("two_match", "sourcedId", "p.source_id")}
    FROM (SELECT id, {FIRST_OF.format(key="account_id")} AS n FROM rosters_rosterline WHERE roster_id = %(roster)s
          AND part = 'person' AND role = 'student' AND account_id IS NOT NULL) d WHERE d.id = p.id AND d.n > 1
          AND p.faults = '[]'""",
    f"""UPDATE rosters_rosterline p SET faults = faults || {_fault("unknown", "sourcedId", "p.source_id")}
    WHERE {PERSONS} AND p.gone AND p.account_id IS NULL AND p.role = 'student' AND p.faults = '[]'""",
    # teachers: by user name, and only people of this school's own, or new ones
    f"""UPDATE rosters_rosterline p SET account_id = a.id FROM people_account a
    WHERE {PERSONS} AND p.role = 'teacher' AND lower(a.username) = p.username""",
    f"""UPDATE rosters_rosterline p SET faults = faults || {_fault("username_taken", "username", "p.username")}
    WHERE {PERSONS} AND p.role = 'teacher' AND p.account_id IS NOT NULL AND p.account_id <> %(by)s AND p.faults = '[]'
    AND (EXISTS (SELECT FROM rosters_learner l WHERE l.account_id = p.account_id) OR NOT EXISTS (
      SELECT FROM people_membership m WHERE m.account_id = p.account_id AND m.valid @> %(today)s
      AND m.unit_id IN {REACH} AND m.role NOT IN ('student', 'guardian')))""",
    f"""UPDATE rosters_rosterline p SET faults = faults || {_fault("oneself", "username")}
    WHERE {PERSONS} AND p.role = 'teacher' AND p.account_id = %(by)s AND p.faults = '[]'
    AND NOT EXISTS (SELECT FROM people_membership m WHERE m.account_id = %(by)s AND m.unit_id = p.school_id
      AND m.role = 'class_teacher' AND m.valid @> %(today)s)""",
    """UPDATE rosters_rosterline t SET account_id = p.account_id, username = p.username FROM rosters_rosterline p
    WHERE t.roster_id = %(roster)s AND t.part = 'teaching' AND p.roster_id = t.roster_id AND p.part = 'person'
    AND p.role = 'teacher' AND p.source_id = t.source_id""",
    # what it would do
    "UPDATE rosters_rosterline SET outcome = 'bad' WHERE roster_id = %(roster)s AND faults <> '[]'",
    f"UPDATE rosters_rosterline p SET outcome = 'left' WHERE {PERSONS} AND p.outcome = '' AND p.gone",
    f"UPDATE rosters_rosterline p SET outcome = 'new' WHERE {PERSONS} AND p.outcome = '' AND p.account_id IS NULL",
    f"""UPDATE rosters_rosterline p SET outcome = CASE
      WHEN l.unit_id <> p.school_id OR l.left_on IS NOT NULL
        OR p.class_key = '{NO_CLASS}' AND k.school_class_id IS NOT NULL
        OR p.class_key NOT IN ('', '{NO_CLASS}')
          AND (k.name IS DISTINCT FROM p.class_name OR k.school_year_id IS DISTINCT FROM %(year)s) THEN 'moved'
      WHEN l.full_name <> p.full_name OR p.number <> '' AND l.number <> p.number
        OR p.birth_date IS NOT NULL AND l.birth_date IS DISTINCT FROM p.birth_date
        OR p.source_id <> '' AND l.source_id <> p.source_id THEN 'changed'
      ELSE 'same' END
    FROM rosters_learner l {NOW_IN} WHERE {LEARNERS} AND p.outcome = '' AND l.account_id = p.account_id""",
    f"""UPDATE rosters_rosterline p SET outcome = CASE WHEN EXISTS (
        SELECT FROM people_membership m WHERE m.account_id = p.account_id AND m.unit_id = p.school_id
        AND m.role = 'class_teacher' AND m.valid @> %(since)s)
      AND NOT EXISTS (SELECT FROM rosters_rosterline t WHERE t.roster_id = p.roster_id AND t.part = 'teaching'
        AND t.source_id = p.source_id AND NOT EXISTS (SELECT FROM rosters_classteaching g
          JOIN rosters_schoolclass c ON c.id = g.school_class_id WHERE g.account_id = p.account_id
          AND g.valid @> %(since)s AND c.unit_id = t.school_id AND c.name = t.class_name
          AND c.school_year_id = %(year)s)) THEN 'same' ELSE 'changed' END
    WHERE {PERSONS} AND p.role = 'teacher' AND p.outcome = ''""",
    # who is not in a whole roster has left
    """INSERT INTO rosters_rosterline (roster_id, unit_id, place, row, part, role, gone, source_id, username, full_name,
      full_name_folded, typed, birth_date, number, school_id, class_key, class_name, account_id, outcome, faults)
    SELECT %(roster)s, %(office)s, '', 0, 'person', 'student', true, l.source_id, '', l.full_name, l.full_name_folded,
      '', l.birth_date, l.number, l.unit_id, '', '', l.account_id, 'left', '[]'
    FROM rosters_learner l WHERE %(whole)s AND l.left_on IS NULL AND l.unit_id = ANY(%(schools)s)
    AND NOT EXISTS (SELECT FROM rosters_rosterline p WHERE p.roster_id = %(roster)s AND p.part = 'person'
      AND p.account_id = l.account_id)""",
)


def put_together(roster: RosterImport, *, today: date) -> None:
    """Each person one line, with role, school, class, birth date from the other files; what fits nowhere is marked."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE rosters_rosterline")
    run(PUT_TOGETHER, roster, today=today)


def compare(roster: RosterImport, *, today: date) -> dict[str, int]:
    """What each line would do to the rows that are there; the answer counts persons (and bad lines) by outcome."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE rosters_rosterline")
    run(COMPARE, roster, today=today)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT outcome, count(*) FROM rosters_rosterline WHERE roster_id = %s AND (part = %s OR outcome = %s)"
            " GROUP BY outcome",
            [roster.pk, Part.PERSON, Outcome.BAD],
        )
        counts = dict(cursor.fetchall())
        cursor.execute(
            "SELECT role, count(*) FROM rosters_rosterline"
            " WHERE roster_id = %s AND part = %s AND row > 0 GROUP BY role",
            [roster.pk, Part.PERSON],
        )
        persons = {role: count for role, count in cursor.fetchall() if role in Person.values}
    return {outcome: counts.get(outcome, 0) for outcome in Outcome.values} | persons
