"""Ready-made forms from `questionnaires/data`: `manage.py load_forms [code …]`, all where none is named."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from donghanh.kernel.clock import now
from donghanh.questionnaires.actions import load_form
from donghanh.questionnaires.models import FormVersion

DATA = Path(__file__).parents[2] / "data"


class Command(BaseCommand):
    help = "Load ready-made forms; a form that is there in this wording already is left alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("codes", nargs="*", metavar="code")

    def handle(self, *_args: Any, codes: list[str], **_options: Any) -> None:
        known = {path.stem: path for path in sorted(DATA.glob("*.json"))}
        if unknown := [code for code in codes if code not in known]:
            raise CommandError(f"No such form: {', '.join(unknown)}. There are: {', '.join(known)}.")
        for code in codes or known:
            before = FormVersion.objects.filter(form__code=code).count()
            version = load_form(json.loads(known[code].read_text()), at=now())
            after = FormVersion.objects.filter(form__code=code).count()
            news = "new" if not before else f"version {version.number}" if after > before else "as it was"
            self.stdout.write(f"{code}: {news}")
