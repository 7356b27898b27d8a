from django.urls import path

from donghanh.people import views

app_name = "people"
urlpatterns = [
    path("dang-nhap/", views.sign_in, name="sign_in"),
    path("dang-xuat/", views.sign_out, name="sign_out"),
    path("cua-toi/", views.me, name="me"),
    path("mat-khau/", views.password, name="password"),
    path("thiet-bi/", views.sessions, name="sessions"),
    path("thiet-bi/dang-xuat/", views.end_session, name="end_session"),
    path("ngon-ngu/", views.language, name="language"),
    path("nen/", views.theme, name="theme"),
]
