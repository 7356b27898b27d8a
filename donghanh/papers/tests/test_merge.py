"""One template, many units: the papers, those that could not be made, and the same bytes each time."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from pypdf import PdfReader

from donghanh.files.queries import content_of
from donghanh.kernel.verdict import Refused
from donghanh.organisations.choices import UnitKind
from donghanh.organisations.tests.factories import AT
from donghanh.papers import actions_merge as actions
from donghanh.papers import merge_files, template_fields
from donghanh.papers.choices_merge import MergeState
from donghanh.papers.merge_files import Asked, Wording, make_all
from donghanh.papers.merge_values import values_of
from donghanh.papers.models import FigureSource
from donghanh.papers.models_merge import Merge, MergeLine, PaperTemplate, TemplateVersion
from donghanh.papers.queries_merge import in_use, newest, units_for
from donghanh.papers.template_document import Written
from donghanh.papers.template_fields import Told
from donghanh.papers.tests.templates import GIVEN, LETTER, a_merge, a_template, a_word_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_demo_day")]
SCHOOL = "Trường TH&THCS Ân Nghĩa"
OF_ITS_KIND = {"kinds": [UnitKind.PRIMARY_LOWER_SECONDARY]}


def carried_out(merge) -> Merge:
    actions.carry_out(merge_id=merge.pk, at=AT)
    return Merge.objects.select_related("file").get(pk=merge.pk)


def archive_of(merge) -> zipfile.ZipFile:
    with content_of(merge.file) as file:
        return zipfile.ZipFile(BytesIO(file.read()))


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def results_of(merge) -> list[tuple[str, bool | None, str]]:
    rows = MergeLine.objects.filter(merge=merge).order_by("number")
    return [(row.unit.names.get().name, row.made, row.sentence) for row in rows.select_related("unit")]


# ── one merge ──


def test_each_unit_has_its_paper_as_pdf_and_word(cast):
    archive = archive_of(carried_out(a_merge(cast, **OF_ITS_KIND)))
    assert archive.namelist() == [f"PDF/0001 {SCHOOL}.pdf", f"Word/0001 {SCHOOL}.docx"]
    said = (
        f"Đến nay Sở chưa nhận được báo cáo của {SCHOOL} (Xã Ân Nghĩa). Đề nghị thầy cô hiệu trưởng Lê Minh Đức gửi "
        "báo cáo trước ngày 15 tháng 7 năm 2025. Đơn vị có 500 học sinh./."
    )
    assert said in text_of(archive.read(archive.namelist()[0]))
    paragraphs = [p.text for p in Document(BytesIO(archive.read(archive.namelist()[1]))).paragraphs]
    assert said in " ".join(paragraphs)


def test_a_unit_that_lacks_something_is_told_and_the_others_have_their_papers(cast):
    template = a_template(cast, body="Gửi thầy cô {{ hieu_truong }}.")
    merge = carried_out(a_merge(cast, template, kinds=[UnitKind.PRIMARY_LOWER_SECONDARY, UnitKind.LOWER_SECONDARY]))
    assert results_of(merge) == [
        (SCHOOL, True, ""),
        ("Trường THCS Vĩnh Tiến", False, "Thiếu họ tên hiệu trưởng."),
    ]
    assert [name[:8] for name in archive_of(merge).namelist()] == ["PDF/0001", "Word/000"]
    assert (merge.state, merge.done) == (MergeState.DONE, 2)


def test_same_input_gives_the_same_bytes(cast):
    first = carried_out(a_merge(cast, **OF_ITS_KIND))
    again = carried_out(actions.merge_again(merge=first, by=cast.clerk, at=AT))
    assert again.pk != first.pk
    assert again.file.sha256 == first.file.sha256


def test_carrying_out_a_merge_twice_makes_it_once(cast):
    merge = carried_out(a_merge(cast, **OF_ITS_KIND))
    assert carried_out(merge).file_id == merge.file_id


def test_a_merge_that_breaks_keeps_nothing_and_can_be_repeated(cast, monkeypatch):
    def broken(*_args):
        raise OSError("disk full")

    asked = a_merge(cast, **OF_ITS_KIND)
    with monkeypatch.context() as patched:
        patched.setattr(actions, "make_all", broken)
        merge = carried_out(asked)
    assert (merge.state, merge.file, results_of(merge)) == (MergeState.FAILED, None, [(SCHOOL, None, "")])
    assert carried_out(actions.merge_again(merge=merge, by=cast.clerk, at=AT)).state == MergeState.DONE


def test_own_word_file_takes_the_place_of_ours_and_alone_makes_no_pdf(cast):
    word = ("mau.docx", a_word_file("Kính gửi {{ ten_don_vi }}"))
    both = archive_of(carried_out(a_merge(cast, a_template(cast, word=word), **OF_ITS_KIND)))
    assert [name[:3] for name in both.namelist()] == ["PDF", "Wor"]
    assert [p.text for p in Document(BytesIO(both.read(both.namelist()[1]))).paragraphs] == [f"Kính gửi {SCHOOL}"]
    alone = archive_of(carried_out(a_merge(cast, a_template(cast, word=word, body="", name="Khác"), **OF_ITS_KIND)))
    assert alone.namelist() == [f"Word/0001 {SCHOOL}.docx"]


def test_a_process_of_its_own_makes_what_is_made_here(monkeypatch):
    written = Written(type_code="CV", **LETTER | {"body": "Số {{ so_can_bo }}"})
    base = {"ten_don_vi": "Trường A", "ten_chuong_trinh": "Kế hoạch"}
    asked = [
        Asked(base | ({"so_can_bo": template_fields.Number(n)} if n != 2 else {}), {}, "", GIVEN.day, "")
        for n in range(1, 4)
    ]  # fmt: skip
    wording = Wording(written, None, frozenset())
    here = list(make_all(wording, asked))
    monkeypatch.setattr(merge_files, "FEW", 0)
    monkeypatch.setattr(merge_files, "PROCESSES", 1)  # a second one would only cost time here
    assert list(make_all(wording, asked)) == here
    assert [one.sentence for one in here] == ["", "Thiếu số cán bộ, giáo viên, nhân viên.", ""]


# ── what is filled in ──


def test_values_of_a_unit_on_the_paper_s_day(cast):
    found = values_of([cast.school.pk, cast.commune.pk], given=replace(GIVEN, number="7"))
    assert {code: str(value) for code, value in found[cast.school.pk].items() if code != "don_vi_truc_thuoc"} == {
        "ten_don_vi": SCHOOL, "loai_don_vi": "Trường TH&THCS", "co_quan_cap_tren": "Xã Ân Nghĩa", "nam": "2025",
        "hieu_truong": "Lê Minh Đức", "so_can_bo": "40", "so_hoc_sinh": "500", "so_don_vi_truc_thuoc": "0", "so": "7",
        "ngay": "ngày 16 tháng 6 năm 2025", "han": "ngày 15 tháng 7 năm 2025",
        "ten_chuong_trinh": "Kế hoạch số 157/KH-UBND",
    }  # fmt: skip
    assert found[cast.commune.pk]["don_vi_truc_thuoc"] == ("Trường Mầm non Ân Nghĩa", SCHOOL)


def test_many_units_cost_as_many_queries_as_one(cast, django_assert_num_queries):
    for units in ([cast.school.pk], [cast.school.pk, cast.sibling.pk, cast.commune.pk, cast.lac_son.pk]):
        with django_assert_num_queries(6):
            values_of(units, given=GIVEN)


def test_units_below_an_office_of_some_kinds(cast):
    template, on = a_template(cast), GIVEN.day
    below = {"under": cast.lac_son.pk, "kinds": [UnitKind.PRESCHOOL, UnitKind.LOWER_SECONDARY]}
    assert list(units_for(template, **below, on=on)) == [cast.preschool]
    assert cast.department not in units_for(template, on=on)


def test_a_school_that_stands_alone_writes_to_itself(cast):
    template = a_template(cast, unit=cast.school, by=cast.principal)
    assert list(units_for(template, on=GIVEN.day)) == [cast.school]


# ── rules: a refusal changes nothing ──


@pytest.mark.parametrize(
    ("changes", "about", "sentence"),
    [
        ({"body": "a\n{{ xyz }}"}, "body", "Dòng 2: không có trường “xyz”. Xem danh sách trường ở dưới."),
        ({"abstract": "x" * 200}, "abstract", "Trích yếu dài 200 ký tự; viết gọn dưới 200 ký tự."),
        ({"signer_name": " "}, "signer_name", "Văn bản thiếu họ tên người ký."),
        ({"signer_position": ""}, "signer_position", "Văn bản thiếu chức vụ người ký."),
        ({"place": ""}, "place", "Văn bản thiếu địa danh."),
        ({"body": " "}, "body", "Viết nội dung, hoặc gửi tệp Word của đơn vị."),
        ({"body": "| a | b |\n| c |"}, "body", "Dòng 2: dòng của bảng có 1 ô, đầu bảng có 2 ô."),
        ({"word": ("mau.docx", b"%PDF")}, "word",
         "Tệp này không phải là Word (.docx). Mở bằng Word, lưu lại dạng .docx rồi gửi lại."),
    ],
)  # fmt: skip
def test_wrong_template_is_refused_at_its_place(cast, changes, about, sentence):
    template = a_template(cast)
    with pytest.raises(Refused) as caught:
        actions.write_template(
            template=template, texts=LETTER | {k: v for k, v in changes.items() if k != "word"},
            word=changes.get("word"), by=cast.clerk, at=AT,
        )  # fmt: skip
    assert (caught.value.about, str(caught.value)) == (about, sentence)
    assert newest(template).number == 1


def test_a_draft_is_written_over_and_what_is_in_use_is_never(cast):
    template = a_template(cast, published=False)
    actions.write_template(template=template, texts=LETTER | {"body": "Lần hai"}, by=cast.clerk, at=AT)
    assert list(template.versions.values_list("number", "texts__body")) == [(1, "Lần hai")]
    assert in_use(template) is None
    actions.publish_template(template=template, by=cast.clerk, at=AT)
    actions.write_template(template=template, texts=LETTER | {"body": "Lần ba"}, by=cast.clerk, at=AT)
    assert (in_use(template).texts["body"], newest(template).texts["body"]) == ("Lần hai", "Lần ba")
    with pytest.raises(IntegrityError), transaction.atomic():
        TemplateVersion.objects.filter(pk=in_use(template).pk).update(texts={})


def refused(act, **said) -> str:
    with pytest.raises(Refused) as caught, transaction.atomic():
        act(**said, at=AT)
    return str(caught.value)


def test_what_may_not_be_merged(cast):
    draft = a_template(cast, published=False)
    said = {"given": GIVEN, "by": cast.clerk}
    assert refused(actions.ask_to_merge, template=draft, **said) == "Mẫu chưa được đưa vào dùng."
    actions.publish_template(template=draft, by=cast.clerk, at=AT)
    assert (
        refused(actions.ask_to_merge, template=draft, kinds=["XX"], **said) == "Không có đơn vị nào như thầy cô chọn."
    )
    early = said | {"given": replace(GIVEN, day=date(2020, 3, 4))}
    assert refused(actions.ask_to_merge, template=draft, **early) == "Chưa có thể thức văn bản cho ngày 04/03/2020."
    stranger = said | {"by": cast.district_officer}
    assert refused(actions.ask_to_merge, template=draft, **stranger) == (
        "Người gửi văn bản của đơn vị này mới lập được mẫu."
    )
    for _time in range(2):
        a_merge(cast, draft)
    assert refused(actions.ask_to_merge, template=draft, **said) == (
        "Đơn vị đang trộn văn bản khác. Chờ xong rồi trộn tiếp."
    )
    actions.retire_template(template=draft, by=cast.clerk, at=AT)
    assert refused(actions.ask_to_merge, template=draft, **said) == "Mẫu này đã ngừng dùng."
    assert Merge.objects.count() == 2


class Girls:
    def known(self):
        return {"girls": "Tỷ lệ học sinh nữ"}

    def values(self, units, codes, *, on):
        return {(unit, code): Told("48,2", f"/so-lieu/?unit={unit}") for unit in units for code in codes}


def test_figures_are_filled_in_for_those_who_read_them(cast, monkeypatch):
    monkeypatch.setattr(template_fields, "_source", [Girls()])
    template = a_template(cast, body="Nữ: {{ so_lieu('girls') }} %")
    sentence = "Mẫu này lấy số liệu tổng hợp; người xem được số liệu mới trộn được."
    assert refused(actions.ask_to_merge, template=template, given=GIVEN, by=cast.clerk) == sentence
    looked = {"version": newest(template), "unit_id": cast.school.pk, "given": GIVEN, "by": cast.clerk}
    assert refused(actions.preview, **looked) == sentence
    merge = carried_out(a_merge(cast, template, by=cast.department_officer, **OF_ITS_KIND))
    archive = archive_of(merge)
    units = list(merge.lines.filter(made=True).order_by("number").values_list("unit", flat=True))
    kept = {source.unit_id: source for source in FigureSource.objects.order_by("pk")}
    assert list(kept) == units
    for name, unit in zip(archive.namelist()[::2], units, strict=True):
        text, source = text_of(archive.read(name)), kept[unit]
        assert "Nữ: 48,2 %" in text
        assert text.count(source.code) == 2  # in the margin, and in the list
        assert (source.said, source.href) == ("Nữ: 48,2 %", f"/so-lieu/?unit={unit}")


def test_two_templates_in_use_do_not_share_a_name(cast):
    template = a_template(cast)
    said = {"unit_id": cast.department.pk, "name": "NHẮC nộp báo cáo", "type_code": "CV", "by": cast.clerk}
    assert refused(actions.begin_template, **said) == "Đơn vị đã có mẫu tên này đang dùng."
    actions.retire_template(template=template, by=cast.clerk, at=AT)
    assert actions.begin_template(**said, at=AT).pk != template.pk


# ── pages ──


def sees(client, account, name, /, *args, **posted):
    client.force_login(account)
    address = reverse(f"papers:{name}", args=args)
    return client.post(address, posted) if posted else client.get(address)


def test_clerk_writes_publishes_looks_and_merges(cast, client):
    clerk = cast.clerk
    answer = sees(client, clerk, "templates", name="Giấy mời họp", type_code="GM", unit_id=cast.department.pk)
    template = PaperTemplate.objects.get()
    assert answer.url == reverse("papers:write_template", args=[template.pk])
    assert "{{ ten_don_vi }}" in sees(client, clerk, "write_template", template.pk).content.decode()
    wrong = sees(client, clerk, "write_template", template.pk, **LETTER | {"body": "{{ ten_donvi }}"})
    assert wrong.status_code == 422
    assert "Dòng 1: không có trường “ten_donvi”. Có phải là “ten_don_vi” không?" in wrong.content.decode()
    sees(client, clerk, "write_template", template.pk, **LETTER)
    said = {"day": "2025-06-16", "deadline": "2025-07-15", "programme": "Kế hoạch 157", "under": "0"}
    seen = sees(client, clerk, "template", template.pk, act="preview", unit="TH&THCS Ân Nghĩa", **said)
    assert f"Kính gửi: {SCHOOL}" in text_of(b"".join(seen.streaming_content))
    refused_early = sees(client, clerk, "template", template.pk, act="merge", **said)
    assert "Mẫu chưa được đưa vào dùng." in refused_early.content.decode()
    sees(client, clerk, "template", template.pk, act="publish")
    answer = sees(client, clerk, "template", template.pk, act="merge", kinds=["TH&THCS"], **said)
    merge = Merge.objects.get()
    assert answer.url == reverse("papers:merge", args=[merge.pk])
    assert "0/1 đơn vị" in client.get(answer.url).content.decode()
    carried_out(merge)
    assert "Đã có văn bản của cả 1 đơn vị." in client.get(answer.url).content.decode()
    whole = b"".join(sees(client, clerk, "merge_file", merge.pk).streaming_content)
    assert len(zipfile.ZipFile(BytesIO(whole)).namelist()) == 2


def test_a_unit_for_a_look_that_is_not_below_is_told(cast, client):
    template = a_template(cast)
    said = {"act": "preview", "day": "2025-06-16", "under": "0"}
    page = sees(client, cast.clerk, "template", template.pk, unit="Không có", **said)
    assert "Không có đơn vị trực thuộc nào tên hoặc mã là “Không có”." in page.content.decode()
    lacking = sees(client, cast.clerk, "template", template.pk, unit="Vĩnh Tiến THCS", **said)
    assert lacking.status_code == 422


def test_other_offices_see_neither_template_nor_merge(cast, client):
    merge = a_merge(cast)
    template = merge.version.template
    for name, pk in (
        ("template", template.pk),
        ("template_word", template.pk),
        ("merge", merge.pk),
        ("merge_file", merge.pk),
    ):
        assert sees(client, cast.district_officer, name, pk).status_code == 404
    assert sees(client, cast.district_officer, "templates").context["table"].rows.data.data.count() == 0
    assert sees(client, cast.leader, "write_template", template.pk).status_code == 403


def test_lists_of_templates_cost_the_same_for_one_and_three(cast, client):
    counts = []
    for names in (["A"], ["B", "C"]):
        for name in names:
            a_template(cast, name=name)
        client.force_login(cast.clerk)
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("papers:templates"))
        counts.append(len(seen))
    assert counts[0] == counts[1]
