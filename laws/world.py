"""The world in which the law of permissions asks: one province with something to show at every address, and another."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse

from donghanh.agenda.actions import mark_busy, renew_feed
from donghanh.agenda.choices import BusyKind
from donghanh.api.actions import publish
from donghanh.api.asking import question_of
from donghanh.api.models import ApiToken
from donghanh.api.tests.factories import a_key
from donghanh.collaborators.tests.factories import POLICE, a_collaborator, a_group, a_meeting, a_member
from donghanh.documents.actions_proposals import merge
from donghanh.documents.models import Document
from donghanh.documents.tests import factories as documents
from donghanh.documents.tests.factories_reading import a_proposal, a_publication
from donghanh.explorer.actions import delete_kept, keep_view, make_dashboard, put_on, share_by_link, subscribe
from donghanh.explorer.models import Letter
from donghanh.files.actions import store, store_upload
from donghanh.guardians.tests import factories as families
from donghanh.inspections.actions_findings import prove
from donghanh.inspections.tests.factories import a_finding, a_picture, a_visit, recorded
from donghanh.kernel.rows import everything
from donghanh.organisations import imports
from donghanh.organisations.import_checks import Options
from donghanh.organisations.models import Unit, UnitParent, uid_of
from donghanh.organisations.queries import history_of
from donghanh.organisations.tests.factories import a_department, a_school
from donghanh.papers.actions import Paragraph, Source
from donghanh.papers.actions_merge import carry_out
from donghanh.papers.actions_signing import bring_certificate, file_paper
from donghanh.papers.authority import Authority
from donghanh.papers.tests.documents import report
from donghanh.papers.tests.templates import a_merge, a_template, a_word_file
from donghanh.people.choices import NOT_STAFF, ROLES
from donghanh.people.models import Account, Membership
from donghanh.people.queries import has_second_factor
from donghanh.people.tests.cast import Cast, a_person, a_second_factor
from donghanh.periods.choices import PeriodKind
from donghanh.privacy.actions import ask
from donghanh.programmes.actions_reviews import begin_review
from donghanh.programmes.actions_tasks import put_down
from donghanh.programmes.models import PlanTask, Programme, UnitPlan
from donghanh.programmes.tests.factories import a_programme, issued, task_of
from donghanh.programmes.tests.factories_joint import a_budget, a_coordination_plan, a_guest, an_agency
from donghanh.questionnaires.actions import start_draft
from donghanh.recognition.models import NominationFile
from donghanh.recognition.tests.factories import a_commendation, a_practice
from donghanh.reporting.choices import BatchKind
from donghanh.reporting.figures import lay_out
from donghanh.reporting.models import BulkReview, IssuedReport, WorkbookBatch, WorkbookBatchFile
from donghanh.reporting.rounds import make_request
from donghanh.reporting.rules_asking import Terms
from donghanh.reporting.tests.factories import (
    AT,
    a_file_beside,
    a_letterhead,
    an_accepted_report,
    an_open_round,
    report_of,
)
from donghanh.rosters.actions_scim import make_token
from donghanh.rosters.models import RollOver
from donghanh.rosters.tests.factories import a_class, a_learner, brought_in, teaches
from donghanh.statistics.actions import define
from donghanh.statistics.models import Finding, Target, ValidationRule

type Arguments = dict[str, Any] | None  # of an address for one unit; None where it does not exist for that unit
type Sample = Callable[[Unit], Arguments]

PLAN = json.loads(Path(settings.ROOT, "donghanh/statistics/data/plan3296.json").read_text())
PEOPLE = (
    "department_officer", "leader", "clerk", "district_officer", "other_district_officer", "principal", "teacher",
    "other_teacher", "administrator", "school_administrator", "class_teacher", "student", "guardian", "outsider",
    "other_administrator", "other_principal", "partner",
)  # fmt: skip
CANARY = "Hoàng Yến"  # part of every minor's name here: it may stand on no page of people without the right
UNITS = (
    "department", "lac_son", "kim_boi", "commune", "school", "preschool", "sibling", "direct",
    "other_department", "other_school",
)  # fmt: skip


def always(**arguments: Any) -> Sample:
    """One address, whatever the unit."""
    return lambda _unit: arguments


def of_unit(**more: Any) -> Sample:
    """An address that carries the unit itself."""
    return lambda unit: {"unit_id": unit.pk, **more}


class World:
    """One round of the cast in which every unit-bound address has something to show."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        define(PLAN, at=AT)
        self.round = an_open_round(cast)
        self.beside = a_file_beside(report_of(cast.school, self.round), by=cast.teacher)  # and so sent along
        an_accepted_report(cast, self.round)
        lay_out(collection_id=self.round.pk, at=AT)
        a_letterhead(cast.department)
        self.other_department = a_department("Sở GD&ĐT Sơn La")
        self.other_school = a_school("Trường Tiểu học Chiềng Mai", below=self.other_department)
        self.other_administrator = a_person("sonla", "Cầm Thị Ỏn", "department_administrator", self.other_department)
        self.other_principal = a_person("chiengmai", "Lò Văn Inh", "principal", self.other_school)
        self.partner = a_guest(cast.department)
        for name in PEOPLE:  # pages about one's own factors have something to show
            if not has_second_factor(person := self.named(name)):
                a_second_factor(person)
        rooms = (
            self._reports, self._figures, self._units, self._people, self._collaborators, self._calendar,
            self._families, self._rosters, self._forms, self._doors, self._looks, self._programmes,
            self._recognition, self._inspections, self._documents, self._papers, self._joint, self._merging,
        )  # fmt: skip
        self.arguments = {route: sample for room in rooms for route, sample in room().items()}
        self.parents = dict(UnitParent.objects.order_by("pk").values_list("unit", "parent"))

    def named(self, name: str) -> Any:
        """A person or a unit, of the cast or of the other province."""
        return getattr(self.cast, name, None) or getattr(self, name)

    def samples(self, route: str, unit: Unit) -> Arguments:
        """Arguments of an address for one unit; an address that no room speaks of here takes none."""
        return self.arguments.get(route, always())(unit)

    def reaches(self, account: Account, right: str, unit: Unit) -> bool:
        """Is some unit of a membership with this right the unit itself or above it? One parent at a time."""
        offices = {row.unit_id for row in Membership.objects.filter(account=account) if right in ROLES[row.role].rights}
        place: int | None = unit.pk
        while place is not None:
            if place in offices:
                return True
            place = self.parents.get(place)
        return False

    def is_below(self, account: Account, right: str, office: Unit) -> bool:
        """Does the account hold the right in the office itself or in some unit below it? One parent at a time."""
        places = {row.unit_id for row in Membership.objects.filter(account=account) if right in ROLES[row.role].rights}
        while places and office.pk not in places:
            places = {self.parents[place] for place in places if self.parents.get(place) is not None}
        return bool(places)

    def at_school(self, pk: int) -> Sample:
        """An address of the one thing of its kind, which is the school's."""
        return lambda unit: {"pk": pk} if unit == self.cast.school else None

    def _reports(self) -> dict[str, Sample]:
        expecting = {row.unit_id for row in self.round.expected.all()}

        def own(unit: Unit) -> Arguments:
            return {"pk": report_of(unit, self.round).pk} if unit.pk in expecting else None

        def drawn(unit: Unit) -> Arguments:
            found = IssuedReport.objects.filter(unit=unit).first()
            return {"pk": found.pk, "kind": "pdf"} if found else None

        terms = Terms(name="Báo cáo tháng", calendar=PeriodKind.ADMIN_MONTH)
        asked = make_request(
            form=self.round.form_version.form, owner=self.cast.department, terms=terms, active_from=AT.date(),
            by=self.cast.department_officer, at=AT,
        )  # fmt: skip

        def of_the_department(unit: Unit) -> Arguments:
            return {"pk": asked.pk} if unit == self.cast.department else None

        bulk_asked = BulkReview.objects.create(
            collection=self.round, office=self.cast.lac_son, at=AT, by=self.cast.district_officer
        )

        def bulk(unit: Unit) -> Arguments:
            return {"pk": bulk_asked.pk} if unit == self.cast.lac_son else None

        of_round = ("accept_many", "remind", "lock", "board_export")

        def news(unit: Unit) -> Arguments:
            return (found := own(unit)) and found | {"seen": 0}

        def taken(unit: Unit) -> Arguments:
            return (found := own(unit)) and found | {"evidence_id": 1}

        def figure(unit: Unit) -> Arguments:
            return (found := own(unit)) and {**found, "item": "collaborators"}

        batch = WorkbookBatch.objects.create(
            collection=self.round, office=self.cast.lac_son, kind=BatchKind.ARCHIVE, at=AT,
            by=self.cast.district_officer,
            file=store(content=b"", name="cac-truong.zip", content_type="", unit=None, by=None, at=AT),
        )  # fmt: skip
        batch_file = WorkbookBatchFile.objects.create(
            batch=batch, number=1, name="an-nghia.xlsx", submission=report_of(self.cast.school, self.round)
        )
        sent = self.at_school(report_of(self.cast.school, self.round).pk)  # to read where something was sent
        return {
            **{
                f"reporting:{name}": own
                for name in (
                    "report",
                    "fill",
                    "save",
                    "save_by_hand",
                    "send",
                    "add_evidence",
                    "workbook",
                    "workbook_upload",
                )
            },
            "reporting:from_where": figure,
            "reporting:news": news,
            "reporting:remove_evidence": taken,
            "reporting:evidence_file": self.at_school(self.beside.pk),
            "reporting:review": sent,
            "reporting:withdraw": sent,
            "reporting:reopen": sent,
            **{f"reporting:{name}": always(collection_id=self.round.pk) for name in of_round},
            "reporting:bulk_review": bulk,
            "reporting:bulk_news": lambda unit: (found := bulk(unit)) and {**found, "done": 0},
            "reporting:versions": sent,
            "reporting:not_received": always(collection_id=self.round.pk),
            **{f"reporting:{name}": always(collection_id=self.round.pk) for name in ("batches", "batch_table")},
            **{f"reporting:{name}": always(pk=batch.pk) for name in ("batch", "marked_all")},
            **{f"reporting:{name}": always(pk=batch_file.pk) for name in ("batch_file", "marked")},
            "reporting:issued": always(collection_id=self.round.pk),
            "reporting:issued_file": drawn,
            "reporting:round": always(collection_id=self.round.pk),
            **{f"reporting:{name}": of_the_department for name in ("request", "change_request", "end_request")},
        }

    def _figures(self) -> dict[str, Sample]:
        here = {"collection_id": self.round.pk}
        target = Target.objects.earliest("pk")

        def of_the_department(pk: int) -> Sample:
            return lambda unit: {"pk": pk} if unit == self.cast.department else None

        return {
            "home:figures": of_unit(**here),
            "home:figures_news": of_unit(**here, seen=1),
            "home:schools": of_unit(**here, indicator="schools_with_outreach_rate"),
            "statistics:change_target": of_the_department(target.pk),
            "statistics:end_target": of_the_department(target.pk),
            "statistics:change_rule": of_the_department(self._rule().pk),
            "reporting:see_finding": self.at_school(self._finding().pk),
        }

    def _rule(self) -> ValidationRule:
        found, _new = ValidationRule.objects.get_or_create(
            code="trained", defaults={"name_vi": "x", "name_en": "x", "left": "staff_trained", "comparison": "<=",
                                      "right": "staff_in_scope"},
        )  # fmt: skip
        return found

    def _finding(self) -> Finding:
        return Finding.objects.create(
            kind="rule", rule=self._rule(), unit=self.cast.school, period=self.round.period, form="plan3296",
            owner=self.cast.department, numbers={"left": 3, "right": 2}, importance="high", found_at=AT,
        )  # fmt: skip

    def _units(self) -> dict[str, Sample]:
        looked_at = imports.check(
            content="Tên đơn vị;Loại hình;Trực thuộc\nTrường mới;MN;Xã Ân Nghĩa\n".encode(), file_name="don-vi.csv",
            decision="Quyết định 1", on=AT.date(), options=Options(), reach=None, by=self.cast.administrator.pk, at=AT,
        )  # fmt: skip
        own_file = always(import_id=looked_at.pk)
        return {
            "organisations:unit": of_unit(),
            "organisations:choose_event": of_unit(),
            "organisations:record_event": of_unit(kind="doi-ten"),
            "organisations:undo_event": lambda unit: {"unit_id": unit.pk, "event_id": history_of(unit.pk).get().pk},
            "organisations:export": always(form="csv"),
            "organisations:group": always(code="private"),
            "organisations:group_change": always(code="private"),
            **{f"organisations:import_{name}": own_file for name in ("result", "apply", "workbook")},
        }

    def _people(self) -> dict[str, Sample]:
        def staff(unit: Unit) -> Membership | None:
            return Membership.objects.filter(unit=unit).exclude(role__in=NOT_STAFF).order_by("pk").first()

        def person(unit: Unit) -> Arguments:
            return (row := staff(unit)) and {"pk": row.account_id}

        def role(unit: Unit) -> Arguments:
            return (row := staff(unit)) and {"pk": row.pk}

        return {
            **{f"people:{name}": person for name in ("person", "closing", "resetting")},
            "people:role_ending": role,
            "mfa_remove_webauthn": always(pk=1),  # asks for the password before it looks whose key it is
        }

    def _collaborators(self) -> dict[str, Sample]:
        school, by = self.cast.school, self.cast.school_administrator
        group = a_group(school, by=by)
        member = a_member(group, POLICE, by=by)
        meeting = self.at_school(a_meeting(group, [member], by=by).pk)
        return {
            **{f"collaborators:{name}": of_unit() for name in ("unit", "enrol", "set_up")},
            **{
                f"collaborators:{name}": self.at_school(group.pk)
                for name in ("group", "end_group", "add_member", "hold")
            },
            "collaborators:end_service": self.at_school(a_collaborator(school, POLICE, by=by).pk),
            "collaborators:end_membership": self.at_school(member.pk),
            "collaborators:meeting": meeting,
            "collaborators:minutes": meeting,
        }

    def _families(self) -> dict[str, Sample]:
        """One class with one child, the student of the cast, whose guardian asked what is held about them."""
        cast = self.cast
        school_class = families.a_class(cast.school, "6B", taught_by=cast.class_teacher)
        child = families.a_learner(school_class, "Nguyễn An", account=cast.student)
        families.a_verified_link(child, cast.guardian, by=cast.school_administrator)
        with everything():
            asked = ask(subject_id=cast.student.pk, kind="see", text="", by=cast.guardian, at=families.NOON)

        def of_person(unit: Unit) -> Arguments:
            return {"subject_id": child.pk} if unit == cast.school else None

        return {
            "guardians:class": self.at_school(school_class.pk),
            "guardians:child": self.at_school(child.pk),
            "privacy:request": self.at_school(asked.pk),
            "privacy:of_person": of_person,
            "privacy:file": of_person,
        }

    def _rosters(self) -> dict[str, Sample]:
        """A class with a learner at each school, by the canary's name; at the school the class teacher's own."""
        cast, classes, learners = self.cast, {}, {}
        for name in ("school", "preschool", "sibling", "direct"):
            unit = getattr(cast, name)
            classes[unit.pk] = a_class(unit, "6A")
            learners[unit.pk] = a_learner(classes[unit.pk], f"Xuân {CANARY} {name}")
        teaches(cast.class_teacher, classes[cast.school.pk])
        with everything():
            into = self.round.period
            ended = RollOver.objects.create(unit=cast.school, into=into, by=cast.school_administrator, at=AT)
        token, _secret = make_token(
            name="Thư viện số", unit_id=cast.school.pk, expires_on=AT.date(), by=cast.school_administrator, at=AT
        )
        content = f"Lớp,Họ và tên\n6A,Xuân {CANARY} Nhập\n".encode()
        roster = brought_in(content, cast.school, cast.school_administrator, name="ds.csv").pk

        def own(rows: dict[int, Any]) -> Sample:
            return lambda unit: {"pk": rows[unit.pk].pk} if unit.pk in rows else None

        def news(unit: Unit) -> Arguments:
            return {"pk": roster, "state": "checked", "done": 1} if unit == cast.school else None

        of_class = ("school_class", "class_slips", "my_class", "my_class_slips")
        of_learner = ("learner", "learner_slip", "my_learner", "my_learner_slip")
        return {
            **{f"rosters:{name}": own(classes) for name in of_class},
            **{f"rosters:{name}": own(learners) for name in of_learner},
            "rosters:undo_year_end": self.at_school(ended.pk),
            "rosters:revoke_token": self.at_school(token.pk),
            "rosters:roster": self.at_school(roster),
            "rosters:roster_news": news,
        }

    def _forms(self) -> dict[str, Sample]:
        """The round's form, and a draft of its next version with something in every list."""
        version = self.round.form_version
        by = self.cast.department_officer
        draft = start_draft(document=version.document, form=version.form, by=by, at=AT)
        of_draft = ("draft", "preview", "deed", "new_item", "new_list", "new_check", "publish", "draft_file")
        return {
            "questionnaires:form": always(code=version.form.code),
            "questionnaires:compare": always(code=version.form.code),
            **{
                f"questionnaires:{name}": always(version_id=version.pk)
                for name in ("version", "version_file", "revise")
            },
            **{f"questionnaires:{name}": always(draft_id=draft.pk) for name in of_draft},
            "questionnaires:item": always(draft_id=draft.pk, code="staff_trained"),
            "questionnaires:section": always(draft_id=draft.pk, code="targets"),
            "questionnaires:list": always(draft_id=draft.pk, code="level"),
            "questionnaires:check": always(draft_id=draft.pk, number=0),
        }

    def _doors(self) -> dict[str, Sample]:
        """A key of the principal's, and what the Department has published."""
        cast = self.cast
        a_key(cast.principal, cast.school)
        said = {"data": ["indicator:staff_trained_rate"], "periods": [self.round.period.code]}
        units = [cast.department.pk, cast.lac_son.pk]
        made = publish(
            owner=cast.department.pk, title="Tập huấn", description="Tập huấn", licence="CC0-1.0", approval="12/QĐ",
            question=question_of(said, on=AT.date(), units=units), by=cast.department_officer, at=AT,
        )  # fmt: skip
        here, one = always(pk=made.pk), {"uid": uid_of(cast.school.pk)}
        return {
            "api:revoke_token": self.at_school(ApiToken.objects.get().pk),
            "api:open_data_set": here,
            "api:open_description": here,
            "api:open_file": always(pk=made.pk, form="csv"),
            "api:withdraw_open_data": lambda unit: {"pk": made.pk} if unit == cast.department else None,
            "api:unit": always(**one),
            "api:objects": always(kind="dataSets"),
            "api:object": always(kind="dataSets", **one),
        }

    def _calendar(self) -> dict[str, Sample]:
        """The calendar itself, a unit's year on it, the Department's busy days and one person's own address."""
        cast = self.cast
        busy = mark_busy(
            unit_id=cast.department.pk, name="Kiểm tra học kỳ", kind=BusyKind.EXAM, first=AT.date(), last=AT.date(),
            by=cast.department_officer, at=AT,
        )  # fmt: skip
        return {
            "periods:year": always(code=self.round.period.code, kind="administrative"),
            "agenda:unit": of_unit(),
            "agenda:unmark": lambda unit: {"pk": busy.pk} if unit == cast.department else None,
            "agenda:feed": always(secret=renew_feed(account=cast.principal, at=AT)),
        }

    def _readings(self, document: Document) -> dict[str, Sample]:
        """The school's people are asked to read its document; the district's office has proposed something on it."""
        cast = self.cast
        a_publication(document, cast.school, by=cast.principal)
        proposed = a_proposal(document, cast.lac_son, by=cast.district_officer)
        head = merge(document=document, proposals=[proposed.pk], title="Một người quản trị", by=cast.principal, at=AT)
        return {
            **{f"documents:{name}": self.at_school(document.pk) for name in ("reading", "readers", "proposals")},
            "documents:head": self.at_school(head.pk),
        }

    def _documents(self) -> dict[str, Sample]:
        """The school's books: one document with its file, one that waits for its number."""
        school, by = self.cast.school, self.cast.principal
        issued_one = documents.an_issued(school, by=by, symbol="QĐ-THCS")
        issued_one.file = store_upload(content=documents.PDF, name="quyet-dinh.pdf", unit=school.pk, by=by.pk, at=AT)
        issued_one.save(update_fields=["file"])
        return {
            **{f"documents:{name}": of_unit() for name in ("draft", "arrive", "numbering", "take_in")},
            **{f"documents:{name}": self.at_school(issued_one.pk) for name in ("document", "deed", "file", "package")},
            **self._readings(issued_one),
            "documents:change": self.at_school(documents.a_draft(school, by=by, symbol="QĐ-THCS").pk),
        }

    def _programmes(self) -> dict[str, Sample]:
        """A programme that the Department and Lạc Sơn's office issued; evidence and a review of the school."""
        cast = self.cast
        programme = a_programme(cast)
        issued(cast, programme)
        task = task_of(cast.school, programme, "2.1")
        shown = put_down(
            task=task,
            words="Đã dạy",
            on_day=AT.date(),
            file=("minh-chung.pdf", b"%PDF-1.7 x"),
            done=False,
            by=cast.teacher,
            at=AT,
        )
        review = begin_review(
            programme=programme, unit_id=cast.school.pk, kind="final", period=self.round.period, by=cast.teacher, at=AT
        )

        def plan(unit: Unit) -> Arguments:
            found = UnitPlan.objects.filter(unit=unit, programme=programme).first()
            return {"pk": found.pk} if found else None

        def first_task(unit: Unit) -> Arguments:
            found = PlanTask.objects.filter(plan__unit=unit).order_by("pk").first()
            return {"pk": found.pk} if found else None

        return {
            "programmes:programme": always(code=programme.code),
            "programmes:write": always(code=programme.code),
            "programmes:stated_task": always(code=programme.code, position=1),
            "programmes:issue": always(code=programme.code),
            "programmes:reviewed": always(code=programme.code),
            "programmes:over_units": always(code=programme.code, position=1),
            "programmes:plan": plan,
            "programmes:task": first_task,
            "programmes:evidence_file": self.at_school(shown.pk),
            "programmes:review": self.at_school(review.pk),
            "programmes:review_version": lambda unit: {"pk": review.pk, "number": 1} if unit == cast.school else None,
        }

    def _joint(self) -> dict[str, Sample]:
        """A line of the school's money, and the Department's plan with an agency whose guest is `partner`."""
        cast, programme = self.cast, Programme.objects.get(code="an-toan-mang")
        line = a_budget(cast.school, programme, 1000, by=cast.principal)
        plan = a_coordination_plan(cast.department, programme, by=cast.department_officer)
        an_agency(plan, by=cast.department_officer, guest=self.partner)
        return {
            "programmes:unit_money": of_unit(),
            "programmes:budget_line": self.at_school(line.pk),
            "programmes:coordination_plan": always(pk=plan.pk),
        }

    def _recognition(self) -> dict[str, Sample]:
        """A published round with the school commended; the school's shared practice with a file."""
        cast = self.cast
        round_ = a_commendation(cast)
        nominated = self.at_school(round_.nominations.get().pk)
        practice = self.at_school(a_practice(cast, file=("tai-lieu.pdf", b"%PDF-1.7 x")).pk)
        here = always(pk=round_.pk)
        return {
            "recognition:round": lambda unit: {"pk": round_.pk} if unit == cast.department else None,
            "recognition:outcome": here,
            "recognition:nomination": nominated,
            "recognition:file": self.at_school(NominationFile.objects.get().pk),
            **{f"recognition:{name}": practice for name in ("practice", "change_practice", "practice_file")},
        }

    def _inspections(self) -> dict[str, Sample]:
        """A visit of Lạc Sơn's office to the school, with a picture, and a finding with its proof."""
        cast = self.cast
        visit = recorded(cast, a_visit(cast), pictures=[("anh.jpg", a_picture())])
        finding = a_finding(cast, visit)
        prove(finding=finding, words="Đã sửa", files=[("qd.pdf", b"%PDF-1.7 x")], by=cast.teacher, at=AT)
        return {
            "inspections:visit": self.at_school(visit.pk),
            "inspections:picture": self.at_school(visit.pictures.get().pk),
            "inspections:finding": self.at_school(finding.pk),
            "inspections:proof": self.at_school(finding.moves.get(move="prove").files.get().pk),
        }

    def _papers(self) -> dict[str, Sample]:
        """The Department's report, laid out and waiting to be signed; its clerk's certificate."""
        cast = self.cast
        figure = Paragraph("Có 230/271 cơ sở.", (Source(reverse("papers:papers")),))
        paper = file_paper(
            document=report(body=(figure,)), unit_id=cast.department.pk, title="Báo cáo", by=cast.department_officer,
            at=AT,
        )  # fmt: skip
        key = bring_certificate(
            content=Authority(AT).issue("Sở", "x"), passphrase="x", unit_id=cast.department.pk, picture=None,
            by=cast.clerk, at=AT,
        )  # fmt: skip
        at_department = lambda unit: {"pk": paper.pk} if unit == cast.department else None  # noqa: E731  # a sample
        return {
            "papers:paper": at_department,
            "papers:paper_file": lambda unit: {"pk": paper.pk, "kind": "pdf"} if unit == cast.department else None,
            "papers:remove_certificate": always(pk=key.pk),
            "papers:check_code": always(code=paper.code),
            "papers:source": always(code=paper.sources.get().code),
        }

    def _merging(self) -> dict[str, Sample]:
        """The Department's template with a Word file of its own, merged for its schools of one kind."""
        cast = self.cast
        template = a_template(cast, word=("mau.docx", a_word_file("{{ ten_don_vi }}")))
        merge = a_merge(cast, template, kinds=["TH&THCS"])
        carry_out(merge_id=merge.pk, at=AT)
        at_department = lambda row: lambda unit: {"pk": row.pk} if unit == cast.department else None  # noqa: E731  # a sample
        return {
            **dict.fromkeys(
                ("papers:template", "papers:write_template", "papers:template_word"), at_department(template)
            ),
            **dict.fromkeys(("papers:merge", "papers:merge_file"), at_department(merge)),
        }

    def _looks(self) -> dict[str, Sample]:
        """What the Department's officer keeps; what an act takes away has a row of its own."""
        by, office = self.cast.department_officer, self.cast.department.pk
        views = [keep_view(name=f"Bảng {number}", query="", office=office, by=by, at=AT) for number in range(4)]
        boards = [make_dashboard(name=f"Bảng {number}", office=office, by=by, at=AT) for number in range(3)]
        tiles = [put_on(dashboard=boards[0], view=views[0], by=by, at=AT) for _number in range(2)]
        share_by_link(view=views[0], wanted=True, by=by, at=AT)
        for gone in (views[2], boards[2]):
            delete_kept(kept=gone, by=by, at=AT)
        schedule = subscribe(to=boards[0], rhythm="daily", day=1, colleagues=[], by=by, at=AT)
        file = store(content=b"PK", name="so-lieu.xlsx", content_type="", unit=None, by=None, at=AT)
        letter = Letter.objects.create(
            receiver=schedule.receivers.get(), on=AT.date(), at=AT, title="Bảng 0", text="", file=file, state="kept"
        )
        of_view = ("view", "open", "change_look", "put", "send_view")
        of_board = ("dashboard", "tiles", "change_dashboard", "arrange", "clone", "send_dashboard")
        return {
            **{f"explorer:{name}": always(view_id=views[0].pk) for name in of_view},
            "explorer:delete": always(view_id=views[1].pk),
            "explorer:link": always(view_id=views[3].pk),  # a link that is there is taken back
            "explorer:restore": always(view_id=views[2].pk),
            "explorer:shared": always(token=views[0].token),
            **{f"explorer:{name}": always(dashboard_id=boards[0].pk) for name in of_board},
            "explorer:delete_dashboard": always(dashboard_id=boards[1].pk),
            "explorer:restore_dashboard": always(dashboard_id=boards[2].pk),
            "explorer:widen": always(dashboard_id=boards[0].pk, tile_id=tiles[0].pk),
            "explorer:take_off": always(dashboard_id=boards[0].pk, tile_id=tiles[1].pk),
            "explorer:letter": always(letter_id=letter.pk),
            "explorer:letter_file": always(letter_id=letter.pk),
            "explorer:end_subscription": always(subscription_id=schedule.pk),
        }
