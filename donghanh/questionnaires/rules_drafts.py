"""Who may write forms, and when a draft is a form."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from donghanh.kernel.verdict import YES, Verdict, no
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import rights_of
from donghanh.questionnaires.models import Form, FormDraft
from donghanh.questionnaires.outline import items_of, place_in_words, sentence_of
from donghanh.questionnaires.queries import fault_of


def may_write(account: Account, *, on: date) -> Verdict:
    """Forms are public definitions: whoever writes forms writes any."""
    if Right.MANAGE_FORMS in rights_of(account, on=on):
        return YES
    return no(_("Thầy cô chưa có quyền soạn biểu mẫu."))


def may_publish(draft: FormDraft) -> Verdict:
    """A draft is published when it is a form, asks something, and its code is no other form's."""
    if fault := fault_of(draft.document):
        return no(f"{place_in_words(fault.path)}: {sentence_of(fault)}")
    if not items_of(draft.document):
        return no(_("Biểu mẫu chưa có câu hỏi nào. Thêm ít nhất một câu rồi công bố."))
    owner = Form.objects.filter(code=draft.code).first()
    if owner and owner.pk != draft.form_id:
        return no(_("Mã “%(code)s” đã là mã của biểu mẫu khác. Chọn mã khác rồi công bố.") % {"code": draft.code})
    if draft.form and draft.form.code != draft.code:
        return no(_("Mã của biểu mẫu đã công bố không đổi được: “%(code)s”.") % {"code": draft.form.code})
    return YES
