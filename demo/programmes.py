"""The plan of Hòa Bình as every unit carries it out: issued in 2020, some late, some returned; a review under way."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any, Final

from demo.data import data_file
from donghanh.organisations.choices import UnitKind
from donghanh.organisations.models import Unit
from donghanh.organisations.queries import descendants
from donghanh.people.choices import DISTRICT_OFFICER
from donghanh.people.models import Account, Membership
from donghanh.periods.models import Period
from donghanh.programmes.actions import issue_plans, load_programme
from donghanh.programmes.actions_reviews import approve_review, begin_review, submit_review, write_review
from donghanh.programmes.actions_tasks import let_serve
from donghanh.programmes.choices import PlanMove, PlanState, ReviewKind, Section
from donghanh.programmes.models import (
    PlanTask,
    PlanTransition,
    Programme,
    Review,
    TaskEvidence,
    TaskFinish,
    TaskRemark,
    UnitPlan,
)

ISSUED: Final = date(2020, 8, 5)
ACCEPTED: Final = date(2020, 8, 27)
LATE, RETURNED, WAITING = 9, 5, 6  # plans of schools that are not accepted
DONE_SHARE: Final = 0.62
YEARS: Final = (2024, 2025, 2025, 2025)  # in which tasks were finished
ONLINE_CHILDREN: dict[str, Any] = {
    "code": "bao-ve-tre-em-2021-2025",
    "name_vi": "Chương trình Bảo vệ và hỗ trợ trẻ em tương tác lành mạnh, sáng tạo trên môi trường mạng",
    "name_en": "Protecting children online",
    "short_name_vi": "Bảo vệ trẻ em trên mạng 2021–2025",
    "short_name_en": "Children online 2021–2025",
    "basis": "Quyết định số 830/QĐ-TTg ngày 01/6/2021 của Thủ tướng Chính phủ (nhiệm vụ dưới đây là dữ liệu giả lập)",
    "first_day": "2021-06-01",
    "last_day": "2025-12-31",
    "objectives": [{"clause": "I", "text": "Trẻ em có kỹ năng tự bảo vệ mình trên mạng.", "indicators": []}],
    "tasks": [
        {"key": "II.1", "clause": "II.1", "heading": "Nhiệm vụ",
         "text": "Dạy kỹ năng nhận biết và tự bảo vệ trên môi trường mạng",
         "owners": ["school"], "objectives": ["I"], "due_on": "2025-05-31", "yearly": True, "evidence": "Giáo án"},
        {"key": "II.2", "clause": "II.2", "heading": "Nhiệm vụ",
         "text": "Phổ biến đường dây 111 tới học sinh và cha mẹ",
         "owners": ["school", "office"], "objectives": ["I"], "due_on": "2025-09-30", "evidence": "Ảnh, bài đăng"},
        {"key": "II.3", "clause": "II.3", "heading": "Nhiệm vụ", "text": "Tổng kết chương trình",
         "owners": ["department"], "objectives": ["I"], "due_on": "2025-12-15", "evidence": "Báo cáo"},
    ],
}  # fmt: skip
WORDS: Final[dict[str, str]] = {
    Section.STRENGTHS: "Các lớp đều có tiết học về an toàn trên mạng; đội cộng tác viên trả lời câu hỏi trong ngày.",
    Section.DIFFICULTIES: "Đường truyền yếu, máy tính cũ; giáo viên kiêm nhiệm.",
    Section.PROPOSALS: "Đề nghị tập huấn vào hè và gửi tài liệu trước một tuần.",
    Section.NEXT: "Tiếp tục tập huấn giáo viên, đưa nội dung vào sinh hoạt dưới cờ hằng tháng.",
}


def build_programmes(department: Unit, *, at: datetime) -> None:
    """Two programmes; every unit's plan of the first; progress; one district's review with what its schools wrote."""
    plan = load_programme(data_file("programmes", "plan-hoa-binh-2020.json"), owner_id=department.pk, at=at)
    then = at.replace(year=ISSUED.year, month=ISSUED.month, day=ISSUED.day)
    officer = Account.objects.get(username="so.gddt")
    issue_plans(programme=plan, office_id=department.pk, by=officer, at=then)
    offices = [unit for unit in descendants(department.pk, on=ISSUED) if unit.kind == UnitKind.DISTRICT_OFFICE]
    _accept(UnitPlan.objects.filter(programme=plan), by=officer, at=then)
    for office in offices:
        issue_plans(programme=plan, office_id=office.pk, by=_of(office, DISTRICT_OFFICER.code), at=then)
    _accept(UnitPlan.objects.filter(programme=plan, state=PlanState.DRAFT), by=officer, at=then)
    _carry_out(plan, officer, at=then)
    online = load_programme(ONLINE_CHILDREN, owner_id=department.pk, at=at)
    issue_plans(programme=online, office_id=department.pk, by=officer, at=at - timedelta(days=40))
    _unfinished(plan, officer, at=then)
    _review(plan, online, at=at)


def _of(unit: Unit, role: str) -> Account:
    return Membership.objects.select_related("account").get(unit=unit, role=role).account


def _accept(plans: Any, *, by: Account, at: datetime) -> None:
    """All at once: an officer's yes to hundreds of plans is one statement here, not hundreds of deeds."""
    ids = list(plans.values_list("pk", flat=True))
    sent, said = at + timedelta(days=15), at + timedelta(days=22)
    UnitPlan.objects.filter(pk__in=ids).update(state=PlanState.ACCEPTED, submitted_at=sent, accepted_at=said)
    PlanTransition.objects.bulk_create(PlanTransition(plan_id=pk, move=PlanMove.ACCEPT, by=by, at=said) for pk in ids)


def _carry_out(plan: Programme, by: Account, *, at: datetime) -> None:
    """Most of what was due is done, and says so."""
    draw = random.Random(830)
    tasks = list(PlanTask.objects.filter(plan__programme=plan).order_by("pk").values_list("pk", "evidence"))
    done = [(pk, words) for pk, words in tasks if draw.random() < DONE_SHARE]
    for part, year in enumerate(YEARS):
        day = date(year, 5, 10)
        finished = [pk for pk, _words in done[part :: len(YEARS)]]
        PlanTask.objects.filter(pk__in=finished).update(done_on=day)
        TaskFinish.objects.bulk_create(TaskFinish(task_id=pk, year=day.year, on=day) for pk in finished)
    TaskEvidence.objects.bulk_create(
        [
            TaskEvidence(
                task_id=pk,
                words=f"{words} đã có, lưu tại đơn vị.",
                on=date(YEARS[number % len(YEARS)], 5, 10),
                by=by,
                at=at,
            )
            for number, (pk, words) in enumerate(done)
            if number % 9 == 0
        ],
        batch_size=2000,
    )


def _unfinished(plan: Programme, by: Account, *, at: datetime) -> None:
    """Some schools never sent theirs, some got theirs back, some wait for an answer."""
    schools = UnitPlan.objects.filter(programme=plan, office__types__kind=UnitKind.DISTRICT_OFFICE).order_by("pk")
    own = Membership.objects.get(account__username="gv.demo").unit_id
    ids = list(schools.exclude(unit=own).values_list("pk", flat=True).distinct()[::17][: LATE + RETURNED + WAITING])
    late, returned, waiting = ids[:LATE], ids[LATE : LATE + RETURNED], ids[LATE + RETURNED :]
    UnitPlan.objects.filter(pk__in=late).update(state=PlanState.DRAFT, submitted_at=None, accepted_at=None)
    UnitPlan.objects.filter(pk__in=returned).update(state=PlanState.RETURNED, accepted_at=None)
    UnitPlan.objects.filter(pk__in=waiting).update(state=PlanState.SUBMITTED, accepted_at=None)
    for pk in returned:
        task = PlanTask.objects.filter(plan=pk).order_by("position")[3]
        TaskRemark.objects.create(task=task, text="Ghi rõ lớp nào, vào tháng nào.", by=by, at=at)
    near = list(UnitPlan.objects.filter(programme=plan, unit__in=_near(own)).exclude(unit=own).order_by("pk")[:2])
    UnitPlan.objects.filter(pk__in=[one.pk for one in near]).update(state=PlanState.SUBMITTED, accepted_at=None)


def _near(unit: int) -> list[int]:
    """Units whose plans the same office decides."""
    office = UnitPlan.objects.filter(unit=unit).values_list("office", flat=True).first()
    return list(UnitPlan.objects.filter(office=office).values_list("unit", flat=True))


def _review(plan: Programme, other: Programme, *, at: datetime) -> None:
    """The demo's school has its review of the last finished year approved; its district's is being written."""
    own = Membership.objects.select_related("account", "unit").get(account__username="ht.demo")
    district = Account.objects.get(username="phong.lacson")
    office = Membership.objects.get(account=district).unit_id
    year = Period.objects.get(code="NH2023")
    said: dict[str, Any] = {"programme": plan, "kind": ReviewKind.INTERIM, "period": year, "at": at}
    first = begin_review(unit_id=own.unit_id, by=own.account, **said)
    write_review(review=first, texts=WORDS, based_on=1, redraw=False, by=own.account, at=at)
    submit_review(review=_now(first), by=own.account, at=at)
    approve_review(review=_now(first), by=district, at=at)
    begun = begin_review(unit_id=office, by=district, **said)
    write_review(
        review=begun, texts={str(Section.NEXT): WORDS[Section.NEXT]}, based_on=1, redraw=False, by=district, at=at
    )
    task = PlanTask.objects.filter(plan__unit=own.unit_id, plan__programme=plan).order_by("position").first()
    if task:
        let_serve(task=task, programme=other, serves=True, by=own.account, at=at)


def _now(review: Review) -> Review:
    return Review.objects.select_related("latest", "programme", "period").get(pk=review.pk)
