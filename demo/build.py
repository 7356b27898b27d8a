"""Builds the demo's database from nothing, step by step."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from demo.accounts import build_accounts, follow_the_reform
from demo.asked import ask_for_violence
from demo.classes import build_classes
from demo.collaborators import build_collaborators
from demo.data import data_file
from demo.documents import build_documents
from demo.guardians import CHILDREN, build_guardians
from demo.inspections import build_inspections
from demo.looks import build_looks
from demo.money import build_money
from demo.open_data import publish_open_data
from demo.papers import build_papers
from demo.partners import build_partners
from demo.programmes import build_programmes
from demo.recognition import build_recognition
from demo.reform import reform_2025
from demo.register import build_register
from demo.reports import YEARS, build_reports
from demo.templates import build_templates
from donghanh.kernel.clock import now
from donghanh.kernel.rows import everything
from donghanh.people.models import Account
from donghanh.questionnaires.actions import load_form, start_draft
from donghanh.questionnaires.queries import current_version
from donghanh.reporting.figures import lay_out
from donghanh.reporting.models import Letterhead
from donghanh.rosters.models import Learner
from donghanh.statistics.actions import define
from donghanh.statistics.actions_watch import watch

LETTERHEAD = {
    "superior_body": "Ủy ban nhân dân tỉnh Hòa Bình",
    "issuing_body": "Sở Giáo dục và Đào tạo",
    "symbol": "BC-SGDĐT",
    "place": "Hòa Bình",
    "programme": "Đề án “Tăng cường quản lý, giáo dục chính trị tư tưởng"
    " đối với học sinh, sinh viên trên môi trường mạng”",
    "bases": "Thực hiện Quyết định số 3296/QĐ-BGDĐT ngày 30/8/2018 của Bộ trưởng Bộ Giáo dục và Đào tạo\n"
    "Thực hiện Kế hoạch số 157/KH-UBND ngày 06/9/2019 của Ủy ban nhân dân tỉnh Hòa Bình",
    "drafting_unit": "CTTT",
    "signer_authority": "KT. GIÁM ĐỐC",
    "signer_position": "PHÓ GIÁM ĐỐC",
    "signer_name": "Người ký giả lập",
}
STEPS = 7 + 2 * len(YEARS)


class NotADemo(Exception):
    """The database holds people or units that no generator made: it is an office's, and is not emptied."""


def spare_an_office() -> None:
    """Raise NotADemo unless everybody in the database is generated, or nothing is there yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.people_account') IS NOT NULL")
        if cursor.fetchone() == (True,):
            cursor.execute("SELECT EXISTS (SELECT FROM people_account WHERE NOT generated)")
            if cursor.fetchone() == (True,):
                raise NotADemo("Cơ sở dữ liệu có tài khoản thật, không phải bản trình diễn: không xóa.")


def build(progress: Callable[[int, str], None], *, reform: bool = True) -> None:
    """Empty the database and fill it: structure, tree, form, accounts, five years of reports, figures, the reform."""
    at, day = now(), date.fromisoformat(settings.DEMO_DAY)
    done = iter(range(STEPS + 1))
    progress(next(done), "cấu trúc cơ sở dữ liệu")
    with connection.as_owner():  # type: ignore[attr-defined]  # our own backend
        spare_an_office()
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        call_command("migrate", interactive=False, verbosity=0)
    progress(next(done), "cây đơn vị và 531 trường")
    handles = build_register(at=at)
    progress(next(done), "biểu mẫu, chỉ tiêu, tài khoản")
    call_command("load_forms", verbosity=0, stdout=io.StringIO())
    form_version = load_form(data_file("questionnaires", "plan3296.json"), at=at)
    define(data_file("statistics", "plan3296.json"), at=at)
    build_accounts(handles["department"], day=day)
    build_collaborators(at=at)
    Letterhead.objects.create(unit=handles["department"], **LETTERHEAD)
    rounds = build_reports(
        department=handles["department"], form_version=form_version, today=day, at=at,
        progress=lambda year: progress(next(done), f"báo cáo năm học {year}"),
    )  # fmt: skip
    build_classes(rounds[-1].period, at=at)
    administrator = Account.objects.get(username="qt.demo")
    with everything():
        build_guardians(list(Learner.objects.order_by("pk")[:CHILDREN]), by=administrator, at=at)
    progress(next(done), "báo cáo bạo lực học đường")
    officer = Account.objects.get(username="so.gddt")  # has begun the next wording of the plan's form
    start_draft(document=form_version.document, form=form_version.form, by=officer, at=at)
    violence = ask_for_violence(current_version("violence"), department=handles["department"], today=day, at=at)
    define(data_file("statistics", "violence.json"), at=at)
    lay_out(collection_id=violence.pk, at=at)
    define(data_file("statistics", "checks.json"), at=at)
    for collection in rounds:
        progress(next(done), f"số liệu năm học {collection.period.short_label}")
        laid_out = lay_out(collection_id=collection.pk, at=at)
    watch(partition_id=laid_out.pk, at=at)  # the newest: one finding of each kind at least
    publish_open_data(rounds, department=handles["department"], at=at)
    build_looks(handles["department"], by=officer, at=at)
    progress(next(done), "chương trình và kế hoạch các đơn vị")
    build_programmes(handles["department"], at=at)
    build_money(handles["department"], at=at)
    build_partners(handles["department"], at=at)
    build_recognition(handles["department"], at=at)
    build_inspections(at=at)
    build_documents(handles["department"], at=at)
    build_papers(handles["department"], at=at)
    build_templates(handles["department"], at=at)
    if reform:
        progress(next(done), "sắp xếp đơn vị hành chính 1/7/2025")
        follow_the_reform(reform_2025(at=at)["department"])
    progress(STEPS, "xong")
