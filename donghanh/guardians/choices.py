"""Relations, the moves of a link between guardian and child, and the numbers of the paper codes."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class Relation(models.TextChoices):
    MOTHER = "mother", _("mẹ")
    FATHER = "father", _("cha")
    GRANDPARENT = "grandparent", _("ông, bà")
    SIBLING = "sibling", _("anh, chị đã thành niên")
    GUARDIAN = "guardian", _("người giám hộ khác")


class LinkState(models.TextChoices):
    INVITED = "invited", _("Đã in mã")
    CLAIMED = "claimed", _("Chờ trường xác minh")
    VERIFIED = "verified", _("Đã xác minh")
    REVOKED = "revoked", _("Đã dừng")


class Move(models.TextChoices):
    CLAIM = "claim", _("nhập mã")
    VERIFY = "verify", _("xác minh")
    REVOKE = "revoke", _("dừng liên kết")


MOVES: dict[Move, tuple[tuple[LinkState, ...], LinkState]] = {  # move → from any of, to
    Move.CLAIM: ((LinkState.INVITED,), LinkState.CLAIMED),
    Move.VERIFY: ((LinkState.CLAIMED,), LinkState.VERIFIED),
    Move.REVOKE: ((LinkState.INVITED, LinkState.CLAIMED, LinkState.VERIFIED), LinkState.REVOKED),
}
RUNNING = (LinkState.CLAIMED, LinkState.VERIFIED)


class Why(models.TextChoices):
    """Why a link ended: a closed list, no words about a family."""

    BY_SCHOOL = "by_school", _("trường dừng")
    BY_GUARDIAN = "by_guardian", _("cha mẹ tự dừng")
    BLOCKED = "blocked", _("theo quyết định")
    FORGOTTEN = "forgotten", _("dữ liệu của người học đã xóa")
    OF_AGE = "of_age", _("người học đủ 18 tuổi")


CODE_LETTERS = "ACDEFHJKMNPQRTUVWXY34679"  # none that looks like another: no 0 O, 1 I L, 2 Z, 5 S, 8 B, G
CODE_LENGTH = 12  # 24^12: 55 bits; ten guesses an hour need 10^11 years
CODE_HOLDS = timedelta(days=30)
MOST_CODES_A_CHILD = 4  # at a time
MOST_CODES_A_SHEET = 240

WINDOW = timedelta(hours=1)
FAILURES_OF_AN_ACCOUNT = 10
FAILURES_FROM_AN_ADDRESS = 60  # a school's whole parents' evening stands behind one address
FAILURES_KEPT = timedelta(days=1)

OF_AGE = 18  # years: no guardian afterwards
CONSENTS_TOO = 7  # years: a child consents beside its representative (Luật Trẻ em)
CONSENTS_ALONE = 16  # years: no child any more (Luật Trẻ em 2016, điều 1)
