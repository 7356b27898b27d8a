from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class UnitKind(models.TextChoices):
    """What a unit is, as the sector's own statistics name it."""

    DEPARTMENT = "department", _("Sở Giáo dục và Đào tạo")
    DISTRICT_OFFICE = "district_office", _("Phòng Giáo dục và Đào tạo")
    COMMUNE = "commune", _("Xã, phường, thị trấn")
    PRESCHOOL = "MN", _("Trường mầm non")
    PRIMARY = "TH", _("Trường tiểu học")
    PRIMARY_LOWER_SECONDARY = "TH&THCS", _("Trường TH&THCS")
    LOWER_SECONDARY = "THCS", _("Trường THCS")
    UPPER_SECONDARY = "THPT", _("Trường THPT")
    MULTI_LEVEL = "LC", _("Trường liên cấp")
    BOARDING_LOWER = "NT-THCS", _("Trường PTDTNT THCS")
    BOARDING_LOWER_UPPER = "NT-THCS&THPT", _("Trường PTDTNT THCS&THPT")
    BOARDING_UPPER = "NT-THPT", _("Trường PTDTNT THPT")
    CONTINUING = "GDTX", _("Trung tâm GDTX")
    VOCATIONAL_CONTINUING = "GDNN-GDTX", _("Trung tâm GDNN-GDTX")
    TECHNICAL_CENTRE = "KTTH-HN", _("Trung tâm KTTH-HN")
    COLLEGE = "CĐ", _("Trường cao đẳng")


class EducationLevel(models.TextChoices):
    """Levels taught (“cấp học”); a breakdown of figures."""

    PRESCHOOL = "MN", _("Mầm non")
    PRIMARY = "TH", _("Tiểu học")
    LOWER_SECONDARY = "THCS", _("THCS")
    UPPER_SECONDARY = "THPT", _("THPT")
    CONTINUING = "GDTX", _("GDTX")
    COLLEGE = "CĐ", _("Cao đẳng")


LEVELS_TAUGHT: dict[str, tuple[EducationLevel, ...]] = {
    UnitKind.PRESCHOOL: (EducationLevel.PRESCHOOL,),
    UnitKind.PRIMARY: (EducationLevel.PRIMARY,),
    UnitKind.PRIMARY_LOWER_SECONDARY: (EducationLevel.PRIMARY, EducationLevel.LOWER_SECONDARY),
    UnitKind.LOWER_SECONDARY: (EducationLevel.LOWER_SECONDARY,),
    UnitKind.UPPER_SECONDARY: (EducationLevel.UPPER_SECONDARY,),
    UnitKind.MULTI_LEVEL: (EducationLevel.PRIMARY, EducationLevel.LOWER_SECONDARY, EducationLevel.UPPER_SECONDARY),
    UnitKind.BOARDING_LOWER: (EducationLevel.LOWER_SECONDARY,),
    UnitKind.BOARDING_LOWER_UPPER: (EducationLevel.LOWER_SECONDARY, EducationLevel.UPPER_SECONDARY),
    UnitKind.BOARDING_UPPER: (EducationLevel.UPPER_SECONDARY,),
    UnitKind.CONTINUING: (EducationLevel.CONTINUING,),
    UnitKind.VOCATIONAL_CONTINUING: (EducationLevel.CONTINUING,),
    UnitKind.TECHNICAL_CENTRE: (EducationLevel.CONTINUING,),
    UnitKind.COLLEGE: (EducationLevel.COLLEGE,),
}
SCHOOL_KINDS: tuple[UnitKind, ...] = tuple(kind for kind in UnitKind if kind in LEVELS_TAUGHT)
OFFICE_KINDS: tuple[UnitKind, ...] = (UnitKind.DEPARTMENT, UnitKind.DISTRICT_OFFICE)  # offices that review reports


class CodeScheme(models.TextChoices):
    MINISTRY = "ministry", _("Mã trường của Bộ")
    DEPARTMENT = "department", _("Mã của Sở")
    AREA = "area", _("Mã đơn vị hành chính")
    OWN = "own", _("Mã nội bộ")


class EventKind(models.TextChoices):
    OPEN = "open", _("Thành lập")
    CLOSE = "close", _("Giải thể")
    RENAME = "rename", _("Đổi tên")
    TRANSFER = "transfer", _("Chuyển đơn vị quản lý")
    MERGE = "merge", _("Sáp nhập")
    SPLIT = "split", _("Chia tách")
    CHANGE_KIND = "change_kind", _("Đổi loại hình")
    RECODE = "recode", _("Đổi mã")


PASSED_ON = (EventKind.MERGE, EventKind.SPLIT, EventKind.CLOSE)  # what a unit counted goes to others
EVENTS_BETWEEN_UNITS = (EventKind.MERGE, EventKind.SPLIT, EventKind.TRANSFER)  # something goes from unit to unit


class Part(models.TextChoices):
    """A unit's part in an event."""

    SOURCE = "source", _("đơn vị cũ")
    TARGET = "target", _("đơn vị mới")
    SUBJECT = "subject", _("đơn vị có thay đổi")  # renamed, recoded, moved; it goes on existing


class UnitLevel(models.TextChoices):
    """Floors of the tree, as the register's pages list them."""

    DEPARTMENT = "department", _("Sở")
    DISTRICT = "district", _("Phòng")
    COMMUNE = "commune", _("Xã, phường")
    SCHOOL = "school", _("Cơ sở giáo dục")


KINDS_OF_LEVEL: dict[str, tuple[UnitKind, ...]] = {
    UnitLevel.DEPARTMENT: (UnitKind.DEPARTMENT,),
    UnitLevel.DISTRICT: (UnitKind.DISTRICT_OFFICE,),
    UnitLevel.COMMUNE: (UnitKind.COMMUNE,),
    UnitLevel.SCHOOL: SCHOOL_KINDS,
}


class Group(models.TextChoices):
    """Groups that the product itself knows; offices add their own (`models.OwnGroup`)."""

    PUBLIC = "public", _("Công lập")
    PRIVATE = "private", _("Ngoài công lập")
    FAVOURABLE = "favourable", _("Vùng thuận lợi")
    DIFFICULT = "difficult", _("Vùng khó khăn")
    HIGHLAND = "highland", _("Vùng cao")
    SEMI_BOARDING = "semi_boarding", _("Bán trú")


class GroupSet(models.TextChoices):
    """What groups tell apart. Kind and level follow from what a unit is; the others are stated, from day to day."""

    KIND = "kind", _("Loại hình")
    LEVEL = "level", _("Cấp học")
    OWNERSHIP = "ownership", _("Loại hình sở hữu")
    AREA_TYPE = "area_type", _("Loại vùng")
    BOARDING = "boarding", _("Bán trú")
    OWN = "own", _("Nhóm riêng")


GROUPS_OF_SET: dict[str, tuple[Group, ...]] = {
    GroupSet.OWNERSHIP: (Group.PUBLIC, Group.PRIVATE),
    GroupSet.AREA_TYPE: (Group.FAVOURABLE, Group.DIFFICULT, Group.HIGHLAND),
    GroupSet.BOARDING: (Group.SEMI_BOARDING,),
}
SET_OF_GROUP: dict[str, GroupSet] = {group: GroupSet(one) for one, groups in GROUPS_OF_SET.items() for group in groups}
ONE_AT_A_TIME = frozenset({GroupSet.OWNERSHIP, GroupSet.AREA_TYPE})  # a unit is in one group of such a set
KINDS_OF_GROUP: dict[str, tuple[UnitKind, ...]] = {  # groups that nobody states: they follow from the kind
    **{f"kind:{kind}": (kind,) for kind in UnitKind},
    **{
        f"level:{level}": tuple(kind for kind in SCHOOL_KINDS if level in LEVELS_TAUGHT[kind])
        for level in EducationLevel
    },
}


class LineVerdict(models.TextChoices):
    """What an import would do with one line of its file."""

    NEW = "new", _("Mới")
    CHANGED = "changed", _("Thay đổi")
    UNCHANGED = "unchanged", _("Không đổi")
    BAD = "bad", _("Có lỗi")


class ImportState(models.TextChoices):
    CHECKED = "checked", _("Đã kiểm tra, chưa ghi")
    APPLYING = "applying", _("Đang ghi")
    APPLIED = "applied", _("Đã ghi")
    REFUSED = "refused", _("Không ghi được")
