from django.urls import path

from donghanh.privacy import views, views_answers

app_name = "privacy"
urlpatterns = [
    path("cua-toi/", views.mine, name="mine"),
    path("cua/<int:subject_id>/", views.of_person, name="of_person"),
    path("cua/<int:subject_id>/ban-sao/", views.file, name="file"),
    path("ghi/", views.deed, name="deed"),
    path("luu-giu/", views.retention, name="retention"),
    path("yeu-cau/", views_answers.requests, name="requests"),
    path("yeu-cau/<int:pk>/", views_answers.answer, name="request"),
]
