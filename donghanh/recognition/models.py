from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from donghanh.documents.models import Document
from donghanh.files.models import StoredFile
from donghanh.kernel.columns import folded, sort_key_of
from donghanh.organisations.models import Unit
from donghanh.papers.models import Paper
from donghanh.people.models import Account
from donghanh.periods.models import Period
from donghanh.recognition.choices import (
    MOST_POINTS,
    Discipline,
    Form,
    Move,
    NomineeKind,
    PracticeState,
    State,
    Topic,
    Tried,
)


class Round(models.Model):
    """An office's call for nominations, its criteria, its council's decision and when that was published."""

    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    name_folded = folded("name")
    forms = ArrayField(models.CharField(max_length=20, choices=Form))
    opens_on = models.DateField()
    closes_on = models.DateField()  # the last day on which nominations are sent
    quorum = models.PositiveSmallIntegerField(default=2)  # votes without which nothing is decided
    decision = models.CharField(max_length=200, blank=True)  # "12/QĐ-SGDĐT ngày 20/5/2025"
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, null=True, related_name="+")  # laid out, to be signed
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "đợt khen thưởng"
        constraints = (
            models.CheckConstraint(condition=models.Q(closes_on__gte=models.F("opens_on")), name="round_opens_first"),
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=True) | models.Q(decided_on__isnull=False),
                name="round_decided_before_published",
            ),
        )


class Criterion(models.Model):
    """What is looked for, of deeds. Where it has points the council gives some; they inform and decide nothing."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    most = models.PositiveSmallIntegerField(null=True)  # points, its weight among the others; None: words alone

    class Meta:
        verbose_name = "tiêu chí khen thưởng"
        constraints = (
            models.UniqueConstraint(fields=["round", "position"], name="criterion_once"),
            models.CheckConstraint(
                condition=models.Q(most__isnull=True) | models.Q(most__range=(1, MOST_POINTS)), name="criterion_points"
            ),
        )


class CouncilMember(models.Model):
    """Somebody who votes in a round; one of them chairs. Who was unseated keeps what they stood back from."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="council")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    chairs = models.BooleanField(default=False)
    unseated_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "thành viên hội đồng khen thưởng"
        constraints = (
            models.UniqueConstraint(fields=["round", "account"], name="council_member_once"),
            models.UniqueConstraint(fields=["round"], condition=models.Q(chairs=True), name="one_chair_of_a_council"),
            models.CheckConstraint(
                condition=models.Q(chairs=False) | models.Q(unseated_at__isnull=True), name="chair_is_seated"
            ),
        )


class Nomination(models.Model):
    """Somebody, or some body, put forward for a deed.

    A learner is kept as an account's id: the name stands behind the second wall, in the roster alone.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="nominations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # that nominates
    kind = models.CharField(max_length=10, choices=NomineeKind)
    group = models.CharField(max_length=200, blank=True)  # of a group: its name
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")  # of a person
    form = models.CharField(max_length=20, choices=Form)
    deed = models.TextField()  # what was done; nothing that tells who a child is
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)

    class Meta:
        verbose_name = "đề nghị khen thưởng"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind=NomineeKind.UNIT, group="", account__isnull=True)
                | (models.Q(kind=NomineeKind.GROUP, account__isnull=True) & ~models.Q(group=""))
                | models.Q(kind__in=(NomineeKind.STAFF, NomineeKind.LEARNER), group="", account__isnull=False),
                name="nomination_of_its_kind",
            ),
        )
        indexes = (models.Index(fields=["round", "state"], name="nominations_of_a_round"),)


class NominationFile(models.Model):
    nomination = models.ForeignKey(Nomination, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "minh chứng của đề nghị"


class Vote(models.Model):
    """One member's yes or no; changed until the round is decided."""

    nomination = models.ForeignKey(Nomination, on_delete=models.CASCADE, related_name="votes")
    member = models.ForeignKey(CouncilMember, on_delete=models.CASCADE, related_name="votes")
    yes = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "phiếu của hội đồng"
        constraints = (models.UniqueConstraint(fields=["nomination", "member"], name="one_vote_a_member"),)


class CriterionScore(models.Model):
    """One member's points on one criterion; changed until the round is decided."""

    nomination = models.ForeignKey(Nomination, on_delete=models.CASCADE, related_name="scores")
    member = models.ForeignKey(CouncilMember, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="+")
    points = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = "điểm của hội đồng"
        constraints = (
            models.UniqueConstraint(fields=["nomination", "member", "criterion"], name="one_score_a_criterion"),
            models.CheckConstraint(condition=models.Q(points__lte=MOST_POINTS), name="score_within_points"),
        )


class Recusal(models.Model):
    """A member who stands back from one nomination by their own word; what the tree shows needs no row."""

    nomination = models.ForeignKey(Nomination, on_delete=models.CASCADE, related_name="recusals")
    member = models.ForeignKey(CouncilMember, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=300)

    class Meta:
        verbose_name = "việc không tham gia xét"
        constraints = (models.UniqueConstraint(fields=["nomination", "member"], name="recusal_once"),)


class NominationMove(models.Model):
    """One move; the database refuses to change it."""

    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="moves")
    move = models.CharField(max_length=10, choices=Move)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "bước của đề nghị"


class Practice(models.Model):
    """Something that worked at a unit, told so that another can do it too."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    title_sort = sort_key_of("title")
    title_folded = folded("title")
    topic = models.CharField(max_length=20, choices=Topic)
    problem = models.TextField()
    done = models.TextField()
    result = models.TextField()
    contact = models.CharField(max_length=200, blank=True)  # an office or a post, no private number
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=PracticeState, default=PracticeState.DRAFT)
    remark = models.TextField(blank=True)  # why it was returned
    written_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "kinh nghiệm hay"


class PracticeTrial(models.Model):
    """Another unit did it too, and says how it went; once a unit, changed by the unit itself."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="trials")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=Tried)
    words = models.TextField(blank=True)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "lần làm thử"
        constraints = (models.UniqueConstraint(fields=["practice", "unit"], name="one_trial_a_unit"),)


class DisciplineCount(models.Model):
    """How often a school took one kind of measure in a year: a number and nothing else (docs/adr/0005)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(max_length=20, choices=Discipline)
    count = models.PositiveIntegerField()

    class Meta:
        verbose_name = "số lượt kỷ luật"
        constraints = (models.UniqueConstraint(fields=["unit", "period", "category"], name="discipline_once"),)
