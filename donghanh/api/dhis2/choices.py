"""DHIS2's own words: schemes, strategies, codes of refusals (the table in docs/dhis2.md says when each comes)."""

from __future__ import annotations

from enum import StrEnum

from donghanh.api.choices import IdentityKind


class Scheme(StrEnum):
    """By what an identifier names its thing."""

    UID = "uid"
    CODE = "code"
    NAME = "name"


class Strategy(StrEnum):
    """What an import may do with a box."""

    CREATE = "CREATE"
    UPDATE = "UPDATE"
    CREATE_AND_UPDATE = "CREATE_AND_UPDATE"
    DELETE = "DELETE"


OLDER_NAMES = {  # of strategies, which clients still send
    "NEW": Strategy.CREATE, "UPDATES": Strategy.UPDATE, "NEW_AND_UPDATES": Strategy.CREATE_AND_UPDATE,
    "DELETES": Strategy.DELETE,
}  # fmt: skip


class Code(StrEnum):
    """DHIS2's codes of errors where it has one for the case, ours (DH…) where it has none."""

    # of a request
    NOT_READABLE = "E0001"
    NOT_FOUND = "E1005"
    NOTHING_CHOSEN = "E2001"
    NO_TIME_CHOSEN = "E2002"
    NO_UNIT_CHOSEN = "E2006"
    NO_DIMENSION = "E7101"
    NO_DATA_ITEM = "E7102"
    TWICE_ASKED = "E7103"
    NO_PERIOD = "E7104"
    PERIODS_AND_DAYS = "E7105"
    DAYS_BACKWARDS = "E7106"
    FILTER_OF_SEVERAL = "E7108"
    DIMENSION_TWICE = "E7111"
    NO_AGGREGATION = "E7115"
    UNIT_OUT_OF_REACH = "E7120"
    NO_VALID_ITEM = "E7124"
    NO_SUCH_DIMENSION = "E7125"
    NO_SUCH_COLUMN = "E7126"
    NO_SUCH_ROW = "E7127"
    TOO_MANY = "E7128"
    BAD_FIELDS = "E7651"
    BAD_FILTER = "E7652"
    # of one value
    NO_DATA_SET = "E7600"
    NO_WRITING = "E7601"
    DATA_SET_WANTED = "E7602"
    NO_ELEMENT = "E7610"
    NO_SUCH_PERIOD = "E7611"
    NO_UNIT = "E7612"
    NO_CELL = "E7613"
    CELL_CLOSED = "E7614"
    NO_ATTRIBUTES = "E7615"
    NO_VALUE = "E7618"
    WRONG_VALUE = "E7619"
    WRONG_COMMENT = "E7620"
    NO_OPTION = "E7621"
    NOT_OF_DATA_SET = "E7633"
    CELL_OF_ANOTHER = "E7634"
    NOT_EXPECTED = "E7636"
    PAST_CLOSING = "E7640"
    ALREADY_SENT = "E7642"
    NOT_OPEN = "E7643"
    # of metadata
    NO_REFERENCE = "E5002"
    NOT_UNIQUE = "E5003"
    NOT_TAKEN = "E6002"
    WRONG_PROPERTY = "E4000"
    # ours
    NEWER_WORDS = "DH001"  # a colleague wrote another value into the box, later than the value that came
    NOT_READY = "DH002"  # the report cannot be sent: what is empty, wrong or unexplained
    NOT_ALLOWED = "DH003"  # a rule of the office says no


DEFAULT = "default"
DEFAULT_UIDS = {  # the same in every DHIS2 there is: clients know them by heart
    IdentityKind.CATEGORY: "GLevLNI9wkl",
    IdentityKind.OPTION: "xYerKDKCefk",
    IdentityKind.COMBO: "bjDvmb4bfuf",
    IdentityKind.CELL: "HllvX50cXC0",
}

__all__ = ["DEFAULT", "DEFAULT_UIDS", "OLDER_NAMES", "Code", "IdentityKind", "Scheme", "Strategy"]
