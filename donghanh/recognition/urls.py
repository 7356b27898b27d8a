from django.urls import path

from donghanh.recognition import views, views_council, views_practice

app_name = "recognition"
urlpatterns = [
    path("", views.rounds, name="rounds"),
    path("dot/<int:pk>/", views_council.round_, name="round"),
    path("de-nghi/<int:pk>/", views.nomination, name="nomination"),
    path("tep/<int:pk>/", views.file, name="file"),
    path("cong-bo/", views.published, name="published"),
    path("cong-bo/<int:pk>/", views.outcome, name="outcome"),
    path("kinh-nghiem/", views_practice.practices, name="practices"),
    path("kinh-nghiem/moi/", views_practice.new_practice, name="new_practice"),
    path("kinh-nghiem/<int:pk>/", views_practice.practice, name="practice"),
    path("kinh-nghiem/<int:pk>/sua/", views_practice.change_practice, name="change_practice"),
    path("kinh-nghiem/<int:pk>/tep/", views_practice.practice_file, name="practice_file"),
    path("ky-luat/", views_practice.discipline, name="discipline"),
]
