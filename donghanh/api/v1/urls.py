"""The own API, version 1: every operation under /api/v1/, described in /api/v1/openapi.json."""

from __future__ import annotations

from donghanh.api.operations import Api, opened
from donghanh.api.v1 import figures, me, metadata, reports, units

api = Api(title="Đồng Hành", version="1", urls_namespace="api:v1")
for part in (me, units, metadata, reports, figures):
    api.add_router("", part.router)
app_name = "v1"
urlpatterns, _app, _namespace = opened(api)
