from django.urls import path

from donghanh.documents import views, views_exchange, views_numbering, views_proposals, views_reading

app_name = "documents"
urlpatterns = [
    path("", views.register, name="register"),
    path("don-vi/<int:unit_id>/lap/", views.draft, name="draft"),
    path("don-vi/<int:unit_id>/den/", views.arrive, name="arrive"),
    path("don-vi/<int:unit_id>/danh-so/", views_numbering.numbering, name="numbering"),
    path("don-vi/<int:unit_id>/nhan-goi/", views_exchange.take_in, name="take_in"),
    path("<int:pk>/", views.document, name="document"),
    path("<int:pk>/sua/", views.change, name="change"),
    path("<int:pk>/viec/", views.deed, name="deed"),
    path("<int:pk>/tep/", views.file, name="file"),
    path("<int:pk>/edxml/", views_exchange.package, name="package"),
    path("can-doc/", views_reading.to_read, name="to_read"),
    path("can-doc/<int:pk>/", views_reading.reading, name="reading"),
    path("<int:pk>/nguoi-doc/", views_reading.readers, name="readers"),
    path("<int:pk>/kien-nghi/", views_proposals.proposals, name="proposals"),
    path("kien-nghi/<int:pk>/", views_proposals.head, name="head"),
]
