"""What is kept: by whom it is found, what a link and an office see of it, and what a dashboard costs."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from donghanh.explorer import actions, queries
from donghanh.explorer.models import Dashboard, SavedView
from donghanh.explorer.rules import MOST_TILES
from donghanh.explorer.tests.conftest import AT, TODAY
from donghanh.explorer.tests.test_explore import table
from donghanh.kernel.verdict import Refused
from donghanh.people.tests.cast import a_person


def a_view(cast, *, name: str = "Ba chỉ tiêu", query: str = "", by=None) -> SavedView:
    return actions.keep_view(name=name, query=query, office=cast.department.pk, by=by or cast.department_officer, at=AT)


def a_dashboard(cast, *views: SavedView) -> Dashboard:
    made = actions.make_dashboard(name="Tổng hợp", office=cast.department.pk, by=cast.department_officer, at=AT)
    for view in views:
        actions.put_on(dashboard=made, view=view, by=cast.department_officer, at=AT)
    return made


def names(account) -> list[str]:
    return [view.name for view in queries.views_visible_to(account, on=TODAY)]


def test_a_look_is_kept_found_and_opened_as_it_was(cast, figures, sign_in):
    officer = sign_in(cast.department_officer)
    answer = officer.post(
        "/kham-pha/luu/", {"luu-name": "  Bồi dưỡng ", "luu-query": "hang=so&cot=dv&x=1&page=3"}, follow=True
    )
    view = SavedView.objects.get()
    assert (view.name, view.query, view.owner, view.office) == (
        "Bồi dưỡng",
        "hang=so&cot=dv",
        cast.department_officer,
        cast.department,
    )
    assert "Đã lưu “Bồi dưỡng”." in answer.content.decode()
    page = officer.get(f"/kham-pha/da-luu/{view.pk}/xem/", follow=True)
    assert page.context["look"].rows == ("so",)
    assert [row["record"] if isinstance(row, dict) else row for row in names(cast.department_officer)] == ["Bồi dưỡng"]
    assert len(officer.get("/kham-pha/da-luu/?q=boi+duong").context["table"].rows) == 1
    again = officer.post("/kham-pha/luu/", {"luu-name": "", "luu-query": ""})
    assert again.status_code == 422


def test_nobody_else_finds_it_until_it_is_shared_with_the_office(cast, figures):
    colleague = a_person("so2", "Bùi Văn Cường", "department_officer", cast.department)
    view = a_view(cast)
    assert [names(one) for one in (colleague, cast.district_officer)] == [[], []]
    actions.change_kept(kept=view, name=view.name, description="", shared=True, by=cast.department_officer, at=AT)
    assert [names(one) for one in (colleague, cast.district_officer)] == [["Ba chỉ tiêu"], []]
    with pytest.raises(Refused, match="là của người khác"):
        actions.change_look(view=view, query="", by=colleague, at=AT)


def test_sharing_with_the_office_is_for_officers(cast, figures, sign_in):
    view = actions.keep_view(name="Trường", query="", office=cast.school.pk, by=cast.principal, at=AT)
    with pytest.raises(Refused, match="việc của chuyên viên"):
        actions.change_kept(kept=view, name="Trường", description="", shared=True, by=cast.principal, at=AT)
    assert "shared" not in sign_in(cast.principal).get(f"/kham-pha/da-luu/{view.pk}/").context["form"].fields


def test_a_link_shows_each_reader_their_own(cast, figures, sign_in):
    view = a_view(cast, query=f"dv={cast.department.pk}&dv={cast.lac_son.pk}&dv={cast.kim_boi.pk}")
    actions.share_by_link(view=view, wanted=True, by=cast.department_officer, at=AT)
    address = f"/kham-pha/chia-se/{view.token}/"
    assert len(table(sign_in(cast.department_officer).get(address, follow=True))) == 3
    theirs = sign_in(cast.district_officer).get(address, follow=True)
    assert table(theirs).keys() == {"Phòng GD&ĐT huyện Lạc Sơn"}
    assert sign_in(cast.teacher).get(address).status_code == 403
    actions.share_by_link(view=view, wanted=False, by=cast.department_officer, at=AT)
    assert sign_in(cast.department_officer).get(address).status_code == 404


def test_a_deletion_is_taken_back(cast, figures, sign_in):
    officer, view = sign_in(cast.department_officer), a_view(cast)
    page = officer.post(f"/kham-pha/da-luu/{view.pk}/xoa/", follow=True)
    assert "Đã xóa “Ba chỉ tiêu”." in page.content.decode()
    assert names(cast.department_officer) == []
    officer.post(f"/kham-pha/da-luu/{view.pk}/lay-lai/")
    assert names(cast.department_officer) == ["Ba chỉ tiêu"]


def test_tiles_keep_their_order_and_go_without_their_view(cast, figures, sign_in):
    views = [a_view(cast, name=name) for name in "abc"]
    board, officer = a_dashboard(cast, *views), sign_in(cast.department_officer)
    a, b, c = (tile.pk for tile in queries.tiles_of(board))
    officer.post(f"/kham-pha/bang/{board.pk}/xep/", {"order": f"{c},{a}"})
    assert [tile.view.name for tile in queries.tiles_of(board)] == ["c", "a", "b"]
    officer.post(f"/kham-pha/bang/{board.pk}/{b}/rong/")
    officer.post(f"/kham-pha/bang/{board.pk}/{c}/bo/")
    actions.delete_kept(kept=views[0], by=cast.department_officer, at=AT)
    assert [(tile.view.name, tile.wide) for tile in queries.tiles_of(board)] == [("b", True)]
    assert names(cast.department_officer) == ["b", "c"]


def test_a_copy_of_a_shared_dashboard_is_ones_own(cast, figures, sign_in):
    colleague = a_person("so2", "Bùi Văn Cường", "department_officer", cast.department)
    board = a_dashboard(cast, a_view(cast))
    assert sign_in(colleague).get(f"/kham-pha/bang/{board.pk}/").status_code == 404
    actions.change_kept(kept=board, name="Tổng hợp", description="", shared=True, by=cast.department_officer, at=AT)
    desk = sign_in(colleague)
    (tile,) = desk.get(f"/kham-pha/bang/{board.pk}/").context["tiles"]
    assert tile["href"] == "/kham-pha/"  # the view itself is still its owner's alone
    assert desk.post(f"/kham-pha/bang/{board.pk}/xep/", {"order": "1"}).status_code == 409
    page = desk.post(f"/kham-pha/bang/{board.pk}/chep/", follow=True)
    assert page.context["dashboard"].name == "Bản sao của Tổng hợp"
    assert [one["tile"].view.owner for one in page.context["tiles"]] == [colleague]


def test_a_full_dashboard_takes_no_more(cast, figures):
    board, view = a_dashboard(cast), a_view(cast)
    for _number in range(MOST_TILES):
        actions.put_on(dashboard=board, view=view, by=cast.department_officer, at=AT)
    with pytest.raises(Refused, match="đã có 80 ô"):
        actions.put_on(dashboard=board, view=view, by=cast.department_officer, at=AT)


LOOKS = (
    "",
    "hinh=cot",
    "so=element:staff_trained&phan=*&cot=phan",
    "ky=LAST_3_SCHOOL_YEARS&hang=dv&cot=ky",
    "hinh=bando",
)


def test_many_tiles_cost_as_many_queries_as_few(cast, figures, sign_in):
    views = [a_view(cast, name=query or "x", query=query) for query in LOOKS]
    few, many = a_dashboard(cast, *views), a_dashboard(cast, *views, *views)
    officer, counts = sign_in(cast.department_officer), []
    for board in (few, many):
        ids = ",".join(str(tile.pk) for tile in queries.tiles_of(board))
        officer.get(f"/kham-pha/bang/{board.pk}/")
        with CaptureQueriesContext(connection) as frame:
            officer.get(f"/kham-pha/bang/{board.pk}/")
        with CaptureQueriesContext(connection) as filled:
            page = officer.get(f"/kham-pha/bang/{board.pk}/o/", {"o": ids})
        assert len(page.context["tiles"]) == len(ids.split(","))
        assert "94,4" in page.content.decode()
        counts.append((len(frame), len(filled)))
    assert counts[0] == counts[1]
    assert counts[0][1] <= 35


def test_one_tile_in_trouble_leaves_the_others(cast, figures, sign_in, monkeypatch):
    monkeypatch.setattr("donghanh.statistics.questions.MOST_CELLS", 10)
    board = a_dashboard(
        cast,
        a_view(cast),
        a_view(cast, query="ky=LAST_5_SCHOOL_YEARS&ky=THIS_SCHOOL_YEAR&dv=cap:school&loai=*&hang=loai"),
    )
    ids = ",".join(str(tile.pk) for tile in queries.tiles_of(board))
    text = sign_in(cast.department_officer).get(f"/kham-pha/bang/{board.pk}/o/", {"o": ids}).content.decode()
    assert "94,4" in text
    assert "nhiều hơn 10 ô" in text
