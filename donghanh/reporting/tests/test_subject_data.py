"""What a person did with reports is told to them, and to nobody else."""

from __future__ import annotations

from donghanh.privacy.queries import held_on
from donghanh.reporting.tests.factories import a_sent_report, an_open_round


def told(account) -> list[str]:
    sections = {str(section.title): section.records for section in held_on(account.pk)}
    return [str(dict(record)["Việc"]) for record in sections.get("Báo cáo đã điền, gửi, duyệt", [])]


def test_a_teacher_finds_what_they_sent(cast, on_demo_day):
    a_sent_report(cast, an_open_round(cast))
    assert "gửi" in told(cast.teacher)
    assert told(cast.other_teacher) == []
