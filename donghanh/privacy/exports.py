"""A copy of one's data to take along: JSON for programmes, a spreadsheet for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.http import HttpResponse
from django.utils.translation import gettext as _

from donghanh.kernel.spreadsheet import download
from donghanh.privacy.queries import Section

NAME = "du-lieu-ca-nhan"


def as_json(sections: Sequence[Section], *, at: datetime) -> HttpResponse:
    """`{"made_at": …, "sections": [{"title": …, "records": [{label: value}]}]}`, days and moments as ISO 8601."""
    document = {
        "made_at": at.isoformat(timespec="seconds"),
        "sections": [
            {
                "title": str(section.title),
                "records": [{str(label): _plain(value) for label, value in record} for record in section.records],
            }
            for section in sections
        ],
    }
    headers = {"Content-Disposition": f'attachment; filename="{NAME}.json"'}
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return HttpResponse(text, content_type="application/json; charset=utf-8", headers=headers)


def as_workbook(sections: Sequence[Section]) -> HttpResponse:
    return download(_lines(sections), name=NAME, title=_("Dữ liệu cá nhân"))


def _lines(sections: Sequence[Section]) -> Iterator[list[object]]:
    yield [_("Phần"), _("Số thứ tự"), _("Nội dung"), _("Giá trị")]
    for section in sections:
        for number, record in enumerate(section.records, 1):
            for label, value in record:
                yield [str(section.title), number, str(label), value if isinstance(value, datetime) else str(value)]


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if isinstance(value, int) else str(value)
