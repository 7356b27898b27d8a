"""Whatever a programme sends, it gets an answer that the description names, and never a fault of ours."""

from __future__ import annotations

import json

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi import checks

from donghanh.api.tests.factories import a_key, a_programme
from donghanh.reporting.tests.factories import report_of

CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
ADDRESSES = [f"/api/v1/{name}" for name in ("units", "query", "reports", "facts", "periods/x", "forms/x")]
WORDS = st.one_of(
    st.text(max_size=30), st.integers().map(str), st.sampled_from(["\0", "9" * 400, "-1", "1e400", "nan", "[]", "%00"])
)
JSONS = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.just("\0")),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=10), inner, max_size=4)),
    max_leaves=12,
)
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
pytestmark = pytest.mark.usefixtures("on_demo_day")


@pytest.fixture
def programme(cast, with_figures, monkeypatch):
    monkeypatch.setattr("donghanh.api.door.RATES.wait", lambda *_: 0)
    return a_programme(cast.district_officer, cast.lac_son)


def is_told(answer):
    """An answer, or a refusal in our shape."""
    if answer.status_code >= 300:
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code
    return answer.status_code < 500 or answer.status_code == 503


def test_hostile_parameters(programme):
    names = st.sampled_from(
        ["on", "kind", "below", "q", "page", "size", "data", "periods", "units", "groups", "tree", "form", "format",
         "unit", "state", "sent_since", "indicator", "period", "version", "children"]
    )  # fmt: skip

    @QUICK
    @given(st.sampled_from(ADDRESSES), st.dictionaries(names, WORDS, max_size=5))
    def asked(address, said):
        assert is_told(programme.get(address, said))

    asked()


def test_hostile_bodies(programme, cast, with_figures):
    pk = report_of(cast.school, with_figures).pk
    places = [("post", "/api/v1/query"), ("put", f"/api/v1/reports/{pk}/draft"), ("post", f"/api/v1/reports/{pk}/send")]
    known = st.fixed_dictionaries(
        {}, optional=dict.fromkeys(["data", "periods", "units", "revision", "answers", "client_key", "tree"], JSONS)
    )

    @QUICK
    @given(st.sampled_from(places), st.one_of(JSONS, known))
    def sent(place, said):
        method, address = place
        assert is_told(getattr(programme, method)(address, json.dumps(said), content_type="application/json"))

    sent()


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"units": [1' + b"0" * 5000 + b"]}", b'"\\ud800"', b"null"]
)
def test_bodies_that_are_no_json(body, programme):
    answer = programme.post("/api/v1/query", body, content_type="application/json")
    assert is_told(answer)
    assert answer.status_code in (400, 422)


def test_a_body_too_large_is_refused(programme, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = programme.post("/api/v1/query", b" " * 2000, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.fixture
def one_connection():
    """The application is called as a server calls it, but within the test's own transaction."""
    for moment in (request_started, request_finished):
        moment.disconnect(close_old_connections)
    yield
    for moment in (request_started, request_finished):
        moment.connect(close_old_connections)


def test_the_description_holds(one_connection, cast, with_figures, monkeypatch):
    """Schemathesis makes requests from the schema, right and wrong ones; every answer is one that it describes."""
    monkeypatch.setattr("donghanh.api.door.RATES.wait", lambda *_: 0)
    key = a_key(cast.district_officer, cast.lac_son)
    application = get_wsgi_application()

    def from_here(environ, start_response):
        return application(environ | {"REMOTE_ADDR": "127.0.0.1"}, start_response)

    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", from_here)
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
        @given(case=operation.as_strategy())
        def holds(case):
            answer = case.call(headers={"Authorization": f"ApiToken {key}"})
            case.validate_response(answer, checks=CHECKS)

        holds()
        tried += 1
    assert tried == 17
