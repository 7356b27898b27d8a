"""Compares every figure with a slow, plain recount of the stored sendings; fails where they differ."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from donghanh.reporting.models import Collection
from donghanh.reporting.recount import differences


class Command(BaseCommand):
    help = "Đếm lại số liệu từ các báo cáo đã lưu và so với số liệu đang dùng."

    def handle(self, *_: Any, **__: Any) -> None:
        wrong = 0
        rounds = Collection.objects.select_related("period", "form_version__form").order_by("period__days")
        for collection in rounds:
            found = differences(collection)
            wrong += len(found)
            self.stdout.write(f"{collection.period.code}: {len(found)} chỗ khác")
            for line in found[:20]:
                self.stdout.write(f"  {line}")
        if wrong:
            raise CommandError(f"{wrong} số liệu không khớp với báo cáo đã lưu.")
