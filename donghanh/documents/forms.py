from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.documents import rules
from donghanh.documents.choices import (
    COPY_TYPES,
    OWN_TYPES,
    TYPES,
    Direction,
    RelationKind,
    Reply,
    Urgency,
)
from donghanh.documents.models import Document
from donghanh.documents.queries import called_by_code, twins
from donghanh.documents.rules import Arrival, Receiver, Told
from donghanh.files.rules import DOCX, PDF, kind_of
from donghanh.kernel.forms import RowsForm, day_field
from donghanh.kernel.text import fold, nfc
from donghanh.kernel.verdict import Refused
from donghanh.organisations.models import Unit, UnitName
from donghanh.organisations.queries import units_on

AUTHORITIES = ("", "TM.", "Q.", "KT.", "TL.", "TUQ.")
TOLD = tuple(Told.__dataclass_fields__)
ALL_BELOW = gettext_lazy("Các đơn vị trực thuộc")
type Day = date  # a field called `date` hides the class
MOST_RECEIVERS, LONGEST_RECEIVER = 200, 200


def _typed(types: dict[str, str]) -> list[tuple[str, str]]:
    return [(code, f"{name} ({code})") for code, name in types.items()]


def _text(label: Any, most: int, *, required: bool = False, sentence: Any = "", **more: Any) -> forms.CharField:
    errors = {"required": sentence} if sentence else {}
    return forms.CharField(label=label, max_length=most, required=required, error_messages=errors, **more)


class DocumentForm(RowsForm):
    """What a register tells of a document; `told` and `content` once it is right."""

    beside: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("type", "symbol", "date"), ("signer_authority", "signer_position", "signer_name"),
        ("urgency", "copies", "pages"), ("in_force_from", "in_force_to", "due_date"), ("drafting_unit", "kept_by"),
    )  # fmt: skip

    type = forms.ChoiceField(
        label=gettext_lazy("Tên loại"), choices=[(code, f"{name} ({code})") for code, name in TYPES.items()]
    )
    symbol = _text(
        gettext_lazy("Ký hiệu"), 30, required=True, sentence=gettext_lazy("Ghi ký hiệu văn bản."),
        help_text=gettext_lazy("Ví dụ: QĐ-SGDĐT."),
    )  # fmt: skip
    date = day_field(gettext_lazy("Ngày văn bản"))
    abstract = forms.CharField(
        label=gettext_lazy("Trích yếu nội dung"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Ghi trích yếu nội dung.")},
    )  # fmt: skip
    signer_authority = forms.ChoiceField(
        label=gettext_lazy("Quyền hạn ký"), required=False, choices=[(one, one or "—") for one in AUTHORITIES]
    )
    signer_position = _text(gettext_lazy("Chức vụ người ký"), 100)
    signer_name = _text(gettext_lazy("Họ tên người ký"), 50)
    urgency = forms.ChoiceField(label=gettext_lazy("Mức độ khẩn"), choices=Urgency, initial=Urgency.NORMAL)
    copies = forms.IntegerField(label=gettext_lazy("Số lượng bản"), min_value=1, max_value=999, initial=1)
    pages = forms.IntegerField(label=gettext_lazy("Số trang"), min_value=1, max_value=999, initial=1)
    in_force_from = day_field(
        gettext_lazy("Hiệu lực từ ngày"), required=False, help_text=gettext_lazy("Để trống: từ ngày văn bản.")
    )
    in_force_to = day_field(
        gettext_lazy("Đến hết ngày"), required=False, help_text=gettext_lazy("Để trống: đến khi bị thay thế.")
    )
    due_date = day_field(gettext_lazy("Hạn trả lời"), required=False)
    drafting_unit = _text(gettext_lazy("Đơn vị soạn thảo"), 200)
    kept_by = _text(gettext_lazy("Đơn vị, người nhận bản lưu"), 200)
    file = forms.FileField(
        label=gettext_lazy("Tệp văn bản"), required=False, allow_empty_file=True,
        help_text=gettext_lazy("PDF hoặc Word (.docx), tối đa 10 MB. Văn bản mật không đưa vào hệ thống này."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.docx"}),
    )  # fmt: skip
    note = _text(gettext_lazy("Ghi chú"), 500)

    direction = Direction.OUT

    def __init__(self, unit: Unit, today: Day, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.unit, self.today = unit, today
        self.content: bytes | None = None

    def clean_file(self) -> UploadedFile[Any] | None:
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if file is not None:
            self.content = file.read()
            try:
                kind = kind_of(self.content)
            except Refused as fault:
                raise forms.ValidationError(str(fault)) from fault
            if kind not in (PDF, DOCX):
                raise forms.ValidationError(_("Văn bản là tệp PDF hoặc Word (.docx)."))
        return file

    @property
    def issuer_name(self) -> str:
        raise NotImplementedError

    @property
    def told(self) -> Told:
        said: dict[str, Any] = {name: self.cleaned_data[name] for name in TOLD if name in self.cleaned_data}
        said |= {name: nfc(value) for name, value in said.items() if isinstance(value, str)}
        return Told(**{**said, "issuer_name": self.issuer_name})

    def clean(self) -> None:
        if not self.errors:
            self.blame(rules.told_faults(self.told, self.direction, on=self.today))


class OutgoingForm(DocumentForm):
    """A document that the unit is about to issue; it gets its number afterwards."""

    receivers = forms.CharField(
        label=gettext_lazy("Nơi nhận"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Mỗi dòng một nơi. Dòng viết đúng tên một đơn vị thì đơn vị ấy đọc được văn bản."),
    )  # fmt: skip
    all_below = forms.BooleanField(label=gettext_lazy("Gửi mọi đơn vị trực thuộc"), required=False)
    field_order = ("type", "symbol", "date", "abstract", "signer_authority", "receivers", "all_below", "file")

    def __init__(self, unit: Unit, today: Day, *args: Any, **more: Any) -> None:
        super().__init__(unit, today, *args, **more)
        self.fields["type"].choices = _typed(OWN_TYPES)  # type: ignore[attr-defined]  # it is a field of choices

    @property
    def issuer_name(self) -> str:
        return self.unit.name

    def clean_receivers(self) -> list[Receiver]:
        """Lines that name a unit of today are that unit; others are names alone."""
        lines = list(dict.fromkeys(filter(None, map(nfc, self.cleaned_data["receivers"].splitlines()))))
        if len(lines) > MOST_RECEIVERS or any(len(line) > LONGEST_RECEIVER for line in lines):
            raise forms.ValidationError(_("Nhiều nhất 200 nơi nhận, mỗi dòng không quá 200 chữ cái."))
        wanted = {fold(line) for line in lines}
        same_name = UnitName.objects.filter(name_folded__in=wanted, valid__contains=self.today).values("unit")
        units: dict[str, list[Unit]] = {}
        for unit in units_on(self.today).filter(pk__in=same_name):
            units.setdefault(fold(unit.name), []).append(unit)
        found = {line: units.get(fold(line), []) for line in lines}
        return [Receiver(line, same[0] if len(same) == 1 else None) for line, same in found.items()]

    @property
    def lines(self) -> list[Receiver]:
        below = [Receiver(str(ALL_BELOW), self.unit, with_below=True)] if self.cleaned_data["all_below"] else []
        return [*self.cleaned_data["receivers"], *below]


def said_of(document: Document) -> dict[str, Any]:
    """A draft as its form shows it."""
    lines = list(document.recipients.order_by("pk"))
    below = [line for line in lines if line.with_below]
    return {
        **{name: getattr(document, name) for name in TOLD},
        "receivers": "\n".join(line.name for line in lines if not line.with_below),
        "all_below": bool(below),
    }


class IncomingForm(DocumentForm):
    """A document that came from elsewhere."""

    beside = (
        ("number_text", "issuer_name"), *DocumentForm.beside[:-1], ("arrival_date", "sender_note"),
    )  # fmt: skip

    number_text = _text(
        gettext_lazy("Số"), 11, required=True, sentence=gettext_lazy("Ghi số của văn bản."),
        help_text=gettext_lazy("Như trên văn bản. Ví dụ: 3296."),
    )  # fmt: skip
    issuer_name = _text(  # type: ignore[assignment]  # here the issuer is typed
        gettext_lazy("Cơ quan ban hành (tác giả)"), 200, required=True, sentence=gettext_lazy("Ghi cơ quan ban hành.")
    )
    arrival_date = day_field(gettext_lazy("Ngày đến"))
    sender_note = _text(gettext_lazy("Đến qua"), 200, help_text=gettext_lazy("Ví dụ: bưu điện, fax, nộp trực tiếp."))
    handled_by = _text(gettext_lazy("Đơn vị hoặc người nhận"), 1000)
    known_twin = forms.BooleanField(label=gettext_lazy("Tôi đã xem, vẫn vào sổ văn bản này"), required=False)
    field_order = (
        "number_text",
        "issuer_name",
        "known_twin",
        "type",
        "symbol",
        "date",
        "abstract",
        "arrival_date",
        "handled_by",
    )

    direction = Direction.IN

    def __init__(self, unit: Unit, today: Day, *args: Any, origin: Document | None = None, **more: Any) -> None:
        super().__init__(unit, today, *args, **more)
        self.origin = origin
        del self.fields["kept_by"]
        if "known_twin" not in self.data:
            del self.fields["known_twin"]

    @property
    def told(self) -> Told:
        said: dict[str, Any] = {name: self.cleaned_data[name] for name in TOLD if name in self.cleaned_data}
        return Told(**said | {name: nfc(value) for name, value in said.items() if isinstance(value, str)})

    @property
    def arrival(self) -> Arrival:
        said = self.cleaned_data
        return Arrival(
            date=said["arrival_date"], number_text=nfc(said["number_text"]), sender_note=said["sender_note"],
            handled_by=said["handled_by"], known_twin=said.get("known_twin", False), origin=self.origin,
            issuer=self.origin.unit if self.origin else None,
        )  # fmt: skip

    def clean(self) -> None:
        super().clean()
        if self.errors:
            return
        told, arrival = self.told, self.arrival
        self.blame(rules.arrival_faults(told, arrival, on=self.today))
        found = twins(
            self.unit.pk, number_text=arrival.number_text, symbol=told.symbol, issuer_name=told.issuer_name,
            year=told.date.year,
        ).first()  # fmt: skip
        if found and not arrival.known_twin:
            self.fields.setdefault("known_twin", IncomingForm.base_fields["known_twin"])
            self.order_fields(self.field_order)
            self.add_error(
                "number_text",
                _("Sổ đến đã có văn bản cùng số, ký hiệu và tác giả: số đến %(number)s.")
                % {"number": found.arrival_number},
            )


class DeedForm(forms.Form):
    """Which thing is to be done with a document."""

    viec = forms.ChoiceField(
        choices=[(one, one) for one in ("assign", "relate", "book", "make_copy", "recall", "reply", "confirm")]
    )


class NumberForm(RowsForm):
    beside = (("council", "number"),)

    council = _text(
        gettext_lazy("Hội đồng, ban, tổ ban hành"), 200, help_text=gettext_lazy("Để trống: cơ quan ban hành.")
    )
    number = forms.IntegerField(
        label=gettext_lazy("Số đã có"), required=False, min_value=1, max_value=999_999,
        help_text=gettext_lazy("Chỉ cho văn bản cũ. Để trống: hệ thống cấp số tiếp theo."),
    )  # fmt: skip


class RecallForm(RowsForm):
    reason = _text(gettext_lazy("Lý do thu hồi"), 200, required=True, sentence=gettext_lazy("Ghi lý do thu hồi."))


class BookForm(RowsForm):
    beside = (("handled_by", "passed_on_date"), ("signed_for", "note"))

    handled_by = _text(gettext_lazy("Đơn vị hoặc người nhận"), 1000)
    passed_on_date = day_field(gettext_lazy("Ngày chuyển"), required=False)
    signed_for = _text(gettext_lazy("Ký nhận"), 100)
    note = _text(gettext_lazy("Ghi chú"), 500)


class RelateForm(RowsForm):
    beside = (("kind", "earlier", "earlier_date"), ("from_date", "clause"))

    kind = forms.ChoiceField(label=gettext_lazy("Văn bản này"), choices=RelationKind)
    earlier = _text(
        gettext_lazy("Văn bản có số, ký hiệu"), 50, required=True, sentence=gettext_lazy("Ghi số, ký hiệu văn bản."),
        help_text=gettext_lazy("Ví dụ: 3296/QĐ-BGDĐT."),
    )  # fmt: skip
    earlier_date = day_field(
        gettext_lazy("Ngày văn bản ấy"), required=False, help_text=gettext_lazy("Khi có nhiều văn bản cùng số.")
    )
    from_date = day_field(
        gettext_lazy("Có tác dụng từ ngày"), required=False, help_text=gettext_lazy("Để trống: từ ngày hiệu lực.")
    )
    clause = _text(gettext_lazy("Điều, khoản"), 200)

    def __init__(self, documents: Any, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.documents = documents

    def clean(self) -> None:
        if self.errors:
            return
        day = self.cleaned_data["earlier_date"]
        found = called_by_code(self.documents, self.cleaned_data["earlier"])
        found = [row for row in found if day in (None, row.date)]
        if not found:
            self.add_error("earlier", _("Không có văn bản đã vào sổ nào mang số, ký hiệu này."))
        elif len(found) > 1:
            self.add_error(
                "earlier_date", _("Có %(number)s văn bản cùng số, ký hiệu. Ghi thêm ngày.") % {"number": len(found)}
            )
        else:
            self.found = found[0]


class CopyForm(RowsForm):
    beside = (("kind", "symbol", "amount"),)

    kind = forms.ChoiceField(label=gettext_lazy("Hình thức sao"), choices=list(COPY_TYPES.items()))
    symbol = _text(gettext_lazy("Ký hiệu bản sao"), 30, required=True, sentence=gettext_lazy("Ghi ký hiệu bản sao."))
    amount = forms.IntegerField(label=gettext_lazy("Số bản"), min_value=1, max_value=999, initial=1)
    made_for = _text(gettext_lazy("Nơi nhận bản sao"), 200)


class ReplyForm(RowsForm):
    beside = (("reply", "description"),)

    reply = forms.ChoiceField(label=gettext_lazy("Trạng thái"), choices=Reply)
    description = _text(gettext_lazy("Nội dung phản hồi"), 500)


class PackageForm(RowsForm):
    file = forms.FileField(
        label=gettext_lazy("Gói văn bản (.edxml)"), allow_empty_file=True,
        help_text=gettext_lazy("Văn bản của cơ quan khác hoặc phản hồi về văn bản đã gửi; tối đa 16 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".edxml,.xml"}),
        error_messages={"required": gettext_lazy("Chọn gói văn bản.")},
    )  # fmt: skip


class SeriesForm(RowsForm):
    beside = (("year", "first_number"),)

    year = forms.IntegerField(label=gettext_lazy("Năm"), min_value=2000, max_value=2100)
    first_number = forms.IntegerField(
        label=gettext_lazy("Số đầu tiên hệ thống cấp"), min_value=1, max_value=999_999, initial=1,
        help_text=gettext_lazy("Khi đầu năm đã cấp số ngoài hệ thống. Ví dụ đã cấp đến 153 thì ghi 154."),
    )  # fmt: skip
    per_type = forms.BooleanField(label=gettext_lazy("Đánh số riêng theo từng tên loại"), required=False)
