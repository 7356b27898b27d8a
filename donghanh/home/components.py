"""The living page: every component of the product in its states, at /thanh-phan/ in debug."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from donghanh.kernel.access import public
from donghanh.kernel.looks import LOOKS
from donghanh.kernel.tables import NumberColumn, PercentColumn
from donghanh.kernel.templatetags.dh import number

SCHOOLS = [
    {"name": "Trường TH&THCS Yên Mông", "state": "accepted", "staff": 41, "trained": 38, "share": 92.7},
    {"name": "Trường Mầm non Tân Lạc", "state": "submitted", "staff": 28, "trained": 21, "share": 75.0},
    {"name": "Trường THCS Lạc Thủy", "state": "returned", "staff": 1236, "trained": 1001, "share": 81.0},
    {"name": "Trường Tiểu học Đà Bắc", "state": "late", "staff": 33, "trained": None, "share": None},
    {"name": "Trường PTDTNT THCS&THPT huyện Mai Châu", "state": "draft", "staff": 52, "trained": 52, "share": 100.0},
] * 3
YEARS = ["2020–2021", "2021–2022", "2022–2023", "2023–2024", "2024–2025"]


class SchoolTable(tables.Table):
    caption = "15 trường, năm học 2024–2025"
    export_url = "?xuat=xlsx"

    name = tables.Column("Trường", footer="Cộng")
    state = tables.TemplateColumn("{% status value %}", verbose_name="Báo cáo", order_by="state")
    staff = NumberColumn(verbose_name="Nhân sự", footer=lambda table: number(sum(row["staff"] for row in table.data)))
    trained = NumberColumn(verbose_name="Đã tập huấn", footer="")
    share = PercentColumn(verbose_name="Tỷ lệ", footer="")


class NoSchools(SchoolTable):
    class Meta:
        empty_text = "Chưa trường nào gửi báo cáo"

    caption = ""
    export_url = ""
    empty_hint = "Hạn gửi là 15/6/2025. Trường gửi đến đâu, danh sách hiện đến đó."


class SampleForm(forms.Form):
    name = forms.CharField(label="Tên người báo cáo", initial="Bùi Thị Hoa")
    staff = forms.IntegerField(
        label="Số cán bộ, giáo viên, nhân viên",
        help_text="Tính đến ngày báo cáo.",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    level = forms.ChoiceField(label="Cấp học", choices=[("", "Chọn cấp học"), ("th", "Tiểu học")])
    kinds = forms.ChoiceField(
        label="Hình thức", choices=[("1", "Trực tiếp"), ("2", "Trực tuyến")], widget=forms.RadioSelect, initial="1"
    )
    sure = forms.BooleanField(label="Số liệu đã được hiệu trưởng xem", help_text="Chỉ đánh dấu khi đã xem thật.")
    remark = forms.CharField(label="Thuyết minh", widget=forms.Textarea(attrs={"rows": 3}), required=False)


@public
def components(request: HttpRequest) -> HttpResponse:
    """Every component with made-up content."""
    return render(request, "home/components.html", _page(request))


def _page(request: HttpRequest) -> dict[str, Any]:
    table = tables.config.RequestConfig(request, paginate={"per_page": 5}).configure(SchoolTable(SCHOOLS))
    chart = {"unit": "%", "decimals": 1, "x": YEARS, "maximum": 100}
    return {
        "navigation": [
            {"label": "Việc của tôi", "url": "#", "icon": "list-check", "current": True},
            {"label": "Báo cáo", "url": "#", "icon": "clipboard-list", "current": False},
            {"label": "Số liệu", "url": "#", "icon": "chart-bar", "current": False},
            {"label": "Đơn vị", "url": "#", "icon": "building-community", "current": False},
            {"label": "Văn bản", "url": "#", "icon": "file-text", "current": False},
        ],
        "states": list(LOOKS),
        "crumb_pairs": [("Báo cáo", "#"), ("Năm học 2024–2025", "#")],
        "fact_pairs": [("Kỳ báo cáo", "Năm học 2024–2025"), ("Hạn gửi", "15/6/2025"), ("Người duyệt", "Phòng Tân Lạc")],
        "tab_items": [
            {"label": "Chờ duyệt", "href": "#", "current": True, "count": 12},
            {"label": "Đã duyệt", "href": "#", "current": False, "count": 1204},
            {"label": "Tất cả", "href": "#", "current": False},
        ],
        "events": [
            {"at": "14:02 hôm nay", "title": "Phòng GD&ĐT trả lại báo cáo", "who": "Nguyễn Văn Minh", "tone": "need",
             "icon": "arrow-back-up", "text": "Số người đã tập huấn lớn hơn tổng nhân sự, nhờ trường xem lại ô 5."},
            {"at": "9:10, 14/6/2025", "title": "Trường gửi bản 1", "who": "Bùi Thị Hoa", "icon": "send"},
            {"at": "2/6/2025", "title": "Mở kỳ báo cáo", "icon": "calendar"},
        ],
        "table": table,
        "no_schools": NoSchools([]),
        "form": SampleForm({"name": "Bùi Thị Hoa", "staff": "bốn mươi", "kinds": "1"}),
        "years": YEARS,
        "line": {**chart, "kind": "line",
                 "series": [{"name": "Toàn tỉnh", "values": [61.2, 74.8, 83.1, 88.0, 92.4]},
                            {"name": "Tân Lạc", "values": [52.0, None, 71.4, 79.9, 85.1]}],
                 "target": {"name": "Chỉ tiêu", "values": [85, 88, 92, 96, 100]}},
        "bars": {**chart, "kind": "bar", "x": ["Mầm non", "Tiểu học", "THCS", "THPT", "GDTX"],
                 "series": [{"name": "2024–2025", "values": [91.3, 88.0, 93.2, 97.1, 76.4]}],
                 "target": {"name": "Chỉ tiêu", "values": 100}},
    }  # fmt: skip
