"""The description of the own API as a page: from the same schema that programmes read, without a script of others."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from donghanh.api.v1.urls import api
from donghanh.kernel.access import public


@public
def docs(request: HttpRequest) -> HttpResponse:
    """Every operation with its scope, its parameters and an answer as it comes."""
    base = request.build_absolute_uri(reverse("api:v1:api-root"))
    return render(request, "api/docs.html", {"groups": groups(), "base": base})


@cache
def groups() -> list[dict[str, Any]]:
    """Operations by tag, in their order."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, told in methods.items():
            found.setdefault(told["tags"][0], []).append(_shown(method, path, told))
    return [{"name": name, "operations": operations} for name, operations in found.items()]


def _shown(method: str, path: str, told: dict[str, Any]) -> dict[str, Any]:
    example = told["responses"][200]["content"]["application/json"]["example"]
    return {
        "id": told["operationId"], "method": method.upper(), "path": path, "summary": told["summary"],
        "description": told["description"], "scope": told["x-scope"],
        "parameters": [{"name": one["name"], "description": one.get("description", "")} for one in told["parameters"]],
        "example": json.dumps(example, ensure_ascii=False, indent=2),
    }  # fmt: skip
