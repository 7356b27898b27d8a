"""One coordination plan of the Department with the police, the youth union and the women's union."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from donghanh.collaborators.choices import Agency
from donghanh.organisations.models import Unit
from donghanh.people.models import Account
from donghanh.programmes.actions_partners import (
    Agreement,
    add_joint_task,
    add_partner,
    agree,
    record_joint_meeting,
    tell_joint_task,
)
from donghanh.programmes.choices import JointState, Topic
from donghanh.programmes.models import Programme

GUEST: Final = "congan.demo"
AGREEMENT: Final = Agreement(
    name="Phối hợp giáo dục học sinh, sinh viên sử dụng mạng an toàn, đúng luật",
    agreed="15/KHPH-SGDĐT-CAT-TĐ-HPN",
    first_day=date(2025, 1, 1),
    last_day=date(2025, 12, 31),
    topics=list(Topic),
    own_topics=["Giới thiệu đường dây 111 tới học sinh và cha mẹ"],
)
TASKS: Final = (  # whose (None: the education side's), what, by when, where it stands, what came of it
    (Agency.POLICE, "Soạn tài liệu nhận biết lừa đảo trên mạng cho học sinh trung học", date(2025, 3, 31),
     JointState.DONE, "Tài liệu 12 trang, đã gửi 10 phòng và 40 trường."),
    (Agency.POLICE, "Nói chuyện chuyên đề Luật An ninh mạng tại 12 trường", date(2025, 5, 30),
     JointState.DOING, "Đã tổ chức ở 7 trường, 3.120 học sinh dự."),
    (Agency.YOUTH_UNION, "Hội thi tìm hiểu luật và văn hóa ứng xử trên mạng", date(2025, 11, 15),
     JointState.PLANNED, ""),
    (Agency.WOMENS_UNION, "Tập huấn cha mẹ cách đồng hành cùng con trên mạng", date(2025, 9, 30),
     JointState.DOING, "Đã chọn 15 xã."),
    (None, "Mời cộng tác viên dự tập huấn, chuẩn bị hội trường", date(2025, 6, 10), JointState.DOING, ""),
)  # fmt: skip
AGENCIES: Final = (
    (Agency.POLICE, "Công an tỉnh Hòa Bình"),
    (Agency.YOUTH_UNION, "Tỉnh đoàn Hòa Bình"),
    (Agency.WOMENS_UNION, "Hội Liên hiệp Phụ nữ tỉnh Hòa Bình"),
)


def build_partners(department: Unit, *, at: datetime) -> None:
    """Its agencies, tasks and two meetings; the police tell their own tasks themselves."""
    officer, guest = (Account.objects.get(username=name) for name in ("so.gddt", GUEST))
    programme = Programme.objects.get(code="plan-hoa-binh-2020")
    signed: dict[str, Any] = {"by": officer, "at": at}
    plan = agree(unit_id=department.pk, programme=programme, agreement=AGREEMENT, **signed)
    partners = {
        agency: add_partner(
            plan=plan, agency=agency, name=name, account=guest if agency == Agency.POLICE else None, **signed
        )
        for agency, name in AGENCIES
    }
    for agency, text, due_on, state, result in TASKS:
        task = add_joint_task(
            plan=plan, partner=partners[agency] if agency else None, text=text, due_on=due_on, **signed
        )
        if state != JointState.PLANNED:
            teller = guest if agency == Agency.POLICE else officer
            tell_joint_task(task=task, state=state, result=result, by=teller, at=at)
    held = (
        (date(2025, 1, 14), "Thống nhất việc trong năm và người đầu mối của từng cơ quan.",
         "Công an tỉnh soạn tài liệu, xong trước 31/3.\nTỉnh đoàn gửi thể lệ hội thi trước 30/8.",
         list(partners.values())),
        (date(2025, 5, 20), "Tiến độ chuyên đề tại các trường; chuẩn bị tập huấn cha mẹ.", "",
         [partners[Agency.POLICE], partners[Agency.WOMENS_UNION]]),
    )  # fmt: skip
    for day, agenda, conclusions, present in held:
        record_joint_meeting(
            plan=plan, day=day, place="Sở GD&ĐT Hòa Bình", agenda=agenda, conclusions=conclusions, present=present,
            **signed,
        )  # fmt: skip
