"""One template filled for many units: the files of each, made by two processes where there are many."""

from __future__ import annotations

import logging
import multiprocessing
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cache
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from donghanh.papers import typesetting, word
from donghanh.papers.composition import compose
from donghanh.papers.document import OfficialDocument, Source
from donghanh.papers.layouts import NoLayout
from donghanh.papers.template_document import Written, document_of, fill_written
from donghanh.papers.template_fields import Told, Value
from donghanh.papers.template_language import Faulty, context_of
from donghanh.papers.template_word import filled

log = logging.getLogger(__name__)
FEW: Final = 24  # units for which starting processes would take longer than the work
PROCESSES: Final = 2
AT_ONCE: Final = 8  # units that a process is handed together


@dataclass(frozen=True)
class Wording:
    """`word`: the office's own Word file. Without a body in `written` it is all there is, and no PDF is made."""

    written: Written
    word: bytes | None
    figures: frozenset[str]  # codes that may be asked for


@dataclass(frozen=True)
class Asked:
    """One unit's paper."""

    values: Mapping[str, Value]
    figures: Mapping[str, Told]
    number: str
    day: date
    mark: str


@dataclass(frozen=True)
class Made:
    """Its files by ending, or the sentence that says why there is none; `document`: what the PDF was laid out from."""

    files: Mapping[str, bytes]
    document: OfficialDocument | None = None
    sentence: str = ""


def dated(day: date) -> datetime:
    """The moment that files of a paper carry: the same on each repetition."""
    return timezone.make_aware(datetime.combine(day, time(12)))


def files_of(wording: Wording, asked: Asked) -> Made:
    """The paper as files by ending: "pdf" (PDF/A) and "docx". `Faulty` where it cannot be made."""
    context = context_of(asked.values, asked.figures)
    at, made, document = dated(asked.day), {}, None
    if wording.written.body.strip():
        written = fill_written(wording.written, context, figures=wording.figures)
        sources = {told.code: Source(told.href, told.code) for told in asked.figures.values() if told.code}
        document = document_of(written, number=asked.number or None, day=asked.day, mark=asked.mark, sources=sources)
        try:
            paper = compose(document, at=at)
        except NoLayout as unknown:
            raise Faulty(str(unknown)) from unknown
        made["pdf"] = typesetting.pdf(paper, at=at)
        if wording.word is None:
            made["docx"] = word.docx(paper, at=at)
    if wording.word is not None:
        plain = context_of(asked.values, {code: replace(told, code="") for code, told in asked.figures.items()})
        made["docx"] = filled(wording.word, plain, figures=wording.figures, at=at, mark=asked.mark)
    return Made(made, document)


def make(wording: Wording, asked: Asked) -> Made:
    """The same, its fault as a sentence: one unit holds up no other."""
    try:
        return files_of(wording, asked)
    except Faulty as faulty:
        return Made({}, sentence=str(faulty))
    except Exception:
        log.exception("A paper of a merge could not be made")
        return Made({}, sentence=_("Phần mềm gặp lỗi ở đơn vị này nên chưa có văn bản."))


def make_all(wording: Wording, asked: list[Asked]) -> Iterator[Made]:
    """What became of each, in their order, as it is made."""
    if len(asked) <= FEW:
        yield from (make(wording, one) for one in asked)
        return
    # not forked: the worker holds threads and connections of its own
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, context, _begin, (wording,)) as pool:
        yield from pool.map(_make_here, asked, chunksize=AT_ONCE)


@cache
def _held() -> list[Wording]:
    """What a process of ours was begun with."""
    return []


def _begin(wording: Wording) -> None:
    import django  # a new process knows nothing of its parent's settings

    django.setup()
    _held()[:] = [wording]


def _make_here(asked: Asked) -> Made:
    return make(_held()[0], asked)
