from django.urls import path, register_converter
from django.urls.converters import StringConverter

from donghanh.reporting import views, views_review, views_workbooks


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
    path("cho-duyet/", views_review.waiting, name="waiting"),
    path("dot/<int:collection_id>/chua-nop/", views_review.not_received, name="not_received"),
    path("dot/<int:collection_id>/bao-cao-chinh-thuc/", views_review.issued, name="issued"),
    path("<int:pk>/excel/", views_workbooks.workbook_upload, name="workbook_upload"),
    path("<int:pk>/excel/mau/", views_workbooks.workbook, name="workbook"),
    path("dot/<int:collection_id>/nop-thay/", views_workbooks.batches_of, name="batches"),
    path("dot/<int:collection_id>/nop-thay/bang-mau/", views_workbooks.batch_table, name="batch_table"),
    path("nop-thay/<int:pk>/", views_workbooks.batch, name="batch"),
    path("nop-thay/<int:pk>/da-danh-dau/", views_workbooks.marked_all, name="marked_all"),
    path("tep/<int:pk>/", views_workbooks.batch_file, name="batch_file"),
    path("tep/<int:pk>/da-danh-dau/", views_workbooks.marked, name="marked"),
    path("chinh-thuc/<int:pk>/<file_kind:kind>/", views_review.issued_file, name="issued_file"),
]
