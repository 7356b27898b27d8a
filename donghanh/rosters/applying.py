"""Writes a checked roster: classes, accounts, learners, enrolments, class teachers. One transaction, set by set."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from itertools import batched
from typing import Any

from django.db import connection, transaction
from django.db.models import Func, Q, Value
from django.db.models.functions import Lower

from donghanh.kernel.text import fold
from donghanh.organisations.queries import called, descendant_ids
from donghanh.people.actions import end_role_of_many, give_role_to_many, open_account, open_nameless_accounts
from donghanh.people.choices import CLASS_TEACHER, STUDENT
from donghanh.rosters.choices import NO_CLASS, Outcome, Person
from donghanh.rosters.models import ClassTeaching, Enrolment, RosterImport, RosterLine
from donghanh.rosters.signals import learners_moved
from donghanh.rosters.staging import LEARNERS, about, run

BATCH = 10_000
CLEAR_LETTERS = frozenset("abcdefghkmnpqrstuvxy")  # i, l, o look like digits
IN_A_CLASS = f"p.class_key NOT IN ('', '{NO_CLASS}')"
OF_THE_CLASS = "c.unit_id = p.school_id AND c.school_year_id = %(year)s AND c.name = p.class_name"
CLASSES = f"""INSERT INTO rosters_schoolclass (unit_id, school_year_id, grade, name, source_id)
  SELECT DISTINCT ON (p.school_id, p.class_name) p.school_id, %(year)s, p.grade, p.class_name,
    CASE WHEN p.place = '' THEN '' ELSE p.class_key END
  FROM rosters_rosterline p WHERE p.roster_id = %(roster)s AND p.part IN ('person', 'teaching') AND {IN_A_CLASS}
  ORDER BY p.school_id, p.class_name, p.id
  ON CONFLICT (unit_id, school_year_id, name) DO UPDATE SET source_id = EXCLUDED.source_id
  WHERE EXCLUDED.source_id <> ''"""
LEARNERS_IN = (
    f"""INSERT INTO rosters_learner (account_id, unit_id, full_name, birth_date, number, source_id)
    SELECT p.account_id, p.school_id, p.full_name, p.birth_date, p.number, p.source_id
    FROM rosters_rosterline p WHERE {LEARNERS} AND p.outcome = 'new'""",
    f"""UPDATE rosters_learner l SET unit_id = p.school_id, full_name = p.full_name, left_on = NULL,
      birth_date = coalesce(p.birth_date, l.birth_date), number = coalesce(nullif(p.number, ''), l.number),
      source_id = coalesce(nullif(p.source_id, ''), CASE WHEN l.unit_id = p.school_id THEN l.source_id ELSE '' END)
    FROM rosters_rosterline p
    WHERE {LEARNERS} AND p.outcome IN ('changed', 'moved') AND l.account_id = p.account_id""",
    f"""UPDATE rosters_learner l SET left_on = %(since)s FROM rosters_rosterline p
    WHERE {LEARNERS} AND p.outcome = 'left' AND l.account_id = p.account_id""",
)
ENROLMENTS = (
    # one that was to begin later is set right where it stands
    f"""UPDATE rosters_enrolment e SET school_class_id = c.id, unit_id = c.unit_id
    FROM rosters_rosterline p JOIN rosters_schoolclass c ON {OF_THE_CLASS}
    WHERE {LEARNERS} AND p.outcome = 'moved' AND {IN_A_CLASS} AND e.learner_id = p.account_id
    AND lower(e.valid) >= %(since)s""",
    f"""UPDATE rosters_enrolment e SET valid = daterange(lower(e.valid), %(since)s) FROM rosters_rosterline p
    WHERE {LEARNERS} AND p.outcome IN ('moved', 'left') AND e.learner_id = p.account_id
    AND lower(e.valid) < %(since)s AND (upper(e.valid) IS NULL OR upper(e.valid) > %(since)s)""",
    f"""INSERT INTO rosters_enrolment (learner_id, school_class_id, unit_id, valid)
    SELECT p.account_id, c.id, c.unit_id, daterange(%(since)s, NULL)
    FROM rosters_rosterline p JOIN rosters_schoolclass c ON {OF_THE_CLASS}
    WHERE {LEARNERS} AND p.outcome IN ('new', 'moved') AND {IN_A_CLASS}
    AND NOT EXISTS (SELECT FROM rosters_enrolment e
      WHERE e.learner_id = p.account_id AND lower(e.valid) >= %(since)s)""",
)
TAUGHT = f"""FROM rosters_rosterline p JOIN rosters_schoolclass c ON {OF_THE_CLASS}
  WHERE p.roster_id = %(roster)s AND p.part = 'teaching' AND p.account_id IS NOT NULL"""
TEACHINGS = (
    f"""DELETE FROM rosters_classteaching g WHERE lower(g.valid) >= %(since)s
    AND g.school_class_id IN (SELECT c.id {TAUGHT} AND p.gone = false)
    AND (g.account_id, g.school_class_id) NOT IN (SELECT p.account_id, c.id {TAUGHT} AND p.gone = false)""",
    f"""UPDATE rosters_classteaching g SET valid = daterange(lower(g.valid), %(since)s)
    WHERE lower(g.valid) < %(since)s AND (upper(g.valid) IS NULL OR upper(g.valid) > %(since)s)
    AND (g.school_class_id IN (SELECT c.id {TAUGHT} AND NOT p.gone)
         AND (g.account_id, g.school_class_id) NOT IN (SELECT p.account_id, c.id {TAUGHT} AND NOT p.gone)
      OR (g.account_id, g.school_class_id) IN (SELECT p.account_id, c.id {TAUGHT} AND p.gone))""",
    f"""INSERT INTO rosters_classteaching (account_id, school_class_id, valid)
    SELECT DISTINCT p.account_id, c.id, daterange(%(since)s, NULL) {TAUGHT} AND NOT p.gone
    AND NOT EXISTS (SELECT FROM rosters_classteaching g WHERE g.account_id = p.account_id AND g.school_class_id = c.id
      AND (upper(g.valid) IS NULL OR upper(g.valid) > %(since)s))""",
)


def write(roster: RosterImport, *, today: date, at: datetime) -> None:
    """Do what `staging.compare` found; the caller holds the transaction and has made sure that no line is bad."""
    since: date = about(roster, today=today)["since"]
    run([CLASSES], roster, today=today)
    _open_learners(roster, today=today, since=since)
    _open_teachers(roster, since=since, at=at)
    _let_teachers_go(roster, since=since)
    elsewhere = [line.account_id for line in _of(roster, Outcome.MOVED) if line.account_id]
    gone = [line.account_id for line in _of(roster, Outcome.LEFT) if line.account_id]
    changed_school = _in_other_schools(roster) if elsewhere else []
    end_role_of_many(accounts=[*gone, *(account for account, _unit in changed_school)], role=STUDENT.code, on=since)
    run(LEARNERS_IN, roster, today=today)
    give_role_to_many(places=changed_school, role=STUDENT.code, since=since)
    Enrolment.objects.filter(learner__in=gone, valid__startswith__gte=since).delete()
    run(ENROLMENTS, roster, today=today)
    run(TEACHINGS, roster, today=today)
    if changed_school:
        moved = [account for account, _unit in changed_school]
        transaction.on_commit(partial(learners_moved.send, sender=RosterImport, account_ids=moved))


def _of(roster: RosterImport, outcome: Outcome, role: str = Person.STUDENT) -> Iterator[RosterLine]:
    rows = RosterLine.objects.filter(roster=roster, part="person", outcome=outcome, role=role)
    return rows.order_by("id").only("id", "account_id", "school_id", "username", "full_name").iterator(BATCH)


def _in_other_schools(roster: RosterImport) -> list[tuple[int, int]]:
    """(account, school) of learners who come from another school or come back."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT p.account_id, p.school_id FROM rosters_rosterline p JOIN rosters_learner l"
            f" ON l.account_id = p.account_id WHERE {LEARNERS} AND p.outcome = 'moved'"
            " AND (l.unit_id <> p.school_id OR l.left_on IS NOT NULL) ORDER BY p.id",
            {"roster": roster.pk},
        )
        rows: list[tuple[int, int]] = cursor.fetchall()
    return rows


def _open_learners(roster: RosterImport, *, today: date, since: date) -> None:
    schools = called([unit for unit in roster.schools if unit], on=today)
    prefixes = {unit: prefix_of(name) for unit, name in schools.items()}
    for lines in batched(_of(roster, Outcome.NEW), BATCH, strict=False):
        accounts = open_nameless_accounts(
            prefixes=[prefixes[line.school_id or 0] for line in lines], generated=roster.by.generated
        )  # whom a generated person brings in is generated too
        pairs = list(zip(lines, accounts, strict=True))
        _know([(line.pk, account.pk) for line, account in pairs])
        give_role_to_many(
            places=[(account.pk, line.school_id or 0) for line, account in pairs], role=STUDENT.code, since=since
        )


def _open_teachers(roster: RosterImport, *, since: date, at: datetime) -> None:
    for line in _of(roster, Outcome.NEW, Person.TEACHER):
        account = open_account(
            username=line.username, full_name=line.full_name, password=None, by=roster.by_id, at=at,
            generated=roster.by.generated,
        )  # fmt: skip
        _know([(line.pk, account.pk)])
        RosterLine.objects.filter(roster=roster, part="teaching", username=line.username).update(account_id=account.pk)
        RosterLine.objects.filter(roster=roster, part="teaching", source_id=line.source_id).update(
            account_id=account.pk
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT p.account_id, p.school_id FROM rosters_rosterline p WHERE p.roster_id = %(roster)s"
            " AND p.role = 'teacher' AND NOT p.gone AND p.account_id IS NOT NULL AND p.school_id IS NOT NULL"
            " AND NOT EXISTS (SELECT FROM people_membership m WHERE m.account_id = p.account_id"
            " AND m.unit_id = p.school_id AND m.role = %(role)s"
            " AND (upper(m.valid) IS NULL OR upper(m.valid) > %(since)s))",
            {"roster": roster.pk, "role": CLASS_TEACHER.code, "since": since},
        )
        places: list[Any] = cursor.fetchall()
    give_role_to_many(places=places, role=CLASS_TEACHER.code, since=since)


def _let_teachers_go(roster: RosterImport, *, since: date) -> None:
    """Teachers whom the file deletes look after no class of this office's schools any more."""
    gone = [line.account_id for line in _of(roster, Outcome.LEFT, Person.TEACHER) if line.account_id]
    units = descendant_ids(roster.unit_id, on=since) if gone else []
    end_role_of_many(accounts=gone, role=CLASS_TEACHER.code, on=since, units=units)
    rows = ClassTeaching.objects.filter(account__in=gone, school_class__unit__in=units)
    rows.filter(valid__startswith__gte=since).delete()
    rows.filter(Q(valid__endswith=None) | Q(valid__endswith__gt=since)).update(
        valid=Func(Lower("valid"), Value(since), function="daterange")
    )


def _know(pairs: list[tuple[int, int]]) -> None:
    """Write down which account a line has got."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE rosters_rosterline SET account_id = n.account FROM unnest(%s::bigint[], %s::bigint[])"
            " AS n(line, account) WHERE id = n.line",
            [[line for line, _ in pairs], [account for _, account in pairs]],
        )


def prefix_of(school: str) -> str:
    """First letters of the last two words, without those that look like digits: “Trường TH&THCS Ân Nghĩa” → "an"."""
    letters = "".join(word[0] for word in fold(school).split()[-2:] if word[0] in CLEAR_LETTERS)
    return letters or "hs"
