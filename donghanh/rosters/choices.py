from __future__ import annotations

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ImportState(models.TextChoices):
    CHECKING = "checking", _("Đang kiểm tra")
    CHECKED = "checked", _("Đã kiểm tra, chờ ghi")
    APPLYING = "applying", _("Đang ghi")
    APPLIED = "applied", _("Đã ghi")
    FAILED = "failed", _("Không ghi được")
    DROPPED = "dropped", _("Đã bỏ")


AT_WORK = (ImportState.CHECKING, ImportState.APPLYING)  # a job is busy: the page asks again


class Part(models.TextChoices):
    """What one line of a roster file says."""

    PERSON = "person", _("người")
    ENROLMENT = "enrolment", _("học sinh của lớp")
    TEACHING = "teaching", _("giáo viên của lớp")
    ROLE = "role", _("vai trò")
    BIRTH = "birth", _("ngày sinh")
    OTHER = "other", _("trường, lớp")


class Person(models.TextChoices):
    STUDENT = "student", _("học sinh")
    TEACHER = "teacher", _("giáo viên")


class Outcome(models.TextChoices):
    """What applying the file would do to one person."""

    NEW = "new", _("Mới")
    CHANGED = "changed", _("Sửa")
    MOVED = "moved", _("Chuyển lớp, trường")
    LEFT = "left", _("Thôi học")
    SAME = "same", _("Không đổi")
    BAD = "bad", _("Sai")


NO_CLASS = "-"  # class key of a learner whom the file takes out of a class and puts into none

FAULTS: dict[str, str | Promise] = {  # code → sentence; `value` is what stands in the field
    "missing": _("Ô này còn trống."),
    "long": _("Nội dung quá dài."),
    "date": _("“%(value)s” không phải là ngày. Viết ngày/tháng/năm, ví dụ 05/9/2012."),
    "date_odd": _("Ngày “%(value)s” không hợp lý: phải trước hôm nay và sau năm 1900."),
    "dates_turned": _("Ngày kết thúc “%(value)s” không sau ngày bắt đầu."),
    "formula": _("Ô này là công thức. Hãy dán lại dưới dạng giá trị."),
    "status": _("Trạng thái “%(value)s” không đúng với kiểu tệp khai trong manifest.csv."),
    "school": _("Không có trường nào mang mã “%(value)s” trong phạm vi của thầy cô."),
    "school_unknown": _("Mã trường “%(value)s” không có trong orgs.csv."),
    "class_unknown": _("Lớp “%(value)s” không có trong classes.csv."),
    "term_unknown": _("Học kỳ “%(value)s” không có trong academicSessions.csv."),
    "user_unknown": _("Người “%(value)s” không có trong users.csv."),
    "unknown": _("Chưa có ai mang mã “%(value)s”, nên không thể xóa."),
    "twice": _("“%(value)s” đã có ở một dòng trước."),
    "number_twice": _("Số định danh “%(value)s” đã có ở một dòng trước."),
    "two_classes": _("Học sinh này đã có lớp ở một dòng trước; mỗi em chỉ học một lớp."),
    "no_school": _("Chưa rõ học sinh này của trường nào."),
    "elsewhere": _(
        "Số định danh “%(value)s” đã có ở một trường khác. Em ấy chỉ chuyển về được khi trường kia đã cho thôi học, "
        "và họ tên hoặc ngày sinh đúng như trường kia đã ghi."
    ),
    "two_match": _("Dòng này và một dòng trước cùng chỉ một học sinh."),
    "username": _("Tên đăng nhập “%(value)s” chỉ được có chữ không dấu, số, dấu chấm, gạch; 3 đến 40 ký tự."),
    "username_taken": _("Tên đăng nhập “%(value)s” thuộc về người của đơn vị khác."),
    "oneself": _("Thầy cô không tự giao vai trò cho mình."),
}


class Move(models.TextChoices):
    """What becomes of a learner at the end of a school year."""

    PROMOTE = "promote", _("Lên lớp")
    REPEAT = "repeat", _("Ở lại lớp")
    GRADUATE = "graduate", _("Tốt nghiệp, hoàn thành cấp học")
    LEAVE = "leave", _("Thôi học, chuyển đi")


class Directory(models.TextChoices):
    """Whose bulk upload a file is for."""

    GOOGLE = "google", _("Google Workspace")
    MICROSOFT = "microsoft", _("Microsoft 365")
