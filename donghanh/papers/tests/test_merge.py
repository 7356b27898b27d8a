"""One template, many units: the papers, those that could not be made, and the same bytes each time."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from pypdf import PdfReader

from donghanh.files.queries import content_of
from donghanh.organisations.choices import UnitKind
from donghanh.organisations.tests.factories import AT
from donghanh.papers import actions_merge as actions
from donghanh.papers.models_merge import Merge
from donghanh.papers.tests.templates import a_merge

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_demo_day")]


def carried_out(merge) -> Merge:
    actions.carry_out(merge_id=merge.pk, at=AT)
    return Merge.objects.select_related("file").get(pk=merge.pk)


def archive_of(merge) -> zipfile.ZipFile:
    with content_of(merge.file) as file:
        return zipfile.ZipFile(BytesIO(file.read()))


def text_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def test_merge_makes_a_pdf_and_a_word_file_for_each_unit(cast):
    merge = carried_out(a_merge(cast, kinds=[UnitKind.PRIMARY_LOWER_SECONDARY]))
    archive = archive_of(merge)
    assert archive.namelist() == ["PDF/0001 Trường TH&THCS Ân Nghĩa.pdf", "Word/0001 Trường TH&THCS Ân Nghĩa.docx"]
    assert text_of(archive.read(archive.namelist()[0])) == ""
