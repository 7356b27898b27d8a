"""A refusal in DHIS2's shape: status, sentence, code."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from donghanh.api.dhis2.choices import Code
from donghanh.api.problems import Problem


class Fault(Problem):
    """A request that is not answered. `str()` is the sentence for the person at the other end."""

    def __init__(self, status: HTTPStatus, sentence: str, dhis2_code: Code | None = None) -> None:
        super().__init__(status, sentence)
        self.dhis2_code = dhis2_code


def conflict(sentence: str, code: Code | None = None) -> Fault:
    """409: what DHIS2 says of a request that is understood and cannot be answered."""
    return Fault(HTTPStatus.CONFLICT, sentence, code)


def message(status: HTTPStatus, word: str, sentence: str = "", code: Code | None = None) -> dict[str, Any]:
    """The frame around every answer that is not plain data."""
    body: dict[str, Any] = {"httpStatus": status.phrase, "httpStatusCode": int(status), "status": word}
    if sentence:
        body["message"] = sentence
    if code:
        body["errorCode"] = str(code)
    return body


def drawn(problem: Problem) -> dict[str, Any]:
    """Any refusal of the room in DHIS2's shape."""
    return message(problem.status, "ERROR", str(problem), getattr(problem, "dhis2_code", None))
