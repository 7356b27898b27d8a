"""LibreOffice as a judge of our Word files: it opens them and prints them as PDF."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{folder}/cache</cachedir>
  <alias binding="same"><family>Times New Roman</family><prefer><family>Tinos</family></prefer></alias>
</fontconfig>
"""


def printed(files: dict[str, bytes], fonts: Path, folder: Path) -> dict[str, bytes]:
    """Each Word file as a PDF of LibreOffice, with our fonts alone: a machine's own would move every line."""
    for name, content in files.items():
        (folder / f"{name}.docx").write_bytes(content)
    (folder / "fonts.conf").write_text(FONTS.format(fonts=fonts, folder=folder), encoding="utf-8")
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf",
         "--outdir", str(folder), *(str(folder / f"{name}.docx") for name in files)],
        check=True, capture_output=True, timeout=180,
        env=os.environ | {"FONTCONFIG_FILE": str(folder / "fonts.conf")},
    )  # fmt: skip
    return {name: (folder / f"{name}.pdf").read_bytes() for name in files}
