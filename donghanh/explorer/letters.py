"""What is sent by schedule: each receiver's own figures of the day, kept here and, where we know where to, mailed."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from donghanh.explorer import queries
from donghanh.explorer.choices import LetterState
from donghanh.explorer.look import read_kept
from donghanh.explorer.members import Finder
from donghanh.explorer.models import Letter, MailAddress, Receiver, SavedView
from donghanh.explorer.pivot import Pivot, all_laid_out
from donghanh.explorer.pivot_files import joined_xlsx, notes_of, table_of
from donghanh.files.actions import store
from donghanh.files.models import StoredFile
from donghanh.files.queries import content_of
from donghanh.kernel.numbers import format_number
from donghanh.kernel.spreadsheet import XLSX
from donghanh.statistics import queries as statistics

SALT = "explorer.unsubscribe"
ROWS_IN_TEXT = 30
WIDEST = 40  # characters of a column in the text

log = logging.getLogger(__name__)


def token_of(receiver: Receiver) -> str:
    """What the link of a letter carries: enough to stop it, nothing to sign in with."""
    return signing.dumps(receiver.pk, salt=SALT)


def receiver_of(token: str) -> Receiver | None:
    """The receiver whose letter carries this token; None for one that we did not sign."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    rows = Receiver.objects.select_related("subscription__view", "subscription__dashboard", "account")
    return rows.filter(pk=pk).order_by("pk").first()


def send_due(*, on: date, at: datetime) -> int:
    """Write and send the letters of this day; how many were written. Doing it twice sends nothing twice."""
    return sum(_send(receiver, on=on, at=at) for receiver in queries.due_receivers(on))


def _send(receiver: Receiver, *, on: date, at: datetime) -> bool:
    if queries.own_office(receiver.account, on=on) is None:
        return False  # reads no figures any more
    try:
        letter = _written(receiver, on=on, at=at)
    except IntegrityError:  # another worker was quicker
        return False
    except (statistics.TooMany, statistics.FactsNotReady, statistics.FactsTooSlow):
        log.warning("no figures for receiver %s", receiver.pk)  # the next day tries again
        return False
    _mail(letter, receiver)
    return True


@transaction.atomic
def _written(receiver: Receiver, *, on: date, at: datetime) -> Letter:
    """The letter with its file, as this receiver may see the figures on this day."""
    subscription = receiver.subscription
    what = subscription.view or subscription.dashboard
    assert what  # noqa: S101 - a constraint holds it
    views = [subscription.view] if subscription.view else [t.view for t in queries.tiles_of(subscription.dashboard)]  # type: ignore[arg-type]  # one of the two
    pivots = all_laid_out([read_kept(view.query) for view in views], Finder(receiver.account, on=on), on=on)
    title = f"{what.name} – {on.day}/{on.month}/{on.year}"
    file = store(
        content=joined_xlsx([(view.name, pivot) for view, pivot in zip(views, pivots, strict=True)]),
        name=f"so-lieu-{on:%Y-%m-%d}.xlsx", content_type=XLSX, unit=None, by=None, at=at,
    )  # fmt: skip
    return Letter.objects.create(
        receiver=receiver, on=on, at=at, title=title, text=_text(views, pivots), file=file, state=LetterState.KEPT
    )


def _text(views: Sequence[SavedView], pivots: Sequence[Pivot]) -> str:
    """Every table as plain text, its names in a column as wide as they need."""
    parts = []
    for view, pivot in zip(views, pivots, strict=True):
        head, *rows = [[_word(value) for value in row] for row in table_of(pivot)]
        shown = [head, *rows[:ROWS_IN_TEXT]]
        widths = [min(WIDEST, max(len(row[place]) for row in shown)) for place in range(len(head))]
        names = len(pivot.look.rows) or 1
        lines = [view.name, "=" * len(view.name)]
        for row in shown:
            cells = [
                text[:width].ljust(width) if place < names else text[:width].rjust(width)
                for place, (text, width) in enumerate(zip(row, widths, strict=True))
            ]
            lines.append("  ".join(cells).rstrip())
        if len(rows) > ROWS_IN_TEXT:
            lines.append(
                _("… còn %(count)s dòng trong tệp Excel.") % {"count": format_number(len(rows) - ROWS_IN_TEXT)}
            )
        parts.append("\n".join([*lines, "", *notes_of(pivot)]))
    return "\n\n".join(parts)


def _word(value: object) -> str:
    if isinstance(value, int | float):
        decimals = 0 if float(value).is_integer() else len(str(value).partition(".")[2])
        return format_number(value, decimals=decimals)
    return str(value)


def _mail(letter: Letter, receiver: Receiver) -> None:
    """By mail, where we can send and the receiver said where to."""
    address = MailAddress.objects.filter(account=receiver.account).order_by("pk").first()
    if address is None or not settings.SENDS_MAIL:
        return
    leave = settings.SITE_ADDRESS + reverse("explorer:unsubscribe", args=[token_of(receiver)])
    text = "\n\n".join([letter.text, _("Không muốn nhận thư này nữa: %(link)s") % {"link": leave}])
    message = EmailMessage(letter.title, text, to=[address.address], headers={"List-Unsubscribe": f"<{leave}>"})
    if letter.file:
        message.attach(letter.file.name, _bytes(letter.file), XLSX)
    try:
        message.send()
        letter.state = LetterState.SENT
    except (smtplib.SMTPException, OSError):
        log.exception("letter %s was not sent", letter.pk)
        letter.state = LetterState.FAILED
    letter.save(update_fields=["state"])


def _bytes(file: StoredFile) -> bytes:
    with content_of(file) as opened:
        return opened.read()
