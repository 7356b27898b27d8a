"""What this room holds on a person, told to `privacy`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.agenda.models import Feed
from donghanh.privacy.queries import Holding, Line, hold


def feed_of(account_id: int) -> Iterable[list[Line]]:
    for row in Feed.objects.filter(account=account_id):
        yield [(_("Tạo lúc"), row.made_at)]


def close_feeds(account_ids: Sequence[int], _at: datetime) -> None:
    Feed.objects.filter(account__in=account_ids).delete()


def register() -> None:
    hold(
        Holding(
            title=gettext_lazy("Địa chỉ lịch cá nhân"), models=("agenda.Feed",), collect=feed_of,
            erase=close_feeds,
        )
    )  # fmt: skip
