from django.urls import path

from donghanh.questionnaires import views, views_build

app_name = "questionnaires"
urlpatterns = [
    path("", views.forms, name="forms"),
    path("moi/", views.new, name="new"),
    path("nhap/", views.upload, name="upload"),
    path("mau/<slug:code>/", views.form, name="form"),
    path("mau/<slug:code>/so-sanh/", views.compare, name="compare"),
    path("ban/<int:version_id>/", views.version, name="version"),
    path("ban/<int:version_id>/xlsform/", views.version_file, name="version_file"),
    path("ban/<int:version_id>/soan/", views.revise, name="revise"),
    path("soan/<int:draft_id>/", views_build.draft, name="draft"),
    path("soan/<int:draft_id>/xem-truoc/", views_build.preview, name="preview"),
    path("soan/<int:draft_id>/viec/", views_build.deed, name="deed"),
    path("soan/<int:draft_id>/cau-moi/", views_build.new_item, name="new_item"),
    path("soan/<int:draft_id>/cau/<slug:code>/", views_build.item, name="item"),
    path("soan/<int:draft_id>/muc/<slug:code>/", views_build.section, name="section"),
    path("soan/<int:draft_id>/danh-muc/", views_build.option_list, name="new_list"),
    path("soan/<int:draft_id>/danh-muc/<slug:code>/", views_build.option_list, name="list"),
    path("soan/<int:draft_id>/kiem-tra/", views_build.check, name="new_check"),
    path("soan/<int:draft_id>/kiem-tra/<int:number>/", views_build.check, name="check"),
    path("soan/<int:draft_id>/cong-bo/", views_build.publish, name="publish"),
    path("soan/<int:draft_id>/xlsform/", views_build.draft_file, name="draft_file"),
]
