"""The components as a reader meets them: words, order, what a screen reader and a keyboard get."""

from __future__ import annotations

import re
from pathlib import Path

import django_tables2 as tables
import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override

from donghanh.kernel.looks import CALLOUT_ICONS, LOOKS
from donghanh.kernel.tables import NumberColumn, PercentColumn

TEMPLATES = [*(settings.ROOT / "templates").rglob("*.html"), *(settings.ROOT / "donghanh").rglob("templates/**/*.html")]


def drawn(source: str, address: str = "/", **context) -> str:
    """The HTML of a template, white space folded."""
    request = RequestFactory().get(address)
    return " ".join(Template(source).render(Context({"request": request, **context})).split())


def words(html: str) -> str:
    """What a reader sees."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_state_is_a_word_and_an_icon_and_a_tone():
    html = drawn('{% status "returned" %}')
    assert words(html) == "Bị trả lại"
    assert "#arrow-back-up" in html
    assert "dh-tone-need" in html


def test_a_state_may_be_said_in_other_words():
    assert words(drawn('{% status "late" "Trễ 3 ngày" %}')) == "Trễ 3 ngày"


def test_an_unknown_state_is_an_error_not_a_blank():
    with pytest.raises(KeyError, match="lost"):
        drawn('{% status "lost" %}')


FIGURE = (
    '{% figure "Trường triển khai" value numerator=452 denominator=531 counted="trường" target=100 '
    'state=state period="2024–2025" change=change since="năm trước" href="/nguon" more="452 trường" %}'
)


def test_a_figure_never_stands_alone():
    html = drawn(FIGURE, value=85.12, state="on_the_way", change=3.4)
    assert words(html) == (
        "Trường triển khai 85,1 % Đang tiến tới 452/531 trường mục tiêu 100 % 2024–2025 "
        "+3,4 điểm so với năm trước 452 trường"
    )
    assert 'href="/nguon"' in html


def test_a_figure_in_english_is_written_the_english_way():
    with override("en"):
        assert "85.1" in words(drawn(FIGURE, value=85.12, state="on_the_way", change=0))


def test_a_missing_figure_is_not_zero():
    seen = words(drawn('{% figure "Kênh đã xác minh" None target=100 %}'))
    assert seen == "Kênh đã xác minh Không có số liệu mục tiêu 100 %"


def test_a_bar_is_drawn_in_numbers_that_svg_reads_whatever_the_language():
    html = drawn("{% bullet 85.25 target=120 maximum=150 state='met' label='85,3 %' %}")
    assert 'width="56.83"' in html
    assert 'x1="80.00"' in html
    assert 'aria-label="85,3 %"' in html


def test_a_bar_ends_at_its_end():
    assert 'width="100.00"' in drawn("{% bullet 140 state='met' %}").replace('width="100" ', "")


class Sample(forms.Form):
    staff = forms.IntegerField(label="Số nhân sự", help_text="Tính đến ngày báo cáo.")
    kind = forms.ChoiceField(label="Hình thức", choices=[("1", "Trực tiếp")], widget=forms.RadioSelect)


def test_a_field_ties_label_help_and_error_to_its_box():
    html = drawn("{% field form.staff %}", form=Sample({"staff": "bốn"}))
    box = re.search("<input[^>]*>", html)[0]
    described = re.search('aria-describedby="([^"]*)"', box)[1].split()
    assert 'aria-invalid="true"' in box
    assert [re.search(f'id="{name}"', html) is not None for name in described] == [True, True]
    assert re.search(r'<label[^>]*for="id_staff"[^>]*>Số nhân sự</label>', html)
    assert html.index("Tính đến ngày") < html.index("dh-error") < html.index("<input")


def test_choices_are_a_group_with_a_legend():
    assert re.search(r"<fieldset.*<legend[^>]*>Hình thức</legend>", drawn("{% field form.kind %}", form=Sample()))


def test_a_page_heading_has_one_h1_and_its_way_up():
    html = drawn(
        '{% heading "Yên Mông" lede="Báo cáo năm" crumbs=crumbs %}<a href="/gui">Gửi</a>{% endheading %}',
        crumbs=[("Báo cáo", "/bao-cao/")],
    )
    assert words(html) == "Báo cáo Yên Mông Báo cáo năm Gửi"
    assert html.count("<h1") == 1


def test_what_people_type_stays_text():
    title = "<script>alert(1)</script>"
    html = drawn(
        "{% heading title lede=title %}{{ title }}{% endheading %}{% card title %}{{ title }}{% endcard %}"
        "{% timeline events %}{% facts pairs %}{% callout title=title %}{{ title }}{% endcallout %}",
        title=title, events=[{"at": title, "title": title, "text": title}], pairs=[(title, title)],
    )  # fmt: skip
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 12


def test_the_pager_keeps_the_rest_of_the_address():
    html = drawn("{% pager page %}", "/ds/?q=lac&page=2", page=Paginator(range(453), 20).page(2))
    assert words(html) == "Trước 21–40 trong 453 · trang 2/23 Sau"
    assert re.findall('href="([^"]*page[^"]*)"', html) == ["?q=lac&amp;page=1", "?q=lac&amp;page=3"]


def test_one_page_needs_no_pager():
    assert drawn("{% pager page %}", page=Paginator(range(3), 20).page(1)) == ""


class Schools(tables.Table):
    caption = "Các trường"
    export_url = "?xuat=xlsx"
    name = tables.Column("Trường", footer="Cộng")
    staff = NumberColumn(verbose_name="Nhân sự", footer="1.277")
    share = PercentColumn(verbose_name="Tỷ lệ", orderable=False)

    class Meta:
        empty_text = "Chưa có trường nào"


def table_of(rows: list[dict], address: str = "/") -> str:
    request = RequestFactory().get(address)
    table = tables.config.RequestConfig(request, paginate={"per_page": 25}).configure(Schools(rows))
    return drawn("{% load django_tables2 %}{% render_table table %}", address, table=table)


ROWS = [{"name": "Yên Mông", "staff": 1236, "share": 92.68}, {"name": "Tân Lạc", "staff": 41, "share": None}]


def test_a_table_reads_as_rows_of_numbers():
    html = table_of(ROWS)
    assert words(html) == (
        "Các trường Tải về Excel Các trường Trường Nhân sự Tỷ lệ Yên Mông 1.236 92,7 % Tân Lạc 41 — Cộng 1.277"
    )
    assert 'href="?xuat=xlsx"' in html
    assert '<td class="dh-num" data-label="Nhân sự">1.236</td>' in html


def test_a_sorted_column_says_so_and_turns_round():
    html = table_of(ROWS, "/?sort=staff&q=a")
    assert html.index("Tân Lạc") < html.index("Yên Mông")
    assert html.count("aria-sort") == 1
    assert 'aria-sort="ascending"' in html
    assert re.search(r'href="\?sort=-staff&amp;q=a"', html)


def test_an_empty_table_says_why_and_draws_no_grid():
    html = table_of([])
    assert "Chưa có trường nào" in words(html)
    assert "<table" not in html


def test_a_chart_carries_its_data_and_its_table():
    html = drawn(
        '{% chart "c" data=data title="Tỷ lệ" %}<table><td>61,2</td></table>{% endchart %}',
        data={"kind": "bar", "x": ["</script>"], "series": []},
    )
    assert 'data-dh-chart="c-data"' in html
    assert '<script id="c-data" type="application/json">{"kind": "bar", "x": ["\\u003C/script\\u003E"]' in html
    assert words(html.split("</script>")[1]) == "Xem bảng 61,2"


@pytest.mark.parametrize("page", ["400.html", "500.html"])
def test_pages_without_a_request_stand_alone(page):
    html = render_to_string(page)
    assert "dh/tokens.css" in html
    assert "Về trang chính" in html


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(settings.ROOT)))
def test_no_template_carries_a_style_or_a_script(template: Path):
    source = template.read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", source)
    assert all("src=" in tag for tag in re.findall("<script[^>]*>", source))


def test_every_icon_that_is_asked_for_is_in_the_sprite():
    sprite = (settings.ROOT / "static/vendor/icons.svg").read_text()
    asked = {name for path in TEMPLATES for name in re.findall(r'{% icon "([^"]+)"', path.read_text())}
    asked |= {name for path in TEMPLATES for name in re.findall(r' icon="([^"]+)"', path.read_text())}
    asked |= {look.icon for look in LOOKS.values()} | set(CALLOUT_ICONS.values())
    assert sorted(name for name in asked if f'id="{name}"' not in sprite) == []


def test_the_way_of_a_figure_is_drawn_between_its_lowest_and_highest() -> None:
    drawn = Template("{% load dh %}{% path values goals 'Qua các năm' %}")
    told = drawn.render(Context({"values": [50, None, 100], "goals": [75, 75, 100, 100]}))
    assert re.findall(r'points="([^"]*)"', told) == ["2.0,16.0 34.0,16.0 66.0,2.0 98.0,2.0", "2.0,30.0 66.0,2.0"]
    assert 'aria-label="Qua các năm"' in told
    assert "polyline" not in drawn.render(Context({"values": [None], "goals": []}))
