from django.urls import path, register_converter
from django.urls.converters import StringConverter

from donghanh.reporting import views, views_asking, views_figures, views_review


class FileKind(StringConverter):
    regex = "pdf|docx"


register_converter(FileKind, "file_kind")

app_name = "reporting"
urlpatterns = [
    path("can-nop/", views.owed, name="owed"),
    path("<int:pk>/", views.report, name="report"),
    path("<int:pk>/dien/", views.fill, name="fill"),
    path("<int:pk>/luu/", views.save, name="save"),
    path("<int:pk>/luu-nhap/", views.save_by_hand, name="save_by_hand"),
    path("<int:pk>/cac-lan-gui/", views_review.versions, name="versions"),
    path("<int:pk>/duyet/", views_review.review, name="review"),
    path("<int:pk>/tu-dau/<str:item>/", views_figures.from_where, name="from_where"),
    path("cho-duyet/", views_review.waiting, name="waiting"),
    path("dot/<int:collection_id>/chua-nop/", views_review.not_received, name="not_received"),
    path("dot/<int:collection_id>/bao-cao-chinh-thuc/", views_review.issued, name="issued"),
    path("dot/<int:collection_id>/don-vi/", views_asking.round_, name="round"),
    path("yeu-cau/", views_asking.requests, name="requests"),
    path("yeu-cau/moi/", views_asking.new_request, name="new_request"),
    path("yeu-cau/<int:pk>/", views_asking.request, name="request"),
    path("yeu-cau/<int:pk>/sua/", views_asking.change_request, name="change_request"),
    path("yeu-cau/<int:pk>/ket-thuc/", views_asking.end_request, name="end_request"),
    path("chinh-thuc/<int:pk>/<file_kind:kind>/", views_review.issued_file, name="issued_file"),
]
