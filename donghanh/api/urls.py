from django.urls import include, path, re_path

from donghanh.api import views

app_name = "api"
pages = [
    path("tai-khoan/khoa-truy-cap/", views.tokens, name="tokens"),
    path("tai-khoan/khoa-truy-cap/<int:pk>/thu-hoi/", views.revoke, name="revoke_token"),
]
urlpatterns = [
    *pages,
    path("api/v1/", include("donghanh.api.v1.urls", namespace="v1")),
    re_path(r"^api/(?:\d\d/)?", include("donghanh.api.dhis2.urls")),
]
