from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from donghanh.kernel.clock import today


def chrome(request: HttpRequest) -> dict[str, Any]:
    """What the frame of every page needs: the day, whether this is a demo, the reader's rights and theme."""
    return {
        "today": today(),
        "demo_day": settings.DEMO_DAY,
        "rights": getattr(request, "rights", frozenset()),
        "navigation": [],  # {label, url, icon, current}: the rooms this reader may enter
        "theme": "dark" if request.COOKIES.get("theme") == "dark" else "light",
    }
