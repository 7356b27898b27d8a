from django.urls import path

from donghanh.programmes import views, views_money, views_partners, views_programme, views_reviews, views_tasks

app_name = "programmes"
urlpatterns = [
    path("", views.programmes, name="programmes"),
    path("lap/", views_programme.begin, name="begin"),
    path("ke-hoach/", views.plans, name="plans"),
    path("ke-hoach/<int:pk>/", views_tasks.plan, name="plan"),
    path("nhiem-vu/<int:pk>/", views_tasks.task, name="task"),
    path("minh-chung/<int:pk>/", views_tasks.evidence_file, name="evidence_file"),
    path("so-ket/", views_reviews.reviews, name="reviews"),
    path("so-ket/<int:pk>/", views_reviews.review, name="review"),
    path("so-ket/<int:pk>/ban/<int:number>/", views_reviews.review_version, name="review_version"),
    path("kinh-phi/", views_money.money, name="money"),
    path("kinh-phi/<int:unit_id>/", views_money.unit_money, name="unit_money"),
    path("kinh-phi/dong/<int:pk>/", views_money.budget_line, name="budget_line"),
    path("phoi-hop/", views_partners.coordination_plans, name="coordination_plans"),
    path("phoi-hop/<int:pk>/", views_partners.coordination_plan, name="coordination_plan"),
    path("<slug:code>/", views.programme, name="programme"),
    path("<slug:code>/da-xem-lai/", views.reviewed, name="reviewed"),
    path("<slug:code>/giao/", views.issue, name="issue"),
    path("<slug:code>/soan/", views_programme.write, name="write"),
    path("<slug:code>/soan/<int:position>/", views_programme.stated_task, name="stated_task"),
    path("<slug:code>/nhiem-vu/<int:position>/", views.over_units, name="over_units"),
]
