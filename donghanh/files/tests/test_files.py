from __future__ import annotations

import pytest

from donghanh.files.actions import store
from donghanh.files.queries import content_of, path_of
from donghanh.kernel.clock import now


@pytest.mark.django_db
def test_bytes_come_back_as_they_were_and_are_kept_once(settings):
    kept = {"content_type": "application/pdf", "unit": 1, "by": 2, "at": now()}
    first, second = (store(content=b"%PDF", name=name, **kept) for name in ("a.pdf", "b.pdf"))
    with content_of(second) as file:
        assert file.read() == b"%PDF"
    assert path_of(first) == path_of(second)
    assert [p for p in settings.FILES_FOLDER.rglob("*") if p.is_file()] == [path_of(first)]
    assert (first.size, second.name) == (4, "b.pdf")
