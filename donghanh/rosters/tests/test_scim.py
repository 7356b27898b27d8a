"""Another programme reads a unit's people and classes by SCIM: what it sees, what it never sees, what it is told."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from scim2_models import Error, Group, ListResponse, ResourceType, Schema, ServiceProviderConfig, User

from donghanh.audit.models import Entry
from donghanh.kernel.rows import everything
from donghanh.kernel.verdict import Refused
from donghanh.organisations.tests.factories import a_department, a_school
from donghanh.people.actions import end_role
from donghanh.people.models import Membership
from donghanh.people.tests.cast import a_person
from donghanh.privacy.models import Consent
from donghanh.rosters import actions_scim, rules, views_scim
from donghanh.rosters.models import Learner, ScimToken
from donghanh.rosters.tests import factories
from donghanh.rosters.tests.factories import AT, TODAY, a_class, agrees

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_demo_day")]

UNTIL = TODAY + timedelta(days=90)
ROOT = "http://testserver/scim/v2"


class Programme:
    """What asks, with its key."""

    def __init__(self, secret: str) -> None:
        self.secret, self.client = secret, Client(enforce_csrf_checks=True)

    def ask(self, path: str, method: str = "get", **parameters):
        headers = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        return getattr(self.client, method)(f"/scim/v2/{path}", parameters, headers=headers)

    def page(self, path: str, **parameters):
        answer = self.ask(path, **parameters)
        assert answer.status_code == 200, answer.content
        assert answer["Content-Type"] == "application/scim+json"
        return answer.json()

    def names(self, **parameters) -> set[str]:
        return {one["displayName"] for one in self.page("Users", **parameters)["Resources"]}


def a_key(unit, by, *, until: date = UNTIL, at: datetime = AT) -> Programme:
    return Programme(actions_scim.make_token(name="Thư viện số", unit_id=unit.pk, expires_on=until, by=by, at=at)[1])


@pytest.fixture
def programme(cast):
    return a_key(cast.school, cast.school_administrator)


@pytest.fixture
def six(cast):
    return a_class(cast.school, "6A", source_id="lop6a")


def a_learner(school_class, full_name, **more) -> Learner:
    """A learner for whom an outside account is consented to."""
    learner = factories.a_learner(school_class, full_name, **more)
    agrees(learner)
    return learner


def refused(answer, status: int, scim_type: str | None = None) -> str:
    """The sentence of a refusal in SCIM's own shape."""
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/scim+json"
    fault = Error.model_validate(answer.json())
    assert (fault.status, fault.scim_type) == (status, scim_type)
    return fault.detail


# ── what is seen ──


def test_learners_and_staff_of_the_school_are_users(cast, programme, six):
    an = a_learner(six, "Hoàng Thị Yến", source_id="hs1")
    page = programme.page("Users")
    ListResponse[User].model_validate(page)
    assert programme.names() == {"Hoàng Thị Yến", "Bùi Văn Thắng", "Đặng Thị Ái", "Lê Minh Đức", "Hà Thị Đỗ"}
    shown = programme.page(f"Users/{an.pk}")
    User.model_validate(shown)
    assert shown["userName"] == an.account.username
    assert shown["externalId"] == "hs1"
    assert shown["name"] == {"formatted": "Hoàng Thị Yến", "familyName": "Hoàng", "givenName": "Thị Yến"}
    assert (shown["userType"], shown["active"]) == ("Student", True)
    assert shown["groups"] == [
        {"value": str(six.pk), "$ref": f"{ROOT}/Groups/{six.pk}", "display": "6A", "type": "direct"}
    ]
    assert shown["meta"] == {"resourceType": "User", "location": f"{ROOT}/Users/{an.pk}"}
    assert programme.page(f"Users/{cast.principal.pk}")["userType"] == "Staff"


def test_birth_date_and_number_never_go_out(programme, six):
    an = a_learner(six, "Hoàng Yến", birth_date=date(2013, 9, 5), number="2500000001")
    for path in ("Users", f"Users/{an.pk}", "Groups"):
        said = programme.ask(path).content.decode()
        assert "2013" not in said
        assert "2500000001" not in said


def test_classes_with_learners_are_groups(cast, programme, six):
    first, second = a_learner(six, "Hoàng Yến"), a_learner(six, "Hoàng An")
    a_class(cast.school, "6B")  # nobody is in it
    page = programme.page("Groups")
    ListResponse[Group].model_validate(page)
    assert [(one["displayName"], one["externalId"]) for one in page["Resources"]] == [("6A", "lop6a")]
    shown = programme.page(f"Groups/{six.pk}")
    assert Group.model_validate(shown).display_name == "6A"
    assert {one["value"] for one in shown["members"]} == {str(first.pk), str(second.pk)}
    assert shown["members"][0]["$ref"].startswith(f"{ROOT}/Users/")


def test_who_left_or_whose_account_is_closed_is_not_active_and_who_was_forgotten_is_gone(programme, six):
    with everything():
        for name in ("Hoàng Đi", "Hoàng Khóa", "Hoàng Ở"):
            a_learner(six, name, left_on=TODAY if name == "Hoàng Đi" else None)
        closed = Learner.objects.get(full_name="Hoàng Khóa").account
        closed.is_active = False
        closed.save()
        a_learner(six, "")
    assert programme.names(filter="active eq false") == {"Hoàng Đi", "Hoàng Khóa"}
    assert "Hoàng Ở" in programme.names(filter="active eq true")
    assert programme.page("Users")["totalResults"] == 7


# ── what is not ──


def test_a_learner_without_consent_is_neither_user_nor_member(cast, programme, six):
    """Nobody asked, half of those who must, another purpose, a consent taken back: the name stays in the house."""
    yes = a_learner(six, "Hoàng Yến")
    silent, half, other, back = (
        factories.a_learner(six, f"Canari {which}", source_id=f"hs{which}") for which in range(4)
    )
    agrees(half, "representative")
    agrees(other, purpose="pictures")
    agrees(back)
    with everything():
        Consent.objects.filter(subject=back.pk, capacity="self").update(withdrawn_at=AT, withdrawn_by=back.pk)
    only_canaries = factories.a_learner(a_class(cast.sibling, "6B"), "Canari Bên")
    for path in ("Users", "Groups", f"Groups/{six.pk}"):
        said = programme.ask(path).content.decode()
        assert "Canari" not in said
        for hidden in (silent, half, other, back, only_canaries):
            assert hidden.account.username not in said
            assert f"Users/{hidden.pk}" not in said
    assert [one["value"] for one in programme.page(f"Groups/{six.pk}")["members"]] == [str(yes.pk)]
    for hidden in (silent, half, other, back):
        refused(programme.ask(f"Users/{hidden.pk}"), 404)
        for sought in (f'userName eq "{hidden.account.username}"', f'externalId eq "{hidden.source_id}"'):
            assert programme.page("Users", filter=sought)["totalResults"] == 0


def test_staff_who_were_learners_go_out_under_their_own_name_alone(cast, programme, six):
    with everything():
        Learner.objects.create(account=cast.class_teacher, unit=cast.school, full_name="Canari Cũ", left_on=TODAY)
    names = programme.names()
    assert "Hà Thị Đỗ" in names
    assert "Canari Cũ" not in names


def test_a_key_shows_its_own_school_alone(cast, programme, six):
    a_learner(six, "Hoàng Yến Nhà")
    elsewhere = a_school("Trường THCS Mộc Châu", below=a_department("Sở GD&ĐT Sơn La"))
    for unit in (cast.sibling, cast.preschool, cast.direct, elsewhere):
        other = a_learner(a_class(unit, "6A"), f"Canari {unit.pk}")
        refused(programme.ask(f"Users/{other.pk}"), 404)
        with everything():
            refused(programme.ask(f"Groups/{other.enrolments.get().school_class_id}"), 404)
        refused(programme.ask(f"Users/{cast.other_teacher.pk}"), 404)
        assert programme.page("Users", filter=f'userName eq "{other.account.username}"')["totalResults"] == 0
    for path in ("Users", "Groups"):
        said = programme.ask(path).content.decode()
        assert "Canari" not in said
    assert [one["id"] for one in programme.page("Groups")["Resources"]] == [str(six.pk)]
    refused(programme.ask(f"Users/{cast.guardian.pk}"), 404)


def test_the_database_stands_behind_the_query(cast, programme, six, monkeypatch):
    """A query that forgot its unit shows no learner of another school all the same."""
    a_learner(six, "Hoàng Yến Nhà")
    a_learner(a_class(cast.sibling, "6A"), "Canari Bên")
    monkeypatch.setattr(
        views_scim.queries_scim, "_learners", lambda unit, on: Learner.objects.exclude(full_name="").order_by()
    )
    seen = programme.names()
    assert "Hoàng Yến Nhà" in seen
    assert "Canari Bên" not in seen


def test_a_key_of_an_office_shows_every_school_below(cast):
    officer = a_person("phong", "Quách Thị Ươm", "school_administrator", cast.lac_son)
    a_learner(a_class(cast.school), "Hoàng Một")
    a_learner(a_class(cast.preschool, "Mầm"), "Hoàng Hai")
    a_learner(a_class(cast.sibling), "Canari Bên")
    seen = a_key(cast.lac_son, officer).names()
    assert {"Hoàng Một", "Hoàng Hai", "Quách Thị Ươm"} <= seen
    assert "Canari Bên" not in seen


# ── keys ──


def test_without_a_good_key_nothing_opens(cast, programme):
    for secret in ("", "sai", programme.secret[:-1]):
        answer = Programme(secret).ask("Users")
        refused(answer, 401)
        assert answer["WWW-Authenticate"].startswith("Bearer")
    answer = Client().get("/scim/v2/Users", headers={"Authorization": f"Basic {programme.secret}"})
    refused(answer, 401)


def test_a_key_is_kept_as_its_hash_alone(programme):
    token = ScimToken.objects.get()
    assert len(programme.secret) >= 43
    assert programme.secret not in str(vars(token))


def test_a_key_that_ran_out_or_was_revoked_opens_nothing(cast):
    by = cast.school_administrator
    old = a_key(cast.school, by, until=TODAY - timedelta(days=1), at=AT - timedelta(days=30))
    assert "hết hạn" in refused(old.ask("Users"), 401)
    last_day = a_key(cast.school, by, until=TODAY)
    assert last_day.names()
    actions_scim.revoke_token(token=ScimToken.objects.get(expires_on=TODAY), by=by, at=AT)
    assert "thu hồi" in refused(last_day.ask("Users"), 401)


def test_a_key_ends_with_its_makers_right(cast, programme):
    assert programme.names()
    held = Membership.objects.get(account=cast.school_administrator)
    end_role(membership=held, until=TODAY, by=cast.administrator.pk, at=AT)
    assert "không còn quản lý" in refused(programme.ask("Users"), 401)


def test_a_key_ends_with_its_makers_account(cast, programme):
    cast.school_administrator.is_active = False
    cast.school_administrator.save()
    refused(programme.ask("Users"), 401)


def test_guessing_from_one_address_is_stopped(programme, monkeypatch):
    monkeypatch.setattr(views_scim, "MOST_WRONG", 3)
    for _ in range(3):
        refused(Programme("sai").ask("Users"), 401)
    answer = Programme("sai").ask("Users")
    refused(answer, 429)
    assert int(answer["Retry-After"]) > 0


def test_making_using_and_revoking_stand_in_the_log(cast, programme):
    programme.names()
    programme.names()
    token = ScimToken.objects.get()
    assert timezone.localdate(token.last_used_at) == TODAY
    actions_scim.revoke_token(token=token, by=cast.school_administrator, at=AT)
    verbs = Entry.objects.filter(verb__startswith="rosters.token").order_by("pk").values_list("verb", "by_id")
    by = cast.school_administrator.pk
    assert list(verbs) == [("rosters.token_made", by), ("rosters.token_used", None), ("rosters.token_revoked", by)]


def test_a_key_is_for_a_year_at_most_by_who_manages_learners_and_one_of_twenty(cast, monkeypatch):
    by = cast.school_administrator
    for days in (-1, 366):
        with pytest.raises(Refused, match="một năm"):
            a_key(cast.school, by, until=TODAY + timedelta(days=days))
    for unit, account in ((cast.sibling, by), (cast.lac_son, by), (cast.school, cast.principal)):
        with pytest.raises(Refused, match="không quản lý"):
            a_key(unit, account)
    monkeypatch.setattr(rules, "MOST_TOKENS", 1)
    a_key(cast.school, by)
    with pytest.raises(Refused, match="thu hồi"):
        a_key(cast.school, by)


# ── how it is asked ──


def test_pages_hold_everybody_once(programme, six):
    for number in range(6):
        a_learner(six, f"Hoàng {number}")
    seen, start = [], 1
    while (page := programme.page("Users", startIndex=start, count=4))["Resources"]:
        assert (page["totalResults"], page["startIndex"]) == (10, start)
        assert page["itemsPerPage"] == len(page["Resources"])
        seen += [one["id"] for one in page["Resources"]]
        start += 4
    assert len(seen) == len(set(seen)) == 10
    assert programme.page("Users", count=0)["totalResults"] == 10
    assert programme.page("Users", count=0)["Resources"] == []
    assert programme.page("Users", startIndex=-5, count=-1)["startIndex"] == 1


def test_a_page_holds_two_hundred_at_most(programme, monkeypatch):
    monkeypatch.setattr("donghanh.rosters.forms.MOST", 2)
    assert programme.page("Users", count=1000)["itemsPerPage"] == 2
    assert programme.page("Users")["itemsPerPage"] == 2


def test_a_page_asks_the_same_for_one_learner_and_for_many(programme, six):
    asked = {}
    for path in ("Users", "Groups"):
        a_learner(six, "Hoàng Yến")
        programme.page(path)
        with CaptureQueriesContext(connection) as few:
            programme.page(path)
        for number in range(5):
            a_learner(six, f"Hoàng {number}")
        with CaptureQueriesContext(connection) as many:
            programme.page(path)
        asked[path] = (len(few), len(many))
    assert asked["Users"][0] == asked["Users"][1]
    assert asked["Groups"][0] == asked["Groups"][1]


def test_filters_find_by_user_name_outside_identifier_and_class(cast, programme, six):
    an = a_learner(six, "Hoàng Yến", source_id="hs1")
    a_learner(six, "Hoàng An")
    assert programme.names(filter=f'USERNAME Eq "{an.account.username.upper()}"') == {"Hoàng Yến"}
    assert programme.names(filter='externalId eq "hs1"') == {"Hoàng Yến"}
    assert programme.names(filter='externalId eq ""') == set()
    assert programme.names(filter='userName eq "giaovien"') == {"Hà Thị Đỗ"}
    assert programme.page("Groups", filter='displayName eq "6a"')["totalResults"] == 1
    assert programme.page("Groups", filter='displayName eq ""')["totalResults"] == 0


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Users", 'userName sw "a"'),
        ("Users", 'userName eq "a" and active eq true'),
        ("Users", 'active eq "true"'),
        ("Users", "userName eq true"),
        ("Users", 'displayName eq "a"'),
        ("Users", "' OR 1=1 --"),
        ("Users", r'userName eq "\u0000"'),
        ("Groups", 'members eq "1"'),
    ],
)
def test_any_other_filter_is_refused_with_a_sentence(programme, path, text):
    assert "Chỉ lọc được bằng" in refused(programme.ask(path, filter=text), 400, "invalidFilter")


@pytest.mark.parametrize(
    "parameters", [{"startIndex": "x"}, {"count": "1.5"}, {"startIndex": "9" * 30}, {"filter": "a\0"}]
)
def test_parameters_that_make_no_sense_are_named(programme, parameters):
    assert next(iter(parameters)) in refused(programme.ask("Users", **parameters), 400, "invalidValue")


def test_a_programme_may_ask_for_less(programme, six):
    an = a_learner(six, "Hoàng Yến")
    assert set(programme.page(f"Users/{an.pk}", attributes="userName,name.familyName")) == {
        "schemas", "id", "userName", "name",
    }  # fmt: skip
    [group] = programme.page("Groups", excludedAttributes="members,id")["Resources"]
    assert "members" not in group
    assert group["id"] == str(six.pk)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["Users", "Users/1", "Groups/1", "Bulk", "Users/.search"])
def test_nothing_can_be_written(programme, path, method):
    assert "chỉ cho đọc" in refused(programme.ask(path, method), 501)


@pytest.mark.parametrize(
    "path", ["Me", "Users/0", "Users/abc", "Users/²", "Users/" + "9" * 40, "Groups/1/2", "Schemas/x"]
)
def test_what_is_not_there_is_said_in_the_standards_shape(programme, path):
    refused(programme.ask(path), 404)


# ── what the service says of itself ──


def test_the_service_declares_what_it_can(programme):
    said = ServiceProviderConfig.model_validate(programme.page("ServiceProviderConfig"))
    assert said.filter.supported
    assert said.filter.max_results == 200
    for part in (said.patch, said.bulk, said.sort, said.etag, said.change_password):
        assert not part.supported
    types = ListResponse[ResourceType].model_validate(programme.page("ResourceTypes")).resources
    assert [(one.id, one.endpoint) for one in types] == [("User", "/Users"), ("Group", "/Groups")]
    refused(programme.ask("Schemas", filter='id eq "x"'), 403)
    refused(programme.ask("ServiceProviderConfig", filter='id eq "x"'), 403)


def test_every_attribute_that_goes_out_is_in_the_schema(programme, six):
    a_learner(six, "Hoàng Yến", source_id="hs1")
    schemas = programme.page("Schemas")
    ListResponse[Schema].model_validate(schemas)
    common = {"schemas", "id", "externalId", "meta"}
    for schema, path in zip(schemas["Resources"], ("Users", "Groups"), strict=True):
        assert programme.page(f"Schemas/{schema['id']}") == schema
        known = {one["name"]: one for one in schema["attributes"]}
        for resource in programme.page(path)["Resources"]:
            assert resource.keys() - common <= known.keys()
            for name in resource.keys() & {"name", "groups", "members"}:
                parts = {part["name"] for part in known[name]["subAttributes"]}
                shown = resource[name] if isinstance(resource[name], list) else [resource[name]]
                assert all(one.keys() <= parts for one in shown)


# ── the page ──


def test_a_key_is_made_shown_once_and_revoked_in_the_browser(cast, sign_in, six):
    a_learner(six, "Hoàng Yến")
    admin, address = sign_in(cast.school_administrator), reverse("rosters:tokens")
    assert "Chưa có mã kết nối nào" in admin.get(address).content.decode()
    form = {"name": "Thư viện số", "unit": cast.school.pk, "expires_on": UNTIL.isoformat()}
    made = admin.post(address, form)
    [secret] = (word for word in made.context["secret"].split())
    assert f"{secret}</code>" in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    assert "Hoàng Yến" in Programme(secret).names()
    page = admin.get(address).content.decode()
    assert secret not in page
    assert "Thư viện số" in page
    assert "Đang dùng được" in page
    token = ScimToken.objects.get()
    assert admin.post(reverse("rosters:revoke_token", args=[token.pk]), follow=True).status_code == 200
    assert "Mã kết nối đã bị thu hồi." in admin.get(address).content.decode()
    refused(Programme(secret).ask("Users"), 401)


def test_a_bad_key_form_says_why_and_makes_nothing(cast, sign_in):
    admin, address = sign_in(cast.school_administrator), reverse("rosters:tokens")
    far = (TODAY + timedelta(days=400)).isoformat()
    answer = admin.post(address, {"name": "Thư viện số", "unit": cast.school.pk, "expires_on": far})
    assert answer.status_code == 422
    assert "nhiều nhất một năm" in answer.content.decode()
    assert admin.post(address, {"name": "X", "unit": cast.sibling.pk, "expires_on": UNTIL}).status_code == 422
    assert not ScimToken.objects.exists()


def test_nobody_else_opens_the_page_or_revokes(cast, sign_in, programme):
    token = ScimToken.objects.get()
    for account in (cast.principal, cast.class_teacher, cast.student):
        assert sign_in(account).get(reverse("rosters:tokens")).status_code == 403
    other = a_person("ben", "Lò Thị Inh", "school_administrator", cast.sibling)
    assert "Chưa có mã kết nối nào" in sign_in(other).get(reverse("rosters:tokens")).content.decode()
    assert sign_in(other).post(reverse("rosters:revoke_token", args=[token.pk])).status_code == 404
    assert programme.names()
