"""Every figure from the stored reports, by one command: made anew, or compared with a slow, plain recount."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from donghanh.kernel.clock import now
from donghanh.reporting.figures import lay_out
from donghanh.reporting.models import Collection
from donghanh.reporting.recount import differences

SHOWN = 20  # differences of one round


class Command(BaseCommand):
    help = "Dựng lại mọi số liệu cộng dồn từ các báo cáo đã lưu; với --check thì đếm lại và so, không ghi gì."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--all", action="store_true", help="mọi đợt báo cáo (mặc định)")
        which.add_argument("--period", metavar="MÃ", help="chỉ các đợt của kỳ này, ví dụ 2024-2025")
        parser.add_argument("--check", action="store_true", help="đếm lại và so với số liệu đang dùng")

    def handle(self, *_: Any, period: str | None, check: bool, **__: Any) -> None:
        rounds = Collection.objects.select_related("period", "form_version__form").order_by("period__days", "pk")
        if period:
            rounds = rounds.filter(period__code=period)
        found = list(rounds)
        if period and not found:
            raise CommandError(f"Không có đợt báo cáo nào của kỳ “{period}”.")
        wrong = sum(self._one(place, len(found), collection, check=check) for place, collection in enumerate(found, 1))
        if wrong:
            raise CommandError(f"{wrong} số liệu không khớp với báo cáo đã lưu.")

    def _one(self, place: int, of: int, collection: Collection, *, check: bool) -> int:
        """How many figures of one round are wrong; its line of progress is written."""
        name = f"{place}/{of} {collection.period.code} {collection.form_version.form.code}"
        if not check:
            partition = lay_out(collection_id=collection.pk, at=now(), whole=True)
            self.stdout.write(f"{name}: {partition.rows} đơn vị")
            return 0
        wrong = differences(collection)
        self.stdout.write("\n  ".join([f"{name}: {len(wrong)} chỗ khác", *wrong[:SHOWN]]))
        return len(wrong)
