"""Every figure passes one gate: no room reads behind it, and a number that is kept back stands on no page or file."""

from __future__ import annotations

import io
import re
import zipfile
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import grimp
import pytest
from django.conf import settings
from django.http import FileResponse
from django.urls import reverse

from donghanh.kernel.access import SIGNED_IN, right_of
from donghanh.people.choices import Right
from donghanh.reporting.models import Letterhead
from donghanh.reporting.official import official_report
from donghanh.reporting.tests.factories import an_accepted_report
from donghanh.statistics.models import DataElement, Indicator
from laws.test_permissions import routes
from laws.world import UNITS, World

BEHIND = {"Rollup", "Partition"}  # rows of figures
BEHIND_MODULES = {"facts", "blocks", "engine", "from_facts", "suppression", "answers", "watching"}
LAY_OUT = {"donghanh.reporting.figures", "donghanh.reporting.recount"}  # write the figures and count them again
MOMENTS = {"donghanh.api.queries -> Partition"}  # asks when figures were laid out, no number
TYPED = re.compile(  # pages of the reports themselves: of who typed the number, and of the offices that review it
    r"reporting:(?!issued$|issued_file$).*|reporting_root:.*"
)
CANARIES = {"content_published": "31337", "feedback_received": "27449"}
NUMBERS = (31_337, 27_449)
READER = "department_officer"  # reaches every unit
OPEN_TO_THEM = {None, SIGNED_IN, Right.READ_FIGURES, Right.SET_TARGETS, Right.ISSUE_PAPERS}


def names_imported(module: str, source: str) -> list[str]:
    found = re.findall(r"from donghanh\.statistics\.models import (?:\(([^)]*)\)|([^\n]*))", source)
    return [name.strip() for many, one in found for name in (many or one).split(",") if name.strip() in BEHIND]


def test_no_room_reads_behind_the_gate() -> None:
    graph = grimp.build_graph("donghanh", cache_dir=None)
    wrong = []
    for module in sorted(graph.modules):
        if module.startswith("donghanh.statistics") or ".tests" in module or module in LAY_OUT:
            continue
        for imported in graph.find_modules_directly_imported_by(module):
            parts = imported.split(".")
            if parts[1] == "statistics" and len(parts) > 2 and parts[2] in BEHIND_MODULES:
                wrong.append(f"{module} -> {imported}")
        file = Path(settings.ROOT, *module.split("."))
        file = file / "__init__.py" if file.is_dir() else file.with_suffix(".py")
        wrong += [f"{module} -> {name}" for name in names_imported(module, file.read_text())]
    assert sorted(set(wrong) - MOMENTS) == []


def test_a_planted_reader_is_found() -> None:
    source = "from donghanh.statistics.models import (\n    DataElement,\n    Rollup,\n)\n"
    assert names_imported("planted", source) == ["Rollup"]
    assert names_imported("planted", "from donghanh.statistics.models import Indicator, Partition\n") == ["Partition"]


@pytest.fixture
def world(cast: Any, on_demo_day: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """The one school that reported, in numbers that stand nowhere else."""
    monkeypatch.setattr("laws.world.an_accepted_report", partial(an_accepted_report, **CANARIES))
    return World(cast)


def words_of(answer: Any) -> str:
    """All that a page or file says, workbooks opened."""
    content = b"".join(answer) if isinstance(answer, FileResponse) else getattr(answer, "content", b"")
    if zipfile.is_zipfile(io.BytesIO(content)):  # workbooks, papers, archives
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return " ".join(parts.read(name).decode(errors="ignore") for name in parts.namelist())
    return content.decode(errors="ignore")


def shows(text: str, number: int) -> bool:
    """The number in whatever dress: 31337, 31.337, 31,337."""
    return re.search(rf"(?<!\d){number // 1000}[.,\u00a0 ]?{number % 1000:03}(?!\d)", text) is not None


def shown_by(world: World, sign_in: Any) -> set[str]:
    """Addresses whose answer, page or file, says one of the numbers."""
    found, asked, desk = set(), set(), sign_in(world.named(READER))
    for route, pattern in routes():
        if right_of(pattern.callback) not in OPEN_TO_THEM or TYPED.fullmatch(route):
            continue
        for unit in UNITS:
            arguments = world.samples(route, world.named(unit))
            if arguments is None or (pattern.pattern.converters and not arguments):  # nothing to show here
                continue
            if (address := reverse(route, kwargs=arguments)) in asked:
                continue
            asked.add(address)
            texts = [words_of(desk.get(address))]
            if "xuat=xlsx" in texts[0]:
                texts.append(words_of(desk.get(f"{address}?{urlencode({'xuat': 'xlsx'})}")))
            if any(shows(text, number) for text in texts for number in NUMBERS):
                found.add(route)
    letterhead = Letterhead.objects.get(unit=world.cast.department)
    paper = repr(official_report(world.round, letterhead, generated=False))
    return found | ({"paper"} if any(shows(paper, number) for number in NUMBERS) else set())


def an_indicator_of_both() -> None:
    """So that the pages of figures have the numbers to show."""
    Indicator.objects.filter(code="staff_trained_rate").update(
        numerator="content_published", denominator="feedback_received"
    )


def test_what_is_kept_back_stands_on_no_page_file_or_paper(world: World, sign_in: Any) -> None:
    an_indicator_of_both()
    assert shown_by(world, sign_in) >= {"home:figures", "paper"}  # this law can see them
    codes = ("content_published", "feedback_received")
    DataElement.objects.filter(code__in=codes).update(minimum_group=32_000)
    assert shown_by(world, sign_in) == set()
