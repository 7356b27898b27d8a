"""SCIM 2.0 (RFC 7643, RFC 7644) as far as we speak it: reading alone. Plain dicts, as they go out in JSON."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _

from donghanh.rosters.models import SchoolClass
from donghanh.rosters.queries_scim import Person

type Resource = dict[str, Any]

CORE = "urn:ietf:params:scim:schemas:core:2.0:"
MESSAGES = "urn:ietf:params:scim:api:messages:2.0:"
MOST = 200  # resources in one answer
FILTER = re.compile(r'\s*([A-Za-z]+)\s+eq\s+(?:"([^"\\\x00-\x1f]*)"|(true|false))\s*', re.IGNORECASE)
FLAGS = {"active"}  # compared with true or false, the others with text


class Fault(Exception):
    """A request that SCIM refuses: HTTP status, a sentence, and RFC 7644's own word for some of them."""

    def __init__(self, status: HTTPStatus, detail: str, scim_type: str = "") -> None:
        super().__init__(detail)
        self.status = status
        self.body: Resource = {"schemas": [f"{MESSAGES}Error"], "status": str(status.value), "detail": detail}
        if scim_type:
            self.body["scimType"] = scim_type


def read_filter(text: str, fields: Collection[str]) -> tuple[str, str | bool] | None:
    """`userName eq "an.24"` → ("userName", "an.24"), for these fields alone; None without a filter. Raises Fault."""
    if not text:
        return None
    known = {field.lower(): field for field in fields}
    found = FILTER.fullmatch(text)
    field = known.get(found[1].lower()) if found else None
    if found is None or field is None or (field in FLAGS) != bool(found[3]):
        allowed = ", ".join(f"{one} eq {'true' if one in FLAGS else '"…"'}" for one in fields)
        raise Fault(
            HTTPStatus.BAD_REQUEST, _("Chỉ lọc được bằng: %(allowed)s.") % {"allowed": allowed}, "invalidFilter"
        )
    return field, found[3].lower() == "true" if field in FLAGS else found[2]


def only(resource: Resource, *, wanted: str, unwanted: str) -> Resource:
    """The resource with the attributes `wanted`, else without those `unwanted`; both are lists with commas between.

    A part of an attribute (`name.familyName`) brings the whole. `schemas` and `id` always stay.
    """
    keep, drop = _names(wanted), {name for name in _names(unwanted) if "." not in name}
    whole = {name.rpartition(":")[2].partition(".")[0] for name in keep} | {"schemas", "id"}
    return {
        name: value
        for name, value in resource.items()
        if (name.lower() in whole if keep else name.lower() not in drop - {"schemas", "id"})
    }


def _names(text: str) -> set[str]:
    return {name.strip().lower() for name in text.split(",") if name.strip()}


def listing(resources: list[Resource], *, total: int, start: int) -> Resource:
    """One page of `total` resources, whose first is the `start`-th, counted from 1."""
    return {
        "schemas": [f"{MESSAGES}ListResponse"],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": len(resources),
        "Resources": resources,
    }


# ── resources; `base` is the address of the service ──


def user(person: Person, *, base: str) -> Resource:
    family, _space, given = person.full_name.partition(" ")  # as in the files for Google and Microsoft
    shown: Resource = {
        "schemas": [f"{CORE}User"],
        "id": str(person.pk),
        "externalId": person.external_id,
        "userName": person.username,
        "name": {"formatted": person.full_name, "familyName": family, "givenName": given or family},
        "displayName": person.full_name,
        "userType": "Student" if person.learner else "Staff",
        "active": person.active,
        "groups": [],
        "meta": _meta("User", f"{base}/Users/{person.pk}"),
    }
    if person.class_id:
        place = f"{base}/Groups/{person.class_id}"
        shown["groups"] = [
            {"value": str(person.class_id), "$ref": place, "display": person.class_name, "type": "direct"}
        ]
    return {name: value for name, value in shown.items() if value not in ("", [])}


def group(school_class: SchoolClass, learners: Iterable[int], *, base: str) -> Resource:
    shown: Resource = {
        "schemas": [f"{CORE}Group"],
        "id": str(school_class.pk),
        "externalId": school_class.source_id,
        "displayName": school_class.name,
        "members": [{"value": str(one), "$ref": f"{base}/Users/{one}", "type": "User"} for one in learners],
        "meta": _meta("Group", f"{base}/Groups/{school_class.pk}"),
    }
    return {name: value for name, value in shown.items() if value not in ("", [])}


def _meta(kind: str, location: str) -> dict[str, str]:
    return {"resourceType": kind, "location": location}


# ── what the service says of itself ──


def service(*, base: str) -> Resource:
    """What is offered: reading with filters, nothing else."""
    return {
        "schemas": [f"{CORE}ServiceProviderConfig"],
        "patch": {"supported": False},
        "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": MOST},
        "changePassword": {"supported": False},
        "sort": {"supported": False},
        "etag": {"supported": False},
        "authenticationSchemes": [
            {
                "type": "oauthbearertoken",
                "name": "Bearer",
                "description": _("Mã kết nối do người quản lý học sinh của đơn vị tạo, có hạn, thu hồi được."),
                "specUri": "https://www.rfc-editor.org/rfc/rfc6750",
                "primary": True,
            }
        ],
        "meta": _meta("ServiceProviderConfig", f"{base}/ServiceProviderConfig"),
    }


def resource_types(*, base: str) -> dict[str, Resource]:
    """The two kinds of resources, by name."""
    says = {"User": _("Học sinh và người làm việc ở đơn vị"), "Group": _("Lớp đang có học sinh")}
    return {
        name: {
            "schemas": [f"{CORE}ResourceType"],
            "id": name,
            "name": name,
            "description": sentence,
            "endpoint": f"/{name}s",
            "schema": f"{CORE}{name}",
            "meta": _meta("ResourceType", f"{base}/ResourceTypes/{name}"),
        }
        for name, sentence in says.items()
    }


def schemas(*, base: str) -> dict[str, Resource]:
    """What a resource may carry, by the schema's URN: the attributes that we give, and no other of RFC 7643."""
    person = [
        _attribute("userName", _("Tên đăng nhập"), required=True, uniqueness="server"),
        _attribute(
            "name", _("Họ và tên"), "complex",
            parts=[
                _attribute("formatted", _("Cả họ và tên")),
                _attribute("familyName", _("Họ")),
                _attribute("givenName", _("Tên đệm và tên")),
            ],
        ),
        _attribute("displayName", _("Họ và tên")),
        _attribute("userType", _("Student: học sinh; Staff: người làm việc ở đơn vị")),
        _attribute("active", _("Tài khoản mở và người này còn học, còn làm việc ở đơn vị"), "boolean"),
        _attribute(
            "groups", _("Lớp đang học"), "complex", many=True,
            parts=[
                _attribute("value", _("Mã của lớp")),
                _attribute("$ref", _("Địa chỉ của lớp"), "reference", referenceTypes=["Group"]),
                _attribute("display", _("Tên lớp")),
                _attribute("type", _("Luôn là direct")),
            ],
        ),
    ]  # fmt: skip
    school_class = [
        _attribute("displayName", _("Tên lớp"), required=True),
        _attribute(
            "members", _("Học sinh của lớp"), "complex", many=True,
            parts=[
                _attribute("value", _("Mã của học sinh")),
                _attribute("$ref", _("Địa chỉ của học sinh"), "reference", referenceTypes=["User"]),
                _attribute("type", _("Luôn là User")),
            ],
        ),
    ]  # fmt: skip
    return {
        f"{CORE}{name}": {
            "schemas": [f"{CORE}Schema"],
            "id": f"{CORE}{name}",
            "name": name,
            "description": sentence,
            "attributes": attributes,
            "meta": _meta("Schema", f"{base}/Schemas/{CORE}{name}"),
        }
        for name, sentence, attributes in (
            ("User", _("Tài khoản của một người"), person),
            ("Group", _("Một lớp"), school_class),
        )
    }


def _attribute(
    name: str, says: str, kind: str = "string", *, many: bool = False, parts: list[Resource] | None = None, **more: Any
) -> Resource:
    """RFC 7643, section 7; everything is read only, for nothing can be written this way."""
    shown: Resource = {
        "name": name, "type": kind, "multiValued": many, "description": says, "required": False,
        "mutability": "readOnly", "returned": "default",
    }  # fmt: skip
    if kind == "string":
        shown |= {"caseExact": False, "uniqueness": "none"}
    return shown | ({"subAttributes": parts} if parts else {}) | more
