from __future__ import annotations

from django.contrib.postgres.fields import DateRangeField
from django.db import models

from donghanh.kernel.columns import folded, sort_key_of
from donghanh.kernel.models import Dated, never_two_at_once
from donghanh.organisations.models import Unit
from donghanh.people.models import Account
from donghanh.periods.models import Period
from donghanh.rosters.choices import AT_WORK, ImportState, Move, Outcome, Part


class SchoolClass(models.Model):
    """A class of one school year."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    school_year = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="+")
    grade = models.PositiveSmallIntegerField(null=True)  # 1-12; null: preschool and continuing education
    name = models.CharField(max_length=40)  # "6A"
    name_sort = sort_key_of("name")
    source_id = models.CharField(max_length=80, blank=True)  # the roster's own identifier (OneRoster sourcedId)

    class Meta:
        verbose_name = "lớp"
        constraints = (models.UniqueConstraint("unit", "school_year", "name", name="class_once_a_year"),)

    def __str__(self) -> str:
        return self.name


class Learner(models.Model):
    """A learner of a school; the only place of a minor's name, for the account bears none. Behind the second wall."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, primary_key=True, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # the school that answers for the row
    full_name = models.CharField(max_length=120)
    full_name_sort = sort_key_of("full_name")
    full_name_folded = folded("full_name")
    birth_date = models.DateField(null=True)
    number = models.CharField(max_length=40, blank=True)  # the learner's number in the sector's own database
    source_id = models.CharField(max_length=80, blank=True)
    left_on = models.DateField(null=True)  # first day no longer here; retention counts from it

    class Meta:
        verbose_name = "học sinh"
        constraints = (
            models.UniqueConstraint("number", name="learner_number_once", condition=~models.Q(number="")),
            models.UniqueConstraint("unit", "source_id", name="learner_source_once", condition=~models.Q(source_id="")),
        )
        indexes = (models.Index(fields=["unit", "full_name_sort"], name="learners_of_a_school"),)

    def __str__(self) -> str:
        return f"học sinh {self.pk}"  # what is printed by accident names nobody


class Enrolment(Dated):
    """A learner belongs to a class over these days. Behind the second wall."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="enrolments")
    school_class = models.ForeignKey(SchoolClass, on_delete=models.PROTECT, related_name="enrolments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # the class's, for the wall

    class Meta:
        verbose_name = "việc học ở lớp"
        constraints = (never_two_at_once("one_class_at_a_time", "learner"),)


class ClassTeaching(Dated):
    """A teacher looks after a class (giáo viên chủ nhiệm) over these days."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    school_class = models.ForeignKey(SchoolClass, on_delete=models.PROTECT, related_name="teachings")

    class Meta:
        verbose_name = "việc chủ nhiệm lớp"
        constraints = (never_two_at_once("teaches_a_class_once", "account", "school_class"),)


class RosterImport(models.Model):
    """A roster file on its way in: checked first, then written whole or not at all. Its lines are gone afterwards."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # it reaches this unit and all below
    school_year = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    name = models.CharField(max_length=120)  # of the file as it was uploaded
    whole = models.BooleanField(default=False)  # who is not in it has left
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.CHECKING)
    done = models.PositiveIntegerField(default=0)  # lines that the job has dealt with
    total = models.PositiveIntegerField(default=0)
    schools = models.JSONField(default=list)  # ids of the schools that the file speaks of
    counts = models.JSONField(default=dict)  # outcome → persons
    problem = models.TextField(blank=True)  # why the file as a whole was refused
    applied_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "lần nhập danh sách"
        indexes = (models.Index(fields=["unit", "-at"], name="imports_of_a_unit"),)

    @property
    def at_work(self) -> bool:
        return self.state in AT_WORK

    @property
    def bad(self) -> int:
        return int(self.counts.get(Outcome.BAD, 0))


class RosterLine(models.Model):
    """One line of a roster file while it is checked: what it says, whom it means, what it would do. Behind the wall."""

    roster = models.ForeignKey(RosterImport, on_delete=models.CASCADE, related_name="lines")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # the import's, for the wall
    place = models.CharField(max_length=30, blank=True)  # "users.csv"; empty: the only table there is
    row = models.PositiveIntegerField()  # as the spreadsheet counts; 0: the file says nothing, and that is what it says
    part = models.CharField(max_length=10, choices=Part)
    role = models.CharField(max_length=20, blank=True)
    gone = models.BooleanField(default=False)  # the file wants it deleted
    source_id = models.CharField(max_length=80, blank=True)  # of the person
    username = models.CharField(max_length=60, blank=True)
    full_name = models.CharField(max_length=120, blank=True)
    full_name_folded = models.CharField(max_length=120, blank=True)
    typed = models.CharField(max_length=120, blank=True)  # the name in its old code page, where it was converted
    birth_date = models.DateField(null=True)
    number = models.CharField(max_length=40, blank=True)
    school_id = models.BigIntegerField(null=True)
    class_key = models.CharField(max_length=80, blank=True)
    class_name = models.CharField(max_length=40, blank=True)
    grade = models.PositiveSmallIntegerField(null=True)
    account_id = models.BigIntegerField(null=True)  # whom it means, once that is known
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    faults = models.JSONField(default=list)  # [[code of choices.FAULTS, field, value], …]

    class Meta:
        verbose_name = "dòng danh sách nhập"
        indexes = (
            models.Index(fields=["roster", "part", "source_id"], name="lines_by_person"),
            models.Index(fields=["roster", "outcome", "id"], name="lines_by_outcome"),
        )


class Slip(models.Model):
    """A slip with a first password was printed for a learner. The password itself is kept nowhere."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="slips")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # the learner's, for the wall
    printed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    printed_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)  # the learner signed in with it
    replaced_at = models.DateTimeField(null=True)  # a newer one was printed

    class Meta:
        verbose_name = "phiếu đăng nhập"
        constraints = (
            models.UniqueConstraint(
                "learner", name="one_slip_in_force", condition=models.Q(used_at=None, replaced_at=None)
            ),
        )


class RollOver(models.Model):
    """The end of a school year at one school: every learner of it went on, stayed or left. Undone within days."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    into = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="+")  # the school year that begins
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "lần chuyển năm học"


class RollOverStep(models.Model):
    """What the roll-over did with one learner, with what stood before. Behind the second wall."""

    roll_over = models.ForeignKey(RollOver, on_delete=models.CASCADE, related_name="steps")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="+")
    move = models.CharField(max_length=10, choices=Move)
    before = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    before_valid = DateRangeField()
    after = models.ForeignKey(Enrolment, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = "bước chuyển năm học"


class ScimToken(models.Model):
    """A key with which another programme reads accounts and classes of a unit and all below it, by SCIM."""

    name = models.CharField(max_length=60)  # of the programme that reads
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 in hex; the key itself is kept nowhere
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_on = models.DateField()  # the last day on which it opens
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "mã kết nối"
        indexes = (models.Index(fields=["unit", "-made_at"], name="tokens_of_a_unit"),)
