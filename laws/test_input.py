"""What comes from outside passes a form or a typed parameter, and pages run nothing that is not a file of ours."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

SOURCES = [
    path
    for top in ("config", "donghanh", "demo")
    for path in sorted(Path(settings.ROOT, top).rglob("*.py"))
    if not {"tests", "migrations"} & set(path.parts)
]
TEMPLATES = [
    path
    for place in ("templates", "donghanh")
    for path in sorted(Path(settings.ROOT, place).rglob("*.html"))
    if "tests" not in path.parts
]
RAW = {"GET", "POST", "FILES", "COOKIES", "META"}
ALLOWED = {  # file → what it reads and why
    "donghanh/home/context.py": {"COOKIES"},  # the theme: compared with one word
    "donghanh/kernel/language.py": {"COOKIES"},  # compared with the list of languages
    "donghanh/people/caller.py": {"META"},  # the caller's address, for the throttle
}


def raw_reads(tree: ast.AST) -> list[tuple[int, str]]:
    """request.GET["x"] and request.GET.get("x"): handing the whole to a form is how it is done."""
    found = []
    for node in ast.walk(tree):
        holder = node.value if isinstance(node, ast.Subscript | ast.Attribute) else None
        if isinstance(holder, ast.Attribute) and holder.attr in RAW and "request" in ast.dump(holder.value):
            found.append((node.lineno, holder.attr))
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(settings.ROOT)))
def test_no_raw_request_parameters(path):
    name = str(path.relative_to(settings.ROOT))
    found = [(line, what) for line, what in raw_reads(ast.parse(path.read_text())) if what not in ALLOWED.get(name, ())]
    assert found == []


def test_raw_reads_are_seen():
    assert raw_reads(ast.parse('x = request.GET["a"]\ny = self.request.POST.get("b")\nForm(request.POST)')) == [
        (1, "GET"),
        (2, "POST"),
    ]


INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(settings.ROOT)))
def test_no_inline_script_or_style(path):
    assert INLINE.findall(path.read_text()) == []


def test_inline_script_is_seen():
    assert INLINE.search("<div style='x'>")
    assert INLINE.search("<script>alert(1)</script>")
    assert not INLINE.search('<script type="module" src="/x.js"></script>')
