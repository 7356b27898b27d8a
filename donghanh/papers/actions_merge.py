"""Templates written, published, retired; merges asked for and carried out. A refusal changes nothing."""

from __future__ import annotations

import logging
import re
import tempfile
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.audit.actions import record
from donghanh.files.actions import store
from donghanh.files.models import StoredFile
from donghanh.files.rules import DOCX
from donghanh.kernel.text import fold, nfc
from donghanh.kernel.verdict import Refused
from donghanh.organisations.models import Unit
from donghanh.papers import queries_merge, rules_merge
from donghanh.papers.actions_sources import sources_of
from donghanh.papers.choices_merge import MergeState
from donghanh.papers.merge_files import Asked, Made, dated, files_of, make_all
from donghanh.papers.merge_values import Given, values_of
from donghanh.papers.models import FigureSource
from donghanh.papers.models_merge import Merge, MergeLine, PaperTemplate, TemplateVersion
from donghanh.papers.sourcing import new_code
from donghanh.papers.tasks import carry_out_merge
from donghanh.papers.template_document import FaultyPart, Written, check_written, document_of, fill_written
from donghanh.papers.template_fields import Told, figures_known, figures_of
from donghanh.papers.template_language import Faulty, context_of, examples
from donghanh.papers.template_word import checked
from donghanh.people.models import Account

log = logging.getLogger(__name__)
ZIP: Final = "application/zip"
GENERATED_MARK: Final = "DỮ LIỆU GIẢ LẬP – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
PROGRESS_EACH: Final = 8  # units between two writings of how far it is
NOT_THERE: Final = gettext_lazy("Ngày ấy không có đơn vị này.")
MOST_TITLE: Final = 600
FOLDERS: Final = {"pdf": "PDF", "docx": "Word"}


@transaction.atomic
def begin_template(*, unit_id: int, name: str, type_code: str, by: Account, at: datetime) -> PaperTemplate:
    """A new template of a unit, with nothing in it yet."""
    rules_merge.may_begin(by, unit_id, on=timezone.localdate(at)).enforce()
    if PaperTemplate.objects.filter(unit=unit_id, name_folded=fold(name), retired_at=None).exists():
        raise Refused(_("Đơn vị đã có mẫu tên này đang dùng."), "name")
    template = PaperTemplate.objects.create(
        unit_id=unit_id, name=nfc(name), type_code=type_code, made_at=at, made_by=by
    )  # fmt: skip
    record(verb="papers.template_begun", on=template, by=by.pk, at=at, unit=unit_id)
    return template


@transaction.atomic
def write_template(
    *, template: PaperTemplate, texts: Mapping[str, str], word: tuple[str, bytes] | None = None,
    drop_word: bool = False, by: Account, at: datetime,
) -> TemplateVersion:  # fmt: skip
    """Write the draft, a new one where the newest version is in use. `word`: name and bytes of the office's own file;
    without it the one that is there stays unless `drop_word`.

    Refused with the sentence at its text ("body", "word" …): nothing is changed then.
    """
    locked = _locked(template)
    rules_merge.may_write(by, locked, on=timezone.localdate(at)).enforce()
    newest = queries_merge.newest(locked)
    kept = newest.word if newest and not drop_word else None
    content = word[1] if word else queries_merge.bytes_of(kept)
    figures = _asked_for(Written(type_code=locked.type_code, **texts), content)
    if word:
        name = nfc(word[0])[-200:] or "mau.docx"
        kept = store(content=word[1], name=name, content_type=DOCX, unit=locked.unit_id, by=by.pk, at=at)
    draft = newest
    if draft is None or draft.published_at:
        draft = TemplateVersion(template=locked, number=newest.number + 1 if newest else 1)
    draft.texts, draft.word, draft.figures = dict(texts), kept, sorted(figures)
    draft.made_at, draft.made_by = at, by
    draft.save()
    record(verb="papers.template_written", on=locked, by=by.pk, at=at, unit=locked.unit_id, number=draft.number)
    return draft


def _locked(template: PaperTemplate) -> PaperTemplate:
    """As it is now, and stays until the end: two presses at once are two in turn."""
    return PaperTemplate.objects.select_for_update().get(pk=template.pk)


def _asked_for(written: Written, word: bytes | None) -> set[str]:
    """Codes of the figures that a template asks for; Refused at the text that cannot be read or filled."""
    known = figures_known()
    try:
        figures = check_written(written, figures=known).figures
        if written.body.strip():
            example = context_of(examples(), dict.fromkeys(known, Told("1")))
            document_of(fill_written(written, example, figures=known), number=None, day=None)
        if word is not None:
            figures |= checked(word, figures=known).figures
    except Faulty as faulty:
        part = faulty.part if isinstance(faulty, FaultyPart) else "word"
        raise Refused(str(faulty), part) from faulty
    if word is None and not written.body.strip():
        raise Refused(_("Viết nội dung, hoặc gửi tệp Word của đơn vị."), "body")
    return figures


@transaction.atomic
def publish_template(*, template: PaperTemplate, by: Account, at: datetime) -> None:
    """The draft is what is merged from now on."""
    rules_merge.may_write(by, _locked(template), on=timezone.localdate(at)).enforce()
    if not template.versions.filter(published_at=None).update(published_at=at, published_by=by):
        raise Refused(_("Mẫu không có bản nháp nào để đưa vào dùng."))
    record(verb="papers.template_published", on=template, by=by.pk, at=at, unit=template.unit_id)


@transaction.atomic
def retire_template(*, template: PaperTemplate, by: Account, at: datetime) -> None:
    """No longer merged; what was merged with it stays."""
    rules_merge.may_write(by, _locked(template), on=timezone.localdate(at)).enforce()
    PaperTemplate.objects.filter(pk=template.pk, retired_at=None).update(retired_at=at, retired_by=by)
    record(verb="papers.template_retired", on=template, by=by.pk, at=at, unit=template.unit_id)


def preview(*, version: TemplateVersion, unit_id: int, given: Given, by: Account, at: datetime) -> dict[str, bytes]:
    """One unit's paper by ending, kept nowhere. Refused with the sentence where it cannot be made."""
    rules_merge.may_fill(by, version.template, version, on=timezone.localdate(at)).enforce()
    try:
        for asked in _asked(version, [unit_id], given).values():
            return dict(files_of(queries_merge.wording_of(version), asked).files)
    except Faulty as faulty:
        raise Refused(f"{asked.values['ten_don_vi']}: {faulty}") from faulty
    raise Refused(str(NOT_THERE))


@transaction.atomic
def ask_to_merge(
    *, template: PaperTemplate, kinds: Collection[str] = (), under: int = 0, given: Given, by: Account, at: datetime
) -> Merge:
    """Fill the version in use for all units below (`under`, of these kinds): a job with progress."""
    units = list(queries_merge.units_for(template, kinds=kinds, under=under, on=given.day).values_list("pk", flat=True))
    version = queries_merge.in_use(template)
    if version is None:
        raise Refused(_("Mẫu chưa được đưa vào dùng."))
    return _begin(version, units, given, by=by, at=at)


@transaction.atomic
def merge_again(*, merge: Merge, by: Account, at: datetime) -> Merge:
    """The same units and the same words once more, with the same version: after what was missing was mended."""
    units = list(merge.lines.order_by("number").values_list("unit", flat=True))
    return _begin(merge.version, units, Given.of(merge.given), by=by, at=at)


def _begin(version: TemplateVersion, units: list[int], given: Given, *, by: Account, at: datetime) -> Merge:
    locked = _locked(version.template)
    rule = rules_merge.may_merge(by, locked, version, units=len(units), day=given.day, on=timezone.localdate(at))
    rule.enforce()
    merge = Merge.objects.create(
        version=version, unit_id=locked.unit_id, given=given.kept(), made_at=at, made_by=by
    )  # fmt: skip
    MergeLine.objects.bulk_create(
        MergeLine(merge=merge, unit_id=unit, number=number) for number, unit in enumerate(units, 1)
    )
    record(verb="papers.merge_asked", on=merge, by=by.pk, at=at, unit=locked.unit_id, units=len(units))
    transaction.on_commit(lambda: carry_out_merge.defer(merge_id=merge.pk))
    return merge


def carry_out(*, merge_id: int, at: datetime) -> None:
    """Make the papers of a merge and keep them as one archive. Begun anew after a crash, it makes all of them anew."""
    merge = Merge.objects.select_related("version__template", "version__word").get(pk=merge_id)
    if merge.finished_at:
        return
    Merge.objects.filter(pk=merge_id).update(state=MergeState.RUNNING, done=0)
    try:
        with tempfile.TemporaryDirectory() as folder:
            archive = Path(folder, "merge.zip")
            lines, sources = _pack(merge, archive, at)
            _keep(merge, archive.read_bytes(), lines, sources, at=at)
    except Exception:
        log.exception("The merge %s could not be made", merge_id)
        Merge.objects.filter(pk=merge_id).update(state=MergeState.FAILED, finished_at=at)


def _pack(merge: Merge, archive: Path, at: datetime) -> tuple[list[MergeLine], list[FigureSource]]:
    """Write the archive; the lines with what became of each unit, and the sources of the figures that were printed."""
    given, lines = Given.of(merge.given), list(merge.lines.order_by("number"))
    asked = _with_codes(_asked(merge.version, [line.unit_id for line in lines], given))
    sources: list[FigureSource] = []
    there = [line for line in lines if line.unit_id in asked]
    made = make_all(queries_merge.wording_of(merge.version), [asked[line.unit_id] for line in there])
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packed:  # what goes in is compressed already
        for done, (line, one) in enumerate(zip(there, made, strict=True), 1):
            line.made, line.sentence = not one.sentence, one.sentence
            name = f"{line.number:04} {asked[line.unit_id].values['ten_don_vi']}"
            _put(packed, name, one, at=dated(given.day))
            if one.document:
                title = f"{merge.version.template.name}: {one.document.abstract}"
                sources += sources_of(one.document, unit_id=line.unit_id, title=title[:MOST_TITLE], at=at)
            if not done % PROGRESS_EACH:
                Merge.objects.filter(pk=merge.pk).update(done=done)
    for line in lines:
        if line.made is None:
            line.made, line.sentence = False, str(NOT_THERE)
    return lines, sources


def _put(packed: zipfile.ZipFile, name: str, made: Made, *, at: datetime) -> None:
    called = re.sub(r"[^\w&().-]+", " ", nfc(name)).strip()[:90]
    for ending, content in made.files.items():
        entry = zipfile.ZipInfo(f"{FOLDERS[ending]}/{called}.{ending}", timezone.localtime(at).timetuple()[:6])
        packed.writestr(entry, content)


@transaction.atomic
def _keep(merge: Merge, content: bytes, lines: list[MergeLine], sources: list[FigureSource], *, at: datetime) -> None:
    locked = Merge.objects.select_for_update().get(pk=merge.pk)
    if locked.finished_at:  # a worker thought dead was faster
        return
    MergeLine.objects.bulk_update(lines, ["made", "sentence"], batch_size=500)
    FigureSource.objects.bulk_create(sources, batch_size=1000)
    file: StoredFile | None = None
    if any(line.made for line in lines):
        name = f"{merge.version.template.name[:80]} {merge.given['day']}.zip"
        file = store(content=content, name=name, content_type=ZIP, unit=merge.unit_id, by=merge.made_by_id, at=at)
    said = {"state": MergeState.DONE, "done": len(lines), "file": file, "finished_at": at}
    Merge.objects.filter(pk=merge.pk).update(**said)
    failed = sum(not line.made for line in lines)
    record(
        verb="papers.merged", on=merge, by=merge.made_by_id, at=at, unit=merge.unit_id, units=len(lines), failed=failed
    )


def _asked(version: TemplateVersion, units: list[int], given: Given) -> dict[int, Asked]:
    """What is to be filled in for each unit that existed on the paper's day."""
    values = values_of(units, given=given)
    figures = figures_of(units, version.figures, on=given.day)
    generated = set(Unit.objects.filter(pk__in=units, generated=True).order_by().values_list("pk", flat=True))
    return {
        unit: Asked(
            said, {code: figures[unit, code] for code in version.figures if (unit, code) in figures},
            given.number, given.day, GENERATED_MARK if unit in generated else "",
        )
        for unit, said in values.items()
    }  # fmt: skip


def _with_codes(asked: Mapping[int, Asked]) -> dict[int, Asked]:
    """The same with a fresh code at each figure."""
    return {
        unit: replace(
            one, figures={code: replace(told, code=new_code()) for code, told in one.figures.items() if told.href}
        )
        for unit, one in asked.items()
    }
