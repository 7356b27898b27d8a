from __future__ import annotations

from django.db import models

from donghanh.files.models import StoredFile
from donghanh.kernel.columns import folded
from donghanh.organisations.models import Unit
from donghanh.papers.choices import SignatureKind, State
from donghanh.papers.models_merge import Merge, MergeLine, PaperTemplate, TemplateVersion  # noqa: F401  # found here
from donghanh.people.models import Account


class Paper(models.Model):
    """An official document that was laid out and waits for signatures. `code` opens its public check."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=600)  # "Báo cáo số 15/BC-SGDĐT: Kết quả …"
    title_folded = folded("title")
    signer = models.CharField(max_length=200)  # as printed: "KT. GIÁM ĐỐC, PHÓ GIÁM ĐỐC Đinh Thị Hường"
    code = models.CharField(max_length=32, unique=True)
    place = models.JSONField()  # of the signer's name: page from 1; x, y from the upper left, room, in pt
    state = models.CharField(max_length=10, choices=State, default=State.UNSIGNED)
    pdf = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    docx = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    href = models.CharField(max_length=300, blank=True)  # the page of what it says
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "văn bản trình ký"


class Certificate(models.Model):
    """Somebody's certificate as PKCS#12, or an office's for its seal; its passphrase is kept nowhere."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")  # who brought it
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")  # whose seal it is
    subject = models.CharField(max_length=300)
    issuer = models.CharField(max_length=300)
    serial = models.CharField(max_length=80)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    content = models.BinaryField()  # the PKCS#12 file, encrypted once more with the installation's key
    picture = models.BinaryField(null=True)  # PNG of the hand or of the seal
    removed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "chứng thư số"


class PaperSignature(models.Model):
    """One signature or seal set here; the database refuses to change it."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="signatures")
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=SignatureKind)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "chữ ký số"
        constraints = (models.UniqueConstraint(fields=["paper", "kind"], name="one_signature_of_a_kind"),)


class FigureSource(models.Model):
    """What a code printed beside a figure opens; the database refuses to change it."""

    code = models.CharField(max_length=12, unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # whose document it is
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, null=True, related_name="sources")
    document = models.CharField(max_length=600)  # its title as printed
    said = models.CharField(max_length=1000)  # the words beside the code
    href = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "nguồn của số liệu trong văn bản"
