from __future__ import annotations

from pathlib import Path

from django.conf import settings

from donghanh.api.dhis2.choices import Code


def test_every_code_stands_in_the_table():
    text = Path(settings.ROOT, "docs/dhis2.md").read_text()
    assert [code.value for code in Code if code.value not in text] == []
