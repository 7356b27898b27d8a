from django.urls import path

from donghanh.inspections import views, views_findings

app_name = "inspections"
urlpatterns = [
    path("", views.visits, name="visits"),
    path("cuoc/<int:pk>/", views.visit, name="visit"),
    path("anh/<int:pk>/", views.picture, name="picture"),
    path("kien-nghi/", views_findings.findings, name="findings"),
    path("kien-nghi/<int:pk>/", views_findings.finding, name="finding"),
    path("minh-chung/<int:pk>/", views_findings.proof, name="proof"),
    path("phan-hoi/", views.feedback, name="feedback"),
]
