"""Visits and findings in sentences; other rooms' tests may use them too."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

from PIL import Image

from donghanh import questionnaires
from donghanh.inspections import actions, actions_findings
from donghanh.inspections.models import InspectionFinding, Visit
from donghanh.organisations.tests.factories import AT
from donghanh.questionnaires.actions import load_form

CHECKLIST = json.loads((Path(questionnaires.__file__).parent / "data/inspection.json").read_text())


def a_visit(cast: Any, **changes: Any) -> Visit:
    usual: dict[str, Any] = {
        "office_id": cast.lac_son.pk, "units": [cast.school.pk], "day": AT.date(), "purpose": "Kiểm tra năm học",
        "decision": "12/QĐ-PGDĐT", "checklist": load_form(CHECKLIST, at=AT), "team": [], "by": cast.district_officer,
        "at": AT,
    }  # fmt: skip
    (pk,) = actions.plan_visits(**usual | changes)
    return Visit.objects.select_related("checklist").get(pk=pk)


def recorded(cast: Any, visit: Visit, **changes: Any) -> Visit:
    usual: dict[str, Any] = {
        "visit": visit, "typed": {"i_plan": "full", "i_lessons": "12"}, "revision": visit.revision, "key": uuid4(),
        "pictures": [], "by": cast.district_officer, "at": AT,
    }  # fmt: skip
    return actions.record_visit(**usual | changes)


def a_finding(cast: Any, visit: Visit, **changes: Any) -> InspectionFinding:
    usual: dict[str, Any] = {
        "visit": visit, "severity": "serious", "item": "i_team", "text": "Chưa có quyết định lập tổ.", "due_on": None,
        "by": cast.district_officer, "at": AT,
    }  # fmt: skip
    return actions_findings.open_finding(**usual | changes)


def a_picture() -> bytes:
    """A JPEG that tells where it was taken."""
    picture, kept = Image.new("RGB", (40, 30), "green"), io.BytesIO()
    exif = picture.getexif()
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (20.0, 26.0, 30.0)
    picture.save(kept, "JPEG", exif=exif)
    return kept.getvalue()
