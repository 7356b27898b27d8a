from django.urls import path, register_converter
from django.urls.converters import StringConverter

from donghanh.reporting import (
    views,
    views_asking,
    views_board,
    views_evidence,
    views_figures,
    views_offline,
    views_rates,
    views_review,
    views_workbooks,
)


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
    path("<int:pk>/gui/", views_offline.send, name="send"),
    path("<int:pk>/moi/<int:seen>/", views_offline.news, name="news"),
    path("<int:pk>/minh-chung/", views_evidence.add, name="add_evidence"),
    path("<int:pk>/minh-chung/<int:evidence_id>/bo/", views_evidence.remove, name="remove_evidence"),
    path("minh-chung/<int:pk>/", views_evidence.file, name="evidence_file"),
    path("nguoi-gui/", views_offline.sender, name="sender"),
    path("<int:pk>/cac-lan-gui/", views_review.versions, name="versions"),
    path("<int:pk>/duyet/", views_review.review, name="review"),
    path("<int:pk>/tu-dau/<str:item>/", views_figures.from_where, name="from_where"),
    path("cho-duyet/", views_review.waiting, name="waiting"),
    path("<int:pk>/rut-lai/", views_review.withdraw, name="withdraw"),
    path("<int:pk>/mo-lai/", views_review.reopen, name="reopen"),
    path("ban-theo-doi/", views_board.watch, name="board"),
    path("ty-le/", views_rates.reporting_rates, name="rates"),
    path("can-xem-lai/", views_rates.to_look_at, name="findings"),
    path("can-xem-lai/<int:pk>/da-xem/", views_rates.see_finding, name="see_finding"),
    path("duyet-nhieu/<int:pk>/", views_board.bulk_review, name="bulk_review"),
    path("duyet-nhieu/<int:pk>/<int:done>/tin/", views_board.bulk_news, name="bulk_news"),
    path("dot/<int:collection_id>/duyet-nhieu/", views_board.accept_many, name="accept_many"),
    path("dot/<int:collection_id>/nhac/", views_board.remind, name="remind"),
    path("dot/<int:collection_id>/khoa/", views_board.lock, name="lock"),
    path("dot/<int:collection_id>/xuat/", views_board.export, name="board_export"),
    path("dot/<int:collection_id>/chua-nop/", views_review.not_received, name="not_received"),
    path("dot/<int:collection_id>/bao-cao-chinh-thuc/", views_review.issued, name="issued"),
    path("dot/<int:collection_id>/don-vi/", views_asking.round_, name="round"),
    path("yeu-cau/", views_asking.requests, name="requests"),
    path("yeu-cau/moi/", views_asking.new_request, name="new_request"),
    path("yeu-cau/<int:pk>/", views_asking.request, name="request"),
    path("yeu-cau/<int:pk>/sua/", views_asking.change_request, name="change_request"),
    path("yeu-cau/<int:pk>/ket-thuc/", views_asking.end_request, name="end_request"),
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
