"""What people send from phones and desks: pictures lose their place, what only looks like a file is refused."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image

from donghanh.files.actions import LONGEST_SIDE, store_upload
from donghanh.files.queries import content_of
from donghanh.kernel.clock import now
from donghanh.kernel.verdict import Refused

ORIENTATION, GPS = 0x0112, 0x8825
LIES_ON_ITS_SIDE = 6


def a_picture(kind: str, *, size: tuple[int, int] = (3000, 1500), mode: str = "RGB") -> bytes:
    """A picture as a phone takes it: turned by a mark, with the place where it was taken."""
    exif = Image.Exif()
    exif[ORIENTATION] = LIES_ON_ITS_SIDE
    exif[GPS] = {1: "N", 2: (20.0, 48.0, 30.0), 3: "E", 4: (105.0, 20.0, 10.0)}
    exif[0x0110] = "Điện thoại của cô Lan"
    drawn = io.BytesIO()
    Image.new(mode, size, "teal").save(drawn, kind, exif=exif)
    return drawn.getvalue()


def an_office_file(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as parts:
        for name in names:
            parts.writestr(name, "<x/>")
    return packed.getvalue()


def kept(content: bytes, name: str = "anh.bin"):
    return store_upload(content=content, name=name, unit=1, by=2, at=now())


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_loses_its_place_and_stands_upright(kind):
    assert Image.open(io.BytesIO(a_picture(kind))).getexif().get_ifd(GPS)  # it was there
    file = kept(a_picture(kind), "C:\\Ảnh\\họp tổ.html")
    with content_of(file) as stored:
        content = stored.read()
    with Image.open(io.BytesIO(content)) as opened:
        assert opened.format == kind
        assert dict(opened.getexif()) == {}
        assert not {"exif", "xmp", "XML:com.adobe.xmp", "comment", "icc_profile"} & set(opened.info)
        assert opened.size == (LONGEST_SIDE // 2, LONGEST_SIDE)
    assert b"Lan" not in content
    assert file.name.startswith("họp tổ.")
    assert not file.name.endswith("html")


@pytest.mark.django_db
def test_a_drawing_keeps_what_is_clear():
    file = kept(a_picture("PNG", mode="RGBA", size=(20, 10)))
    with content_of(file) as stored, Image.open(stored) as opened:
        assert opened.mode == "RGBA"


def a_bomb() -> bytes:
    """A picture of two hundred million points in a few kilobytes."""
    drawn = io.BytesIO()
    Image.new("1", (20_000, 10_000)).save(drawn, "PNG")
    return drawn.getvalue()


HOSTILE = [
    ("svg", lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "Chỉ nhận ảnh"),
    ("html called a picture", lambda: b"<!doctype html><script>alert(1)</script>", "Chỉ nhận ảnh"),
    ("a program", lambda: b"MZ\x90\x00", "Chỉ nhận ảnh"),
    ("nothing", lambda: b"", "trống"),
    ("too large", lambda: b"%PDF-" + b"0" * 10 * 1024 * 1024, "10 MB"),
    ("a bomb", a_bomb, "quá nhiều điểm ảnh"),
    ("a broken picture", lambda: a_picture("JPEG")[:400], "Không mở được ảnh"),
    ("a picture that is none", lambda: b"\x89PNG\r\n\x1a\n<script>alert(1)</script>", "Không mở được ảnh"),
    ("macros", lambda: an_office_file("word/document.xml", "word/vbaProject.bin"), "macro"),
    ("a plain zip", lambda: an_office_file("a.txt"), "hỏng hoặc không đúng dạng"),
    ("half a document", lambda: an_office_file("word/document.xml")[:40], "hỏng hoặc không đúng dạng"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "content", "sentence"), HOSTILE, ids=[name for name, *_ in HOSTILE])
def test_a_hostile_file_is_refused_with_a_sentence(settings, name, content, sentence):
    with pytest.raises(Refused, match=sentence):
        kept(content(), "bien-ban.pdf")
    assert not [path for path in settings.FILES_FOLDER.rglob("*") if path.is_file()]


@pytest.mark.django_db
def test_word_excel_and_pdf_are_kept_as_they_are():
    for content, ending in (
        (an_office_file("word/document.xml"), ".docx"),
        (an_office_file("xl/workbook.xml"), ".xlsx"),
        (b"%PDF-1.7", ".pdf"),
    ):
        file = kept(content, "bien-ban.exe")
        assert file.name == f"bien-ban{ending}"
        with content_of(file) as stored:
            assert stored.read() == content
