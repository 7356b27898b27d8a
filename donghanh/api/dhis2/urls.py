"""DHIS2's own addresses below /api/ (or /api/42/)."""

from django.urls import re_path

from donghanh.api.dhis2 import views, views_approvals, views_units

KINDS = (
    "dataElements|categories|categoryOptions|categoryCombos|categoryOptionCombos|dataSets|dataApprovalWorkflows"
    "|indicators|indicatorTypes|optionSets|options|validationRules|organisationUnitLevels|organisationUnitGroups"
    "|organisationUnitGroupSets|periodTypes"
)
UID = r"(?P<uid>[A-Za-z][A-Za-z0-9]{10})"
JSON = r"(?:\.json)?/?$"
ENDING = r"(?:\.(?P<ending>json|xml|csv|adx|xlsx|xls))?/?$"

urlpatterns = [
    re_path(rf"^dataValueSets{ENDING}", views.data_value_sets, name="data_value_sets"),
    re_path(rf"^dataValues{JSON}", views.data_values, name="data_values"),
    re_path(rf"^analytics/dataValueSet{ENDING}", views.analytics_values, name="analytics_values"),
    re_path(rf"^analytics{ENDING}", views.analytics, name="analytics"),
    re_path(rf"^completeDataSetRegistrations{JSON}", views_approvals.registrations, name="registrations"),
    re_path(rf"^dataApprovals/multiple{JSON}", views_approvals.multiple, name="approvals"),
    re_path(rf"^dataApprovals/approvals{JSON}", views_approvals.approve_many, name="approve_many"),
    re_path(rf"^dataApprovals/unapprovals{JSON}", views_approvals.unapprove_many, name="unapprove_many"),
    re_path(rf"^dataApprovals{JSON}", views_approvals.approval, name="approval"),
    re_path(rf"^organisationUnits{JSON}", views_units.units, name="units"),
    re_path(rf"^organisationUnits/{UID}{JSON}", views_units.unit, name="unit"),
    re_path(rf"^metadata{JSON}", views_units.metadata, name="metadata"),
    re_path(rf"^me{JSON}", views_units.me, name="me"),
    re_path(rf"^system/info{JSON}", views_units.system_info, name="system_info"),
    re_path(rf"^(?P<kind>{KINDS}){JSON}", views_units.objects, name="objects"),
    re_path(rf"^(?P<kind>{KINDS})/{UID}{JSON}", views_units.one_object, name="object"),
]
