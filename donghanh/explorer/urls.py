from django.urls import path

from donghanh.explorer import views, views_boards, views_kept, views_letters

app_name = "explorer"
urlpatterns = [
    path("", views.explore, name="explore"),
    path("luu/", views_kept.keep, name="keep"),
    path("da-luu/", views_kept.kept, name="kept"),
    path("da-luu/<int:view_id>/", views_kept.view, name="view"),
    path("da-luu/<int:view_id>/xem/", views_kept.open_view, name="open"),
    path("da-luu/<int:view_id>/ghi-de/", views_kept.change_look, name="change_look"),
    path("da-luu/<int:view_id>/duong-dan/", views_kept.link, name="link"),
    path("da-luu/<int:view_id>/len-bang/", views_boards.put, name="put"),
    path("da-luu/<int:view_id>/gui/", views_letters.send_view, name="send_view"),
    path("da-luu/<int:view_id>/xoa/", views_kept.delete, name="delete"),
    path("da-luu/<int:view_id>/lay-lai/", views_kept.restore, name="restore"),
    path("chia-se/<str:token>/", views_kept.shared, name="shared"),
    path("bang/", views_boards.boards, name="boards"),
    path("bang/<int:dashboard_id>/", views_boards.dashboard, name="dashboard"),
    path("bang/<int:dashboard_id>/o/", views_boards.tiles, name="tiles"),
    path("bang/<int:dashboard_id>/sua/", views_boards.change_dashboard, name="change_dashboard"),
    path("bang/<int:dashboard_id>/xep/", views_boards.arrange, name="arrange"),
    path("bang/<int:dashboard_id>/chep/", views_boards.clone, name="clone"),
    path("bang/<int:dashboard_id>/gui/", views_letters.send_dashboard, name="send_dashboard"),
    path("bang/<int:dashboard_id>/xoa/", views_boards.delete_dashboard, name="delete_dashboard"),
    path("bang/<int:dashboard_id>/lay-lai/", views_boards.restore_dashboard, name="restore_dashboard"),
    path("bang/<int:dashboard_id>/<int:tile_id>/rong/", views_boards.widen, name="widen"),
    path("bang/<int:dashboard_id>/<int:tile_id>/bo/", views_boards.take_off, name="take_off"),
    path("da-gui/", views_letters.letters, name="letters"),
    path("da-gui/<int:letter_id>/", views_letters.letter, name="letter"),
    path("da-gui/<int:letter_id>/tep/", views_letters.letter_file, name="letter_file"),
    path("lich-gui/<int:subscription_id>/dung/", views_letters.end_subscription, name="end_subscription"),
    path("thoi-nhan/<str:token>/", views_letters.unsubscribe, name="unsubscribe"),
]
