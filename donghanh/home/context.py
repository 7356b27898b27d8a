"""The frame of every page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from donghanh.kernel.access import SIGNED_IN
from donghanh.kernel.clock import today
from donghanh.people.choices import Right
from donghanh.people.queries import roles_held

NAVIGATION = (  # right, route, icon, label
    (SIGNED_IN, "home:my_work", "home", _("Việc của tôi")),
    (Right.FILL_REPORTS, "reporting:owed", "file-text", _("Báo cáo cần nộp")),
    (Right.REVIEW_REPORTS, "reporting:waiting", "inbox", _("Cần duyệt")),
    (Right.REVIEW_REPORTS, "reporting:board", "clipboard-list", _("Theo dõi báo cáo")),
    (Right.ASK_REPORTS, "reporting:requests", "send", _("Yêu cầu báo cáo")),
    (Right.READ_FIGURES, "home:newest_figures", "chart-bar", _("Chỉ tiêu")),
    (Right.READ_FIGURES, "explorer:explore", "adjustments-horizontal", _("Khám phá số liệu")),
    (Right.READ_FIGURES, "statistics:targets", "target", _("Mục tiêu")),
    (Right.WRITE_CHECKS, "statistics:checks", "list-check", _("Kiểm tra số liệu")),
    (Right.MANAGE_FORMS, "questionnaires:forms", "clipboard-list", _("Biểu mẫu")),
    (Right.TEACH_CLASSES, "rosters:my_classes", "school", _("Lớp của tôi")),
    (Right.READ_LEARNERS, "rosters:classes", "school", _("Lớp và học sinh")),
    (Right.SEE_CHILDREN, "guardians:children", "users", _("Con của tôi")),
    (Right.MANAGE_PEOPLE, "people:staff", "users", _("Người dùng")),
    (Right.LINK_GUARDIANS, "guardians:classes", "users", _("Liên kết cha mẹ")),
    (Right.READ_UNITS, "organisations:units", "sitemap", _("Các đơn vị")),
    (Right.ANSWER_DATA_REQUESTS, "privacy:requests", "lock", _("Yêu cầu về dữ liệu")),
    (Right.MANAGE_COLLABORATORS, "collaborators:roster", "users", _("Cộng tác viên")),
    (Right.MANAGE_COLLABORATORS, "collaborators:groups", "list-check", _("Tổ công tác")),
    (Right.READ_UNITS, "periods:calendar", "calendar", _("Lịch")),
    (Right.READ_PLANS, "programmes:programmes", "target", _("Chương trình")),
    (Right.NOMINATE, "recognition:rounds", "circle-check", _("Khen thưởng")),
    (Right.SHARE_PRACTICE, "recognition:practices", "files", _("Kinh nghiệm hay")),
    (Right.INSPECT, "inspections:visits", "checklist", _("Kiểm tra cơ sở")),
    (Right.ANSWER_INSPECTIONS, "inspections:findings", "checklist", _("Kiến nghị kiểm tra")),
    (Right.READ_PLANS, "agenda:own", "calendar", _("Lịch của đơn vị")),
    (Right.READ_DOCUMENTS, "documents:register", "files", _("Văn bản")),
    (Right.READ_AUDIT, "home:deeds", "history", _("Nhật ký")),
)


def chrome(request: HttpRequest) -> dict[str, Any]:
    """The day, whether this is a demo, the reader's rights and theme, and the pages their rights open."""
    rights = frozenset(getattr(request, "rights", ()))
    user: Any = getattr(request, "user", None)
    opened = rights | {SIGNED_IN} if user and user.is_authenticated else frozenset()
    route = request.resolver_match.view_name if request.resolver_match else ""
    return {
        "today": today(),
        "demo_day": settings.DEMO_DAY,
        "demo_accounts": settings.DEMO_ACCOUNTS,
        "rights": rights,
        "standing": SimpleLazyObject(lambda: roles_held(user, on=today()) if opened else []),  # asked by 404 alone
        "theme": "dark" if request.COOKIES.get("theme") == "dark" else "light",
        "navigation": [
            {"label": label, "url": reverse(to), "icon": icon, "current": to == route}
            for right, to, icon, label in NAVIGATION
            if right in opened
        ],
    }
