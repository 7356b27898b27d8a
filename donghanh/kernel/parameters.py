"""Typed parameters of an address: no page reads the raw query string."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest


def parameters(request: HttpRequest, **fields: forms.Field) -> dict[str, Any]:
    """Each named parameter, cleaned by its field; one that is missing or makes no sense takes the field's `initial`."""
    form = type("Parameters", (forms.Form,), {**fields})(request.GET)  # the metaclass empties its dict
    form.is_valid()
    return {
        name: value if (value := form.cleaned_data.get(name)) not in (None, "") else field.initial
        for name, field in fields.items()
    }
