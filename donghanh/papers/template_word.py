"""An office's own Word file as a template: what is taken, what it asks for, and how it is filled."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection, Mapping
from datetime import datetime
from io import BytesIO
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from jinja2 import UndefinedError
from jinja2.exceptions import TemplateError

from donghanh.papers.template_fields import Told
from donghanh.papers.template_language import Faulty, Language, Used, context_of, examples, missing_sentence

MOST_BYTES: Final = 5 * 1024 * 1024
MOST_PARTS: Final = 500
MOST_UNPACKED: Final = 30 * 1024 * 1024
MOST_TEXT: Final = 2 * 1024 * 1024  # bytes of one part that is read
MOST_MARKS: Final = 300  # {{ and {% in one part: what reads them looks ahead from each
MAIN: Final = "word/document.xml"
READ: Final = re.compile(r"(word/(document|header\d*|footer\d*|footnotes)|docProps/core)\.xml")
FOREIGN: Final = re.compile(rb"<Relationship\b[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>")
# what a part of another programme's making has been seen to bring about in the libraries that read it
BROKEN: Final = (KeyError, ValueError, TypeError, AttributeError, IndexError, NotImplementedError, OSError, SyntaxError)


def checked(content: bytes, *, figures: Collection[str]) -> Used:
    """What a Word file asks for, once it is known to be one; `Faulty` with the sentence for whoever sends it."""
    _guard(content)
    language = Language(figures, _place, escape=True, most=MOST_UNPACKED)
    example = context_of(examples(), dict.fromkeys(figures, Told("1")))
    try:
        _rendered(content, example, language)
    except TemplateError as wrong:
        raise Faulty(_("Mẫu viết quá phức tạp nên không đọc được.")) from wrong
    except BROKEN as broken:
        raise Faulty(_("Tệp Word này hỏng. Mở bằng Word, lưu lại dạng .docx rồi gửi lại.")) from broken
    return language.used


def filled(
    content: bytes, context: Mapping[str, Any], *, figures: Collection[str], at: datetime, mark: str = ""
) -> bytes:
    """The file with its fields filled, dated `at`: the same bytes for the same input. `Faulty` where a field lacks.

    `mark` stands above everything, on papers made of generated data.
    """
    language = Language(figures, _place, escape=True, most=MOST_UNPACKED)
    try:
        written = _rendered(content, context, language, mark)
    except UndefinedError as wrong:
        raise Faulty(missing_sentence(wrong)) from wrong
    except (TemplateError, *BROKEN) as wrong:
        raise Faulty(_("Mẫu không điền được cho đơn vị này.")) from wrong
    return _dated(written, at)


def _guard(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise Faulty(_("Tệp lớn hơn %(most)s MB. Bỏ bớt hình trong tệp rồi gửi lại.") % {"most": MOST_BYTES // 2**20})
    none = Faulty(_("Tệp này không phải là Word (.docx). Mở bằng Word, lưu lại dạng .docx rồi gửi lại."))
    if not content.startswith(b"PK\x03\x04"):
        raise none
    try:
        with zipfile.ZipFile(BytesIO(content)) as parts:
            _guard_parts(parts, none)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, RuntimeError, *BROKEN) as broken:
        raise none from broken


def _guard_parts(parts: zipfile.ZipFile, none: Faulty) -> None:
    listed = parts.infolist()
    if len(listed) > MOST_PARTS or sum(part.file_size for part in listed) > MOST_UNPACKED:
        raise Faulty(_("Tệp này bung ra quá lớn nên không nhận."))
    names = [part.filename for part in listed]
    if MAIN not in names or "[Content_Types].xml" not in names or len(set(names)) < len(names):
        raise none
    if any("vbaproject" in name.lower() for name in names) or b"macroEnabled" in parts.read("[Content_Types].xml"):
        raise Faulty(_("Tệp có macro nên không nhận. Lưu lại dạng .docx không macro rồi gửi lại."))
    if any(name.startswith(("word/embeddings/", "word/activeX/")) for name in names):
        raise Faulty(_("Tệp có tệp khác nhúng bên trong nên không nhận. Bỏ phần nhúng rồi gửi lại."))
    for part in listed:
        if part.filename.endswith(".rels"):
            _guard_links(parts.read(part))
        if READ.fullmatch(part.filename):
            _guard_text(parts.read(part))


def _guard_links(relations: bytes) -> None:
    for link in FOREIGN.findall(relations):
        if b"/hyperlink" not in link:
            raise Faulty(_("Tệp lấy nội dung từ nơi khác (mẫu hoặc hình liên kết) nên không nhận."))


def _guard_text(text: bytes) -> None:
    if len(text) > MOST_TEXT:
        raise Faulty(_("Tệp dài quá nên không làm mẫu được."))
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise Faulty(_("Tệp Word này hỏng. Mở bằng Word, lưu lại dạng .docx rồi gửi lại."))
    if text.count(b"{") > 4 * MOST_MARKS:
        raise Faulty(_("Mẫu có quá %(most)s trường.") % {"most": MOST_MARKS})


def _rendered(content: bytes, context: Mapping[str, Any], language: Language, mark: str = "") -> BytesIO:
    from docxtpl import DocxTemplate  # slow: lxml and python-docx

    file = DocxTemplate(BytesIO(content))
    file.render(dict(context), language, autoescape=True)
    if mark:
        above = file.docx.add_paragraph(mark)
        file.docx.element.body.insert(0, above._p)  # noqa: SLF001  # python-docx adds at the end only
    written = BytesIO()
    file.save(written)
    return written


def _dated(written: BytesIO, at: datetime) -> bytes:
    """Each entry dated `at`: the library would write the time of the machine."""
    packed = BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, timezone.localtime(at).timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return packed.getvalue()


def _place(line: int) -> str:
    return _("Đoạn %(line)s") % {"line": max(line - 1, 1)}  # the first line is the file's own head
