from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from donghanh.files.models import StoredFile
from donghanh.organisations.models import Unit
from donghanh.people.models import Account
from donghanh.periods.models import Period
from donghanh.questionnaires.models import FormVersion
from donghanh.reporting.choices import Move, State


class Collection(models.Model):
    """One round of one form: which period, from when, due when, closed when."""

    form_version = models.ForeignKey(FormVersion, on_delete=models.PROTECT)
    period = models.ForeignKey(Period, on_delete=models.PROTECT)
    owner = models.ForeignKey(Unit, on_delete=models.PROTECT)  # the office that asks
    opens_on = models.DateField()
    due_on = models.DateField()
    closes_on = models.DateField()  # the last day on which a sending is taken

    class Meta:
        verbose_name = "đợt báo cáo"
        constraints = (
            models.UniqueConstraint(fields=["form_version", "period"], name="collection_once_a_period"),
            models.CheckConstraint(
                condition=models.Q(opens_on__lte=models.F("due_on"), due_on__lte=models.F("closes_on")),
                name="collection_opens_before_due_before_close",
            ),
        )


class ExpectedReport(models.Model):
    """That this unit owes a report in this round: made from the tree as it was, never counted from sendings."""

    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="expected")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # the office that accepts or returns

    class Meta:
        verbose_name = "báo cáo phải nộp"
        constraints = (models.UniqueConstraint(fields=["collection", "unit"], name="expected_once"),)


class Submission(models.Model):
    """The document: what is being typed, where it stands, and its immutable sendings. Made with its expected report."""

    expected = models.OneToOneField(ExpectedReport, on_delete=models.PROTECT, related_name="submission")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    draft: models.JSONField[Any, Any] = models.JSONField(default=dict)  # what was typed, box by box, wrong or not
    revision = models.PositiveIntegerField(
        default=0
    )  # grows with each save, so that a second tab notices; 0: not begun
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


class SubmissionVersion(models.Model):
    """One sending, exactly as signed in with. The database refuses to change or delete it."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()  # 1, 2, …
    numbers = ArrayField(models.FloatField(null=True))
    texts: models.JSONField[Any, Any] = models.JSONField(default=dict)
    client_key = models.UUIDField()  # made by the page: a retry is the same sending
    sha256 = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "lần gửi báo cáo"
        constraints = (
            models.UniqueConstraint(fields=["submission", "number"], name="version_number_once"),
            models.UniqueConstraint(fields=["submission", "client_key"], name="version_once_a_client_key"),
        )


class Transition(models.Model):
    """A move of the state machine, logged."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="transitions")
    version = models.ForeignKey(SubmissionVersion, on_delete=models.PROTECT, related_name="+")
    move = models.CharField(max_length=10, choices=Move)
    at = models.DateTimeField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        verbose_name = "bước xử lý báo cáo"
        indexes = (models.Index(fields=["submission", "at"], name="transition_of_submission"),)


class Remark(models.Model):
    """What the reviewer asks at one field of one sending."""

    version = models.ForeignKey(SubmissionVersion, on_delete=models.PROTECT, related_name="remarks")
    item = models.CharField(max_length=60)  # the item's code
    text = models.TextField()

    class Meta:
        verbose_name = "nhận xét tại ô"
        constraints = (models.UniqueConstraint(fields=["version", "item"], name="remark_once_an_item"),)


class FactChange(models.Model):
    """Outbox: figures of this round changed in the same transaction; the job that lays them out removes the row."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "số liệu chờ cộng dồn"


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
