"""Events in the browser's steps: state, preview, write, take back; wrong input meets a sentence at its field."""

from __future__ import annotations

import re
import threading
from datetime import date
from html import unescape

import pytest
from django.db import connection

from donghanh.kernel.verdict import Refused
from donghanh.organisations import actions, queries
from donghanh.organisations.choices import CodeScheme, EventKind
from donghanh.organisations.models import EventRow, Unit, UnitEvent
from donghanh.organisations.tests.factories import AT, ORDER, a_commune, a_department, a_school

DAY = date(2025, 6, 20)
STATED = {"on": "2025-06-20", "decision": "12/QĐ-UBND ngày 10/6/2025"}


@pytest.fixture
def record(cast, sign_in, on_demo_day):
    """record(unit, kind, step="preview", …) → the answer's page as text, its status and its errors by field."""
    client = sign_in(cast.administrator)

    def post(unit: Unit, event: str, /, *, step: str = "preview", **typed):
        answer = client.post(f"/don-vi/{unit.pk}/bien-dong/{event}/", {**STATED, **typed, "step": step})
        return Answer(answer)

    post.client = client
    return post


class Answer:
    def __init__(self, answer) -> None:
        self.status, self.url = answer.status_code, answer.get("Location", "")
        self.html = " ".join(unescape(answer.content.decode()).split())
        form = answer.context["form"] if answer.context and "form" in answer.context else None
        self.errors = {name: list(texts) for name, texts in form.errors.items()} if form and form.is_bound else {}

    @property
    def rows(self) -> list[list[str]]:
        table = re.search(r"<tbody.*?</tbody>", self.html)
        lines = re.findall(r"<tr.*?</tr>", table[0]) if table else []
        cells = [re.findall(r"<td.*?</td>", line) for line in lines]
        return [[" ".join(re.sub(r"<.*?>", " ", cell).split()) for cell in line] for line in cells]


def test_a_preview_shows_every_change_and_writes_nothing(record, cast):
    before = UnitEvent.objects.count(), EventRow.objects.count()
    answer = record(cast.commune, "chuyen", to="phong gd&dt huyen kim boi")
    assert answer.status == 200
    assert answer.rows == [
        [
            "Xã Ân Nghĩa 2 đơn vị bên dưới đi theo",
            "Trực thuộc",
            "Phòng GD&ĐT huyện Lạc Sơn",
            "Phòng GD&ĐT huyện Kim Bôi",
        ]
    ]
    assert "6 vai trò đang giữ" in answer.html  # of the school below: five people and a guardian
    assert (UnitEvent.objects.count(), EventRow.objects.count()) == before
    assert queries.ancestors(cast.commune.pk, on=DAY)[0].name == "Phòng GD&ĐT huyện Lạc Sơn"


def test_what_was_previewed_is_written_and_told_in_the_time_line(record, cast):
    answer = record(cast.school, "doi-ten", step="write", name="Trường TH&THCS Ân  Nghĩa A")
    assert (answer.status, answer.url) == (302, f"/don-vi/{cast.school.pk}/?day=2025-06-20")
    assert queries.name_of(cast.school.pk, on=DAY) == "Trường TH&THCS Ân Nghĩa A"
    event = UnitEvent.objects.get(kind=EventKind.RENAME)
    assert (event.recorded_by, event.decision, event.on) == (cast.administrator.pk, STATED["decision"], DAY)
    html = unescape(record.client.get(f"/don-vi/{cast.school.pk}/").content.decode())
    assert "“Trường TH&THCS Ân Nghĩa” thành “Trường TH&THCS Ân Nghĩa A”" in html
    assert f"/don-vi/{cast.school.pk}/bien-dong/{event.pk}/hoan-tac/" in html


@pytest.mark.parametrize(
    ("kind", "typed", "after"),
    [
        ("thanh-lap", {"name": "Trường mới", "kind": "TH", "scheme": "own", "code": "X1"}, "Trường mới"),
        ("doi-loai-hinh", {"kind": "MN"}, "Trường mầm non"),
        ("doi-ma", {"scheme": "ministry", "code": "17000001"}, "17000001"),
        ("sap-nhap", {"name": "Xã mới", "kind": "commune"}, "Xã mới"),
        ("sap-nhap", {"into": "xa vinh tien", "kind": "commune"}, "Xã Vĩnh Tiến"),
    ],
)
def test_every_kind_can_be_previewed_and_written(record, cast, kind, typed, after):
    answer = record(cast.commune, kind, **typed)
    assert (answer.status, answer.errors) == (200, {})
    assert after in [cell for row in answer.rows for cell in row]
    assert record(cast.commune, kind, step="write", **typed).status == 302
    assert UnitEvent.objects.order_by("-pk").first().decision == STATED["decision"]


def test_a_split_states_shares_in_per_cent_and_where_each_child_goes(record, cast):
    typed = {
        "stays": "on", "kind_1": "commune", "share_1": "66,67", "name_2": "Xã mới", "kind_2": "commune",
        "share_2": "33,33", f"child_{cast.school.pk}": "1", f"child_{cast.preschool.pk}": "2",
    }  # fmt: skip
    answer = record(cast.commune, "chia-tach", **typed)
    assert (answer.status, answer.errors) == (200, {})
    assert ["Trường Mầm non Ân Nghĩa", "Trực thuộc", "Xã Ân Nghĩa", "Xã mới"] in answer.rows
    assert record(cast.commune, "chia-tach", step="write", **typed).status == 302
    heirs = queries.as_is([cast.commune.pk], since=date(2021, 1, 1), on=DAY)[cast.commune.pk]
    assert sorted(map(float, heirs.values())) == [0.3333, 0.6667]


def test_one_portion_more_keeps_what_was_typed(record, cast):
    answer = record(cast.commune, "chia-tach", step="", portions="3", name_1="Xã mới")
    assert answer.status == 200
    assert 'name="share_3"' in answer.html
    assert 'value="Xã mới"' in answer.html
    assert answer.errors == {}


def test_a_school_can_be_closed(record, cast):
    answer = record(cast.direct, "giai-the")
    assert ["Trường THPT Lạc Sơn (kết thúc hoạt động)", "Tên", "Trường THPT Lạc Sơn", "–"] in answer.rows
    assert record(cast.direct, "giai-the", step="write").status == 302
    assert queries.named([cast.direct.pk], on=DAY) == {}


class TestWrongInput:
    @pytest.mark.parametrize(
        ("typed", "field", "sentence"),
        [
            ({"on": ""}, "on", "Hãy ghi ngày có hiệu lực."),
            ({"on": "30/02/2025"}, "on", "Ngày này không có. Hãy ghi như 01/07/2025."),
            ({"on": "2205-01-01"}, "on", "Ngày 01/01/2205 quá xa. Hãy xem lại năm."),
            ({"decision": " "}, "decision", "Hãy ghi số quyết định hoặc nghị quyết của biến động này."),
            ({"to": ""}, "to", "Hãy ghi đơn vị quản lý mới."),
            ({"to": "xã không có"}, "to", "Ngày 20/06/2025 không có đơn vị nào tên hoặc mã là “xã không có”."),
            ({"to": "Trường TH&THCS Ân Nghĩa"}, "to",
             "“Trường TH&THCS Ân Nghĩa” nằm dưới “Xã Ân Nghĩa”, nên “Xã Ân Nghĩa” không thể chuyển về dưới nó."),
            ({"to": "Xã Ân Nghĩa"}, "to", "“Xã Ân Nghĩa” không thể trực thuộc chính mình."),
            ({"to": "Sở GD&ĐT Sơn La"}, "to",
             "“Sở GD&ĐT Sơn La” nằm ngoài phạm vi mà thầy cô được ghi biến động vào ngày 20/06/2025."),
            ({"on": "2014-01-01", "to": "phong gd&dt huyen kim boi"}, "to",
             "Ngày 01/01/2014 không có đơn vị nào tên hoặc mã là “phong gd&dt huyen kim boi”."),
        ],
    )  # fmt: skip
    def test_a_transfer(self, record, cast, typed, field, sentence):
        a_department("Sở GD&ĐT Sơn La")
        before = UnitEvent.objects.count()
        answer = record(cast.commune, "chuyen", step="write", **{"to": "phong gd&dt huyen kim boi"} | typed)
        assert answer.status == 422
        assert answer.errors == {field: [sentence]}
        assert sentence in answer.html
        assert UnitEvent.objects.count() == before

    def test_a_name_that_several_units_bear(self, record, cast):
        for _ in range(2):
            a_commune("Xã Đoàn Kết", below=cast.kim_boi)
        sentence = record(cast.school, "chuyen", to="xa doan ket").errors["to"][0]
        assert re.fullmatch(
            r"Có nhiều đơn vị khớp “xa doan ket”: Xã Đoàn Kết \(số \d+\); Xã Đoàn Kết \(số \d+\)\."
            r" Hãy ghi một trong số đó\.",
            sentence,
        )
        label = re.search(r"Xã Đoàn Kết \(số \d+\)", sentence)[0]
        assert record(cast.school, "chuyen", to=label).status == 200

    def test_a_merge_into_a_unit_not_yet_open(self, record, cast):
        a_commune("Xã Tương Lai", below=cast.lac_son, on=date(2025, 9, 1))
        errors = record(cast.commune, "sap-nhap", into="xa tuong lai", kind="commune").errors
        assert errors == {"into": ["Ngày 20/06/2025 không có đơn vị nào tên hoặc mã là “xa tuong lai”."]}

    def test_a_merge_into_nothing(self, record, cast):
        errors = record(cast.commune, "sap-nhap", kind="commune").errors
        assert errors == {"into": ["Hãy ghi một đơn vị đang có, hoặc tên của một đơn vị mới: một trong hai."]}

    def test_a_code_used_twice_on_one_day(self, record, cast):
        a_school("Trường khác", below=cast.commune, codes={CodeScheme.OWN: "A1"})
        errors = record(cast.school, "doi-ma", scheme="own", code="A1").errors
        assert errors == {"code": ["Mã A1 đang là của “Trường khác”."]}

    def test_an_event_before_a_later_one(self, record, cast):
        actions.rename(unit=cast.school.pk, name="Tên sau", on=date(2025, 9, 1), **ORDER)
        errors = record(cast.school, "doi-ten", name="Tên giữa").errors
        sentence = "“Trường TH&THCS Ân Nghĩa” đã có tên đơn vị ghi từ ngày 01/09/2025."
        assert errors == {"on": [f"{sentence} Biến động phải ghi theo thứ tự thời gian."]}

    def test_shares_that_make_no_whole(self, record, cast):
        typed = {
            "stays": "on", "kind_1": "commune", "share_1": "60", "name_2": "Xã mới", "kind_2": "commune",
            "share_2": "ba", f"child_{cast.school.pk}": "1", f"child_{cast.preschool.pk}": "1",
        }  # fmt: skip
        assert list(record(cast.commune, "chia-tach", **typed).errors) == ["share_2"]
        errors = record(cast.commune, "chia-tach", **typed | {"share_2": "30"}).errors
        assert errors == {"__all__": ["Các tỷ lệ cộng lại phải bằng 1, đang là 0.9."]}

    def test_units_out_of_reach_are_not_there(self, record, cast):
        foreign = a_department("Sở GD&ĐT Sơn La")
        for address in ("bien-dong/", "bien-dong/doi-ten/", "bien-dong/khong-co/"):
            assert record.client.get(f"/don-vi/{foreign.pk}/{address}").status_code == 404
        assert record.client.get(f"/don-vi/{cast.school.pk}/bien-dong/khong-co/").status_code == 404
        assert "Ghi biến động" not in record.client.get(f"/don-vi/{foreign.pk}/").content.decode()


class TestUndo:
    @staticmethod
    def address(unit: Unit, event: UnitEvent) -> str:
        return f"/don-vi/{unit.pk}/bien-dong/{event.pk}/hoan-tac/"

    def test_an_event_is_taken_back_and_stays_in_the_time_line(self, record, cast):
        event = actions.transfer(units=[cast.school.pk], to=cast.kim_boi.pk, on=DAY, **ORDER)
        address = self.address(cast.school, event)
        assert "Lý do hoàn tác" in record.client.get(address).content.decode()
        assert record.client.post(address, {"reason": ""}).status_code == 422
        assert record.client.post(address, {"reason": "Ghi nhầm trường"}).status_code == 302
        assert queries.ancestors(cast.school.pk, on=DAY)[0].name == "Xã Ân Nghĩa"
        html = " ".join(unescape(record.client.get(f"/don-vi/{cast.school.pk}/").content.decode()).split())
        assert "<s>Chuyển đơn vị quản lý</s>" in html
        assert re.search(r"Đã hoàn tác lúc [\d:]+ 16/06/2025: Ghi nhầm trường", html)
        event.refresh_from_db()
        assert event.undone_by == cast.administrator.pk
        assert "Biến động này đã được hoàn tác." in unescape(record.client.get(address).content.decode())

    def test_what_stands_on_it_is_named(self, record, cast):
        event = actions.rename(unit=cast.school.pk, name="Tên hai", on=date(2025, 6, 1), **ORDER)
        later = {"decision": "Quyết định 7", "by": None, "at": AT}
        actions.rename(unit=cast.school.pk, name="Tên ba", on=DAY, **later)
        html = unescape(record.client.get(self.address(cast.school, event)).content.decode())
        assert (
            "Đã có biến động ghi sau dựa trên biến động này: Đổi tên ngày 20/06/2025 (Quyết định 7)."
            " Hãy hoàn tác từ biến động mới nhất."
        ) in html
        assert record.client.post(self.address(cast.school, event), {"reason": "x"}).status_code == 422
        assert queries.name_of(cast.school.pk, on=DAY) == "Tên ba"

    def test_an_opening_with_people_in_it_stays(self, record, cast):
        event = queries.history_of(cast.school.pk).get()
        html = unescape(record.client.get(self.address(cast.school, event)).content.decode())
        assert "Đơn vị do biến động này thành lập đã có 6 vai trò trong đơn vị." in html

    def test_an_opening_taken_back_leaves_a_page_that_says_so(self, record, cast):
        school = a_school("Trường ghi nhầm", below=cast.commune, on=DAY)
        event = queries.history_of(school.pk).get()
        assert record.client.post(self.address(school, event), {"reason": "Ghi nhầm"}).status_code == 302
        html = unescape(record.client.get(f"/don-vi/{school.pk}/").content.decode())
        assert "<h1>Trường ghi nhầm</h1>" in html
        assert "Đơn vị này chưa từng hoạt động: việc thành lập đã được hoàn tác." in html
        assert "Trường ghi nhầm" not in [unit.name for unit in queries.units_on(DAY)]

    def test_a_code_given_to_another_hinders(self, cast):
        school = a_school("Trường cũ", below=cast.commune, codes={CodeScheme.OWN: "A1"})
        event = actions.close_unit(unit=school.pk, on=DAY, **ORDER)
        a_school("Trường mới", below=cast.commune, on=DAY, codes={CodeScheme.OWN: "A1"})
        with pytest.raises(Refused, match="Mã A1 nay là của “Trường mới”"):
            actions.undo(event=event, reason="Ghi nhầm", by=None, at=AT)

    def test_a_parent_gone_since_hinders(self, cast):
        event = actions.transfer(units=[cast.direct.pk], to=cast.kim_boi.pk, on=date(2025, 6, 1), **ORDER)
        commune = a_commune("Xã tạm", below=cast.lac_son)
        moved = actions.transfer(units=[cast.sibling.pk], to=commune.pk, on=date(2025, 6, 2), **ORDER)
        back = actions.transfer(units=[cast.sibling.pk], to=cast.kim_boi.pk, on=date(2025, 6, 3), **ORDER)
        actions.close_unit(unit=commune.pk, on=DAY, **ORDER)
        actions.undo(event=event, reason="Ghi nhầm", by=None, at=AT)
        with pytest.raises(Refused, match="“Xã tạm”, nơi “Trường THCS Vĩnh Tiến” trực thuộc trước biến động này"):
            actions.undo(event=back, reason="Ghi nhầm", by=None, at=AT)
        with pytest.raises(Refused, match="Đã có biến động ghi sau"):
            actions.undo(event=moved, reason="Ghi nhầm", by=None, at=AT)

    def test_a_circle_hinders(self, cast):
        """School left commune for Kim Bôi; then the commune's office went below the school: there is no way back."""
        event = actions.transfer(units=[cast.school.pk], to=cast.kim_boi.pk, on=date(2025, 6, 1), **ORDER)
        actions.transfer(units=[cast.lac_son.pk], to=cast.school.pk, on=date(2025, 6, 2), **ORDER)
        with pytest.raises(Refused, match="hoàn tác sẽ đặt “Trường TH&THCS Ân Nghĩa” dưới chính nó"):
            actions.undo(event=event, reason="Ghi nhầm", by=None, at=AT)


@pytest.mark.django_db(transaction=True)
def test_two_events_at_once_wait_for_each_other():
    """Each alone is right, both together would make a circle: one of them is refused, whoever comes first."""
    one, two = a_department("Sở một"), a_department("Sở hai")
    start, answers = threading.Barrier(2), []

    def move(unit: Unit, to: Unit) -> None:
        start.wait()
        try:
            actions.transfer(units=[unit.pk], to=to.pk, on=DAY, **ORDER)
        except Refused as refused:
            answers.append(str(refused))
        else:
            answers.append("")
        finally:
            connection.close()

    threads = [threading.Thread(target=move, args=pair) for pair in ((one, two), (two, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(bool, answers)) == [False, True]
    assert "không thể chuyển về dưới nó" in "".join(answers)
    assert UnitEvent.objects.filter(kind=EventKind.TRANSFER).count() == 1
