"""Programmes from `programmes/data`: `manage.py load_programmes [code …]`, all where none is named."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from donghanh.kernel.clock import now, today
from donghanh.organisations.choices import UnitKind
from donghanh.organisations.queries import register
from donghanh.programmes.actions import load_programme
from donghanh.programmes.models import Programme

DATA = Path(__file__).parents[2] / "data"


class Command(BaseCommand):
    help = "Load programmes for the Department; one that is there gets the wording of the data, plans stay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("codes", nargs="*", metavar="code")

    def handle(self, *_args: Any, codes: list[str], **_options: Any) -> None:
        known = {path.stem: path for path in sorted(DATA.glob("*.json"))}
        if unknown := [code for code in codes if code not in known]:
            raise CommandError(f"No such programme: {', '.join(unknown)}. There are: {', '.join(known)}.")
        owners = list(register(kinds=[UnitKind.DEPARTMENT], on=today()))
        if len(owners) != 1:
            raise CommandError(f"A programme belongs to the one Department; there are {len(owners)} today.")
        for code in codes or known:
            there = Programme.objects.filter(code=code).exists()
            load_programme(json.loads(known[code].read_text()), owner_id=owners[0].pk, at=now())
            self.stdout.write(f"{code}: {'as the data says' if there else 'new'}")
