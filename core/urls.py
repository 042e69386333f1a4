from django.urls import path

from core import views

app_name = "core"
urlpatterns = [
    path("goi-y/", views.place_suggest, name="place-suggest"),
    path("xa/", views.communes, name="communes"),
]
