"""Every address of the product, room by room."""

from django.urls import include, path

urlpatterns = [
    path("", include("donghanh.home.urls")),
    path("tai-khoan/", include("donghanh.people.urls")),
    path("", include("donghanh.people.urls_sign_in")),
    path("bao-cao/", include("donghanh.reporting.urls")),
    path("", include("donghanh.reporting.urls_root")),
    path("bieu-mau/", include("donghanh.questionnaires.urls")),
    path("du-lieu/", include("donghanh.privacy.urls")),
    path("gia-dinh/", include("donghanh.guardians.urls")),
    path("lop/", include("donghanh.rosters.urls")),
    path("scim/v2/", include("donghanh.rosters.urls_scim")),
    path("don-vi/", include("donghanh.organisations.urls")),
    path("", include("donghanh.collaborators.urls")),
    path("ky/", include("donghanh.periods.urls")),
    path("", include("donghanh.statistics.urls")),
    path("", include("donghanh.api.urls")),
    path("kham-pha/", include("donghanh.explorer.urls")),
    path("chuong-trinh/", include("donghanh.programmes.urls")),
    path("kiem-tra-co-so/", include("donghanh.inspections.urls")),
    path("khen-thuong/", include("donghanh.recognition.urls")),
    path("van-ban/", include("donghanh.documents.urls")),
    path("trinh-ky/", include("donghanh.papers.urls")),
    path("lich/", include("donghanh.agenda.urls")),
]
