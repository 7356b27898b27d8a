from django.urls import path

from donghanh.rosters import views, views_import, views_tokens, views_year

app_name = "rosters"
urlpatterns = [
    path("", views.classes, name="classes"),
    path("<int:pk>/", views.school_class, name="school_class"),
    path("<int:pk>/phieu/", views.class_slips, name="class_slips"),
    path("hoc-sinh/", views.learners, name="learners"),
    path("hoc-sinh/<int:pk>/", views.learner, name="learner"),
    path("hoc-sinh/<int:pk>/phieu/", views.learner_slip, name="learner_slip"),
    path("cua-toi/", views.my_classes, name="my_classes"),
    path("cua-toi/<int:pk>/", views.my_class, name="my_class"),
    path("cua-toi/<int:pk>/phieu/", views.my_class_slips, name="my_class_slips"),
    path("cua-toi/hoc-sinh/<int:pk>/", views.my_learner, name="my_learner"),
    path("cua-toi/hoc-sinh/<int:pk>/phieu/", views.my_learner_slip, name="my_learner_slip"),
    path("chuyen-nam-hoc/", views_year.year_end, name="year_end"),
    path("chuyen-nam-hoc/<int:pk>/hoan-tac/", views_year.undo, name="undo_year_end"),
    path("danh-ba/", views_import.directory, name="directory"),
    path("ket-noi/", views_tokens.tokens, name="tokens"),
    path("ket-noi/<int:pk>/thu-hoi/", views_tokens.revoke, name="revoke_token"),
    path("nhap/", views_import.rosters, name="rosters"),
    path("nhap/tep-mau/", views_import.template, name="template"),
    path("nhap/<int:pk>/", views_import.roster, name="roster"),
    path("nhap/<int:pk>/tin-moi/<slug:state>/<int:done>/", views_import.roster_news, name="roster_news"),
    path("nhap/<int:pk>/<slug:outcome>/", views_import.roster, name="roster"),
]
