from django.urls import path

from donghanh.people import views, views_staff

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
    path("nguoi-dung/", views_staff.staff, name="staff"),
    path("nguoi-dung/moi/", views_staff.opening, name="opening"),
    path("nguoi-dung/<int:pk>/", views_staff.person, name="person"),
    path("nguoi-dung/<int:pk>/khoa/", views_staff.closing, name="closing"),
    path("nguoi-dung/<int:pk>/dat-lai/", views_staff.resetting, name="resetting"),
    path("vai-tro/<int:pk>/ket-thuc/", views_staff.role_ending, name="role_ending"),
]
