from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from donghanh.kernel.clock import now
from donghanh.kernel.verdict import Refused
from donghanh.organisations.boundaries import MOST_BYTES, load_boundaries
from donghanh.organisations.choices import CodeScheme

SHOWN = 20  # codes without a unit that the command repeats


class Command(BaseCommand):
    help = "Load boundaries of units from a GeoJSON file: boundaries_load FILE --scheme area --property CODE"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a FeatureCollection in longitude and latitude (WGS 84)")
        parser.add_argument("--scheme", choices=CodeScheme.values, default=CodeScheme.AREA, help="of the codes")
        parser.add_argument("--property", default="code", help="of a feature, where its code stands")
        parser.add_argument("--on", type=date.fromisoformat, help="the day on which the codes hold (today)")

    def handle(self, *_args: Any, **said: Any) -> None:
        at = now()
        try:
            with said["file"].open("rb") as file:
                content = file.read(MOST_BYTES + 1)
            units, unknown = load_boundaries(
                content=content, source=said["file"].name, scheme=said["scheme"], code_property=said["property"],
                on=said["on"] or at.date(), by=None, at=at,
            )  # fmt: skip
        except (OSError, Refused) as wrong:
            raise CommandError(str(wrong)) from wrong
        self.stdout.write(f"{units} đơn vị có ranh giới.")
        if unknown:
            self.stdout.write(f"{len(unknown)} mã không có đơn vị: {', '.join(unknown[:SHOWN])}")
