"""A round that is over, one that takes nominations, and a library of good practice with units that tried it."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any, Final

from donghanh.kernel.rows import everything
from donghanh.organisations.models import Unit
from donghanh.people.choices import PRINCIPAL
from donghanh.people.models import Account, Membership
from donghanh.periods.models import Period
from donghanh.recognition.actions import decide, nominate, open_round, publish, score, seat, submit, vote
from donghanh.recognition.choices import Discipline, Form, NomineeKind, PracticeState, State, Topic, Tried
from donghanh.recognition.models import DisciplineCount, Nomination, Practice, PracticeTrial, Round
from donghanh.rosters.models import Learner

CRITERIA: Final = (
    "Có việc làm cụ thể trong năm học (50 điểm)\nCó minh chứng (30 điểm)\nNơi khác làm theo được (20 điểm)"
)
DEEDS: Final = (
    "Tổ chức 20 buổi hướng dẫn an toàn trên mạng cho các lớp.",
    "Lập đội tuyên truyền măng non, mỗi tuần một bản tin về ứng xử trên mạng.",
    "Trả lời 300 câu hỏi của học sinh qua hộp thư của trường.",
    "Phối hợp với công an xã mở lớp về Luật An ninh mạng cho phụ huynh.",
)
PRACTICES: Final = (
    ("Hộp thư hỏi đáp của lớp", Topic.SAFETY, "Học sinh ngại hỏi trước lớp.",
     "Mỗi lớp một hộp thư, cô giáo trả lời trong ngày.", "Hơn 100 câu hỏi một học kỳ."),
    ("Năm phút an toàn mạng đầu giờ", Topic.SAFETY, "Không có tiết riêng.",
     "Mỗi sáng thứ hai dành năm phút kể một tình huống.", "Cả năm được 35 tình huống."),
    ("Cam kết dùng điện thoại cùng gia đình", Topic.FAMILY, "Mỗi nhà một kiểu.",
     "Họp phụ huynh thống nhất giờ dùng, dán ở góc học tập.", "Chín phần mười gia đình ký cam kết."),
    ("Ngày hội nhận diện tin giả", Topic.LEARNING, "Học sinh chia sẻ tin chưa kiểm tra.",
     "Mỗi tổ đóng vai tòa soạn, kiểm tra năm mẩu tin.", "Có bộ câu hỏi dùng lại được."),
    ("Sổ tay quản trị trang của trường", Topic.CHANNELS, "Đổi người là mất mật khẩu.",
     "Ghi ai giữ, ai thay, đổi mật khẩu mỗi học kỳ.", "Không trang nào bị bỏ quên."),
    ("Lớp luật cho phụ huynh buổi tối", Topic.PARTNERS, "Phụ huynh đi làm ban ngày.",
     "Công an xã và nhà trường cùng dạy ở nhà văn hóa.", "Ba buổi, 180 người dự."),
    ("Tập huấn chéo giữa các trường", Topic.TRAINING, "Mỗi trường ít người biết.",
     "Cử người sang dạy nhau theo lịch cụm.", "Mười hai trường cùng tham gia."),
    ("Bộ quy tắc ứng xử do học sinh viết", Topic.CONDUCT, "Quy tắc dài, khó nhớ.",
     "Các lớp viết, bình chọn mười điều ngắn.", "Treo ở lớp, học sinh nhắc nhau."),
)  # fmt: skip


def build_recognition(department: Unit, *, at: datetime) -> None:
    """Last year's round is public, this year's is open; practices have been shared and tried; discipline is counted."""
    principals = list(
        Membership.objects.filter(role=PRINCIPAL.code).select_related("account").order_by("account__username")
    )
    _rounds(department, principals, at=at)
    _practices(principals, at=at)
    year = Period.objects.get(code="NH2023")
    draw = random.Random(19)
    DisciplineCount.objects.bulk_create(
        DisciplineCount(unit_id=post.unit_id, period=year, category=category, count=draw.choice((0, 0, 0, 1, 2, 4)))
        for post in principals[:200]
        for category in Discipline
    )


def _rounds(department: Unit, principals: list[Membership], *, at: datetime) -> None:
    officer, leader = (Account.objects.get(username=name) for name in ("so.gddt", "lanhdao.so"))
    then = at - timedelta(days=330)
    for name, day in (("Khen thưởng năm học 2023–2024", then), ("Khen thưởng năm học 2024–2025", at)):
        said: dict[str, Any] = {"by": officer, "at": day}
        round_ = open_round(
            office_id=department.pk, name=name, forms=[Form.CERTIFICATE, Form.LETTER], criteria=CRITERIA,
            opens_on=(day - timedelta(days=20)).date(), closes_on=(day + timedelta(days=25)).date(), quorum=1, **said,
        )  # fmt: skip
        chair = seat(round_=round_, account=leader, chairs=True, **said)
        for number, post in enumerate(principals[:: len(principals) // 6][:6]):
            _put_forward(round_, post, number, at=day)
        points = list(round_.criteria.order_by("position").values_list("pk", "most"))
        for number, one in enumerate(Nomination.objects.filter(round=round_, state=State.SUBMITTED).order_by("pk")[:4]):
            given = {criterion: most - (number * 7) % most for criterion, most in points if most}
            score(nomination=one, member=chair, points=given, by=leader, at=day)
        if day == then:
            with everything():
                _a_learner(round_, at=day)
            for one in Nomination.objects.filter(round=round_).select_related("round", "account").order_by("pk"):
                vote(nomination=one, member=chair, yes=one.pk % 5 > 0, by=leader, at=day)
            decide(round_=round_, decision="1208/QĐ-SGDĐT (giả lập)", decided_on=day.date(), by=leader, at=day)
            publish(round_=Round.objects.get(pk=round_.pk), by=leader, at=day)


def _put_forward(round_: Round, post: Membership, number: int, *, at: datetime) -> None:
    kind = (NomineeKind.UNIT, NomineeKind.GROUP, NomineeKind.STAFF)[number % 3]
    made = nominate(
        round_=round_, unit_id=post.unit_id, kind=kind, group="Tổ công tác học sinh", nominee=post.account,
        form=Form.CERTIFICATE, deed=DEEDS[number % len(DEEDS)], files=[], by=post.account, at=at,
    )  # fmt: skip
    submit(nomination=made, by=post.account, at=at)


def _a_learner(round_: Round, *, at: datetime) -> None:
    """Put forward by the class teacher; shown to the public without a name until child and guardian consent."""
    teacher = Account.objects.get(username="gvcn.demo")
    learner = Learner.objects.select_related("account").order_by("pk").first()
    if learner:
        row = Nomination.objects.create(
            round=round_, unit_id=learner.unit_id, kind=NomineeKind.LEARNER, account=learner.account, form=Form.LETTER,
            deed="Giúp các bạn lớp nhỏ nhận ra tin nhắn lừa đảo.",
        )  # fmt: skip
        submit(nomination=row, by=teacher, at=at)


def _practices(principals: list[Membership], *, at: datetime) -> None:
    draw = random.Random(311)
    for number, (title, topic, problem, done, result) in enumerate(PRACTICES):
        post = principals[(number * 37) % len(principals)]
        state = PracticeState.SUBMITTED if number == len(PRACTICES) - 1 else PracticeState.PUBLISHED
        row = Practice.objects.create(
            unit_id=post.unit_id, title=title, topic=topic, problem=problem, done=done, result=result,
            contact="Ban giám hiệu", state=state, written_by=post.account,
            published_at=at - timedelta(days=200 - number) if state == PracticeState.PUBLISHED else None,
        )  # fmt: skip
        if row.published_at:
            PracticeTrial.objects.bulk_create(
                PracticeTrial(
                    practice=row, unit_id=one.unit_id, outcome=draw.choice(list(Tried)), by=one.account, at=at,
                    words="Rút gọn còn một nửa thời gian.",
                )
                for one in draw.sample(principals, 3 + 5 * (number % 4))
                if one.unit_id != post.unit_id
            )  # fmt: skip
