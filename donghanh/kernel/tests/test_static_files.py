from __future__ import annotations

import re

from django.core.management import call_command


def test_collected_modules_lead_to_collected_modules(settings, tmp_path):
    """What a browser asks for after collectstatic is there: hashed names inside hashed modules and style sheets."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "config.static.HashedFiles"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    hashed = [path for path in (tmp_path / "dh").iterdir() if re.search(r"\.[0-9a-f]{12}\.(js|css)$", path.name)]
    led_to = {
        path.name.split(".")[0]: re.findall(r"""(?:import\s*\(?|url\(|from\s*)["']([./][^"']+)["']""", path.read_text())
        for path in hashed
    }
    assert {"page", "chart", "tokens"} <= led_to.keys()
    missing = [
        address
        for path in hashed
        for address in led_to[path.name.split(".")[0]]
        if not (path.parent / address).exists() or not re.search(r"\.[0-9a-f]{12}\.", address)
    ]
    assert missing == []
    assert len(led_to["page"]) == 6
