from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Cast, Coalesce

from donghanh.files.models import StoredFile
from donghanh.organisations.models import Unit
from donghanh.people.models import Account
from donghanh.periods.choices import PeriodKind
from donghanh.periods.models import Period
from donghanh.questionnaires.models import Form, FormVersion
from donghanh.reporting.choices import BatchKind, FileVerdict, Move, Occasion, State

LARGEST = 2**31


class ReportRequest(models.Model):
    """A standing request: which form, of whom, by which calendar, up which offices. Its rounds are `Collection`s."""

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # the office that asks
    name = models.CharField(max_length=200)
    calendar = models.CharField(max_length=20, choices=PeriodKind, blank=True, default="")  # "": ad hoc, one round
    selector: models.JSONField[Any, Any] = models.JSONField(default=dict)  # see `selectors.Selector`
    chain: models.JSONField[Any, Any] = models.JSONField(default=list)  # see `chains`; []: the nearest office alone
    opens_before = models.SmallIntegerField(default=0)  # days before the cut-off on which the round opens
    due_working_days = models.PositiveSmallIntegerField(default=5)  # after the cut-off
    level_working_days = models.PositiveSmallIntegerField(default=3)  # that each further office has
    grace_days = models.PositiveSmallIntegerField(default=0)  # after the due day, still on time
    close_days = models.PositiveSmallIntegerField(default=30)  # after the due day, then nothing is taken
    lock_days = models.PositiveSmallIntegerField(null=True)  # after the closing day accepted reports are locked
    active_from = models.DateField()
    ended_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "yêu cầu báo cáo"


class Collection(models.Model):
    """One round of one form: which period, from when, due when, closed when."""

    request = models.ForeignKey(ReportRequest, on_delete=models.PROTECT, null=True, related_name="rounds")
    form_version = models.ForeignKey(FormVersion, on_delete=models.PROTECT)
    period = models.ForeignKey(Period, on_delete=models.PROTECT)
    owner = models.ForeignKey(Unit, on_delete=models.PROTECT)  # the office that asks
    opens_on = models.DateField()
    due_on = models.DateField()
    grace_on = models.DateField()  # the last day on which a sending is on time
    closes_on = models.DateField()  # the last day on which a sending is taken
    locks_on = models.DateField(null=True)  # from this day what was accepted is locked

    class Meta:
        verbose_name = "đợt báo cáo"
        constraints = (
            models.UniqueConstraint(fields=["owner", "form_version", "period"], name="collection_once_a_period"),
            models.CheckConstraint(
                condition=models.Q(
                    opens_on__lte=models.F("due_on"),
                    due_on__lte=models.F("grace_on"),
                    grace_on__lte=models.F("closes_on"),
                ),
                name="collection_opens_before_due_before_close",
            ),
        )


class ExpectedReport(models.Model):
    """That this unit owes a report in this round: made from the tree as it was, never counted from sendings."""

    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="expected")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # the office of the present step
    due_on = models.DateField()  # of this unit: the round's, or later by an extension
    grace_on = models.DateField()
    closes_on = models.DateField()

    class Meta:
        verbose_name = "báo cáo phải nộp"
        constraints = (
            models.UniqueConstraint(fields=["collection", "unit"], name="expected_once"),
            models.CheckConstraint(
                condition=models.Q(due_on__lte=models.F("grace_on"), grace_on__lte=models.F("closes_on")),
                name="expected_due_before_close",
            ),
        )


class ReviewStep(models.Model):
    """One office of the chain that a report goes up, from the tree as it was; step 1 is the nearest."""

    expected = models.ForeignKey(ExpectedReport, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()  # until when this office should have decided

    class Meta:
        verbose_name = "cấp duyệt báo cáo"
        constraints = (models.UniqueConstraint(fields=["expected", "number"], name="review_step_once"),)


class Extension(models.Model):
    """More time for one unit, with the reason."""

    expected = models.ForeignKey(ExpectedReport, on_delete=models.PROTECT, related_name="extensions")
    due_before = models.DateField()
    due_after = models.DateField()
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "gia hạn báo cáo"


class Reminder(models.Model):
    """That a unit was reminded: by schedule (before, on, after the due day) or by an officer's click."""

    expected = models.ForeignKey(ExpectedReport, on_delete=models.PROTECT, related_name="reminders")
    occasion = models.CharField(max_length=10, choices=Occasion)
    at = models.DateTimeField()
    on = models.DateField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "nhắc nộp báo cáo"
        constraints = (models.UniqueConstraint(fields=["expected", "occasion", "on"], name="reminded_once_a_day"),)


class Submission(models.Model):
    """The document: what is being typed, where it stands, and its immutable sendings. Made with its expected report."""

    expected = models.OneToOneField(ExpectedReport, on_delete=models.PROTECT, related_name="submission")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    step = models.PositiveSmallIntegerField(default=1)  # the step of the chain that has it, or had it last
    draft: models.JSONField[Any, Any] = models.JSONField(default=dict)  # what was typed, box by box, wrong or not
    revision = models.PositiveIntegerField(
        default=0
    )  # grows with each save, so that a second tab notices; 0: not begun
    edited: models.JSONField[Any, Any] = models.JSONField(default=dict)  # box → [account, when]: who wrote there last
    saved_at = models.DateTimeField(null=True)
    saved_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    latest = models.OneToOneField("SubmissionVersion", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "báo cáo"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state=State.DRAFT) | models.Q(latest__isnull=False), name="sent_has_a_version"
            ),
        )


def kept(numbers: Sequence[float | None]) -> dict[str, Sequence[float | None] | None]:
    """The columns of a sending that hold its numbers: all whole and of four bytes, or any as they are."""
    whole = all(one is None or (abs(one) < LARGEST and repr(float(int(one))) == repr(float(one))) for one in numbers)
    if not whole:  # -0 too: its seal says “-0.0”
        return {"counts": None, "exact": numbers}
    return {"counts": [one if one is None else int(one) for one in numbers], "exact": None}


class SubmissionVersion(models.Model):
    """One sending, exactly as signed in with. The database refuses to change or delete it."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()  # 1, 2, …
    counts = ArrayField(models.IntegerField(null=True), null=True)  # whole numbers take half the room: see `kept`
    exact = ArrayField(models.FloatField(null=True), null=True)
    numbers = models.GeneratedField(
        expression=Coalesce(Cast("counts", ArrayField(models.FloatField(null=True))), "exact"),
        output_field=ArrayField(models.FloatField(null=True)),
        db_persist=False,
    )
    texts: models.JSONField[Any, Any] = models.JSONField(default=dict)
    notes: models.JSONField[Any, Any] = models.JSONField(
        default=dict
    )  # "note:<cell>" and "why:<check>:<place>" → words
    evidence: models.JSONField[Any, Any] = models.JSONField(default=dict)  # item → [{name, sha256}]
    client_key = models.UUIDField()  # made by the page: a retry is the same sending
    sha256 = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "lần gửi báo cáo"
        constraints = (
            models.UniqueConstraint(fields=["submission", "number"], name="version_number_once"),
            models.UniqueConstraint(fields=["submission", "client_key"], name="version_once_a_client_key"),
            models.CheckConstraint(
                condition=models.Q(counts=None, exact__isnull=False) | models.Q(counts__isnull=False, exact=None),
                name="version_numbers_kept_once",
            ),
        )


class Transition(models.Model):
    """A move of the state machine, logged."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="transitions")
    version = models.ForeignKey(SubmissionVersion, on_delete=models.PROTECT, related_name="+")
    move = models.CharField(max_length=10, choices=Move)
    step = models.PositiveSmallIntegerField(default=1)  # at which it was made
    at = models.DateTimeField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")  # None: the calendar
    reason = models.TextField(blank=True)

    class Meta:
        verbose_name = "bước xử lý báo cáo"
        indexes = (models.Index(fields=["submission", "at"], name="transition_of_submission"),)


class BulkReview(models.Model):
    """Several reports accepted at one press: each by itself and with its own verdict; a job where they are many."""

    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # for which they are accepted
    at = models.DateTimeField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "lượt duyệt hàng loạt"


class BulkVerdict(models.Model):
    """What became of one report of a bulk acceptance."""

    review = models.ForeignKey(BulkReview, on_delete=models.CASCADE, related_name="verdicts")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="+")
    version_number = models.PositiveSmallIntegerField()  # that was on the page when the button was pressed
    ok = models.BooleanField(null=True)  # None: its turn has not come
    sentence = models.TextField(blank=True)  # why not

    class Meta:
        verbose_name = "kết quả duyệt hàng loạt"
        constraints = (models.UniqueConstraint(fields=["review", "submission"], name="bulk_verdict_once"),)


class Remark(models.Model):
    """What the reviewer asks at one field of one sending."""

    version = models.ForeignKey(SubmissionVersion, on_delete=models.PROTECT, related_name="remarks")
    item = models.CharField(max_length=60)  # the item's code
    text = models.TextField()

    class Meta:
        verbose_name = "nhận xét tại ô"
        constraints = (models.UniqueConstraint(fields=["version", "item"], name="remark_once_an_item"),)


class Evidence(models.Model):
    """A file that the unit puts beside an item: a picture without its place, a decision as PDF."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="evidence")
    item = models.CharField(max_length=60)  # the item's code
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)  # from the draft; sendings made before still name it
    removed_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "minh chứng"


class FactChange(models.Model):
    """Outbox: figures of this round changed in the same transaction; the job that lays them out removes the row.

    One for each transition that changes what is counted is written by a trigger (migration 0006): it cannot be
    forgotten, and a sending costs no query more.
    """

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE)
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, null=True, related_name="+")  # null: all of it
    at = models.DateTimeField()

    class Meta:
        verbose_name = "số liệu chờ cộng dồn"


class FigureFault(models.Model):
    """Figures of a round that did not equal a recount of its sendings: found at night, made anew whole."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="figure_faults")
    found = models.PositiveIntegerField()  # figures that differed, of those that were counted again
    example = models.TextField()  # the first of them, as `recount.differences` says it
    at = models.DateTimeField()
    mended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "số liệu sai lệch"


class Letterhead(models.Model):
    """What stands around an office's official report: the body above it, its symbol, its place, who signs."""

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="letterhead")
    superior_body = models.CharField(max_length=200)  # "Ủy ban nhân dân tỉnh Hòa Bình"
    issuing_body = models.CharField(max_length=200)  # "Sở Giáo dục và Đào tạo"
    symbol = models.CharField(max_length=40)  # "BC-SGDĐT"
    place = models.CharField(max_length=60)  # "Hòa Bình"
    programme = models.CharField(max_length=400)  # what is reported on: “Đề án …”
    bases = models.TextField(blank=True)  # the documents it is reported under, one a line
    drafting_unit = models.CharField(max_length=40)  # in “Lưu: VT, CTTT”
    signer_authority = models.CharField(max_length=60, blank=True)  # "KT. GIÁM ĐỐC"
    signer_position = models.CharField(max_length=60)
    signer_name = models.CharField(max_length=60)

    class Meta:
        verbose_name = "tiêu đề văn bản"


class IssuedReport(models.Model):
    """An official report drawn from the figures of that moment, kept as the two files that were handed out."""

    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="issued")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    pdf = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    docx = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "báo cáo đã xuất"


class WorkbookBatch(models.Model):
    """Filled workbooks that somebody brought in together: one of the own unit, or an office's table or archive."""

    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # for which it was brought in
    kind = models.CharField(max_length=10, choices=BatchKind)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "lần nộp bằng tệp"


class WorkbookBatchFile(models.Model):
    """One file of an archive, one row of a table, or the only file; what was read of it and what became of it."""

    batch = models.ForeignKey(WorkbookBatch, on_delete=models.PROTECT, related_name="files")
    number = models.PositiveSmallIntegerField()  # its place in the archive or the row of the table
    name = models.CharField(max_length=200)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, null=True, related_name="+")
    verdict = models.CharField(max_length=10, choices=FileVerdict, default=FileVerdict.WAITING)
    sentence = models.TextField(blank=True)
    typed: models.JSONField[Any, Any] = models.JSONField(default=dict)  # box → what the file says
    places: models.JSONField[Any, Any] = models.JSONField(default=dict)  # box → "D12"
    faults: models.JSONField[Any, Any] = models.JSONField(default=list)  # see `workbook_reading.CellFault`

    class Meta:
        verbose_name = "tệp trong lần nộp"
        constraints = (models.UniqueConstraint(fields=["batch", "number"], name="batch_file_once"),)
