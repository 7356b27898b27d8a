"""What goes out comes back in, and no cell of it is a formula."""

from __future__ import annotations

import csv
import json
from datetime import date
from io import BytesIO, StringIO

import pytest

from donghanh.kernel.sheets_in import read_table
from donghanh.organisations import actions, exports, imports
from donghanh.organisations.choices import CodeScheme, LineVerdict, UnitKind
from donghanh.organisations.import_checks import Options
from donghanh.organisations.models import UnitBoundary, uid_of
from donghanh.organisations.tests.factories import AT, ORDER, a_commune, a_department, a_district, a_school

pytestmark = pytest.mark.django_db
DAY = date(2025, 6, 1)
POINT = {"type": "Point", "coordinates": [105.3, 20.8]}


@pytest.fixture(autouse=True)
def files_folder(settings, tmp_path):
    settings.FILES_FOLDER = tmp_path


@pytest.fixture
def house():
    """A tree with all that makes a round trip hard: equal names, equal codes, words like formulas, zeroes, no codes."""
    department = a_department(codes={CodeScheme.AREA: "17", CodeScheme.DEPARTMENT: "SGD"})
    district = a_district(below=department, codes={CodeScheme.AREA: "0150"})
    one = a_commune(below=district, codes={CodeScheme.AREA: "04849"})
    other = a_commune(below=district, codes={CodeScheme.OWN: "17"})
    a_school("=1+1", below=one, codes={CodeScheme.MINISTRY: "04849"}, headcount=(0, 0))
    a_school("-Trường, “Hoa; Sen”", below=other, kind=UnitKind.VOCATIONAL_CONTINUING, groups=["private"])
    a_school("@Trường", below=one, headcount=(1_234, 5))
    a_school("Trường Tiểu học Hòa Sơn", below=other)
    a_school("Trường Tiểu học Hòa Sơn", below=one)
    UnitBoundary.objects.create(unit=department, geometry=POINT, source="thử", loaded_at=AT)
    actions.rename(unit=district.pk, name="Tên sau này", on=date(2025, 9, 1), **ORDER)
    return department, district, one, other


@pytest.mark.parametrize("form", exports.FORMS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_line_of_an_export_comes_back_unchanged(house, form, language):
    from django.utils.translation import override

    with override(language):
        content = exports.FORMS[form][2](DAY)
    found = imports.check(
        content=content, file_name="x", decision="QĐ 1", on=DAY, options=Options(), reach=None, by=7, at=AT
    )
    lines = found.lines.order_by("number")
    assert [(line.name, line.verdict, line.faults) for line in lines if line.verdict != LineVerdict.UNCHANGED] == []
    assert len(lines) == 9


def test_the_excel_file_says_what_the_register_says(house):
    rows = read_table(BytesIO(exports.as_xlsx(DAY)), max_rows=100, max_bytes=10**6).rows
    assert rows[0].cells == (
        "Tên đơn vị", "Loại hình", "Trực thuộc", "Mã đơn vị quản lý", "Mã trường của Bộ", "Mã của Sở",
        "Mã đơn vị hành chính", "Mã nội bộ", "Cán bộ, giáo viên, nhân viên", "Người học", "Nhóm", "Ngày thành lập",
        "Định danh",
    )  # fmt: skip
    formula = next(row for row in rows if row.cells[0] == "=1+1")
    assert formula.cells[1:12] == (
        "Trường tiểu học", "Xã Tân Pheo", uid_of(house[2].pk), "04849", "", "", "", "0", "0", "", "2015-01-01",
    )  # fmt: skip
    assert next(row for row in rows if row.cells[0].startswith("-Trường")).cells[10] == "Ngoài công lập"


@pytest.mark.parametrize("form", ["csv", "dhis2-csv"])
def test_no_cell_of_a_csv_is_a_formula(house, form):
    text = exports.FORMS[form][2](DAY).decode("utf-8-sig")
    cells = [cell for row in csv.reader(StringIO(text)) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    assert "'=1+1" in cells


def test_dhis2_json_has_what_dhis2_asks_for(house):
    department, district, one, _other = house
    units = json.loads(exports.as_dhis2_json(DAY))["organisationUnits"]
    assert units[0] == {
        "id": uid_of(department.pk), "name": "Sở GD&ĐT Hòa Bình", "shortName": "Sở GD&ĐT Hòa Bình", "code": "SGD",
        "path": f"/{uid_of(department.pk)}", "level": 1, "openingDate": "2015-01-01T00:00:00.000", "geometry": POINT,
    }  # fmt: skip
    commune = next(unit for unit in units if unit["id"] == uid_of(one.pk))
    assert commune["path"] == f"/{uid_of(department.pk)}/{uid_of(district.pk)}/{uid_of(one.pk)}"
    assert (commune["level"], commune["parent"]) == (3, {"id": uid_of(district.pk)})
    assert all(len(unit["id"]) == 11 for unit in units)


def test_units_of_other_days_are_left_out(house):
    actions.open_unit(new=exports_new("Trường mới", house[2].pk), on=date(2025, 7, 1), **ORDER)
    names = {unit["name"] for unit in json.loads(exports.as_dhis2_json(DAY))["organisationUnits"]}
    assert "Trường mới" not in names
    assert "Trường mới" in exports.as_csv(date(2025, 7, 1)).decode()


def exports_new(name: str, parent: int):
    from donghanh.organisations.rules import NewUnit

    return NewUnit(name, UnitKind.PRIMARY, parent)
