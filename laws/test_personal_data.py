"""Whatever is held on a person is registered: how it is shown, how long it is kept; the log's verbs have words."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from django.apps import apps
from django.conf import settings

from donghanh.home.deeds import VERBS
from donghanh.privacy.queries import registered_models
from donghanh.privacy.registry import HOLDINGS, RETENTIONS

ABOUT_PEOPLE = {"rosters", "guardians", "privacy"}
NOT_PERSONAL = {  # model → why nobody has to be told of it
    "rosters.SchoolClass": "a class is no person",
}


def models_about_people():
    """Models with a key to an account, and every model of the rooms about people."""
    account = apps.get_model(settings.AUTH_USER_MODEL)
    return {
        model._meta.label
        for model in apps.get_models()
        if not model._meta.auto_created
        and (
            model is account
            or model._meta.app_label in ABOUT_PEOPLE
            or any(field.related_model is account for field in model._meta.concrete_fields)
        )
    }


def test_every_model_about_a_person_is_registered():
    assert models_about_people() - registered_models() == NOT_PERSONAL.keys()


def test_what_is_registered_exists():
    labels = {model._meta.label for model in apps.get_models()}
    assert registered_models() - labels == set()


def test_a_model_about_people_would_be_seen():
    assert {"people.Membership", "reporting.SubmissionVersion", "guardians.ClaimFailure"} <= models_about_people()


def test_every_holding_is_erased_or_says_why_not():
    assert [str(one.title) for one in HOLDINGS if not one.erase and not one.kept_because] == []


def test_every_line_of_the_retention_table_is_whole():
    for code, one in RETENTIONS.items():
        assert all(map(str, (one.what, one.purpose, one.basis, one.after, one.fate))), code
        assert 0 <= one.days <= 50 * 365, code


def recorded_verbs() -> set[str]:
    """Verbs in calls of `record(verb=…)` and `_log("…")`; of an f-string only what stands before the hole."""
    found = set()
    for path in Path(settings.ROOT, "donghanh").rglob("*.py"):
        if {"tests", "migrations"} & set(path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            said = [keyword.value for keyword in node.keywords if keyword.arg == "verb"]
            said += node.args[:1] if getattr(node.func, "id", "") == "_log" else []
            for one in said:
                if isinstance(one, ast.JoinedStr):
                    found.add(str(one.values[0].value) + "…")
                elif isinstance(one, ast.Constant) and one.value:
                    found.add(one.value)
    return {verb for verb in found if re.match(r"[a-z_]+\.", verb)}


def has_word(verb: str, known: str) -> bool:
    return known == verb or (verb.endswith("…") and known.startswith(verb.removesuffix("…")))


def test_every_verb_of_the_log_has_its_word():
    wordless = [verb for verb in recorded_verbs() if not any(has_word(verb, known) for known in VERBS)]
    assert sorted(wordless) == []
    assert "people.role_given" in recorded_verbs()
