from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy

from donghanh.documents.choices import Outcome
from donghanh.documents.models_reading import Proposal, ProposalHead
from donghanh.kernel.forms import RowsForm

LONGEST = 3000


def _words(label: Any, sentence: Any, help_text: Any = "", *, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": sentence},
    )  # fmt: skip


class ProposeForm(RowsForm):
    beside: ClassVar[tuple[tuple[str, ...], ...]] = (("problem", "wish"),)

    clause = forms.CharField(
        label=gettext_lazy("Điều, khoản"), max_length=200, help_text=gettext_lazy("Ví dụ: Điều 5, khoản 2."),
        error_messages={"required": gettext_lazy("Ghi điều, khoản không làm được.")},
    )  # fmt: skip
    problem = _words(
        gettext_lazy("Vì sao không làm được"), gettext_lazy("Ghi chỗ vướng."),
        gettext_lazy("Nói về quy định và điều kiện ở đơn vị; không nêu tên một người nào."),
    )  # fmt: skip
    wish = _words(
        gettext_lazy("Sửa thế nào thì làm được"), gettext_lazy("Ghi cách sửa đề nghị."),
        gettext_lazy("Cơ quan ban hành và nơi khác chỉ thấy tên đơn vị, không thấy tên người viết."),
    )  # fmt: skip


class WithdrawForm(RowsForm):
    proposal = forms.ModelChoiceField(queryset=Proposal.objects.none())

    def __init__(self, mine: Any, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        fields: dict[str, Any] = self.fields
        fields["proposal"].queryset = mine


class MergeForm(RowsForm):
    """Proposals that are one question; a new head or one that waits."""

    beside: ClassVar[tuple[tuple[str, ...], ...]] = (("head", "title"),)

    proposals = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Kiến nghị"), coerce=int, widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Chọn ít nhất một kiến nghị."),
            "invalid_choice": gettext_lazy("Có kiến nghị vừa được trả lời hoặc vừa rút. Thầy cô xem lại danh sách."),
        },
    )  # fmt: skip
    head = forms.ModelChoiceField(
        label=gettext_lazy("Thêm vào nhóm"), queryset=ProposalHead.objects.none(), required=False,
        empty_label=gettext_lazy("Lập nhóm mới"),
    )  # fmt: skip
    title = forms.CharField(
        label=gettext_lazy("Câu hỏi chung của nhóm mới"), max_length=200, required=False,
        help_text=gettext_lazy("Ví dụ: Trường nhỏ không có người quản trị mạng riêng."),
    )  # fmt: skip

    def __init__(self, proposals: Iterable[Proposal], heads: Any, *args: Any, **more: Any) -> None:
        """`proposals`: with `unit_name`; `heads`: those not answered yet."""
        super().__init__(*args, **more)
        fields: dict[str, Any] = self.fields
        fields["proposals"].choices = [(one.pk, self._line(one)) for one in proposals]
        fields["head"].queryset = heads

    def _line(self, one: Any) -> str:
        return f"{one.unit_name} · {one.clause}: {Truncator(one.problem).chars(120)}"


class AnswerForm(RowsForm):
    outcome = forms.ChoiceField(label=gettext_lazy("Kết luận"), choices=Outcome)
    words = _words(
        gettext_lazy("Trả lời"), gettext_lazy("Ghi câu trả lời."),
        gettext_lazy("Mọi người xem được văn bản đều đọc được. Trả lời rồi thì giữ nguyên."), rows=6,
    )  # fmt: skip
