from __future__ import annotations

import hashlib
import io
import os
import tempfile
import warnings
from datetime import datetime
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, ImageOps
from PIL.ImageFile import ImageFile

from donghanh.files.models import StoredFile
from donghanh.files.queries import path_of
from donghanh.files.rules import ENDINGS, JPEG, PICTURES, PNG, WEBP, kind_of
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import Refused

LONGEST_SIDE = 2560  # pixels of a picture that is kept
MOST_PIXELS = 60_000_000  # of a picture that is opened: a 50-megapixel phone's is, a bomb's is not
LONGEST_NAME = 200
TOO_MANY_PIXELS = gettext_lazy("Ảnh có quá nhiều điểm ảnh nên không nhận. Giảm cỡ ảnh rồi chọn lại.")
WRITTEN_AS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}


def store(
    *, content: bytes, name: str, content_type: str, unit: int | None, by: int | None, at: datetime
) -> StoredFile:
    """Keep `content` (written whole, then renamed into place) and return its row. Equal bytes are kept once."""
    row = StoredFile(
        sha256=hashlib.sha256(content).hexdigest(),
        name=name, content_type=content_type, size=len(content), unit_id=unit, created_at=at, created_by=by,
    )  # fmt: skip
    place = path_of(row)
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=place.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).rename(place)
    row.save()
    return row


def store_upload(*, content: bytes, name: str, unit: int | None, by: int | None, at: datetime) -> StoredFile:
    """Keep a file that a person sends: of a known kind by its bytes, a picture drawn anew without what it told.

    Raises Refused with the sentence for the person.
    """
    kind = kind_of(content)
    if kind in PICTURES:
        content = plain_picture(content, kind)
    stem = nfc(PurePosixPath(name.replace("\\", "/")).stem) or "tep"
    ending = ENDINGS[kind]
    called = stem[: LONGEST_NAME - len(ending)] + ending
    return store(content=content, name=called, content_type=kind, unit=unit, by=by, at=at)


def plain_picture(content: bytes, kind: str) -> bytes:
    """The same picture upright, at most 2560 pixels long, without place, camera, time or anything else beside it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the size is asked before it is unfolded
            with Image.open(io.BytesIO(content), formats=[WRITTEN_AS[kind]]) as opened:
                drawn = _drawn(opened, kind)
    except Image.DecompressionBombError as bomb:
        raise Refused(TOO_MANY_PIXELS) from bomb
    except (OSError, ValueError, SyntaxError) as unreadable:
        raise Refused(_("Không mở được ảnh này. Chụp hoặc lưu lại ảnh rồi chọn lại.")) from unreadable
    bare = Image.frombytes(drawn.mode, drawn.size, drawn.tobytes())  # pixels alone: no EXIF, XMP, comment or profile
    kept = io.BytesIO()
    bare.save(kept, WRITTEN_AS[kind], **({} if kind == PNG else {"quality": 85}))
    return kept.getvalue()


def _drawn(opened: ImageFile, kind: str) -> Image.Image:
    if opened.width * opened.height > MOST_PIXELS:
        raise Refused(TOO_MANY_PIXELS)
    opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is unfolded no larger than it will be kept
    upright = ImageOps.exif_transpose(opened)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clear = kind != JPEG and (upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info)
    return upright.convert("RGBA" if clear else "RGB")
