"""The Department's letter that asks for late reports, merged once for schools of one district."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from django.utils import timezone

from donghanh.organisations.choices import UnitKind
from donghanh.organisations.models import Unit
from donghanh.papers.actions_merge import (
    ask_to_merge,
    begin_template,
    carry_out,
    publish_template,
    write_template,
)
from donghanh.papers.merge_values import Given
from donghanh.people.models import Account, Membership

LETTER: Final = {
    "superior_body": "Ủy ban nhân dân tỉnh Hòa Bình", "issuing_body": "Sở Giáo dục và Đào tạo",
    "symbol": "SGDĐT-CTTT", "place": "Hòa Bình", "abstract": "nhắc nộp báo cáo {{ ten_chuong_trinh }}",
    "addressees": "{{ ten_don_vi }}", "bases": "",
    "body": (
        "Thực hiện {{ ten_chuong_trinh }}, đến {{ ngay }} Sở Giáo dục và Đào tạo chưa nhận được báo cáo của "
        "{{ ten_don_vi }} thuộc {{ co_quan_cap_tren }}.\n"
        "Đề nghị {% if hieu_truong %}thầy cô hiệu trưởng {{ hieu_truong }}{% else %}nhà trường{% endif %} gửi báo cáo "
        "trước {{ han }}, gồm:\n"
        "- Kết quả tuyên truyền, giáo dục {{ so_hoc_sinh }} học sinh của trường;\n"
        "- Khó khăn, kiến nghị."
    ),
    "recipients": "{{ co_quan_cap_tren }}", "signer_authority": "KT. Giám đốc", "signer_position": "Phó Giám đốc",
}  # fmt: skip


def build_templates(department: Unit, *, at: datetime) -> None:
    """A template in use, its next wording as a draft, and one finished merge: the office has no pupils to speak of."""
    clerk, leader = (Account.objects.get(username=name) for name in ("vanthu.so", "lanhdao.so"))
    template = begin_template(
        unit_id=department.pk, name="Công văn nhắc nộp báo cáo", type_code="CV", by=clerk, at=at
    )  # fmt: skip
    texts = LETTER | {"signer_name": leader.full_name}
    write_template(template=template, texts=texts, by=clerk, at=at)
    publish_template(template=template, by=clerk, at=at)
    office = Membership.objects.filter(account__username="phong.lacson").values_list("unit", flat=True).get()
    merge = ask_to_merge(
        template=template, under=office, kinds=[UnitKind.PRIMARY, UnitKind.LOWER_SECONDARY, UnitKind.DISTRICT_OFFICE],
        given=Given(day=timezone.localdate(at), deadline=date(2025, 6, 30), programme="Kế hoạch số 157/KH-UBND"),
        by=clerk, at=at,
    )  # fmt: skip
    carry_out(merge_id=merge.pk, at=at)
    write_template(template=template, texts=texts | {"recipients": "Phòng GD&ĐT"}, by=clerk, at=at)
