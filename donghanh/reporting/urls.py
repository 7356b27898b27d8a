from django.urls import path, register_converter
from django.urls.converters import StringConverter

from donghanh.reporting import views, views_batches, views_review, views_workbooks


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
    path("<int:pk>/excel/", views_workbooks.workbook, name="workbook"),
    path("<int:pk>/excel/mau/", views_workbooks.workbook_template, name="workbook_template"),
    path("<int:pk>/cac-lan-gui/", views_review.versions, name="versions"),
    path("<int:pk>/duyet/", views_review.review, name="review"),
    path("cho-duyet/", views_review.waiting, name="waiting"),
    path("dot/<int:collection_id>/excel/", views_batches.batches, name="batches"),
    path("dot/<int:collection_id>/excel/mau-tung-truong/", views_batches.templates, name="batch_templates"),
    path("dot/<int:collection_id>/excel/mau-chung/", views_batches.one_for_all, name="batch_one_for_all"),
    path("excel/<int:pk>/", views_batches.batch, name="batch"),
    path("excel/<int:pk>/tien-do/", views_batches.progress, name="batch_progress"),
    path("excel/<int:pk>/danh-dau/", views_batches.marked, name="batch_marked"),
    path("dot/<int:collection_id>/chua-nop/", views_review.not_received, name="not_received"),
    path("dot/<int:collection_id>/bao-cao-chinh-thuc/", views_review.issued, name="issued"),
    path("chinh-thuc/<int:pk>/<file_kind:kind>/", views_review.issued_file, name="issued_file"),
]
