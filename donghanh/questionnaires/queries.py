from __future__ import annotations

from donghanh.questionnaires.models import FormVersion


def current_version(code: str) -> FormVersion:
    """The latest wording of a form; FormVersion.DoesNotExist where the form was never loaded."""
    return FormVersion.objects.select_related("form").filter(form__code=code).latest("number")
