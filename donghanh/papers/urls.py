from django.urls import path

from donghanh.papers import views, views_merge, views_templates

app_name = "papers"
urlpatterns = [
    path("", views.papers, name="papers"),
    path("<int:pk>/", views.paper, name="paper"),
    path("<int:pk>/<slug:kind>/", views.paper_file, name="paper_file"),
    path("chung-thu/", views.certificates, name="certificates"),
    path("chung-thu/<int:pk>/go/", views.remove_certificate, name="remove_certificate"),
    path("nguon/", views.find_source, name="find_source"),
    path("nguon/<slug:code>/", views.source, name="source"),
    path("kiem-tra/", views.check, name="check"),
    path("kiem-tra/<slug:code>/", views.check_code, name="check_code"),
    path("mau/", views_templates.templates, name="templates"),
    path("mau/<int:pk>/", views_templates.template, name="template"),
    path("mau/<int:pk>/soan/", views_templates.write_template, name="write_template"),
    path("mau/<int:pk>/word/", views_templates.template_word, name="template_word"),
    path("tron/<int:pk>/", views_merge.merge, name="merge"),
    path("tron/<int:pk>/tep/", views_merge.merge_file, name="merge_file"),
]
