from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    """The groups that the plan names in III.3."""

    OFFICE = "office", _("Đại diện phòng, ban, ngành")
    ASSOCIATION = "association", _("Đại diện đoàn thể")
    YOUTH = "youth", _("Tổ chức Đoàn, Hội, Đội")
    CIVICS_TEACHER = "civics_teacher", _("Nhà giáo dạy lý luận chính trị, đạo đức, giáo dục công dân")
    HOMEROOM_TEACHER = "homeroom_teacher", _("Giáo viên chủ nhiệm")
    ADVISER = "adviser", _("Cố vấn học tập")
    TEACHER = "teacher", _("Nhà giáo khác")
    STUDENT = "student", _("Sinh viên, học viên từ đủ 18 tuổi")
    LOCAL_AGENCY = "local_agency", _("Đại diện cơ quan chức năng ở địa phương")


class Duty(models.TextChoices):
    """What a collaborator may be asked to do (E2). Following what students write elsewhere is no duty of anyone."""

    ANSWER = "answer", _("Trả lời câu hỏi, kiến nghị của học sinh")
    ADVISE = "advise", _("Tham mưu nội dung tuyên truyền")
    WRITE = "write", _("Viết bài, làm hình ảnh, video clip")
    CORRECT = "correct", _("Soạn tin đính chính")


class Agency(models.TextChoices):
    """Where a member of a working group comes from (III.4, III.5)."""

    EDUCATION = "education", _("Ngành giáo dục")
    POLICE = "police", _("Công an")
    YOUTH_UNION = "youth_union", _("Đoàn thanh niên")
    WOMENS_UNION = "womens_union", _("Hội phụ nữ")
    LOCAL_GOVERNMENT = "local_government", _("Chính quyền địa phương")
    INFORMATION = "information", _("Ban Tuyên giáo")
    CULTURE = "culture", _("Văn hóa, thông tin, truyền thông")
    PARENTS = "parents", _("Ban đại diện cha mẹ học sinh")
    OTHER = "other", _("Cơ quan khác")


class GroupRole(models.TextChoices):
    CHAIR = "chair", _("Tổ trưởng")
    DEPUTY = "deputy", _("Tổ phó")
    SECRETARY = "secretary", _("Thư ký")
    MEMBER = "member", _("Thành viên")


class Term(models.TextChoices):
    """Which rows of a roster are shown."""

    NOW = "now", _("Đương nhiệm")
    PAST = "past", _("Đã hết nhiệm kỳ")
    ALL = "all", _("Tất cả")
