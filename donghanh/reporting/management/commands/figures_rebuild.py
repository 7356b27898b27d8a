"""Makes every partition and roll-up anew from the stored sendings: after a lost folder, or to be sure."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from donghanh.kernel.clock import now
from donghanh.reporting.figures import lay_out
from donghanh.reporting.models import Collection


class Command(BaseCommand):
    help = "Dựng lại mọi số liệu cộng dồn từ các báo cáo đã lưu."

    def handle(self, *_: Any, **__: Any) -> None:
        for collection in Collection.objects.select_related("period").order_by("period__days"):
            partition = lay_out(collection_id=collection.pk, at=now())
            self.stdout.write(f"{collection.period.code}: {partition.rows} đơn vị")
