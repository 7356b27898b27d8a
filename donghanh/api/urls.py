from django.urls import include, path, re_path

from donghanh.api import views, views_open
from donghanh.api.v1 import docs

app_name = "api"
pages = [
    path("tai-khoan/khoa-truy-cap/", views.tokens, name="tokens"),
    path("tai-khoan/khoa-truy-cap/<int:pk>/thu-hoi/", views.revoke, name="revoke_token"),
    path("du-lieu-mo/", views_open.catalogue, name="open_data"),
    path("du-lieu-mo/cong-bo/", views_open.publishing, name="publishing"),
    path("du-lieu-mo/<int:pk>/", views_open.data_set, name="open_data_set"),
    path("du-lieu-mo/<int:pk>/so-lieu.<slug:form>", views_open.file, name="open_file"),
    path("du-lieu-mo/<int:pk>/mo-ta.jsonld", views_open.described, name="open_description"),
    path("du-lieu-mo/<int:pk>/rut/", views_open.withdraw, name="withdraw_open_data"),
]
urlpatterns = [
    *pages,
    path("api/v1/docs", docs.docs, name="docs"),
    path("api/v1/", include("donghanh.api.v1.urls", namespace="v1")),
    re_path(r"^api/(?:\d\d/)?", include("donghanh.api.dhis2.urls")),
]
