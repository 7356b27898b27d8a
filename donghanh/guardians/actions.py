from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.guardians.choices import (
    CODE_HOLDS,
    CODE_LENGTH,
    CODE_LETTERS,
    FAILURES_KEPT,
    MOVES,
    OF_AGE,
    RUNNING,
    LinkState,
    Move,
    Why,
)
from donghanh.guardians.models import ClaimFailure, CustodyBlock, Guardianship
from donghanh.guardians.queries import code_hash, has_a_block, link_by_code, read_code
from donghanh.guardians.rules import (
    is_a_live_code,
    may_block,
    may_claim,
    may_lift,
    may_look_after,
    may_print,
    may_revoke,
    may_try,
    may_verify,
)
from donghanh.kernel.rows import everything
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import Refused
from donghanh.people.actions import close_role, give_role, open_account
from donghanh.people.choices import GUARDIAN
from donghanh.people.models import Account, Membership
from donghanh.privacy.actions import withdraw_given_by
from donghanh.rosters.models import Learner

FEBRUARY = 2


class WrongCode(Refused):
    """The code typed does not count; the guess has been counted."""


@dataclass(frozen=True)
class Slip:
    """One code as it stands on the paper: the only place where it can be read."""

    link: Guardianship
    code: str

    @property
    def grouped(self) -> str:
        """“ACDE-FHJK-MNPQ”."""
        return "-".join(self.code[place : place + 4] for place in range(0, CODE_LENGTH, 4))


@dataclass(frozen=True)
class NewAccount:
    """What a guardian without an account types beside the code."""

    username: str
    full_name: str
    password: str


@transaction.atomic
def print_codes(*, child_ids: Collection[int], a_child: int, in_person: bool, by: Account, at: datetime) -> list[Slip]:
    """Make `a_child` codes for each child, by name. `in_person`: whoever claims one is verified by that alone."""
    may_print(child_ids, a_child, by=by, at=at, on=timezone.localdate(at)).enforce()
    slips = []
    for child in Learner.objects.filter(pk__in=child_ids).order_by("full_name_sort", "pk"):
        for _number in range(a_child):
            code = "".join(secrets.choice(CODE_LETTERS) for _letter in range(CODE_LENGTH))
            link = Guardianship(
                child=child,
                unit_id=child.unit_id,
                code_hash=code_hash(code),
                in_person=in_person,
                invited_at=at,
                invited_by=by,
                expires_at=at + CODE_HOLDS,
            )
            slips.append(Slip(link, code))
    Guardianship.objects.bulk_create(slip.link for slip in slips)
    for slip in slips:
        _log("guardians.code_printed", slip.link, by=by, at=at, in_person=in_person)
    return slips


def claim(
    *, typed: str, relation: str, account: Account | None, new: NewAccount | None, address: str, at: datetime
) -> Guardianship:
    """Become a child's guardian by the code on the paper; `new` opens the account in the same breath.

    Raises WrongCode for a code that does not count, Refused for any other no; then no account has been opened.
    """
    may_try(account, address, at=at).enforce()
    try:
        with everything():
            link = _locked(typed)
            verdict = is_a_live_code(link, at=at)
            if link is None or not verdict:
                raise WrongCode(verdict.reason)
            return _claim(link, relation, account or _opened(new, at=at), at=at)
    except Refused as refused:
        _count_failure(account, address, at=at, counts=isinstance(refused, WrongCode))
        raise


@transaction.atomic
def verify(*, link: Guardianship, by: Account, at: datetime) -> None:
    """The school knows that the person is who the paper was for; from now on they see the child."""
    locked = Guardianship.objects.select_for_update().get(pk=link.pk)
    may_verify(locked, by=by, on=timezone.localdate(at)).enforce()
    locked.state, locked.verified_at, locked.verified_by = MOVES[Move.VERIFY][1], at, by
    locked.save(update_fields=["state", "verified_at", "verified_by"])
    _log("guardians.verified", locked, by=by, at=at)


@transaction.atomic
def revoke(*, link: Guardianship, by: Account, at: datetime) -> None:
    """The link ends now, and with it what the guardian consented to for the child."""
    locked = Guardianship.objects.select_for_update().get(pk=link.pk)
    may_revoke(locked, by=by, on=timezone.localdate(at)).enforce()
    _end([locked], Why.BY_GUARDIAN if locked.guardian_id == by.pk else Why.BY_SCHOOL, by=by, at=at)


@transaction.atomic
def block(
    *, child: Learner, guardian: Account | None, document: str, document_day: date, by: Account, at: datetime
) -> CustodyBlock:
    """By this document the account sees nothing of the child from now on; its links and unused codes end.

    Without an account: codes in people's hands end all the same, and new ones wait for the school's word.
    """
    may_block(child, document, document_day, by=by, on=timezone.localdate(at)).enforce()
    made, new = CustodyBlock.objects.get_or_create(
        child=child,
        guardian=guardian,
        lifted_at=None,
        defaults={
            "unit_id": child.unit_id,
            "document": nfc(document),
            "document_day": document_day,
            "made_at": at,
            "made_by": by,
        },
    )
    if new:
        with everything():
            links = Guardianship.objects.filter(child=child)
            unused = links.filter(state=LinkState.INVITED)
            ending = unused | links.filter(guardian=guardian, state__in=RUNNING) if guardian else unused
            _end(ending.order_by("pk"), Why.BLOCKED, by=by, at=at)
        record(verb="guardians.blocked", on=made, by=by.pk, at=at, unit=child.unit_id, child=child.pk)
    return made


@transaction.atomic
def lift(*, block: CustodyBlock, document: str, by: Account, at: datetime) -> None:
    """By another document the block ends; the link does not come back by itself."""
    locked = CustodyBlock.objects.select_for_update().get(pk=block.pk)
    may_lift(locked, document, by=by, on=timezone.localdate(at)).enforce()
    locked.lifted_at, locked.lifted_by, locked.lifted_document = at, by, nfc(document)
    locked.save(update_fields=["lifted_at", "lifted_by", "lifted_document"])
    record(verb="guardians.block_lifted", on=locked, by=by.pk, at=at, unit=locked.unit_id, child=locked.child_id)


@transaction.atomic
def end_links_of(*, account_ids: Collection[int], why: Why, at: datetime) -> None:
    """Every link and code of these children, and every link of these guardians, ends by a rule."""
    with everything():
        theirs = Q(child__in=account_ids) | Q(guardian__in=account_ids)
        links = Guardianship.objects.filter(theirs).exclude(state=LinkState.REVOKED)
        _end(links.order_by("pk"), why, by=None, at=at)


@transaction.atomic
def end_links_of_grown_ups(*, at: datetime, most: int) -> int:
    """Nobody has a guardian from `OF_AGE` on: their links and codes end; how many did."""
    on = timezone.localdate(at)
    born = date(on.year - OF_AGE, on.month, min(on.day, 28) if on.month == FEBRUARY else on.day)
    with everything():
        links = Guardianship.objects.filter(child__birth_date__lte=born).exclude(state=LinkState.REVOKED)
        ending = list(links.order_by("pk")[:most])
        _end(ending, Why.OF_AGE, by=None, at=at)
    return len(ending)


@transaction.atomic
def follow_children(*, child_ids: Collection[int]) -> None:
    """After a child has moved to another school: its links and blocks are that school's from now on."""
    with everything():
        for child in Learner.objects.filter(pk__in=child_ids).order_by("pk"):
            Guardianship.objects.filter(child=child).update(unit=child.unit_id)
            CustodyBlock.objects.filter(child=child).update(unit=child.unit_id)


def _locked(typed: str) -> Guardianship | None:
    found = link_by_code(read_code(typed))
    return Guardianship.objects.select_for_update().get(pk=found.pk) if found else None


def _opened(new: NewAccount | None, *, at: datetime) -> Account:
    if new is None:
        raise WrongCode(_("Đăng nhập hoặc mở tài khoản trước khi dùng mã."))
    if Account.objects.filter(username__iexact=new.username).exists():
        raise Refused(_("Tên đăng nhập này đã có người dùng; thử thêm năm sinh hoặc chọn tên khác."))
    try:
        validate_password(new.password, Account(username=new.username, full_name=new.full_name))
    except ValidationError as weak:
        raise Refused(" ".join(weak.messages)) from None
    return open_account(
        username=new.username,
        full_name=new.full_name,
        password=new.password,
        by=None,
        at=at,
        generated=bool(settings.DEMO_DAY),  # a visitor's account does not keep a demo from being built anew
    )


def _claim(link: Guardianship, relation: str, guardian: Account, *, at: datetime) -> Guardianship:
    may_claim(link, relation, by=guardian).enforce()
    link.state, link.guardian, link.relation, link.claimed_at = MOVES[Move.CLAIM][1], guardian, relation, at
    on = timezone.localdate(at)
    trusted = may_look_after([link.child_id], by=link.invited_by, on=on)  # who handed it over still works there
    if link.in_person and trusted and not has_a_block(link.child_id):
        link.state, link.verified_at = MOVES[Move.VERIFY][1], at
    link.save(update_fields=["state", "guardian", "relation", "claimed_at", "verified_at"])
    known = Membership.objects.filter(account=guardian, unit=link.unit_id, role=GUARDIAN.code, valid__contains=on)
    if not known.exists():
        give_role(account=guardian, unit=link.unit, role=GUARDIAN.code, since=on, by=None, at=at)
    _log("guardians.claimed", link, by=guardian, at=at, verified=link.state == LinkState.VERIFIED)
    return link


def _end(links: Iterable[Guardianship], why: Why, *, by: Account | None, at: datetime) -> None:
    """End links, the consents given through them, and the guardian's role where no link in that school is left."""
    on = timezone.localdate(at)
    for link in links:
        link.state, link.ended_at, link.ended_by, link.why = MOVES[Move.REVOKE][1], at, by, why
        link.save(update_fields=["state", "ended_at", "ended_by", "why"])
        _log("guardians.ended", link, by=by, at=at, why=str(why))
        if link.guardian_id is None:
            continue
        if by:
            withdraw_given_by(subject_id=link.child_id, giver_id=link.guardian_id, by=by, at=at)
        with everything():
            left = Guardianship.objects.filter(guardian=link.guardian_id, unit=link.unit_id, state__in=RUNNING).exists()
        roles = Membership.objects.filter(account=link.guardian_id, unit=link.unit_id, role=GUARDIAN.code)
        for role in [] if left else roles.filter(valid__contains=on).order_by("pk"):
            close_role(membership=role, on=on, by=by.pk if by else None, at=at)


def _count_failure(account: Account | None, address: str, *, at: datetime, counts: bool) -> None:
    ClaimFailure.objects.filter(at__lt=at - FAILURES_KEPT).delete()
    if counts:
        ClaimFailure.objects.create(account_id=account.pk if account else None, address=address, at=at)


def _log(verb: str, link: Guardianship, *, by: Account | None, at: datetime, **details: Any) -> None:
    unit, doer = link.unit_id, by.pk if by else None
    record(verb=verb, on=link, by=doer, at=at, unit=unit, child=link.child_id, guardian=link.guardian_id, **details)
