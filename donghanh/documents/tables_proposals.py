"""What units propose on a document: the unit speaks, no person is named."""

from __future__ import annotations

from typing import Final

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy

from donghanh.documents.choices import ProposalState
from donghanh.documents.models_reading import Proposal
from donghanh.kernel.templatetags.dh import status

LOOK: Final = {
    ProposalState.OPEN: "submitted", ProposalState.MERGED: "on_the_way", ProposalState.ANSWERED: "accepted",
    ProposalState.WITHDRAWN: "withdrawn",
}  # fmt: skip


class ProposalTable(tables.Table):
    """Rows of `queries_proposals.proposals_visible_to`."""

    clause = tables.Column(verbose_name=gettext_lazy("Điều, khoản"), orderable=False)
    problem = tables.Column(verbose_name=gettext_lazy("Chỗ vướng"), orderable=False)
    wish = tables.Column(verbose_name=gettext_lazy("Cách sửa đề nghị"), orderable=False)
    unit_name = tables.Column(verbose_name=gettext_lazy("Đơn vị"), order_by="unit_sort")
    proposed_at = tables.DateColumn(verbose_name=gettext_lazy("Ngày"), format="d/m/Y")
    state = tables.Column(verbose_name=gettext_lazy("Tình trạng"))
    head = tables.Column(
        verbose_name=gettext_lazy("Thuộc nhóm"), default="", orderable=False,
        linkify=("documents:head", {"pk": tables.A("head_id")}),
    )  # fmt: skip

    wide = True

    class Meta:
        model = Proposal
        fields = ("clause", "problem", "wish", "unit_name", "proposed_at", "state", "head")

    def render_state(self, record: Proposal) -> str:
        shown = status(LOOK[ProposalState(record.state)], record.get_state_display())
        return render_to_string("components/status.html", shown)

    def value_state(self, record: Proposal) -> str:
        return record.get_state_display()
