"""Which uploads are taken: by what the bytes are, never by what the name says."""

from __future__ import annotations

import io
import zipfile

from django.utils.translation import gettext as _

from donghanh.kernel.numbers import format_number
from donghanh.kernel.verdict import Refused

LARGEST_UPLOAD = 10 * 1024 * 1024  # bytes
LARGEST_UNPACKED = 200 * 1024 * 1024  # bytes that a Word or Excel file may unfold to
MOST_PARTS = 5000  # files inside a Word or Excel file
JPEG, PNG, WEBP, PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PICTURES = (JPEG, PNG, WEBP)
ENDINGS = {JPEG: ".jpg", PNG: ".png", WEBP: ".webp", PDF: ".pdf", DOCX: ".docx", XLSX: ".xlsx"}


def kind_of(content: bytes) -> str:
    """Content type of an upload, told by its bytes; Refused with the sentence where it is none that is taken."""
    if not content:
        raise Refused(_("Tệp này trống. Chọn lại tệp có nội dung."))
    if len(content) > LARGEST_UPLOAD:
        most = format_number(LARGEST_UPLOAD // 1024**2)
        raise Refused(_("Tệp lớn hơn %(most)s MB. Giảm cỡ ảnh hoặc tách tệp rồi chọn lại.") % {"most": most})
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return WEBP
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"PK\x03\x04"):
        return _office_kind(content)
    raise Refused(
        _("Chỉ nhận ảnh JPEG, PNG, WebP và tệp PDF, DOCX, XLSX. Xuất sang một trong các dạng ấy rồi chọn lại.")
    )


def _office_kind(content: bytes) -> str:
    """Word or Excel, told by the parts inside; macros and bombs are refused."""
    broken = Refused(_("Tệp Word hoặc Excel này hỏng hoặc không đúng dạng. Mở và lưu lại rồi chọn lại."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            listed = parts.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as fault:
        raise broken from fault
    names = {part.filename for part in listed}
    if len(listed) > MOST_PARTS or sum(part.file_size for part in listed) > LARGEST_UNPACKED:
        raise Refused(_("Tệp này bung ra quá lớn nên không nhận."))
    if any(name.lower().endswith(("vbaproject.bin", ".exe", ".js")) for name in names):
        raise Refused(_("Tệp có macro nên không nhận. Lưu lại dạng không macro (DOCX, XLSX) rồi chọn lại."))
    for place, kind in (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX)):
        if place in names:
            return kind
    raise broken
