"""Static files by the hash of their content, compressed, kept a year by browsers."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]  # ships no types


class HashedFiles(CompressedManifestStaticFilesStorage):
    support_js_module_import_aggregation = True  # `import "./numbers.js"` in a module leads to the hashed file
