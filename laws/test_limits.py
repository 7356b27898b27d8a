"""What the product never does (docs/adr/0005): held against the schema, the code and what it depends on."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

ROOT = Path(settings.ROOT)
JUDGEMENT = re.compile(  # a column in which somebody's views, or a judgement of them, could be kept
    r"opinion|attitude|ideolog|politic|religio|ethnic|sentiment|loyal|reputation|behaviou?r|risk_score|suspicio|monitor",
    re.IGNORECASE,
)
COLLECTORS = {
    "scrapy",
    "selenium",
    "beautifulsoup4",
    "snscrape",
    "tweepy",
    "facebook-sdk",
    "newspaper3k",
    "praw",
    "telethon",
}
OUTBOUND = re.compile(r"\b(urllib\.request|requests|httpx|aiohttp|http\.client|smtplib|socket)\b")
MAY_CONNECT = {  # file → why it may open a connection
    "demo/management/commands/demo.py",  # asks its own server on loopback whether it is up
    "donghanh/explorer/letters.py",  # hands letters that people asked for to the office's own mail server
}


def columns():
    return [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if not field.auto_created
    ]


@pytest.mark.parametrize("column", columns())
def test_no_column_keeps_a_judgement_of_views(column):
    assert not JUDGEMENT.search(column.partition(".")[2])


def test_a_judging_column_would_be_seen():
    assert JUDGEMENT.search("political_attitude")
    assert not JUDGEMENT.search("draft_revision")


def test_no_dependency_collects_from_the_internet():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = {re.split(r"[\[<>=]", line)[0].lower() for line in project["dependencies"]}
    assert names & COLLECTORS == set()


def test_no_room_opens_a_connection_to_the_outside():
    openers = {
        str(path.relative_to(ROOT))
        for top in ("config", "donghanh", "demo")
        for path in (ROOT / top).rglob("*.py")
        if "tests" not in path.parts
        for line in path.read_text().splitlines()
        if re.match(r"\s*(import|from)\s", line) and OUTBOUND.search(line)
    }
    assert openers == MAY_CONNECT


def test_the_form_asks_for_counts_and_never_for_names():
    """Every item of every shipped form is a count, a yes/no or a text that warns against naming people."""
    import json

    for path in (ROOT / "donghanh/questionnaires/data").glob("*.json"):
        document = json.loads(path.read_text())
        items = [item for section in document["sections"] for item in section["items"]]
        assert items
        free = [item for item in items if item["kind"] == "text" and item["code"] != "team_decision"]
        assert all("một người" in item.get("note_vi", "") for item in free), path.name
