"""The decisions that the plan of Hòa Bình stands upon, as the Department's clerk registered them; some made up.

What the plan itself cites is real (number, symbol, day, issuer, title). The plan's own copy leaves its number open: the
one given here is made up and says so, as is all that follows it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

from demo.readings import ask_to_read, build_readings
from donghanh.documents import actions
from donghanh.documents.actions_numbering import set_numbering
from donghanh.documents.actions_relations import relate
from donghanh.documents.models import Document
from donghanh.documents.rules import Arrival, Receiver, Told
from donghanh.files.actions import store
from donghanh.files.models import StoredFile
from donghanh.files.rules import PDF
from donghanh.organisations.models import Unit
from donghanh.people.models import Account, Membership
from donghanh.programmes.models import Programme

PROJECT: Final = (
    "Đề án “Tăng cường quản lý, giáo dục chính trị tư tưởng đối với học sinh, sinh viên trên môi trường mạng"
)
MADE_UP: Final = "Dữ liệu giả lập"
DEPARTMENT: Final = "Sở Giáo dục và Đào tạo Hòa Bình"
ARRIVED: Final[tuple[tuple[str, date, dict[str, Any]], ...]] = (
    ("3296", date(2018, 9, 7), {
        "type": "QĐ", "symbol": "QĐ-BGDĐT", "date": date(2018, 8, 30), "issuer_name": "Bộ Giáo dục và Đào tạo",
        "abstract": f"Phê duyệt {PROJECT} đến năm 2025”", "signer_authority": "", "in_force_to": date(2025, 12, 31),
    }),
    ("157", date(2019, 9, 10), {
        "type": "KH", "symbol": "KH-UBND", "date": date(2019, 9, 6), "issuer_name": "Ủy ban nhân dân tỉnh Hòa Bình",
        "abstract": f"Triển khai {PROJECT} tỉnh Hòa Bình giai đoạn 2020-2025”", "in_force_to": date(2025, 12, 31),
    }),
    ("1204", date(2025, 5, 22), {
        "type": "CV", "symbol": "BGDĐT-GDCTHSSV", "date": date(2025, 5, 19), "issuer_name": "Bộ Giáo dục và Đào tạo",
        "abstract": "tổng kết Đề án giai đoạn 2018-2025", "due_date": date(2025, 7, 15), "note": MADE_UP,
        "urgency": "urgent",
    }),
    ("318", date(2025, 6, 5), {
        "type": "GM", "symbol": "GM-STP", "date": date(2025, 6, 3), "issuer_name": "Sở Tư pháp",
        "abstract": "dự họp về phổ biến pháp luật trên môi trường mạng", "note": MADE_UP,
    }),
    ("77", date(2025, 6, 12), {
        "type": "CV", "symbol": "CAT-PA05", "date": date(2025, 6, 11), "issuer_name": "Công an tỉnh",
        "abstract": "phối hợp tuyên truyền phòng, chống lừa đảo trực tuyến dịp hè", "note": MADE_UP,
    }),
)  # fmt: skip
PAGE: Final = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""


def build_documents(department: Unit, *, at: datetime) -> None:
    """Fill the Department's books and one school's; the programme cites the plan that orders it."""
    clerk = Account.objects.get(username="vanthu.so")
    file = store(content=PAGE, name="van-ban-gia-lap.pdf", content_type=PDF, unit=department.pk, by=clerk.pk, at=at)
    decision, provincial, *_others = [
        actions.register_incoming(
            unit=department, told=Told(**{"signer_position": "", **said}),
            arrival=Arrival(date=came, number_text=number, handled_by="Phòng Chính trị, tư tưởng"), file=file,
            by=clerk, at=at, generated=True,
        )
        for number, came, said in ARRIVED
    ]  # fmt: skip
    relate(later=provincial, earlier=decision, kind="implements", by=clerk, at=at)
    plan = _plan(department, file, by=clerk, at=at)
    relate(later=plan, earlier=provincial, kind="implements", by=clerk, at=at)
    relate(later=plan, earlier=decision, kind="implements", by=clerk, at=at)
    Programme.objects.filter(code="plan-hoa-binh-2020").update(document=plan)
    rules, guide = _this_year(department, plan, file, by=clerk, at=at)
    _at_school(plan, at=at)
    build_readings(rules, guide, by=clerk, at=at)


def _own(**said: Any) -> Told:
    signer = {
        "signer_authority": "KT.", "signer_position": "Phó Giám đốc", "signer_name": "Người ký giả lập",
        "issuer_name": DEPARTMENT, "drafting_unit": "CTTT", "kept_by": "VT, CTTT", "note": MADE_UP,
    }  # fmt: skip
    return Told(**{**signer, **said})


def _everyone(department: Unit) -> tuple[Receiver, ...]:
    return (Receiver("Các đơn vị trực thuộc", department, with_below=True), Receiver("Lãnh đạo Sở"))


def _plan(department: Unit, file: StoredFile, *, by: Account, at: datetime) -> Document:
    """The Department's plan of 2020. Its year was kept on paper: the number is typed."""
    told = _own(
        type="KH", symbol="KH-SGDĐT", date=date(2020, 8, 5), in_force_to=date(2025, 12, 31),
        abstract=f"Triển khai {PROJECT} tỉnh Hòa Bình giai đoạn 2020-2025” ngành Giáo dục và đào tạo",
        note="Số và ngày giả lập: bản công bố của kế hoạch để trống.",
    )  # fmt: skip
    row = actions.draft(
        unit=department, told=told, receivers=_everyone(department), file=file, by=by, at=at, generated=True
    )
    return actions.assign_number(document=row, number=1, by=by, at=at)


def _this_year(
    department: Unit, plan: Document, file: StoredFile, *, by: Account, at: datetime
) -> tuple[Document, Document]:
    """Numbers of 2025 from 154 on: those before were given on paper. One is replaced, one recalled, one waits.

    Returns the rules as renewed, and the guide.
    """
    set_numbering(unit=department, year=2025, per_type=False, first_number=154, by=by, at=at)

    def issue(council: str = "", **said: Any) -> Document:
        row = actions.draft(
            unit=department, told=_own(**said), receivers=_everyone(department), file=file, by=by, at=at,
            generated=True,
        )  # fmt: skip
        return actions.assign_number(document=row, council=council, by=by, at=at)

    rules = issue(
        type="QĐ", symbol="QĐ-SGDĐT", date=date(2025, 1, 14), copies=12, pages=4,
        abstract="Ban hành Quy tắc ứng xử của học sinh, giáo viên trên môi trường mạng",
    )  # fmt: skip
    ask_to_read(rules, department, by=by, at=at - timedelta(days=150), due_on=date(2025, 2, 28))
    renewed = issue(
        type="QĐ", symbol="QĐ-SGDĐT", date=date(2025, 5, 6), copies=12, pages=5,
        abstract="Ban hành Quy tắc ứng xử của học sinh, giáo viên trên môi trường mạng (sửa phần nhóm lớp, diễn đàn)",
    )  # fmt: skip
    relate(later=renewed, earlier=rules, kind="replaces", by=by, at=at)
    guide = issue(
        type="HD", symbol="HD-SGDĐT", date=date(2025, 5, 20), pages=6, due_date=date(2025, 7, 5),
        abstract="Tổng kết việc thực hiện Kế hoạch giai đoạn 2020-2025",
    )  # fmt: skip
    relate(later=guide, earlier=plan, kind="implements", clause="Mục VII", by=by, at=at)
    issue(
        type="TB", symbol="TB-HĐTĐKT", date=date(2025, 5, 28), council="Hội đồng Thi đua - Khen thưởng ngành",
        abstract="Kết quả xét khen thưởng tập thể, cá nhân thực hiện Đề án",
    )  # fmt: skip
    wrong = issue(
        type="CV", symbol="SGDĐT-CTTT", date=date(2025, 6, 2), abstract="báo cáo số liệu tập huấn hè năm 2025"
    )
    actions.recall(document=wrong, reason="Ghi nhầm thời hạn báo cáo", by=by, at=at)
    actions.make_copy(
        document=plan, unit=department, kind="SY", symbol="SY-SGDĐT", amount=2, made_for="Thanh tra Sở", by=by, at=at
    )
    actions.draft(
        unit=department, receivers=_everyone(department), by=by, at=at, generated=True,
        told=_own(
            type="CV", symbol="SGDĐT-CTTT", date=date(2025, 6, 16),
            abstract="tăng cường bảo vệ học sinh trên mạng trong dịp nghỉ hè năm 2025",
        ),
    )  # fmt: skip
    return renewed, guide


def _at_school(plan: Document, *, at: datetime) -> None:
    """The principal's school took the plan in and answered with its own."""
    post = Membership.objects.select_related("account", "unit").get(account__username="ht.demo")
    head, school = post.account, post.unit
    said = {name: getattr(plan, name) for name in ("type", "symbol", "date", "abstract", "issuer_name", "in_force_to")}
    arrival = Arrival(date=date(2020, 8, 7), number_text=plan.number_text, issuer=plan.unit, origin=plan)
    entry = actions.register_incoming(
        unit=school, told=Told(**said, note=MADE_UP), arrival=arrival, file=plan.file, by=head, at=at, generated=True
    )
    own = Told(
        type="KH", symbol="KH-THCS", date=date(2020, 8, 25), issuer_name="Nhà trường", note=MADE_UP,
        abstract="Thực hiện Đề án quản lý, giáo dục học sinh trên môi trường mạng giai đoạn 2020-2025",
        signer_position="Hiệu trưởng", signer_name="Người ký giả lập", kept_by="VT",
    )  # fmt: skip
    row = actions.draft(unit=school, told=own, by=head, at=at, generated=True)
    row = actions.assign_number(document=row, number=12, by=head, at=at)
    relate(later=row, earlier=entry, kind="implements", by=head, at=at)
