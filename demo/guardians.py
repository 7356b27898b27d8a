"""A generated mother with three generated children, and codes that still wait: the guardian's pages to try."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from demo.sign_ins import PASSWORD
from donghanh.guardians.actions import NewAccount, claim, print_codes
from donghanh.guardians.models import Guardianship
from donghanh.kernel.rows import everything
from donghanh.people.models import Account
from donghanh.privacy.actions import ask, give_consent
from donghanh.privacy.choices import Purpose, RequestKind
from donghanh.rosters.models import Learner

MOTHER, FATHER = "ph.demo", "cha.demo"
NOWHERE = "203.0.113.1"  # documentation address (RFC 5737): nobody's
CHILDREN = 3


def build_guardians(learners: Sequence[Learner], *, by: Account, at: datetime) -> Account:
    """`ph.demo`, mother of the first three `learners`; the father of the first waits for the school's word.

    `by`: who prints the codes, a school administrator of the learners' school. Consents of two kinds and one request
    that is still in time stand ready; answers the mother's account.
    """
    when = at - timedelta(days=20)
    mother: Account | None = None
    with everything():
        for learner in learners[:CHILDREN]:
            link = _linked(learner, MOTHER, "Bùi Thị Hạnh (giả lập)", mother, by=by, at=when, in_person=True)
            mother = link.guardian
        assert mother  # noqa: S101  # three children
        first = learners[0]
        _linked(first, FATHER, "Bùi Văn Lâm (giả lập)", None, by=by, at=at - timedelta(days=1), in_person=False)
        print_codes(child_ids=[first.pk], a_child=1, in_person=False, by=by, at=when)
        for purpose in (Purpose.SCHOOL_MESSAGES, Purpose.RESULTS):
            give_consent(subject_id=first.pk, purpose=purpose, by=mother, at=when)
        text = "Ngày sinh của cháu trong danh sách chưa đúng với giấy khai sinh."
        ask(subject_id=first.pk, kind=RequestKind.CORRECT, text=text, by=mother, at=at)
    Account.objects.filter(username__in=(MOTHER, FATHER)).update(generated=True)
    return mother


def _linked(
    learner: Learner, username: str, name: str, account: Account | None, *, by: Account, at: datetime, in_person: bool
) -> Guardianship:
    [slip] = print_codes(child_ids=[learner.pk], a_child=1, in_person=in_person, by=by, at=at)
    return claim(
        typed=slip.code,
        relation="father" if username == FATHER else "mother",
        account=account,
        new=NewAccount(username, name, PASSWORD),
        address=NOWHERE,
        at=at,
    )
