from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _

from donghanh.people.choices import Right


class Scope(models.TextChoices):
    """What a key may be used for. It never gives what its owner does not hold at that moment."""

    READ_UNITS = "read_units", _("đọc danh sách đơn vị")
    READ_FORMS = "read_forms", _("đọc biểu mẫu, chỉ tiêu, kỳ báo cáo")
    READ_FIGURES = "read_figures", _("đọc số liệu tổng hợp và mục tiêu")
    READ_REPORTS = "read_reports", _("đọc báo cáo của đơn vị")
    WRITE_REPORTS = "write_reports", _("điền và gửi báo cáo")
    REVIEW_REPORTS = "review_reports", _("duyệt và trả lại báo cáo")
    MANAGE_METADATA = "manage_metadata", _("khai báo chỉ tiêu và biểu mẫu")


class Licence(models.TextChoices):
    """Under which words others may use what is published; each with the address of its text."""

    CC_BY = "CC-BY-4.0", _("Ghi công tác giả (CC BY 4.0)")
    CC0 = "CC0-1.0", _("Không giữ quyền nào (CC0 1.0)")


LICENCE_TEXTS = {
    Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/",
    Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
}

RIGHTS_OF: Mapping[Scope, tuple[Right, ...]] = {  # one of these is enough, in the units where it is held
    Scope.READ_UNITS: (Right.READ_UNITS, Right.READ_REPORTS, Right.READ_FIGURES),
    Scope.READ_FORMS: (Right.MANAGE_FORMS, Right.READ_REPORTS, Right.READ_FIGURES),
    Scope.READ_FIGURES: (Right.READ_FIGURES,),
    Scope.READ_REPORTS: (Right.READ_REPORTS,),
    Scope.WRITE_REPORTS: (Right.FILL_REPORTS,),
    Scope.REVIEW_REPORTS: (Right.REVIEW_REPORTS,),
    Scope.MANAGE_METADATA: (Right.MANAGE_FORMS,),
}


class IdentityKind(models.TextChoices):
    """What may bear the identifier of another system."""

    ELEMENT = "element", "dataElement"
    CATEGORY = "category", "category"
    OPTION = "option", "categoryOption"
    COMBO = "combo", "categoryCombo"
    CELL = "cell", "categoryOptionCombo"
    FORM = "form", "dataSet"
    WORKFLOW = "workflow", "dataApprovalWorkflow"
    INDICATOR = "indicator", "indicator"
    INDICATOR_TYPE = "indicator_type", "indicatorType"
    RULE = "rule", "validationRule"
    OPTION_SET = "option_set", "optionSet"
    OPTION_OF_SET = "option_of_set", "option"
    UNIT = "unit", "organisationUnit"
    LEVEL = "level", "organisationUnitLevel"
    GROUP = "group", "organisationUnitGroup"
    GROUP_SET = "group_set", "organisationUnitGroupSet"
    ACCOUNT = "account", "user"
